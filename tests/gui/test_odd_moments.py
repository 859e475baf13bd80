"""What a person, or the program, does at the wrong moment of a send never sends what was not checked, and loses nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from unittest.mock import Mock

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.gui import attaching
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.send_flow import Step
from securemail_desktop.message.draft import Attachment, Draft
from securemail_desktop.policy.decision import Block
from securemail_desktop.recipients.concern import Tier
from securemail_desktop.sending.attempt import BACK
from securemail_desktop.store.errors import StoreFull
from tests.gui.test_compose_window import BOB, TYPO, Opener, doubt, press_send, reviewed, write
from tests.support.fake_session import FakeSession

pytestmark = pytest.mark.slow  # several seconds together

PRESS = "press@news.example"


@pytest.fixture
def opened(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[Opener]:
    windows: list[ComposeWindow] = []

    def build(draft: Draft | None = None) -> ComposeWindow:
        window = ComposeWindow(session, draft or session.new_draft(), look, background, timedelta(seconds=0.3))
        windows.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    yield build
    for window in windows:
        if isValid(window):
            window.deleteLater()


def choose(qtbot: QtBot, window: ComposeWindow, text: str) -> None:
    button = next(b for b in window._sheet.findChildren(QPushButton) if b.accessibleName() == text and not b.isHidden())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def gone(qtbot: QtBot, window: ComposeWindow) -> None:
    qtbot.waitUntil(lambda: not isValid(window) or not window.isVisible())


@pytest.mark.parametrize("answer", ["Discard the draft", "Keep in Drafts"])
def test_closing_while_it_is_checked_sends_nothing(qtbot: QtBot, session: FakeSession, opened: Opener, answer: str) -> None:
    window = opened()
    write(qtbot, window, BOB)
    session.gate.clear()
    press_send(qtbot, window)
    assert window._flow.step == Step.CHECKING
    window.close()
    session.gate.set()
    reviewed(qtbot, window)
    choose(qtbot, window, answer)
    gone(qtbot, window)
    assert session.sent == []
    assert len(session.drafts.kept) == (answer == "Keep in Drafts")


@pytest.mark.parametrize("answer", ["Discard the draft", "Keep in Drafts"])
def test_closing_at_a_block_takes_nobody_out_and_sends_nothing(qtbot: QtBot, session: FakeSession, opened: Opener, answer: str) -> None:
    session.blocks = (Block("no-press", "Messages to the press go through the press office.", (PRESS,)),)
    window = opened()
    write(qtbot, window, f"{BOB}, {PRESS}")
    press_send(qtbot, window)
    qtbot.waitUntil(window._sheet.isVisible)
    window.close()
    assert window._sheet._form.title.text() == "Keep this draft?"
    choose(qtbot, window, answer)
    gone(qtbot, window)
    assert session.sent == []
    assert [a.choice for _, answers in session.attempts for a in answers.values()] == [BACK]
    assert [len(draft.recipients) for draft in session.drafts.kept.values()] == [2] * (answer == "Keep in Drafts")


def test_closing_at_a_question_answers_it_with_going_back(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.SHEET),)
    window = opened()
    write(qtbot, window, TYPO)
    press_send(qtbot, window)
    qtbot.waitUntil(window._sheet.isVisible)
    window.close()
    choose(qtbot, window, "Keep in Drafts")
    gone(qtbot, window)
    assert session.sent == []
    assert [a.choice for _, answers in session.attempts for a in answers.values()] == [BACK]


def test_send_by_key_does_nothing_while_it_is_asked_whether_to_keep_the_draft(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    write(qtbot, window, BOB)
    reviewed(qtbot, window)
    window.close()
    assert window._sheet.isVisible()
    press_send(qtbot, window)
    assert window._flow.step == Step.WRITING
    choose(qtbot, window, "Discard the draft")
    gone(qtbot, window)
    assert session.sent == []


def test_what_was_waved_through_in_the_bar_is_asked_again_once_it_is_about_a_patient(
    qtbot: QtBot, session: FakeSession, opened: Opener
) -> None:
    session.doubts = (doubt(Tier.BAR),)
    window = opened()
    write(qtbot, window, TYPO)
    reviewed(qtbot, window)
    window._form.bar.chosen.emit("keep")
    session.doubts = (doubt(Tier.SHEET),)
    window._form.body.insertPlainText("Maria Lopez: HbA1c 7.1")
    reviewed(qtbot, window)
    press_send(qtbot, window)
    qtbot.waitUntil(window._sheet.isVisible)
    assert window._flow.step == Step.ASKING


@pytest.mark.parametrize("choice", ["keep-on", "keep"])
def test_what_was_waved_through_never_holds_a_message_unasked(qtbot: QtBot, session: FakeSession, opened: Opener, choice: str) -> None:
    session.doubts = (doubt(Tier.BAR),)
    window = opened()
    write(qtbot, window, TYPO)
    reviewed(qtbot, window)
    window._form.bar.chosen.emit(choice)
    session.doubts = (doubt(Tier.SHEET),)
    window._form.body.insertPlainText("more")
    reviewed(qtbot, window)
    press_send(qtbot, window)
    qtbot.waitUntil(window._sheet.isVisible)
    choose(qtbot, window, f"Send to {TYPO} anyway")
    qtbot.waitUntil(lambda: bool(session.sent), timeout=5000)
    assert [a.choice for a in session.sent[0][1].values()] == ["keep"]


def test_another_sentence_is_another_doubt(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (replace(doubt(Tier.BAR), message="The file is about Ann, but you write to Bob."),)
    window = opened()
    write(qtbot, window, TYPO)
    reviewed(qtbot, window)
    window._form.bar.chosen.emit("keep")
    session.doubts = (replace(doubt(Tier.BAR), message="The file is about Tom, but you write to Bob."),)
    window._form.body.insertPlainText("more")
    reviewed(qtbot, window)
    assert "Tom" in window._form.bar.accessibleName()
    assert window._doubts.answers() == {}


def test_a_file_that_is_read_during_the_hold_stops_the_message(
    qtbot: QtBot, session: FakeSession, opened: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slow, plan = Event(), Attachment("plan.txt", "text/plain", b"biopsy")
    monkeypatch.setattr(attaching, "read_file", lambda path, room: slow.wait(10) and plan)
    session.hold = timedelta(minutes=5)
    window = opened()
    write(qtbot, window, BOB)
    session.gate.clear()
    press_send(qtbot, window)
    pasted = QMimeData()
    pasted.setUrls([QUrl.fromLocalFile(str(tmp_path / "plan.txt"))])
    window._form.body.insertFromMimeData(pasted)
    session.gate.set()
    qtbot.waitUntil(lambda: window._flow.step == Step.HOLDING)
    slow.set()
    qtbot.waitUntil(lambda: window._editor.files.rowCount() == 1)
    window._flow.send_now()
    assert window._flow.step == Step.WRITING
    assert "changed after it was checked" in window._form.bar.accessibleName()
    assert session.sent == []
    session.hold = timedelta(0)
    reviewed(qtbot, window)
    press_send(qtbot, window)
    qtbot.waitUntil(lambda: bool(session.sent), timeout=5000)
    assert session.sent[0][0].attachments == (plan,)


def test_an_answer_about_a_text_that_changed_under_the_sheet_is_asked_for_again(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.SHEET),)
    window = opened()
    write(qtbot, window, TYPO)
    press_send(qtbot, window)
    qtbot.waitUntil(window._sheet.isVisible)
    window._editor.files.reset((Attachment("plan.txt", "text/plain", b"biopsy"),))
    window._editor.attaching.changed.emit()
    choose(qtbot, window, f"Send to {TYPO} anyway")
    qtbot.waitUntil(window._sheet.isVisible)
    assert window._flow.step == Step.ASKING
    choose(qtbot, window, f"Send to {TYPO} anyway")
    qtbot.waitUntil(lambda: bool(session.sent), timeout=5000)
    assert [a.filename for a in session.sent[0][0].attachments] == ["plan.txt"]


def test_no_file_is_asked_for_while_the_message_is_held(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.hold = timedelta(seconds=30)
    window = opened()
    write(qtbot, window, BOB)
    press_send(qtbot, window)
    qtbot.waitUntil(lambda: window._flow.step == Step.HOLDING)
    qtbot.keyClick(window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.findChildren(QFileDialog) == []


def test_a_decision_that_cannot_be_kept_is_said(
    qtbot: QtBot, session: FakeSession, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.doubts = (doubt(Tier.BAR),)
    window = opened()
    write(qtbot, window, TYPO)
    reviewed(qtbot, window)
    monkeypatch.setattr(session.preferences, "decide", Mock(side_effect=StoreFull("The disk is full: free some space.")))
    window._form.bar.chosen.emit("keep-on")
    assert "could not be kept for 30 days. The disk is full" in window._form.bar.accessibleName()
    assert [a.choice for a in window._doubts.answers().values()] == ["keep-on"]


def test_closing_while_a_file_is_read_says_that_it_will_be_missing(
    qtbot: QtBot, session: FakeSession, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Event()
    monkeypatch.setattr(attaching, "read_file", lambda path, room: slow.wait(10) and Attachment("plan.txt", "text/plain", b"x"))
    window = opened()
    window._editor.attaching.attach(["/plan.txt"])
    assert not window.close(), "an empty draft is discarded unasked, but this one is not empty"
    assert "still being read will not be in it" in window._sheet._form.message.text()
    choose(qtbot, window, "Keep writing")
    slow.set()
    qtbot.waitUntil(lambda: window._editor.files.rowCount() == 1)
    window.close()
    assert "still being read" not in window._sheet._form.message.text()
