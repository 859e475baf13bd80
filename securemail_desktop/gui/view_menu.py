"""The menu of a list: which messages it shows, and in which order."""

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton

from securemail_desktop.gui.look import Look
from securemail_desktop.gui.message_words import WRITTEN_BY_US
from securemail_desktop.store.shown import NEWEST_FIRST, Only, Order, Shown

ONLY = {
    Only.ALL: "&All messages",
    Only.UNREAD: "Only &unread",
    Only.FLAGGED: "Only f&lagged",
    Only.ATTACHED: "Only with f&iles",
}
ORDERS = {
    Order.NEWEST: "&Newest first",
    Order.OLDEST: "&Oldest first",
    Order.SENDER: "By &person",
    Order.SUBJECT: "By &subject",
    Order.SIZE: "La&rgest first",
}
PLAIN = "Show and sort"


class ViewMenu(QObject):
    """The menu of a button; `changed` follows when something else was chosen."""

    changed = Signal()

    def __init__(self, button: QPushButton, parent: QObject) -> None:
        """Open at the button, by mouse, Space or Enter; all messages, the newest first, at the beginning."""
        super().__init__(parent)
        self._button = button
        self._look: Look | None = None
        self._order, self._only = Order.NEWEST, Only.ALL
        self._menu = QMenu(button)
        self._menu.setAccessibleName(PLAIN)
        self._actions: dict[Only | Order, QAction] = {}
        for labels in (ONLY, ORDERS):
            group = QActionGroup(self)
            for choice, label in labels.items():
                self._actions[choice] = self._action(choice, label, group)
            self._menu.addActions(group.actions())
            self._menu.addSeparator()
        button.clicked.connect(self.open)

    def set_up(self, look: Look) -> None:
        """Draw the icon with the look."""
        self._look = look
        self._tell()

    def open(self) -> None:
        """Show the menu, with what is on ticked."""
        for choice in (self._only, self._order):
            self._actions[choice].setChecked(True)
        self._menu.popup(self._button.mapToGlobal(self._button.rect().bottomLeft()))

    @property
    def only(self) -> Only:
        """Return which messages are shown."""
        return self._only

    @property
    def order(self) -> Order:
        """Return the order that was chosen."""
        return self._order

    def shown(self, role: str, kept: int) -> Shown:
        """Return the view of a folder of this role, in which one message stays whatever becomes of it."""
        order = Order.RECIPIENT if self._order is Order.SENDER and role in WRITTEN_BY_US else self._order
        if self._only is Only.ALL:
            return NEWEST_FIRST if order is Order.NEWEST else Shown(order)
        return Shown(order, self._only, kept)

    def choose(self, choice: Only | Order) -> None:
        """Show other messages, or in another order."""
        before = (self._only, self._order)
        if isinstance(choice, Only):
            self._only = choice
        else:
            self._order = choice
        self._tell()
        if before != (self._only, self._order):
            self.changed.emit()

    def sort(self, order: str) -> None:
        """Sort as it was kept, without a word; what no version of this program kept changes nothing."""
        self._order = Order(order) if order in {each.value for each in ORDERS} else self._order
        self._tell()

    def show_all(self) -> None:
        """Show all messages again without a word: another folder is opened."""
        self._only = Only.ALL
        self._tell()

    def _tell(self) -> None:
        """Say in the button what is on where it is not the usual."""
        said = [label.replace("&", "") for label in (ONLY[self._only], ORDERS[self._order])]
        usual = (self._only, self._order) == (Only.ALL, Order.NEWEST)
        text = PLAIN if usual else f"{PLAIN}: {', '.join(said)}"
        self._button.setAccessibleName(text)
        self._button.setToolTip(text)
        if self._look is not None:
            self._look.mark(self._button, "sort", "ink" if usual else "accent")

    def _action(self, choice: Only | Order, label: str, group: QActionGroup) -> QAction:
        action = QAction(label, group)
        action.setCheckable(True)
        action.triggered.connect(partial(self.choose, choice))
        return action
