"""One window for one data folder: whoever starts the program again, by a `mailto:` link for instance, gets the one that is open.

Two windows would take each other's drafts for left behind, write them over one another, and could send the same one twice. The lock is the
system's and ends with the program, however that ends; a link goes over a local socket that only this user reaches.
"""

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from securemail_desktop.gui.private_folder import base_folder
from securemail_desktop.store.database import create_private_folder

_LONGEST = 65_536  # bytes of a link
_LONGEST_PATH = 100  # bytes; a socket's path has at most 103 on macOS
_TAKEN = b"taken\n"
PATIENCE_MS = 5_000


class OneWindow(QObject):
    """The right to the window of one data folder. `asked` carries the link of another start, empty where it had none."""

    asked = Signal(str)

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        """Name the folder; nothing is taken yet."""
        super().__init__(parent)
        self._lock = FileLock(data / "window.lock", timeout=0, mode=0o600)
        self._name = _socket_name(data)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._welcome)

    def take(self) -> bool:
        """Return whether the window is ours; where no lock can be had (a folder that cannot be written) opening the store says what is wrong."""
        with suppress(OSError):
            create_private_folder(Path(self._lock.lock_file).parent)
            try:
                self._lock.acquire()
            except Timeout:
                return False
        return True

    def listen(self) -> None:
        """Hear other starts from now on; without a socket they are told that the program is open, and nothing more."""
        with suppress(OSError):
            Path(self._name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        QLocalServer.removeServer(self._name)  # of a program that was killed: the lock is ours
        self._server.listen(self._name)

    def hand_over(self, link: str) -> bool:
        """Give a link, or an empty text, to the window that is open; return whether it took it."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(PATIENCE_MS):
            return False
        socket.write(link.encode("utf-8", "replace")[:_LONGEST] + b"\n")
        answered = socket.waitForBytesWritten(PATIENCE_MS) and socket.waitForReadyRead(PATIENCE_MS)
        return answered and bytes(socket.readAll().data()) == _TAKEN

    def let_go(self) -> None:
        """Give the right back: the window is closed."""
        self._server.close()
        self._lock.release()

    def _welcome(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.setReadBufferSize(_LONGEST + 1)
        socket.disconnected.connect(socket.deleteLater)
        socket.readyRead.connect(lambda: self._hear(socket))
        self._hear(socket)

    def _hear(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > _LONGEST:
                socket.abort()
            return
        line = bytes(socket.readLine().data())
        socket.write(_TAKEN)
        socket.disconnectFromServer()
        self.asked.emit(line.decode("utf-8", "replace").strip())


def _socket_name(data: Path) -> str:
    """Return a place in a folder of this user, so that nobody else can take it and be given the links; where its path is too long, one of Qt's."""
    name = f"securemail-{sha256(os.fsencode(data.resolve())).hexdigest()[:24]}"
    path = str(base_folder().parent / name)
    return path if os.name == "posix" and len(os.fsencode(path)) <= _LONGEST_PATH else name  # elsewhere it names no file
