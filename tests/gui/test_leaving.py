"""Quitting with unsent mail asks, and names what waits; what was being written when the program died is offered again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.encryption.method import Method
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.leaving import leaving_question
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.send_flow import Step
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Recipient
from securemail_desktop.sending.state import OutboxEntry, Receipt, State
from tests.support.fake_session import NOW, FakeSession

pytestmark = [pytest.mark.qt_log_ignore("does not support raise"), pytest.mark.slow]  # the offscreen platform says so
BOB = Recipient(parse_address("bob@partner.example"))


def entry(state: State) -> OutboxEntry:
    receipt = Receipt(BOB, Method.NONE, state, "why")
    return OutboxEntry(state.value, "Result", state, "why", (receipt,), NOW, state in {State.HELD, State.REFUSED, State.UNKNOWN})


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[MainWindow]:
    main = MainWindow(session, look, background, timedelta(seconds=60))
    main.show()
    main.activateWindow()
    qtbot.waitUntil(main.isActiveWindow)
    yield main
    for child in main._composing:
        if isValid(child):
            child.deleteLater()
    main.deleteLater()


def sheet(window: MainWindow) -> list[QPushButton]:
    return [b for b in window._unsent._sheet.findChildren(QPushButton) if not b.isHidden()]


def press(qtbot: QtBot, window: MainWindow, start: str) -> None:
    qtbot.waitUntil(window._unsent._sheet.is_settled)
    qtbot.mouseClick(next(b for b in sheet(window) if b.accessibleName().startswith(start)), Qt.MouseButton.LeftButton)


def with_entries(qtbot: QtBot, window: MainWindow, session: FakeSession, *states: State) -> None:
    session.entries = [entry(state) for state in states]
    window._outbox.refresh()
    qtbot.waitUntil(lambda: len(window._outbox.entries()) == len(states))


@pytest.mark.parametrize(
    ("under_way", "states", "title", "message", "button"),
    [
        (1, (), "1 message has not been sent", "1 is being sent: quitting waits for that.", "Quit"),
        (0, (State.DEFERRED,), "1 message has not been sent", "1 waits for the server and goes when SecureMail is next open.", "Quit"),
        (
            2,
            (State.READY, State.DEFERRED, State.HELD),
            "5 messages have not been sent",
            (
                "2 are being sent: quitting waits for that. 2 wait for the server and go when SecureMail is next open."
                " 1 waits in the Outbox for your decision."
            ),
            "Quit",
        ),
    ],
)
def test_the_sheet_names_what_waits(under_way: int, states: tuple[State, ...], title: str, message: str, button: str) -> None:
    question = leaving_question(under_way, [entry(state) for state in states])
    assert question is not None
    assert (question.title, question.message, question.back) == (title, message, "Stay")
    assert [(c.label, c.safe) for c in question.choices] == [(button, False)]


def test_nothing_unsent_asks_nothing(window: MainWindow) -> None:
    assert leaving_question(0, [entry(State.ACCEPTED)]) is None
    assert window.close()


def test_staying_is_the_default(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    with_entries(qtbot, window, session, State.DEFERRED)
    assert not window.close()
    qtbot.waitUntil(window._unsent._sheet.is_settled)
    assert sheet(window)[0].accessibleName() == "Stay"
    qtbot.keyClick(window._unsent._sheet, Qt.Key.Key_Return)
    assert window.isVisible()
    assert not window.close()


def test_quitting_all_the_same(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    with_entries(qtbot, window, session, State.DEFERRED, State.HELD)
    window.close()
    press(qtbot, window, "Quit")
    qtbot.waitUntil(lambda: not window.isVisible())


def test_a_message_that_is_held_for_undo_goes_before_the_program_ends(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    session.means[BOB.address.key] = Method.SMIME
    compose = window.compose(replace(session.new_draft(), recipients=(BOB,), subject="S", text="Hello"))
    assert isinstance(compose, ComposeWindow)
    compose.send()
    qtbot.waitUntil(lambda: compose._flow.step is Step.HOLDING)
    window.close()
    assert session.sent == []
    press(qtbot, window, "Quit")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert [draft.text for draft, _ in session.sent] == ["Hello"]


@pytest.mark.parametrize(("count", "said"), [(1, "1 draft from before"), (2, "2 drafts from before")])
def test_drafts_from_before_a_crash_are_offered(
    qtbot: QtBot, session: FakeSession, look: Look, background: Background, count: int, said: str
) -> None:
    for number in range(count):
        session.drafts.save(replace(session.new_draft(), message_id=f"<{number}@x.example>"), writing=True)
    main = MainWindow(session, look, background, timedelta(seconds=1))
    qtbot.addWidget(main)
    main.show()
    qtbot.waitUntil(lambda: main._form.statusText.text().startswith(said))
    again = MainWindow(session, look, background, timedelta(seconds=1))
    qtbot.addWidget(again)
    qtbot.waitUntil(lambda: session.drafts.calls.count("all") >= 2)
    assert "before" not in again._form.statusText.text()


def test_a_draft_is_written_in_one_window_only(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    draft = replace(session.new_draft(), text="Hello")
    first = window.compose(draft)
    assert window.compose(draft) is first
    assert window.compose() is not first


def answer(qtbot: QtBot, compose: ComposeWindow, start: str) -> None:
    qtbot.waitUntil(lambda: compose._sheet.isVisible() and compose._sheet.is_settled())
    buttons = [b for b in compose._sheet.findChildren(QPushButton) if not b.isHidden() and b.accessibleName().startswith(start)]
    qtbot.mouseClick(buttons[0], Qt.MouseButton.LeftButton)


def written(window: MainWindow, text: str) -> ComposeWindow:
    compose = window.compose()
    assert compose is not None
    compose._form.body.insertPlainText(text)
    return compose


def test_quitting_asks_of_one_draft_after_the_other_and_then_ends(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    first = written(window, "one")
    session.calls.append("another Message-ID")
    second = written(window, "two")
    assert not window.close()
    answer(qtbot, first, "Keep in Drafts")
    answer(qtbot, second, "Discard")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert [draft.text for draft in session.drafts.kept.values()] == ["one"]


def test_who_goes_on_writing_does_not_quit_by_closing_that_window_later(qtbot: QtBot, window: MainWindow) -> None:
    compose = written(window, "one")
    window.close()
    answer(qtbot, compose, "Keep writing")
    compose.close()
    answer(qtbot, compose, "Keep in Drafts")
    qtbot.waitUntil(lambda: not isValid(compose))
    qtbot.waitUntil(lambda: window._composing == [])
    assert window.isVisible()
