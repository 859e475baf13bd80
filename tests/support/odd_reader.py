"""A reading process that misbehaves in the way that its first argument names; confined like the real one."""

import os
import socket
import sys
import time
from pathlib import Path

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.passage import Line
from securemail_desktop.message.text.reading import AttachmentText
from securemail_desktop.message.text.worker import confine as confine_module
from securemail_desktop.message.text.worker.serve import serve


def hang(_: Attachment) -> AttachmentText:
    time.sleep(600)
    raise AssertionError


def spin(_: Attachment) -> AttachmentText:
    while True:
        pass


def die(attachment: Attachment) -> AttachmentText:
    if attachment.content == b"die":
        os.kill(os.getpid(), 9)
    return attachment_text(attachment)


def eat(attachment: Attachment) -> AttachmentText:
    kept = [bytearray(64 * 1024 * 1024) for _ in range(1000)] if attachment.content == b"eat" else []
    return AttachmentText(tuple(map(Line, map(str, kept)))) if kept else attachment_text(attachment)


def garbage(_: Attachment) -> AttachmentText:
    os.write(1, (9).to_bytes(8, "big") + b"\nx\xff\xff\xff\xff\xff\xff\xff")
    time.sleep(600)
    raise AssertionError


def flood(_: Attachment) -> AttachmentText:
    os.write(1, (1 << 40).to_bytes(8, "big"))
    while True:
        os.write(1, b"x" * 65536)


def fail(_: Attachment) -> AttachmentText:
    raise RecursionError


def tell_pid(attachment: Attachment) -> AttachmentText:
    if attachment.content == b"hang":
        hang(attachment)
    return AttachmentText((Line(str(os.getpid())),))


def tell_environment(_: Attachment) -> AttachmentText:
    return AttachmentText(tuple(Line(name) for name in os.environ))


def reach(attachment: Attachment) -> AttachmentText:
    """Try everything that a parser that was taken over would try; tell what went through."""
    path, port = attachment.content.decode().split("\n")
    tries = {
        "open": lambda: Path(path).read_bytes(),
        "write": lambda: Path(path).write_bytes(b"x"),
        "remove": lambda: Path(path).unlink(),
        "rename": lambda: Path(path).rename(path + "2"),
        "list": lambda: next(Path(path).parent.iterdir()),
        "network": lambda: socket.create_connection(("127.0.0.1", int(port)), 5),
        "socket": lambda: socket.socket(socket.AF_UNIX),
        "fork": _fork,
        "exec": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "pipe": os.pipe,
        "signal": lambda: os.kill(os.getppid(), 0),
        "keyring": _ask_keyring,
        "limits": _raise_limits,
        "parent": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "root": lambda: os.chroot("/"),
    }
    return AttachmentText(tuple(Line(name) for name, attempt in tries.items() if _went(attempt)))


def _went(attempt: object) -> bool:
    try:
        attempt()  # type: ignore[operator]
    except (OSError, ValueError, ImportError):
        return False
    return True


def _ask_keyring() -> None:
    import keyring

    keyring.get_keyring()


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _raise_limits() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))


if __name__ == "__main__":
    if sys.argv[2:] == ["without namespaces"]:
        confine_module._NEWUSER = -1
    "a".encode("idna")  # loaded as in the program: a name that cannot be written would hide that the network is shut
    confine_module.confine()
    serve(sys.stdin.buffer, sys.stdout.buffer, globals()[sys.argv[1]])
