"""The clinic's mailboxes: pymap with its maildir backend, in a process of its own, STARTTLS only."""

import subprocess
import sys
from pathlib import Path

from securemail_desktop.demo.ports import free_port, wait_for


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
        command = [sys.executable, "-W", "ignore", "-c", "from pymap.main import main; main()"]
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
