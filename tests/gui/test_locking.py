"""A locked window shows nothing of any message, ends the undo hold, and brings back exactly what was open."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.encryption.method import Method
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.locking import LockState
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.send_flow import Step
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.sending.state import Receipt, State
from securemail_desktop.store.errors import NoKeyring, StoreClosed
from tests.support.fake_session import FakeSession

pytestmark = pytest.mark.slow  # many seconds together

BOB = Recipient(parse_address("Bob Meyer <bob@partner.example>"))
LONG = timedelta(minutes=5)


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[MainWindow]:
    main = MainWindow(session, look, background, LONG)
    main.show()
    main.activateWindow()
    qtbot.waitUntil(main.isActiveWindow)
    yield main
    for child in main._composing:
        if isValid(child):
            child.deleteLater()
    main.deleteLater()
    qtbot.waitUntil(lambda: not isValid(main))  # its keys are of the whole application


def draft(session: FakeSession, text: str = "Hello") -> Draft:
    return replace(session.new_draft(), recipients=(BOB,), subject="Xyzzy result", text=text)


def lock(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window._locking._state is LockState.LOCKED)


def unlock(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.mouseClick(window._locking._page.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window._locking.is_open)


def seen() -> str:
    """Return every text that stands on a visible widget or in a window's title."""
    texts = []
    for widget in QApplication.allWidgets():
        if widget.isVisible():
            if isinstance(widget, QLabel | QPushButton | QLineEdit):
                texts.append(widget.text())
            elif isinstance(widget, QPlainTextEdit):
                texts.append(widget.toPlainText())
            texts.extend([widget.accessibleName(), widget.windowTitle(), widget.toolTip()])
    return "\n".join(texts)


def composed(qtbot: QtBot, window: MainWindow, session: FakeSession) -> ComposeWindow:
    compose = window.compose(draft(session))
    assert compose is not None
    qtbot.waitUntil(lambda: compose._live.current is not None)
    return compose


def test_nothing_of_a_message_can_be_seen_from_the_first_moment_on(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    session.keep(draft(session), (Receipt(BOB, Method.SMIME, State.HELD, "Because."),))
    window._outbox.refresh()
    qtbot.waitUntil(lambda: window._outbox._entries.rowCount() == 1)
    compose = composed(qtbot, window, session)
    menu = QMenu("Xyzzy", window)
    menu.popup(QPoint(0, 0))
    assert "Xyzzy" in seen()
    window._locking.lock()
    assert "Xyzzy" not in seen()
    assert "Bob" not in seen()
    assert not compose.isVisible()
    assert not menu.isVisible()
    assert not window._locking._page.button.isEnabled(), "nobody unlocks what is not locked yet"
    qtbot.waitUntil(lambda: session.locked)
    visible = [w for w in window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly) if w.isVisible()]
    assert visible == [window._locking._page]


def test_unlocking_brings_back_what_was_open(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    compose = composed(qtbot, window, session)
    compose._form.body.setPlainText("Half a sent")
    compose._form.body.moveCursor(compose._form.body.textCursor().MoveOperation.End)
    compose._form.to.line.setText("not yet an addr")
    lock(qtbot, window)
    assert session.drafts.open(compose._editor.draft().message_id).text == "Half a sent", "what was written is kept before the store closes"
    unlock(qtbot, window)
    assert compose.isVisible()
    assert (compose._form.body.toPlainText(), compose._form.body.textCursor().position()) == ("Half a sent", 11)
    assert compose._form.to.line.text() == "not yet an addr"
    assert window._form.root.isVisible()
    assert not window._locking._page.isVisible()
    qtbot.waitUntil(lambda: compose._live.current is not None)


def test_return_unlocks_where_there_is_no_passphrase(qtbot: QtBot, window: MainWindow) -> None:
    lock(qtbot, window)
    qtbot.keyClick(window._locking._page.button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window._locking.is_open)


def test_a_lock_ends_the_undo_hold_and_the_message_goes(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    compose = composed(qtbot, window, session)
    compose.send()
    qtbot.waitUntil(lambda: compose._flow.step is Step.HOLDING)
    lock(qtbot, window)
    assert [d.subject for d, _ in session.sent] == ["Xyzzy result"]
    assert session.calls.index("send window") < session.calls.index("lock"), "it is protected before the keys go"


def test_a_message_that_is_being_checked_is_a_draft_again(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    compose = composed(qtbot, window, session)
    session.gate.clear()
    compose._form.body.setPlainText("Changed")
    compose.send()
    assert compose._flow.step is Step.CHECKING
    window._locking.lock()
    session.gate.set()
    qtbot.waitUntil(lambda: window._locking._state is LockState.LOCKED)
    unlock(qtbot, window)
    qtbot.waitUntil(lambda: compose._live.current is not None)
    assert (compose._flow.step, session.sent) == (Step.WRITING, [])


def test_a_result_that_arrives_while_it_is_locked_is_shown_afterwards(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    compose = composed(qtbot, window, session)
    session.outcomes["bob@partner.example"] = (State.DEFERRED, "Xyzzy is away.")
    compose.send()
    qtbot.waitUntil(lambda: compose._flow.step is Step.HOLDING)
    lock(qtbot, window)
    qtbot.waitUntil(lambda: compose._flow.step is Step.DONE)
    assert not compose.isVisible()
    assert "Xyzzy" not in seen()
    unlock(qtbot, window)
    assert compose.isVisible()
    assert compose._form.pages.currentWidget() is compose._form.resultPage


@pytest.mark.parametrize("kind", [Qt.WindowType.Window, Qt.WindowType.Dialog])
def test_a_window_that_opens_late_is_seen_only_after_the_unlocking(qtbot: QtBot, window: MainWindow, kind: Qt.WindowType) -> None:
    lock(qtbot, window)
    late = QLabel("Xyzzy result")
    late.setWindowFlags(kind)
    qtbot.addWidget(late)
    late.show()
    assert late.testAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen), "not even for a moment"
    qtbot.waitUntil(lambda: not late.isVisible())
    assert "Xyzzy" not in seen()
    unlock(qtbot, window)
    assert late.isVisible()
    assert not late.testAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)


def test_the_source_of_a_message_that_comes_late_is_not_shown_over_a_lock(qtbot: QtBot, window: MainWindow) -> None:
    window._locking.lock()
    window._mail._show_source(b"Subject: Xyzzy result")
    qtbot.waitUntil(lambda: window._locking._state is LockState.LOCKED)
    qtbot.waitUntil(lambda: "Xyzzy" not in seen())
    unlock(qtbot, window)


def test_what_is_still_being_sent_is_a_number_only(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    for _ in range(2):
        session.keep(draft(session), (Receipt(BOB, Method.SMIME, State.DEFERRED, "The server is away."),))
    lock(qtbot, window)
    qtbot.waitUntil(lambda: "2 messages are still being sent." in seen())
    assert "Xyzzy" not in seen()


@pytest.mark.parametrize("key", [Qt.Key.Key_N, Qt.Key.Key_L])
def test_keys_do_nothing_while_it_is_locked(qtbot: QtBot, window: MainWindow, session: FakeSession, key: Qt.Key) -> None:
    lock(qtbot, window)
    qtbot.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
    assert window._composing == []
    assert session.calls.count("lock") == 1
    unlock(qtbot, window)


def test_a_wrong_passphrase_says_so_and_the_right_one_opens(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    session.passphrase = "correct horse"
    lock(qtbot, window)
    page = window._locking._page
    assert page.passphrase.hasFocus()
    for typed, opens in (("battery", False), ("correct horse", True)):
        page.passphrase.setText(typed)
        qtbot.keyClick(page.passphrase, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: window._locking._state in {LockState.OPEN, LockState.LOCKED})
        assert window._locking.is_open is opens
        assert page.passphrase.text() == ""
        assert ("This passphrase does not open your mail" in seen()) is not opens


def test_without_use_it_locks_by_itself(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> None:
    session.limits.lock_after = timedelta(milliseconds=400)
    main = MainWindow(session, look, background, LONG)
    main.show()
    qtbot.waitUntil(lambda: session.locked)
    main.deleteLater()
    qtbot.waitUntil(lambda: not isValid(main))


def test_a_key_is_a_sign_of_life(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> None:
    session.limits.lock_after = timedelta(minutes=10)
    main = MainWindow(session, look, background, LONG)
    main.show()
    timer = main._locking._idle._timer
    timer.start(1_000)
    qtbot.keyClick(main, Qt.Key.Key_A)
    assert timer.remainingTime() > 0
    timer.setInterval(600_000)
    qtbot.keyClick(main, Qt.Key.Key_A)
    assert timer.remainingTime() > 500_000, "the wait begins anew"
    main.deleteLater()


def test_a_lock_that_fails_hides_everything_and_says_why(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    session.error = RuntimeError("canary")
    window._locking.lock()
    qtbot.waitUntil(lambda: window._locking._state is LockState.LOCKED)
    assert "Something in the program went wrong" in seen()
    assert "canary" not in seen()
    session.error = None
    unlock(qtbot, window)


def test_a_lock_that_fails_is_still_opened_by_the_passphrase_only(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    session.passphrase, session.error = "correct horse", RuntimeError("canary")
    window._locking.lock()
    qtbot.waitUntil(lambda: window._locking._state is LockState.LOCKED)
    session.error = None
    page = window._locking._page
    assert page.passphrase.isVisible()
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "does not open your mail" in seen())
    assert not window._locking.is_open
    page.passphrase.setText("correct horse")
    unlock(qtbot, window)


def test_a_keyring_that_does_not_answer_at_the_lock_leaves_nobody_outside(
    qtbot: QtBot, window: MainWindow, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.passphrase = "correct horse"
    with monkeypatch.context() as broken:
        broken.setattr(session, "needs_passphrase", Mock(side_effect=NoKeyring("The keyring does not answer.")))
        window._locking.lock()
        qtbot.waitUntil(lambda: window._locking._state is LockState.LOCKED)
    assert "The keyring does not answer." in seen()
    window._locking._page.passphrase.setText("correct horse")
    unlock(qtbot, window)


def test_what_is_typed_during_a_save_is_kept_before_the_store_closes(
    qtbot: QtBot, window: MainWindow, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose, slow, save = composed(qtbot, window, session), Event(), session.drafts.save

    def slowly(kept: Draft, *, writing: bool = False) -> None:
        slow.wait(10)
        if session.locked:
            raise StoreClosed
        save(kept, writing=writing)

    monkeypatch.setattr(session.drafts, "save", slowly)
    compose._form.body.insertPlainText("first ")
    compose._autosave.now()
    compose._form.body.insertPlainText("second ")
    window._locking.lock()
    slow.set()
    qtbot.waitUntil(lambda: session.locked)
    [kept] = session.drafts.kept.values()
    assert kept.text.startswith("first second ")


def test_a_locked_window_asks_the_store_nothing_when_mail_arrives(qtbot: QtBot, window: MainWindow) -> None:
    assert window._notifier._is_on()
    lock(qtbot, window)
    assert not window._notifier._is_on()


@pytest.mark.parametrize("own", [True, False])
def test_what_was_copied_here_is_not_to_be_pasted_beside_a_locked_window(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch, own: bool
) -> None:
    clipboard = Mock(ownsClipboard=Mock(return_value=own), supportsSelection=Mock(return_value=False))
    monkeypatch.setattr(QApplication, "clipboard", lambda: clipboard)  # without a screen Qt knows no owner
    lock(qtbot, window)
    assert clipboard.clear.called is own, "what another program copied is not ours"


LISTENER = """
import sys
from PySide6.QtCore import QCoreApplication, QProcess, QTimer
from securemail_desktop.gui.system_lock import SystemLock
app = QCoreApplication([])
lock = SystemLock(app)
heard = []
lock.locked.connect(lambda: (heard.append(1), app.quit()))
send = ["--session", "--type=signal", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver.ActiveChanged"]
QTimer.singleShot(100, lambda: QProcess.startDetached("dbus-send", [*send, "boolean:false"]))
QTimer.singleShot(200, lambda: QProcess.startDetached("dbus-send", [*send, "boolean:true"]))
QTimer.singleShot(20_000, app.quit)
app.exec()
sys.exit(0 if heard == [1] else 1)
"""


@pytest.mark.slow
def test_the_screens_own_lock_is_heard(tmp_path: Path) -> None:
    try:
        done = subprocess.run(
            ["dbus-run-session", "--", sys.executable, "-c", LISTENER], check=False, timeout=60, capture_output=True, env=dict(os.environ)
        )
    except FileNotFoundError:
        pytest.skip("there is no D-Bus here")
    assert done.returncode == 0, done.stderr
