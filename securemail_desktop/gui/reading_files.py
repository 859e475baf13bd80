"""Files and pictures to attachments: what can't be one is said before it is read, and nothing is read without a bound."""

import mimetypes
import stat
from collections.abc import Collection
from pathlib import Path, PurePath

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from securemail_desktop.gui import words
from securemail_desktop.gui.patience import NoAnswer, Patience
from securemail_desktop.message.draft import Attachment

LARGEST = 50_000_000  # bytes of all files of a message; mail servers take no more
DISK_SECONDS = 15.0  # without a single octet
_PIECE = 1_000_000  # octets between two signs of life
PICTURE = "Picture.png"  # says nothing of whom it shows
_BINARY = "application/octet-stream"


class NotAttachable(Exception):
    """Why a file can't be attached: one sentence for people."""


def read_file(path: Path, room: int = LARGEST, seconds: float = DISK_SECONDS) -> Attachment:
    """Return a file as an attachment of at most `room` bytes; raise `NotAttachable`. Blocks while the disk gives anything.

    One that gives nothing for so many seconds is left alone: nobody else waits for it.
    """
    name = path.name.encode("utf-8", "replace").decode()  # what is no text on this disk can't travel
    patience: Patience[bytes] = Patience(seconds)
    try:
        content = patience.wait_for(lambda: _content(path, name, room, patience))
    except NoAnswer as error:
        raise NotAttachable(
            f"{name} could not be read: its disk does not answer. Copy it to another place first, then attach it."
        ) from error
    except OSError as error:
        raise NotAttachable(f"{name} could not be read ({error.strerror or 'unknown reason'}).") from error
    kind, encoding = mimetypes.guess_type(name)
    return Attachment(name, kind if kind and not encoding else _BINARY, content)


def read_picture(image: QImage, room: int = LARGEST) -> Attachment:
    """Return a picture from the clipboard or a drag as a PNG file with a neutral name; raise `NotAttachable`."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if image.isNull() or not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise NotAttachable("The picture could not be read.")
    content = bytes(buffer.data().data())
    _check_size("The picture", len(content), room)
    return Attachment(PICTURE, "image/png", content)


def distinct(attachment: Attachment, others: Collection[Attachment]) -> str:
    """Return a file name that no other attachment has: "plan (2).pdf"."""
    taken = {other.filename.casefold() for other in others}
    pure = PurePath(attachment.filename)
    name, number = attachment.filename, 1
    while name.casefold() in taken:
        number += 1
        name = f"{pure.stem} ({number}){pure.suffix}"
    return name


def _content(path: Path, name: str, room: int, patience: Patience[bytes]) -> bytes:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise NotAttachable(f"{name} is a folder: pack it into one file first.")
    if not stat.S_ISREG(status.st_mode):
        raise NotAttachable(f"{name} is a device, not a file.")
    _check_size(name, status.st_size, room)
    content = bytearray()
    with path.open("rb") as file:
        while len(content) <= room and (piece := file.read(_PIECE)):  # it may have grown, or be one of the system's that tell no size
            content += piece
            patience.goes_on()
    _check_size(name, len(content), room)
    return bytes(content)


def _check_size(name: str, size: int, room: int) -> None:
    if size <= room:
        return
    if room == LARGEST:
        raise NotAttachable(f"{name} has {words.size(size)}: mail servers take no more than about {words.size(LARGEST)}.")
    raise NotAttachable(
        f"{name} has {words.size(size)}: with the other files that is more than {words.size(LARGEST)}, which mail servers refuse."
    )
