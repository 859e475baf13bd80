"""What can be done with a message: the buttons above it, the menu behind them, and a key for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from securemail_desktop.gui import words
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.shortcut import shortcut

ROOM_FOR_WORDS = 520


class Act(StrEnum):
    """An action on the chosen messages."""

    REPLY = "reply"
    REPLY_ALL = "replyall"
    FORWARD = "forward"
    ARCHIVE = "archive"
    DELETE = "trash"
    FLAG = "flag"
    UNREAD = "unread"
    MOVE = "move"
    PRINT = "print"
    SOURCE = "source"
    OTHER_WAY = "otherway"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Tool:
    """One action in words, with its keys; those `beside` stand as buttons, the others in the menu."""

    act: Act
    label: str
    keys: tuple[str, ...]
    beside: bool = True
    worded: bool = False


TOOLS = (
    Tool(Act.REPLY, "&Reply", ("Ctrl+R",), worded=True),
    Tool(Act.REPLY_ALL, "Reply a&ll", ("Ctrl+Shift+R",), worded=True),
    Tool(Act.FORWARD, "&Forward", ("Ctrl+Shift+F",), worded=True),
    Tool(Act.ARCHIVE, "&Archive", ("A",)),
    Tool(Act.DELETE, "&Delete", ("Del",)),
    Tool(Act.FLAG, "Fla&g", ("S",)),
    Tool(Act.UNREAD, "Mark as &unread", ("U",), beside=False),
    Tool(Act.MOVE, "&Move to", ("M",), beside=False),
    Tool(Act.PRINT, "&Print…", ("Ctrl+P",), beside=False),
    Tool(Act.OTHER_WAY, "They can’t &open it…", ("Ctrl+Shift+O",), beside=False),
    Tool(Act.SOURCE, "View &source", ("Ctrl+U",), beside=False),
)


class MailTools(QWidget):
    """`wanted` carries an `Act`, `target` the id of the folder to move to."""

    wanted = Signal(object)
    target = Signal(int)

    def __init__(self, look: Look, scope: QWidget) -> None:
        """Make the buttons; the keys work everywhere in the scope."""
        super().__init__(scope)
        self.buttons: dict[Act, QPushButton] = {}
        self.menu = QMenu(self)
        self._targets: tuple[tuple[int, str], ...] = ()
        self._flagged = False
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for tool in TOOLS:
            if tool.act == Act.ARCHIVE:
                layout.addStretch(1)
            if tool.beside:
                layout.addWidget(self._button(look, tool))
            for key in tool.keys:
                shortcut(key, scope, partial(self._press, tool.act))
        layout.addWidget(self._button(look, Tool(Act.MORE, "More", ("Shift+F10",))))
        self.offer(any_message=False, archive=False, targets=())

    def offer(
        self, *, any_message: bool, archive: bool, targets: Sequence[tuple[int, str]], flagged: bool = False, sent: bool = False
    ) -> None:
        """Offer what can be done now; `targets` are the folders (id, name) that a message can go to, `sent` says that it is one's own."""
        self._targets, self._flagged, self._sent = tuple(targets), flagged, sent
        for act, button in self.buttons.items():
            button.setEnabled(any_message)
            button.setVisible(act != Act.ARCHIVE or archive)
        self.buttons[Act.FLAG].setToolTip("Take the flag off (S)" if flagged else "Flag (S)")
        self.buttons[Act.FLAG].setAccessibleName("Take the flag off" if flagged else "Flag")

    def choose_target(self) -> None:
        """Show the folders that the chosen messages can go to."""
        menu = self._folder_menu(QMenu(self))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._pop_up(menu)

    def pop_up(self, at: QPoint) -> None:
        """Show all that can be done with the chosen messages."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill(menu, [tool for tool in TOOLS if tool.act not in self.buttons or not self.buttons[tool.act].isHidden()])
        menu.popup(at)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Leave the icons where there is no room for words."""
        super().resizeEvent(event)
        room = event.size().width() >= ROOM_FOR_WORDS * self.fontMetrics().averageCharWidth() / 8
        for tool in TOOLS:
            if tool.worded:
                self.buttons[tool.act].setText(tool.label.replace("&", "") if room else "")

    def _press(self, act: Act) -> None:
        if self.buttons[Act.REPLY].isEnabled():
            self.wanted.emit(act)

    def _button(self, look: Look, tool: Tool) -> QPushButton:
        button = QPushButton(self)
        name = tool.label.replace("&", "")
        button.setProperty("kind", "tool")
        button.setAccessibleName(name)
        button.setToolTip(f"{name} ({QKeySequence(tool.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)})")
        if tool.act == Act.MORE:
            button.clicked.connect(self._more)
        else:
            button.clicked.connect(partial(self._press, tool.act))
        self.buttons[tool.act] = button
        look.mark(button, tool.act.value, "ink")
        return button

    def _more(self) -> None:
        self.menu.clear()
        self._fill(self.menu, [tool for tool in TOOLS if not tool.beside])
        self._pop_up(self.menu)

    def _fill(self, menu: QMenu, tools: Sequence[Tool]) -> None:
        for tool in tools:
            if tool.act == Act.OTHER_WAY and not self._sent:
                continue
            if tool.act == Act.MOVE:
                self._folder_menu(menu.addMenu(tool.label))
                continue
            label = "Take the fla&g off" if tool.act == Act.FLAG and self._flagged else tool.label
            action = menu.addAction(label)
            action.setShortcut(QKeySequence(tool.keys[0]))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # the key itself is the scope's
            action.triggered.connect(partial(self._press, tool.act))

    def _folder_menu(self, menu: QMenu) -> QMenu:
        for number, name in self._targets:
            menu.addAction(words.button(words.middle(name))).triggered.connect(partial(self.target.emit, number))
        menu.setEnabled(bool(self._targets))
        return menu

    def _pop_up(self, menu: QMenu) -> None:
        button = self.buttons[Act.MORE]
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))
