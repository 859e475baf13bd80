"""Alice at her desk: the real window on a real X server, her demo organisation, and a keyboard. What she presses goes through the X server.

    desk.press("ctrl+n"); desk.type("bob@hospital.example,"); desk.see(lambda: ...); desk.picture("chips")

There is no window manager on the test's screen: `desk.front` gives a window the keyboard, as one would. With STORY_PICTURES=FOLDER each step is
kept as a picture of the whole screen, with STORY_SCHEME=dark in another look.
"""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.audit.canonical import parse_canonical
from securemail_desktop.demo.organisation import Organisation
from securemail_desktop.demo.world import World
from securemail_desktop.gui.app import build_window
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.look import Scheme
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.session.session import Session

PATIENCE_MS = 20_000


def xdotool(*words: str) -> str:
    """Run xdotool on the test's screen; return what it says."""
    return subprocess.run(["xdotool", *words], check=True, capture_output=True, text=True).stdout


def story_scheme() -> Scheme:
    """Return the scheme in which the stories are played."""
    return Scheme(os.environ.get("STORY_SCHEME", "light"))


class Desk:
    """The open program of one story, and what stands around it."""

    def __init__(self, qtbot: QtBot, world: World, organisation: Organisation, session: Session, background: Background) -> None:
        self.qtbot, self.world, self.organisation, self.session = qtbot, world, organisation, session
        self.window: MainWindow = build_window(session, background, story_scheme())
        self.window.resize(1180, 740)
        self.window.show()
        self.front(self.window)
        self._steps = 0

    def see(self, fact: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(fact, timeout=PATIENCE_MS)

    def front(self, window: QWidget) -> None:
        """Give a window the keyboard."""
        self.see(window.isVisible)
        window.raise_()
        window.activateWindow()
        self.see(window.isActiveWindow)

    def press(self, *keys: str) -> None:
        """Press keys one after the other: `ctrl+Return`, `F4`, `Tab`."""
        xdotool("key", "--delay", "4", *keys)

    def type(self, text: str) -> None:
        """Type a text of the American keyboard."""
        xdotool("type", "--delay", "4", text)

    def compose(self) -> ComposeWindow:
        """Begin a new message by its key."""
        self.press("ctrl+n")
        return self.composing()

    def composing(self) -> ComposeWindow:
        """Return the compose window that has opened, with the keyboard in it."""
        self.see(lambda: any(isinstance(w, ComposeWindow) and w.isVisible() for w in QApplication.topLevelWidgets()))
        (window,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, ComposeWindow) and w.isVisible())
        self.front(window)
        return window

    def write(self, window: ComposeWindow, to: str, subject: str, text: str) -> None:
        """Type a message from the first recipient to the last word."""
        for address in to.split():
            self.type(f"{address},")
        self.see(lambda: len(window._form.to.recipients()) == len(to.split()))
        self.press("Tab")
        while QApplication.focusWidget() is not window._form.subject:
            before = QApplication.focusWidget()
            self.see(lambda before=before: QApplication.focusWidget() is not before or before is window._form.subject)  # type: ignore[misc]
            if QApplication.focusWidget() is not window._form.subject:
                self.press("Tab")
        self.type(subject)
        self.press("Tab")
        self.see(window._form.body.hasFocus)
        self.type(text)
        self.see(lambda: window._form.body.toPlainText().startswith(text) and window._live.current is not None)

    def chips(self, window: ComposeWindow) -> list[str]:
        """Return what a screen reader says of each recipient."""
        model = window._form.to.chips.model()
        return [str(model.data(model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole)) for row in range(model.rowCount())]

    def send_now(self, window: ComposeWindow) -> None:
        """End the undo hold by key."""
        self.see(window._form.undoButton.hasFocus)
        self.press("Tab")
        self.see(window._form.sendNowButton.hasFocus)
        self.press("space")

    def gone(self, window: ComposeWindow) -> None:
        """Wait until a compose window has closed by itself."""
        self.see(lambda: not isValid(window) or not window.isVisible())

    def arrived(self, domain: str) -> list[Path]:
        """Return what a domain's server has received, oldest first."""
        return sorted((self.world.delivered / domain).glob("*.eml"))

    def times(self, message_id: str) -> dict[str, int]:
        """Return how often a message came to each address outside."""
        return {address: count for (name, address), count in self.organisation.arrived.items() if name == message_id}

    def acts(self) -> list[str]:
        """Return what the journal has recorded, oldest first."""
        return [" ".join(str(members[name]) for name in ("act", "phase", "out") if name in members) for members in self._members()]

    def _members(self) -> list[dict[str, object]]:
        return [parse_canonical(record.record) for record in self.session.journal.records()]

    def picture(self, name: str) -> None:
        """Keep a picture of the screen where pictures are wanted."""
        folder = os.environ.get("STORY_PICTURES")
        if folder:
            QApplication.processEvents()
            self._steps += 1
            Path(folder).mkdir(parents=True, exist_ok=True)
            story = os.environ.get("PYTEST_CURRENT_TEST", "").partition("::")[2].partition(" ")[0]
            self.window.screen().grabWindow(0).save(str(Path(folder) / f"{story}-{self._steps}-{name}.png"))
