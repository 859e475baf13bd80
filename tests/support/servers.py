"""What the real mail servers of tests have in common: free ports, a folder their users can enter, waiting for a port, stopping."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server_folder(name: str) -> Iterator[Path]:
    """Give a folder that other users can enter (pytest's cannot) with a short path (sockets lie in it), and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix=f"securemail-{name}-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def as_root(*command: str) -> list[str]:
    """Return the command for the superuser; sudo must not ask for a password."""
    return list(command) if os.geteuid() == 0 else ["sudo", "-n", *command]


def wait_for_port(port: int, process: "subprocess.Popen[bytes]", log: Path, seconds: float = 30.0) -> None:
    """Return when the port takes connections; raise with the server's log when it does not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    told = log.read_text(errors="replace") if log.exists() else "no log"
    raise AssertionError(f"port {port} did not open: {told}")
