"""Starts and ends the desktop app: the application, its look, the lanes of work, the window."""

import os
import sys
from datetime import timedelta
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QVBoxLayout, QWidget

from securemail_desktop.gui.appearance import chosen_scheme
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.garbage import Garbage
from securemail_desktop.gui.lock_page import LockPage
from securemail_desktop.gui.look import Look, Scheme
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.one_window import OneWindow
from securemail_desktop.gui.private_folder import PrivateFolder, base_folder
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.errors import MessageError
from securemail_desktop.message.mailto import parse_mailto
from securemail_desktop.resources import ui_dir
from securemail_desktop.store.errors import PassphraseNeeded

UNDO = timedelta(seconds=5)
NAME = "SecureMail"


def run(session: SessionPort, link: str = "", one: OneWindow | None = None) -> int:
    """Open the window on a session, and a new message for a `mailto:` link; return the exit code when it is closed.

    Other starts of the program on the same data come to the window by `one`.

    The session stays open for its owner to close.
    """
    application = make_application()
    PrivateFolder(base_folder()).wipe_left_over()
    background, garbage = Background(application), Garbage(application)
    window = MainWindow(session, make_look(application, chosen_scheme(session.preferences)), background, session.limits.undo)
    window.begun.connect(partial(settle_in, window, session, background, garbage))
    window.show()
    if link:
        open_link(window, session, link)
    if one is not None:
        one.asked.connect(partial(answer_start, window, session))
        one.listen()
    code = application.exec()
    session.interrupt()
    background.close()
    return code


def settle_in(window: MainWindow, session: SessionPort, background: Background, garbage: Garbage) -> None:
    """Start what the first rows need not wait for."""
    background.run(window, session.scan_apart, lambda _: None, lambda _: None, "review")  # in the lane that lives as long as the reviews
    garbage.spare_what_is_there()


def answer_start(window: MainWindow, session: SessionPort, link: str) -> None:
    """Come to the front because the program was started again; a link waits for the unlocking."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()
    if link:
        window.when_open(partial(open_link, window, session, link))


def open_link(window: MainWindow, session: SessionPort, link: str) -> None:
    """Open a new message with what the `mailto:` link asks for, or say why not; it is checked like any other."""
    try:
        asked = parse_mailto(link)
    except MessageError as error:
        window.tell(str(error), Tone.CAUTION)
        return
    window.compose(asked.draft(session.new_draft()) if session.accounts else None)


def build_window(
    session: SessionPort,
    background: Background | None = None,
    scheme: Scheme = Scheme.SYSTEM,
    undo: timedelta = UNDO,
) -> MainWindow:
    """Return the main window of a session, not shown yet; for callers that have an event loop of their own."""
    application = make_application()
    return MainWindow(session, make_look(application, scheme), background or Background(application), undo)


def make_application() -> QApplication:
    """Return the one application, made at the first call."""
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication([NAME])
    application.setApplicationName(NAME)
    application.setApplicationDisplayName("")
    application.setDesktopFileName("securemail")
    return application


def make_look(application: QApplication, scheme: Scheme = Scheme.SYSTEM) -> Look:
    """Return the application's look, dressed in our style."""
    known = application.findChild(Look)
    look = known if isinstance(known, Look) else Look(application, ui_dir() / "desktop", scheme)
    if known is not None:
        look.apply(scheme)
    return look


def explain(title: str, text: str) -> None:
    """Show one dialog with a reason and its remedy, and wait until it is closed: for what keeps the window from opening."""
    application = make_application()
    make_look(application)
    box = QMessageBox(QMessageBox.Icon.Warning, NAME, title, QMessageBox.StandardButton.Close)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(text)
    box.finished.connect(application.quit)
    box.open()
    application.exec()


def ask_passphrase(problem: str) -> str:
    """Ask for the passphrase of the mail store before there is a window; raise `PassphraseNeeded` when the question is closed."""
    application = make_application()
    answers: list[str] = []
    window = QWidget()
    window.setWindowTitle(NAME)
    page = LockPage(make_look(application), window)
    layout = QVBoxLayout(window)
    layout.addWidget(page)
    page.unlock_wanted.connect(answers.append)
    page.unlock_wanted.connect(application.quit)
    page.count(0)
    page.begin(closing=False, needs_passphrase=True)
    window.resize(420, 380)
    window.show()
    if problem:
        page.fail(problem)
    application.exec()
    window.deleteLater()
    if not answers:
        raise PassphraseNeeded
    return answers[0]


def display_problem() -> str:
    """Return why no window can open here, or an empty text: Qt would end the process without a word to the user."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if sys.platform != "linux" or chosen:
        return ""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return ""
    return "there is no display; on a machine without one use the commands that `securemail --help` lists"
