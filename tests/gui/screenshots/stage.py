"""Where a scene is set: the scheme, the lanes of work, patience; and what a scene is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from securemail_desktop.gui.app import build_window, make_application, make_look
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.look import Look, Scheme
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Draft, Recipient
from tests.gui.screenshots.people import TEXT
from tests.support.fake_session import FakeSession

Size = tuple[int, int]
PATIENCE_MS, LOOK_MS = 60_000, 10
COMPOSE: tuple[Size, ...] = ((820, 700), (360, 640))
MAIN: tuple[Size, ...] = ((1180, 740), (760, 700), (360, 640))
SIDE: tuple[Size, ...] = ((760, 640), (340, 560))
OWN: tuple[Size, ...] = ()  # a menu or list has the size that it wants


@dataclass(frozen=True)
class Stage:
    """What the windows of a scene need."""

    look: Look
    background: Background

    def main(self, session: FakeSession, undo: timedelta = timedelta(seconds=5)) -> MainWindow:
        """Show the main window of a session, its folders read."""
        window = build_window(session, self.background, self.look.scheme, undo)
        window.show()
        window.resize(*MAIN[0])
        until(lambda: bool(window._form.folders.place) or not session.mail.folders())
        until(lambda: not window._mailbox._looking)
        return window

    def compose(self, session: FakeSession, message: Draft | None = None, undo: timedelta = timedelta(seconds=5)) -> ComposeWindow:
        """Show a draft, reviewed."""
        window = ComposeWindow(session, message or session.new_draft(), self.look, self.background, undo)
        window.show()
        until(lambda: window._live.current is not None or session.error is not None)
        return window

    def asked(self, session: FakeSession, message: Draft) -> ComposeWindow:
        """Show what is asked when a draft is sent."""
        window = self.compose(session, message)
        window.send()
        until(lambda: window._sheet.isVisible() and window._sheet.is_settled())
        return window


@dataclass(frozen=True)
class Scene:
    """One state: what it is called, how it is made, and the sizes in which it is looked at."""

    name: str
    make: Callable[[Stage], QWidget]
    sizes: tuple[Size, ...]


def open_stage(background: Background, scheme: Scheme = Scheme.LIGHT) -> Stage:
    """Return a stage in this scheme."""
    return Stage(make_look(make_application(), scheme), background)


def clear_stage() -> None:
    """Take all windows away."""
    for window in QApplication.topLevelWidgets():
        if isValid(window) and window.windowTitle():  # lists and menus go with their owners
            window.hide()
            window.deleteLater()
    until(lambda: not any(isValid(window) and window.windowTitle() for window in QApplication.topLevelWidgets()))


def until(fact: Callable[[], bool]) -> None:
    """Wait until something is so; an event loop, because `qWait` keeps the other threads from running."""
    loop, timer, left = QEventLoop(), QTimer(), [PATIENCE_MS]

    def look() -> None:
        left[0] -= LOOK_MS
        if left[0] <= 0 or fact():
            loop.quit()

    timer.timeout.connect(look)
    timer.start(LOOK_MS)
    loop.exec()
    assert left[0] > 0, "the scene never came about"


def rest(milliseconds: int) -> None:
    """Let the windows work."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def draft(session: FakeSession, *to: str, **fields: object) -> Draft:
    """Return a message with patient data."""
    recipients = tuple(Recipient(parse_address(address)) for address in to)
    return replace(session.new_draft(), recipients=recipients, **{"subject": "Follow-up after this morning", "text": TEXT, **fields})  # type: ignore[arg-type]
