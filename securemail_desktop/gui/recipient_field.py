"""One destination field: chips of the recipients, and a line to add more with completion from the contacts.

Keys: Enter, comma, semicolon and leaving the field take the text over; Backspace in the empty line goes to the last chip; in the chips
Delete or Backspace removes, Enter or F2 edits, arrows move, F4 or Alt+Enter takes the address that was probably meant, the menu key shows all that
can be done. Text that is no address stays in the line, with the reason beneath.
"""

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.chip_delegate import WIDEST, ChipDelegate
from securemail_desktop.gui.chip_menu import chip_menu, repair_of
from securemail_desktop.gui.completion_list import CompletionList
from securemail_desktop.gui.fitting_view import FittingView
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.recipient_model import RecipientModel
from securemail_desktop.message.address import Address, format_address, parse_addresses
from securemail_desktop.message.draft import AddressField, Recipient
from securemail_desktop.message.errors import AddressError
from securemail_desktop.recipients.completion import Suggestion
from securemail_desktop.recipients.concern import Concern
from securemail_desktop.sending.state import Outlook

NAMES = {AddressField.TO: "To", AddressField.CC: "Copy to", AddressField.BCC: "Hidden copy to"}
_ENDS = frozenset({",", ";"})  # what ends an address
_RETURN = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ChipView(FittingView):
    """The chips and their keys."""

    edited = Signal(int)
    removed = Signal(int)
    menu_wanted = Signal(int, QPoint)
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Remove, edit, or go back to the line."""
        row = self.currentIndex().row()
        if event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and row >= 0:
            self.removed.emit(row)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2} and not event.modifiers() and row >= 0:
            self.edited.emit(row)
        elif event.key() in {Qt.Key.Key_Right, Qt.Key.Key_Down} and row == self.model().rowCount() - 1:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the menu of the chip under the mouse, or of the current one by key."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            at = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()) if by_key else event.globalPos()
            self.menu_wanted.emit(index.row(), at)

    def fit(self) -> None:
        """Let no chip be wider than the view."""
        delegate = self.itemDelegate()
        if isinstance(delegate, ChipDelegate):
            delegate.widest = max(120, min(WIDEST, self.viewport().width() - 4))
        super().fit()


class RecipientField(QWidget):
    """To, Cc or Bcc. `changed` after each change of the recipients; `wanted` asks for contacts that start with a text.

    `answered` carries a doubt and the author's choice.
    """

    changed = Signal()
    wanted = Signal(str)
    answered = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty field; `set_up` completes it (the form loader makes it without arguments)."""
        super().__init__(parent)
        self.line = QLineEdit(self)
        self.chips = ChipView(self)
        self._problem = QLabel(self)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.setWordWrap(True)
        self._problem.setObjectName("fieldProblem")
        self._problem.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for widget in (self.chips, self.line, self._problem):
            layout.addWidget(widget)
        self.setTabOrder(self.chips, self.line)
        self.setFocusProxy(self.line)

    def set_up(self, field: AddressField, look: Look) -> None:
        """Say which field it is."""
        self._model = RecipientModel(field, self)
        delegate = ChipDelegate(look, self.chips)
        self.chips.setItemDelegate(delegate)
        self.chips.setModel(self._model)
        self.chips.setAccessibleName(f"{NAMES[field]}: recipients")
        self.line.setAccessibleName(f"{NAMES[field]}: add a recipient")
        self.line.setFrame(False)
        self._completions = CompletionList(self.line, look)
        self._completions.chosen.connect(self._complete)
        self._popup = self._completions.popup
        self._popup.installEventFilter(self)
        self._connect(delegate)

    def recipients(self) -> tuple[Recipient, ...]:
        """Return the recipients taken over so far."""
        return self._model.recipients()

    def set_addresses(self, addresses: tuple[Address, ...]) -> None:
        """Replace the recipients."""
        self._model.reset(addresses)
        self._settle()

    def show_review(self, outlooks: Mapping[str, Outlook], concerns: Mapping[str, tuple[Concern, ...]]) -> None:
        """Show what will happen to each, by `Address.key`."""
        self._model.show(outlooks, concerns)

    def show_unchecked(self) -> None:
        """Show that nothing is known of how the copies would travel."""
        self._model.show_unchecked()

    def repair(self) -> bool:
        """Take the probably meant address for the current chip, or for the first one that has one; return False where none is known."""
        rows = range(self._model.rowCount())
        current = self.chips.currentIndex().row()
        order = [current] if self.chips.hasFocus() and current in rows else rows
        found = next((known for row in order if (known := repair_of(self._model.chip(row))) is not None), None)
        if found is not None:
            self.answered.emit(*found)
        return found is not None

    def offer(self, prefix: str, contacts: tuple[Suggestion, ...]) -> None:
        """Show contacts for the text, unless it has changed meanwhile."""
        if prefix == self.line.text().strip() and self.line.hasFocus():
            whole = self.typed()
            self._completions.offer(contacts, whole[-1].key if whole else "")

    def commit(self) -> bool:
        """Take the line's text over; return False and say why when it holds something that is no address."""
        text = self._line_text()
        try:
            addresses = parse_addresses(text) if text else ()
        except AddressError as error:
            self._say(_reason(text, error))
            return False
        self._say("")
        if addresses or text:
            self.line.clear()
            self._model.add(addresses)
            self._settle()
        return True

    def typed(self) -> tuple[Address, ...]:
        """Return the addresses that stand in the line and are not taken over yet; none while it is something else."""
        try:
            return parse_addresses(self._line_text())
        except AddressError:
            return ()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Handle the line's keys, also while the list of contacts has them."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if watched is self.line and event.type() == QEvent.Type.FocusOut and not self._popup.isVisible():
            self.commit()
        if watched is self._popup and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            ends = event.text() in _ENDS or (event.key() in _RETURN and not self._popup.currentIndex().isValid())
            return ends and self._key(event)  # the list would hand them to the line past this filter
        if watched is self._popup and event.type() == QEvent.Type.Hide:
            QTimer.singleShot(0, self, self._leave)  # after the list has given the contact that was chosen in it
        return super().eventFilter(watched, event)

    def _leave(self) -> None:
        if not self.line.hasFocus() and not self._popup.isVisible():
            self.commit()

    def _line_text(self) -> str:
        return self.line.text().strip().rstrip(",;")

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() in _RETURN and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._popup.hide()
            self.commit()
            return True
        if event.text() in _ENDS and self.line.text().count('"') % 2 == 0:
            self._popup.hide()
            return self.commit()
        if event.key() in {Qt.Key.Key_Backspace, Qt.Key.Key_Left} and not self.line.text() and self._model.rowCount():
            self.chips.setFocus(Qt.FocusReason.OtherFocusReason)
            self.chips.setCurrentIndex(self._model.index(self._model.rowCount() - 1))
            return True
        return False

    def _connect(self, delegate: ChipDelegate) -> None:
        self.line.installEventFilter(self)
        self.line.textEdited.connect(self._typed)
        delegate.removal.connect(self._remove)
        self.chips.removed.connect(self._remove)
        self.chips.edited.connect(self._edit)
        self.chips.doubleClicked.connect(lambda index: self._edit(index.row()))
        self.chips.menu_wanted.connect(self._show_menu)
        self.chips.left.connect(self.line.setFocus)

    def _typed(self, text: str) -> None:
        self._say("")
        self._completions.choose_nothing()
        if text.strip():
            self.wanted.emit(text.strip())
        else:
            self._popup.hide()

    def _complete(self, address: Address) -> None:
        self.line.setText(format_address(address))
        self.commit()

    def _remove(self, row: int) -> None:
        self._model.remove(row)
        self._settle()
        if self._model.rowCount():
            self.chips.setCurrentIndex(self._model.index(min(row, self._model.rowCount() - 1)))
        else:
            self.line.setFocus()

    def _edit(self, row: int) -> None:
        if self.commit():
            self.line.setText(format_address(self._model.remove(row)))
            self.line.setFocus()
            self._settle()

    def _show_menu(self, row: int, at: QPoint) -> None:
        self.chips.setCurrentIndex(self._model.index(row))
        menu = chip_menu(self._model.chip(row), self.answered.emit, lambda: self._edit(row), lambda: self._remove(row), self)
        menu.popup(at)

    def _settle(self) -> None:
        self.line.setPlaceholderText("Add another" if self._model.rowCount() else "Name or address")
        self.changed.emit()

    def _say(self, problem: str) -> None:
        self._problem.setText(problem)
        self._problem.setAccessibleName(problem)
        self._problem.setVisible(bool(problem))


def _reason(text: str, error: AddressError) -> str:
    """Return why a text is no address; a text without any @ is named, as it is mostly a name without its address."""
    if "@" not in text and not text.count('"') % 2:
        return f"“{words.visible(text)}” is no address: it has no @."
    return words.visible(str(error))
