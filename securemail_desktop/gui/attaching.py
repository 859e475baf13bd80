"""Attaches files: chosen, dropped or pasted, and pictures; read in the lane `files`, so that the window never waits for a disk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QListView, QWidget

from securemail_desktop.gui.attachment_model import AttachmentModel
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.reading_files import LARGEST, NotAttachable, distinct, read_file, read_picture
from securemail_desktop.message.draft import Attachment

Reader = Callable[[int], Attachment]


@dataclass(frozen=True, slots=True)
class _Read:
    attachments: tuple[Attachment, ...]
    problems: tuple[str, ...]


class Attaching(QObject):
    """The files of one draft. `changed` follows each change; `told` carries what could not be attached, empty at each new attempt."""

    changed = Signal()
    told = Signal(str)

    def __init__(self, files: AttachmentModel, view: QListView, background: Background, parent: QObject) -> None:
        """Attach to the model that the view shows."""
        super().__init__(parent)
        self._files, self._view, self._background = files, view, background
        self._reading = 0

    def is_reading(self) -> bool:
        """Tell whether a file is still being read."""
        return self._reading > 0

    def choose(self, window: QWidget) -> None:
        """Let the author choose files."""
        dialog = QFileDialog(window, "Attach files")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(self.attach)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def attach(self, paths: Sequence[str]) -> None:
        """Read files and append them."""
        self._read([partial(read_file, Path(path)) for path in paths])

    def attach_picture(self, image: QImage) -> None:
        """Append a picture."""
        self._read([partial(read_picture, image)])

    def take(self, data: QMimeData) -> bool:
        """Attach the files or the picture of a drop; return False when there are none."""
        paths = local_files(data)
        if paths:
            self.attach(paths)
        elif is_picture(data):
            self.attach_picture(picture(data))
        return bool(paths) or is_picture(data)

    def detach(self) -> None:
        """Remove the current file; the next one becomes current."""
        row = self._view.currentIndex().row()
        if row >= 0:
            kept = self._files.attachments
            self._files.reset(kept[:row] + kept[row + 1 :])
            self._view.setCurrentIndex(self._files.index(min(row, self._files.rowCount() - 1)))
            self.changed.emit()

    def _read(self, readers: Sequence[Reader]) -> None:
        self._reading += 1
        self.told.emit("")
        room = LARGEST - sum(len(a.content) for a in self._files.attachments)
        self._background.run(self, lambda: _read_all(readers, room), self._done, self._failed, "files")

    def _done(self, read: _Read) -> None:
        self._reading -= 1
        problems = list(read.problems)
        for attachment in read.attachments:
            if attachment in self._files.attachments:
                problems.append(f"{attachment.filename} is attached already.")
            else:
                self._append(attachment)
        if problems:
            self.told.emit(
                " ".join([*problems[:2], *([f"And {len(problems) - 2} more could not be attached."] if len(problems) > 2 else [])])
            )
        if read.attachments:
            self.changed.emit()

    def _append(self, attachment: Attachment) -> None:
        others = self._files.attachments
        self._files.reset((*others, replace(attachment, filename=distinct(attachment, others))))

    def _failed(self, error: Exception) -> None:
        self._reading -= 1
        self.told.emit(f"The files could not be attached ({type(error).__name__}).")


def local_files(data: QMimeData) -> list[str]:
    """Return the paths of the files that are pasted or dropped."""
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]


def is_picture(data: QMimeData) -> bool:
    """Tell whether it is a picture and no text but its own address: programs that copy text often add a picture of it."""
    text = data.text().strip() if data.hasFormat("text/plain") else ""
    return data.hasImage() and (not text or text in {url.toString() for url in data.urls()})


def picture(data: QMimeData) -> QImage:
    """Return the picture that is pasted or dropped; a null one where there is none."""
    image = data.imageData()
    return image if isinstance(image, QImage) else QImage()


def _read_all(readers: Sequence[Reader], room: int) -> _Read:
    attachments: list[Attachment] = []
    problems: list[str] = []
    for reader in readers:
        try:
            attachments.append(reader(room))
            room -= len(attachments[-1].content)
        except NotAttachable as error:
            problems.append(str(error))
    return _Read(tuple(attachments), tuple(problems))
