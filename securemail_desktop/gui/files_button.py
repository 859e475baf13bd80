"""The files of a message as one button with a menu: where there is no room to list them beside the text."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from securemail_desktop.encryption.opened import Part
from securemail_desktop.gui import file_names, words
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.tones import Tone


class FilesButton(QPushButton):
    """`open_wanted` and `save_wanted` carry a file, `save_all_wanted` nothing."""

    open_wanted = Signal(object)
    save_wanted = Signal(object)
    save_all_wanted = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        """Open the menu by mouse, Space or Enter."""
        super().__init__(parent)
        self.setProperty("kind", "quiet")
        self._look = look
        self.files_menu = QMenu(self)
        self.setMenu(self.files_menu)
        look.mark(self, "file", "ink")

    def reset(self, files: Sequence[Part]) -> None:
        """Offer the files of another message."""
        text = "1 attachment" if len(files) == 1 else f"{len(files)} attachments"
        self.setText(text)
        self.setAccessibleName(text)
        self.files_menu.clear()
        for part in files:
            self._add(part)
        if len(files) > 1:
            self.files_menu.addSeparator()
            self.files_menu.addAction("Sa&ve all…", self.save_all_wanted.emit)

    def _add(self, part: Part) -> None:
        name = words.middle(file_names.safe_name(part))
        menu = self.files_menu.addMenu(words.button(f"{name} · {words.size(len(part.content))}"))
        if file_names.danger(part):
            menu.setIcon(self._look.tone_icon("warning", Tone.CAUTION))
        menu.addAction("&Open", partial(self.open_wanted.emit, part))
        menu.addAction("&Save as…", partial(self.save_wanted.emit, part))
