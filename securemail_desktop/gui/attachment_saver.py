"""Saves and opens the files of a message, only when the user asks for it; a program is asked about first, and nothing is opened by itself."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from securemail_desktop.encryption.opened import Part
from securemail_desktop.gui import file_names, words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.private_folder import PrivateFolder, write_file
from securemail_desktop.gui.sheet import Choice, Chosen, Question, Sheet
from securemail_desktop.gui.tones import Tone

Show = Callable[[Path], bool]


class AttachmentSaver(QObject):
    """`told` carries (sentence, tone). Questions are asked by the sheet of the window."""

    told = Signal(str, object)

    def __init__(self, sheet: Sheet, background: Background, folder: PrivateFolder, parent: QWidget) -> None:
        """Open files in the private folder."""
        super().__init__(parent)
        self._sheet, self._background, self._folder, self._window = sheet, background, folder, parent
        self._asked: Callable[[], None] | None = None
        self._turn = 0  # how often the window was locked
        self.open_file: Show = _open_with_system
        sheet.chosen.connect(self._confirmed)
        sheet.rejected.connect(self._give_up)

    def open(self, part: Part) -> None:
        """Show a file with the program of the system that is made for it; ask first where it may do more than be shown."""
        self._after_asking(part, "Open", partial(self._open, part))

    def save(self, part: Part) -> None:
        """Ask where a file is to be kept, then keep it there."""
        self._after_asking(part, "Save", partial(self._choose, part))

    def save_all(self, parts: tuple[Part, ...]) -> None:
        """Ask for a folder and keep all files there, none in place of another."""
        dialog = QFileDialog(self._window, "Save all attachments in a folder", _usual_folder())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self._write_all(parts, Path(folder)))
        dialog.open()

    def forget(self) -> None:
        """Open nothing that was asked for until now: the window is locked."""
        self._turn += 1
        self._asked = None

    def _after_asking(self, part: Part, verb: str, act: Callable[[], None]) -> None:
        danger = file_names.danger(part)
        if not danger or (verb == "Save" and not file_names.is_program(part)):
            act()
            return
        self._asked = act
        name = file_names.safe_name(part)
        choice = Choice(f"{verb} it nevertheless", "act", safe=False)
        title = f"{verb} “{name}”?"
        self._sheet.ask(Question(title=title, message=danger, choices=(choice,), back="Leave it closed", icon="warning", tone=Tone.DANGER))

    def _confirmed(self, _: Chosen) -> None:
        act, self._asked = self._asked, None
        if act is not None:
            act()

    def _give_up(self) -> None:
        self._asked = None

    def _open(self, part: Part) -> None:
        name = file_names.safe_name(part)
        done = partial(self._opened, self._turn)
        self._background.run(self, lambda: self._folder.put(name, part.content), done, partial(self._failed, name), "general")

    def _opened(self, turn: int, path: Path) -> None:
        if turn != self._turn:
            self._folder.wipe()
        elif not self.open_file(path):
            self.told.emit(f"No program is set up to open {words.visible(path.name)}: save it and open it there.", Tone.CAUTION)

    def _choose(self, part: Part) -> None:
        dialog = QFileDialog(self._window, "Save the attachment", str(Path(_usual_folder()) / file_names.safe_name(part)))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(file_names.safe_name(part))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self._write_one(part, Path(path)))
        dialog.open()

    def _write_one(self, part: Part, path: Path) -> None:
        done = partial(self.told.emit, f"Saved as {words.visible(path.name)}.", Tone.GOOD)
        self._background.run(self, lambda: write_file(path, part.content), lambda _: done(), partial(self._failed, path.name), "saving")

    def _write_all(self, parts: tuple[Part, ...], folder: Path) -> None:
        def work() -> None:
            for part in parts:
                write_file(_free(folder / file_names.safe_name(part)), part.content)

        done = partial(self.told.emit, f"Saved {len(parts)} files in {words.visible(folder.name)}.", Tone.GOOD)
        self._background.run(self, work, lambda _: done(), partial(self._failed, folder.name), "saving")

    def _failed(self, name: str, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) else words.failure(error)
        self.told.emit(f"{words.visible(name)} could not be saved ({reason}): choose another place.", Tone.DANGER)


def _free(path: Path) -> Path:
    """Return the path, or one beside it with a number, where there is no file yet."""
    number, free = 1, path
    while free.exists() or free.is_symlink():
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return free


def _usual_folder() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)


def _open_with_system(path: Path) -> bool:
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
