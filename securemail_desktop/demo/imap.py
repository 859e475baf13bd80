"""The clinic's mailboxes: pymap with its maildir backend, in a process of its own, STARTTLS only."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from pysasl.hashing import BuiltinHash

from securemail_desktop.demo.people import INSIDE, PASSWORD
from securemail_desktop.demo.pki import write_private
from securemail_desktop.demo.ports import free_port, wait_for

# Linux: PR_SET_PDEATHSIG, so that a demo which is killed leaves no server behind.
_END_WITH_DEMO = "import ctypes, signal; ctypes.CDLL(None).prctl(1, signal.SIGTERM); " if sys.platform == "linux" else ""


class ImapServer:
    """The mailboxes of some users, each a maildir below `folder`."""

    def __init__(self, folder: Path, certificate: Path, key: Path, log: Path) -> None:
        """Prepare; nothing runs yet."""
        self.port = free_port()
        self._folder = folder
        self._tls = (certificate, key)
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run the server; raise `RuntimeError` when it does not answer."""
        certificate, key = self._tls
        command = [sys.executable, "-W", "ignore", "-c", _END_WITH_DEMO + "from pymap.main import main; main()"]
        command += ["--no-service", "admin", "--no-service", "managesieve"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--cert", str(certificate), "--key", str(key)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
                [*command, "maildir", str(self._folder)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        if not wait_for(self.port, 15):
            raise RuntimeError(f"the demo's IMAP server did not start; its log is {self._log}")

    def stop(self) -> None:
        """End the server."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)


def write_users(folder: Path, names: Iterable[str]) -> None:
    """Write who may sign in with the demo's password: the clinic's users of these names."""
    known = tuple(names)
    # The password is public, so a thousand rounds are enough and every sign-in is quick.
    digest = BuiltinHash(rounds=1000).hash(PASSWORD).replace(":", "\\:")
    write_private(folder / "pymap-etc-passwd", "".join(f"{n}@{INSIDE}:x:1000:1000::{n}:\r\n" for n in known).encode())
    write_private(folder / "pymap-etc-shadow", "".join(f"{n}@{INSIDE}:{digest}::::::\r\n" for n in known).encode())
