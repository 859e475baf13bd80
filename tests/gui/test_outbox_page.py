"""The outbox by keyboard: every state in words, and the way out of it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.accounts.errors import Unreachable
from securemail_desktop.encryption.method import Method
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.folder_model import Kind
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.tones import Tone
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Recipient
from securemail_desktop.sending.state import OutboxEntry, Receipt, State
from tests.gui.conftest import UNDO  # type: ignore[import-not-found]  # pytest puts the checkout on the path
from tests.support.fake_session import FakeSession

pytestmark = [pytest.mark.qt_log_ignore("does not support raise"), pytest.mark.slow]  # the offscreen platform says so
BOB = Recipient(parse_address("Bob Meyer <bob@partner.example>"))


def put(session: FakeSession, state: State, reason: str = "Because.", subject: str = "Result") -> OutboxEntry:
    draft = replace(session.new_draft(), recipients=(BOB,), subject=subject, text="Hello")
    return session.keep(draft, (Receipt(BOB, Method.SMIME, state, reason),))


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[MainWindow]:
    main = MainWindow(session, look, background, UNDO)
    main.show()
    main.activateWindow()
    qtbot.waitUntil(lambda: "resume at once" in session.calls)
    qtbot.waitUntil(lambda: main._form.folders.places.inbox() >= 0)
    main._form.folders.go_to(Kind.OUTBOX)
    yield main
    for child in main._composing:
        if isValid(child):
            child.deleteLater()
    main.deleteLater()


def buttons(window: MainWindow) -> dict[str, QPushButton]:
    return {b.accessibleName(): b for b in window._outbox._form.actions.findChildren(QPushButton) if not b.isHidden()}


def shown(qtbot: QtBot, window: MainWindow, count: int) -> None:
    window._outbox.refresh()
    qtbot.waitUntil(lambda: window._outbox._entries.rowCount() == count)


def test_empty_outbox_says_so(window: MainWindow) -> None:
    assert window._outbox._form.emptyPage.isVisible()


@pytest.mark.parametrize(
    ("state", "actions"),
    [
        (State.READY, {"Try again"}),
        (State.COMMITTING, set()),
        (State.DEFERRED, {"Try again", "Discard"}),
        (State.REFUSED, {"Open and change", "Discard"}),
        (State.HELD, {"Open and change", "Try again", "Discard"}),
        (State.UNKNOWN, {"Look for it again", "Send again", "Discard"}),
    ],
)
def test_each_state_has_its_actions(qtbot: QtBot, session: FakeSession, window: MainWindow, state: State, actions: set[str]) -> None:
    put(session, state)
    shown(qtbot, window, 1)
    assert set(buttons(window)) == actions
    assert "Because." in window._outbox._form.detailState.text()
    spoken = window._outbox._entries.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith(": Result, to Bob Meyer. Because.")


def test_retry_by_keyboard(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    put(session, State.DEFERRED)
    shown(qtbot, window, 1)
    qtbot.keyClick(buttons(window)["Try again"], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window._outbox._entries.rowCount() == 0)
    assert window._form.statusText.text() == "Sent to bob@partner.example."


def test_what_went_well_passes_and_stays_in_the_outbox(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(window.isActiveWindow)
    window._status._passing.setInterval(0)
    window._sent((Receipt(BOB, Method.SMIME, State.ACCEPTED, ""),))
    qtbot.waitUntil(window._form.status.isHidden)
    assert window._outbox.last.isVisible()
    assert window._outbox.last.text().endswith(" · Sent to bob@partner.example.")


def test_what_went_wrong_or_can_be_taken_back_does_not_pass(window: MainWindow) -> None:
    for sentence, tone, back in (("Held.", Tone.CAUTION, None), ("Moved.", Tone.GOOD, lambda: None)):
        window.tell(sentence, tone, back)
        assert window._form.status.isVisible()
        assert not window._status._passing.isActive()


def test_failed_retry_says_why(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    put(session, State.DEFERRED)
    shown(qtbot, window, 1)
    session.error = Unreachable("The mail server does not answer.")
    buttons(window)["Try again"].click()
    qtbot.waitUntil(lambda: window._form.statusText.text() == "The mail server does not answer.")
    assert len(session.entries) == 1


def test_unknown_is_sent_again_only_after_a_deliberate_press(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    entry = put(session, State.UNKNOWN)
    shown(qtbot, window, 1)
    buttons(window)["Send again"].click()
    sheet = window._outbox._sheet
    assert "twice" in sheet._form.message.text()
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert not sheet.isVisible()
    assert f"send_again {entry.id}" not in session.calls
    buttons(window)["Send again"].click()
    qtbot.keyClick(next(b for b in sheet.findChildren(QPushButton) if b.property("unsafe") and not b.isHidden()), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: f"send_again {entry.id}" in session.calls)


def test_discard_asks_first(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    put(session, State.HELD)
    shown(qtbot, window, 1)
    buttons(window)["Discard"].click()
    sheet = window._outbox._sheet
    assert "Bob Meyer will not get it." in sheet._form.message.text()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert len(session.entries) == 1
    buttons(window)["Discard"].click()
    qtbot.keyClick(next(b for b in sheet.findChildren(QPushButton) if b.property("unsafe") and not b.isHidden()), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: session.entries == [])


def test_reopen_gives_the_draft_back(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    put(session, State.HELD, subject="Held one")
    shown(qtbot, window, 1)
    buttons(window)["Open and change"].click()
    qtbot.waitUntil(lambda: len(window._composing) == 1)
    assert window._composing[0]._form.subject.text() == "Held one"
    assert "Held one" not in window._composing[0].windowTitle() + window.windowTitle()


def test_badge_counts_what_needs_the_author_and_what_waits(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    put(session, State.HELD)
    put(session, State.DEFERRED)
    shown(qtbot, window, 2)
    place = window._form.folders.place
    assert place is not None
    assert (place.name, place.count, place.urgent) == ("Outbox", 2, True)
    assert place.spoken == "Outbox: 1 message needs your decision, 1 message waits for the server"


def test_what_waited_and_went_is_told_of_and_what_was_given_up_is_not(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    put(session, State.DEFERRED)
    put(session, State.DEFERRED)
    shown(qtbot, window, 2)
    del session.entries[0]
    window._outbox.refresh()
    qtbot.waitUntil(lambda: window._form.statusText.text() == "1 message that had to wait went out.")
    buttons(window)["Discard"].click()
    sheet = window._outbox._sheet
    qtbot.waitUntil(sheet.is_settled)
    qtbot.keyClick(next(b for b in sheet.findChildren(QPushButton) if b.property("unsafe") and not b.isHidden()), Qt.Key.Key_Space)
    shown(qtbot, window, 0)
    assert window._form.statusText.text() == "The message was given up."


def test_the_button_tries_at_once(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    put(session, State.DEFERRED)
    shown(qtbot, window, 1)
    session.calls.clear()
    window._outbox._form.refreshButton.click()
    qtbot.waitUntil(lambda: "resume at once" in session.calls)


def test_selection_stays_on_its_message(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    put(session, State.HELD, subject="old")
    shown(qtbot, window, 1)
    put(session, State.HELD, subject="new")
    shown(qtbot, window, 2)
    assert window._outbox._form.detailSubject.text() == "old"


def test_new_message_by_key_and_quit_asks(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    compose = window._composing[0]
    assert isinstance(compose, ComposeWindow)
    compose._form.body.insertPlainText("half a thought")
    assert not window.close()
    assert compose._sheet.isVisible()
    assert compose._form.body.toPlainText() == "half a thought"


def test_quit_waits_for_a_message_that_is_being_sent(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    compose = window.compose(replace(session.new_draft(), recipients=(BOB,), subject="S", text="T"))
    assert compose is not None
    compose.send()
    qtbot.waitUntil(lambda: compose._flow.step == "holding", timeout=5000)
    session.gate.clear()
    assert not window.close()
    window._unsent._is_confirmed = True  # the sheet was answered; tests of leaving press it
    assert not window.close()
    assert window.isVisible()
    assert "being sent" in window._form.statusText.text()
    session.gate.set()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=5000)
    assert len(session.sent) == 1


def test_without_an_account_there_is_nothing_to_write_with(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> None:
    session.accounts, session.notices = (), ("No mail account is set up yet.",)
    main = MainWindow(session, look, background, UNDO)
    qtbot.addWidget(main)
    main.show()
    assert main._first.page is not None
    assert main.compose() is None


def test_markup_in_mail_stays_text(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    put(session, State.HELD, reason="<img src=file:///x>", subject="<b>bold</b>")
    shown(qtbot, window, 1)
    for label in (window._outbox._form.detailSubject, window._outbox._form.detailState):
        assert label.textFormat() == Qt.TextFormat.PlainText
        assert "<" in label.text()
