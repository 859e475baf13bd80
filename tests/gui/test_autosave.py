"""What is written is kept: while it is written, when the window closes, when the disk is full, and never after it was sent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.encryption.method import Method
from securemail_desktop.gui import autosave
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.send_flow import Step
from securemail_desktop.message.draft import Draft
from securemail_desktop.store.errors import StoreFull
from tests.gui.test_compose_window import BOB, Opener, press_send, write
from tests.support.fake_mail import FakeDrafts
from tests.support.fake_session import FakeSession

pytestmark = pytest.mark.slow  # several seconds together

FULL = StoreFull("The disk is full, nothing was changed: free some space and try again.")


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autosave, "PAUSE_MS", 20)
    monkeypatch.setattr(autosave, "LONGEST_MS", 60)


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


def only(drafts: FakeDrafts) -> Draft:
    (draft,) = drafts.kept.values()
    return draft


def choose(qtbot: QtBot, window: ComposeWindow, text: str) -> None:
    qtbot.waitUntil(window._sheet.is_settled)
    button = next(b for b in window._sheet.findChildren(QPushButton) if b.accessibleName() == text and not b.isHidden())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def closed(qtbot: QtBot, window: ComposeWindow) -> None:
    qtbot.waitUntil(lambda: not isValid(window) or not window.isVisible())


def test_what_is_typed_is_saved_after_a_pause_and_said_quietly(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    write(qtbot, window, BOB)
    qtbot.waitUntil(lambda: bool(session.drafts.kept) and only(session.drafts).text == "Hello")
    assert session.drafts.writing == {only(session.drafts).message_id}
    qtbot.waitUntil(lambda: window._form.savedText.text() == "Saved")
    window._form.body.insertPlainText("!")
    assert window._form.savedText.text() == ""
    qtbot.waitUntil(lambda: window._form.savedText.text() == "Saved")
    assert only(session.drafts).text == "Hello!"


def test_an_author_who_never_pauses_is_saved_too(
    qtbot: QtBot, session: FakeSession, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "PAUSE_MS", 60_000)
    window = opened()
    window._form.body.insertPlainText("on and on")
    qtbot.waitUntil(lambda: bool(session.drafts.kept))


def test_nothing_is_saved_that_has_not_changed(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    write(qtbot, window, BOB)
    qtbot.waitUntil(lambda: window._form.savedText.text() == "Saved")
    saves = session.drafts.calls.count(f"save {only(session.drafts).message_id}")
    window._autosave.touch()
    with qtbot.waitSignal(window._autosave._pause.timeout):
        pass
    window._autosave.now()
    assert session.drafts.calls.count(f"save {only(session.drafts).message_id}") == saves


def test_a_slow_disk_keeps_no_key_waiting(qtbot: QtBot, session: FakeSession, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    gate, save = Event(), session.drafts.save

    def slow(draft: Draft, *, writing: bool = False) -> None:
        gate.wait(10)
        save(draft, writing=writing)

    monkeypatch.setattr(session.drafts, "save", slow)
    window = opened()
    window._form.body.insertPlainText("one ")
    qtbot.waitUntil(lambda: window._autosave._saving)
    window._form.body.insertPlainText("two")
    window._autosave.now()
    assert session.drafts.kept == {}
    gate.set()
    qtbot.waitUntil(lambda: bool(session.drafts.kept) and only(session.drafts).text == "one two")


def test_an_address_that_is_still_in_its_line_is_kept(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    qtbot.keyClicks(window._form.to.line, BOB)
    qtbot.waitUntil(lambda: bool(session.drafts.kept) and [r.address.key for r in only(session.drafts).recipients] == [BOB])
    assert window._form.to.recipients() == ()


def test_a_full_disk_is_said_until_it_is_mended(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.drafts.error = FULL
    window = opened()
    write(qtbot, window, BOB)
    qtbot.waitUntil(lambda: "could not be saved" in window._form.bar.accessibleName())
    assert "free some space" in window._form.bar.accessibleName()
    assert window._form.savedText.text() == "Not saved"
    window._live.now()
    qtbot.waitUntil(lambda: window._live.current is not None)
    assert "could not be saved" in window._form.bar.accessibleName()
    session.drafts.error = None
    qtbot.waitUntil(lambda: window._form.savedText.text() == "Saved")
    assert window._form.bar.isHidden()
    assert only(session.drafts).text == "Hello"


def test_closing_keeps_the_draft_by_default(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    write(qtbot, window, BOB)
    assert not window.close()
    qtbot.waitUntil(window._sheet.is_settled)
    qtbot.keyClick(window._sheet, Qt.Key.Key_Return)
    closed(qtbot, window)
    assert only(session.drafts).text == "Hello"
    assert session.drafts.writing == frozenset()


def test_a_discarded_draft_is_gone(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    write(qtbot, window, BOB)
    qtbot.waitUntil(lambda: bool(session.drafts.kept))
    window.close()
    choose(qtbot, window, "Discard the draft")
    closed(qtbot, window)
    assert session.drafts.kept == {}


def test_writing_on_changes_nothing(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    write(qtbot, window, BOB)
    window.close()
    choose(qtbot, window, "Keep writing")
    assert window.isVisible()
    assert window._form.body.toPlainText() == "Hello"


def test_a_window_whose_draft_cannot_be_kept_stays_open(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.drafts.error = FULL
    window = opened()
    write(qtbot, window, BOB)
    window.close()
    choose(qtbot, window, "Keep in Drafts")
    qtbot.waitUntil(lambda: "could not be saved" in window._form.bar.accessibleName())
    assert window.isVisible()


def test_what_is_typed_while_the_draft_is_put_away_is_kept_too(
    qtbot: QtBot, session: FakeSession, opened: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, save = Event(), session.drafts.save

    def slow(draft: Draft, *, writing: bool = False) -> None:
        gate.wait(10)
        save(draft, writing=writing)

    monkeypatch.setattr(session.drafts, "save", slow)
    window = opened()
    write(qtbot, window, BOB)
    window.close()
    choose(qtbot, window, "Keep in Drafts")
    window._form.body.insertPlainText(" and more")
    gate.set()
    closed(qtbot, window)
    assert only(session.drafts).text == "Hello and more"


def test_a_draft_that_became_empty_leaves_nothing(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    window._form.body.insertPlainText("x")
    qtbot.waitUntil(lambda: bool(session.drafts.kept))
    window._form.body.clear()
    assert window.close()
    qtbot.waitUntil(lambda: session.drafts.kept == {})


def test_a_message_is_kept_before_it_is_held_for_undo(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.means[BOB] = Method.SMIME
    draft = session.new_draft()
    window = opened()
    write(qtbot, window, BOB)
    press_send(qtbot, window)
    qtbot.waitUntil(lambda: window._flow.step is Step.HOLDING)
    qtbot.waitUntil(lambda: only(session.drafts).text == "Hello")
    assert session.sent == []
    assert draft.message_id


def test_an_untouched_answer_is_kept_before_it_is_held_for_undo(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.mail.put(1, "Result")
    window = opened(replace(session.mail.reply(1, everyone=False), text="As written."))
    press_send(qtbot, window)
    qtbot.waitUntil(lambda: window._flow.step is Step.HOLDING)
    qtbot.waitUntil(lambda: only(session.drafts).text == "As written.")


def test_a_save_that_waits_for_the_disk_never_brings_a_sent_message_back(
    qtbot: QtBot, session: FakeSession, opened: Opener, background: Background
) -> None:
    window = opened()
    write(qtbot, window, BOB)
    send = window._autosave.handing_over(lambda *_: ())
    window._autosave._pause.stop()
    window._autosave._longest.stop()
    qtbot.waitUntil(lambda: not window._autosave._saving)
    session.drafts.kept.clear()
    send(session.review(window._editor.draft()), {}, "window")
    window._form.body.insertPlainText("late")
    window._autosave.now()
    qtbot.waitUntil(lambda: not window._autosave._saving)
    assert session.drafts.kept == {}


def test_after_a_send_that_failed_the_draft_is_kept_again(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    write(qtbot, window, BOB)
    press_send(qtbot, window)
    qtbot.waitUntil(lambda: window._flow.step is Step.HOLDING)
    session.error = FULL
    qtbot.waitUntil(lambda: window._flow.step is Step.WRITING, timeout=5000)
    session.error = None
    window._form.body.insertPlainText("again")
    qtbot.waitUntil(lambda: "again" in only(session.drafts).text)
