"""A person writes a message with the keyboard only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.accounts.errors import Unreachable
from securemail_desktop.encryption.method import Method
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.send_flow import Step
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import AddressField, Attachment, Draft, Recipient
from securemail_desktop.phi.errors import Outdated
from securemail_desktop.policy.decision import Block, Demand, DemandKind
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.state import Receipt, State
from tests.support.fake_session import FakeSession

BOB = "bob@partner.example"
TYPO, MEANT = "maria.lopez@gmial.example", "maria.lopez@gmail.example"


class Opener(Protocol):
    def __call__(self, draft: Draft | None = None) -> ComposeWindow: ...


def doubt(tier: Tier, *, key: str = TYPO) -> Concern:
    return Concern(
        "lookalike", tier, key, f"{key} looks like {MEANT}, whom you write to.", ("keep", "remove", f"replace:{MEANT}"), MEANT, risk=0.9
    )


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


def write(qtbot: QtBot, window: ComposeWindow, to: str, subject: str = "Result", text: str = "Hello") -> None:
    form = window._form
    form.to.line.insert(to)
    qtbot.keyClick(form.to.line, Qt.Key.Key_Return)
    form.subject.setFocus()
    form.subject.insert(subject)
    form.body.setFocus()
    form.body.insertPlainText(text)


def reviewed(qtbot: QtBot, window: ComposeWindow) -> None:
    qtbot.waitUntil(lambda: window._live.current is not None, timeout=5000)


def press_send(qtbot: QtBot, window: ComposeWindow) -> None:
    qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def sheet_button(window: ComposeWindow, text: str) -> QPushButton:
    return next(b for b in window._sheet.findChildren(QPushButton) if b.accessibleName() == text and not b.isHidden())


def finish(qtbot: QtBot, window: ComposeWindow, session: FakeSession) -> tuple[Receipt, ...]:
    with qtbot.waitSignal(window.sent, timeout=5000) as signal:
        pass
    return tuple(signal.args[0])


def test_writes_and_sends_by_keyboard(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.means[BOB] = Method.SMIME
    window = opened()
    write(qtbot, window, BOB, "Result", "MRN 1234567 biopsy")
    reviewed(qtbot, window)
    assert window._form.sendButton.text().replace("&", "") == "Send protected"
    press_send(qtbot, window)
    assert window._flow.step == Step.HOLDING
    receipts = finish(qtbot, window, session)
    assert [r.state for r in receipts] == [State.ACCEPTED]
    draft, answers = session.sent[0]
    assert (draft.subject, draft.text, answers) == ("Result", "MRN 1234567 biopsy", {})
    assert [r.address.key for r in draft.recipients] == [BOB]


def test_undo_brings_the_draft_back(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    write(qtbot, window, BOB)
    press_send(qtbot, window)
    qtbot.waitUntil(lambda: window._flow.step == Step.HOLDING)
    assert window._form.undoButton.hasFocus()
    qtbot.keyClick(window._form.undoButton, Qt.Key.Key_Space)
    assert window._flow.step == Step.WRITING
    qtbot.wait(500)
    assert session.sent == []
    assert window._form.body.toPlainText() == "Hello"
    assert window._form.body.isEnabled()


def test_keys_of_a_recipient_are_asked_for_once_and_what_is_new_is_reviewed(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.keys.news = True
    window = opened()
    write(qtbot, window, BOB)
    qtbot.waitUntil(lambda: session.keys.calls == [f"discover {BOB}"] and not session.keys.news)
    reviews = session.calls.count("review")
    qtbot.waitUntil(lambda: session.calls.count("review") > reviews or reviews > 1)
    window._form.body.insertPlainText(" more")
    reviewed(qtbot, window)
    assert session.keys.calls == [f"discover {BOB}"]


def test_policy_may_hold_longer(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.hold = timedelta(seconds=30)
    window = opened()
    write(qtbot, window, BOB)
    press_send(qtbot, window)
    qtbot.waitUntil(lambda: window._flow.step == Step.HOLDING)
    assert "30 seconds" in window._form.holdText.text()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window._flow.step == Step.WRITING


def test_no_recipient_is_said_and_nothing_sent(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    press_send(qtbot, window)
    assert "recipient" in window._form.bar.accessibleName()
    assert window._flow.step == Step.WRITING


def test_text_that_is_no_address_stays_with_the_reason(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    window._form.to.line.insert("bob at partner")
    press_send(qtbot, window)
    assert window._form.to.line.text() == "bob at partner"
    assert window._form.to._problem.isVisible()
    assert window._form.to._problem.text() == "“bob at partner” is no address: it has no @."
    assert window._flow.step == Step.WRITING


def test_bar_repairs_by_one_press(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.BAR),)
    window = opened()
    write(qtbot, window, TYPO)
    reviewed(qtbot, window)
    bar = window._form.bar
    assert bar.isVisible()
    assert TYPO in bar.accessibleName()
    first = next(b for b in bar.findChildren(QPushButton) if not b.isHidden())
    assert first.accessibleName() == f"Use {MEANT}"
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Space)
    assert [r.address.key for r in window._editor.draft().recipients] == [MEANT]
    assert not bar.isVisible()
    reviewed(qtbot, window)
    assert not bar.isVisible()


def test_bar_is_quiet_after_the_author_said_it_is_right(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.BAR),)
    window = opened()
    write(qtbot, window, TYPO)
    reviewed(qtbot, window)
    window._form.bar.chosen.emit("keep")
    assert not window._form.bar.isVisible()
    window._form.body.insertPlainText("more")
    reviewed(qtbot, window)
    assert not window._form.bar.isVisible()


def test_what_will_be_asked_at_send_stands_in_the_bar_before_all_else(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    bulk = Concern("bulk", Tier.BAR, "", "All see each other.", ("keep", "bcc"), risk=0.6)
    session.doubts = (bulk, replace(doubt(Tier.SHEET), risk=0.2))
    window = opened()
    write(qtbot, window, TYPO)
    reviewed(qtbot, window)
    assert TYPO in window._form.bar.accessibleName()


def test_what_is_said_quietly_of_the_whole_message_stands_beside_send(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (Concern("outside-together", Tier.CHIP, "", "They never were in one message.", ("keep", "bcc")),)
    window = opened()
    write(qtbot, window, TYPO)
    reviewed(qtbot, window)
    assert not window._form.bar.isVisible()
    assert window._form.verdictText.accessibleName().endswith("They never were in one message.")


def test_sheet_names_the_consequence_and_enter_takes_the_safe_way(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.SHEET),)
    session.means = {TYPO: Method.TLS, MEANT: Method.TLS}
    window = opened()
    write(qtbot, window, TYPO, text="Maria Lopez: HbA1c 7.1")
    press_send(qtbot, window)
    qtbot.waitUntil(window._sheet.isVisible)
    assert window._sheet._form.title.text() == f"Send Maria Lopez’s lab result to {TYPO}?"
    unsafe = sheet_button(window, f"Send to {TYPO} anyway")
    window._sheet._form.proof.domain.insert("gmial.example")
    unsafe.setFocus()
    qtbot.keyClick(unsafe, Qt.Key.Key_Return)
    receipts = finish(qtbot, window, session)
    assert [r.recipient.address.key for r in receipts] == [MEANT]


def test_escape_goes_back_to_the_draft(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.SHEET),)
    window = opened()
    write(qtbot, window, TYPO)
    press_send(qtbot, window)
    qtbot.waitUntil(window._sheet.isVisible)
    qtbot.keyClick(window._sheet, Qt.Key.Key_Escape)
    assert window._flow.step == Step.WRITING
    assert not window._sheet.isVisible()
    assert window._form.body.isEnabled()
    assert session.sent == []


def test_unsafe_choice_needs_a_deliberate_press_and_is_recorded(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.SHEET),)
    window = opened()
    write(qtbot, window, TYPO)
    press_send(qtbot, window)
    qtbot.waitUntil(window._sheet.isVisible)
    qtbot.keyClick(sheet_button(window, f"Send to {TYPO} anyway"), Qt.Key.Key_Space)
    finish(qtbot, window, session)
    assert [a.choice for a in session.sent[0][1].values()] == ["keep"]


def test_reason_must_be_long_enough(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.demands = (Demand("outside", DemandKind.JUSTIFY, "Why does this leave the hospital?", (BOB,), 10),)
    window = opened()
    write(qtbot, window, BOB)
    press_send(qtbot, window)
    qtbot.waitUntil(window._sheet.isVisible)
    send = sheet_button(window, f"Send to {BOB} with this reason")
    assert not send.isEnabled()
    window._sheet._form.proof.reason.insertPlainText("too short")
    assert not send.isEnabled()
    window._sheet._form.proof.reason.insertPlainText(", now long enough")
    assert send.isEnabled()
    qtbot.keyClick(send, Qt.Key.Key_Space)
    finish(qtbot, window, session)
    assert [a.reason for a in session.sent[0][1].values()] == ["too short, now long enough"]


def test_questions_come_one_after_the_other_on_the_same_sheet(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.SHEET),)
    session.demands = (Demand("outside", DemandKind.CONFIRM, "It leaves the hospital.", ()),)
    window = opened()
    write(qtbot, window, TYPO)
    press_send(qtbot, window)
    qtbot.waitUntil(window._sheet.isVisible)
    assert "It leaves the hospital." in window._sheet._form.others.text()
    qtbot.keyClick(sheet_button(window, f"Send to {TYPO} anyway"), Qt.Key.Key_Space)
    assert window._sheet.isVisible()
    assert window._sheet._form.message.text() == "It leaves the hospital."
    unsafe = next(b for b in window._sheet.findChildren(QPushButton) if b.property("unsafe") and not b.isHidden())
    qtbot.keyClick(unsafe, Qt.Key.Key_Space)
    finish(qtbot, window, session)
    assert sorted(a.choice for a in session.sent[0][1].values()) == ["confirm", "keep"]


def test_blocked_recipient_is_taken_out_by_the_safe_button(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.blocks = (Block("no-press", "Messages to the press go through the press office.", ("press@news.example",)),)
    window = opened()
    write(qtbot, window, f"{BOB}, press@news.example")
    press_send(qtbot, window)
    qtbot.waitUntil(window._sheet.isVisible)
    assert "can’t go to press@news.example" in window._sheet._form.title.text()
    qtbot.keyClick(window._sheet, Qt.Key.Key_Return)
    receipts = finish(qtbot, window, session)
    assert [r.recipient.address.key for r in receipts] == [BOB]


def test_message_that_is_blocked_whole_never_goes(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.blocks = (Block("stop", "No mail today."),)
    window = opened()
    write(qtbot, window, BOB)
    press_send(qtbot, window)
    qtbot.waitUntil(window._sheet.isVisible)
    qtbot.keyClick(window._sheet, Qt.Key.Key_Return)
    assert window._flow.step == Step.WRITING
    assert session.sent == []


def test_what_is_held_is_shown_with_its_reason(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.means[BOB] = Method.TLS
    window = opened()
    write(qtbot, window, f"{BOB}, carol@home.example", text="MRN 1234567 biopsy")
    press_send(qtbot, window)
    finish(qtbot, window, session)
    assert window._form.resultPage.isVisible()
    assert window._form.resultTitle.text() == "Partly sent"
    rows = [window._receipts.index(n).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(2)]
    assert rows[1] == "carol@home.example: Held. No way is known that only they can open"
    assert [e.state for e in session.entries] == [State.HELD]


def test_failure_keeps_the_draft_and_says_why(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    write(qtbot, window, BOB)
    reviewed(qtbot, window)
    session.error = Unreachable("The mail server does not answer.")
    press_send(qtbot, window)
    qtbot.waitUntil(lambda: "does not answer" in window._form.bar.accessibleName(), timeout=5000)
    assert window._flow.step == Step.WRITING
    assert window._form.body.toPlainText() == "Hello"


def test_unchecked_message_is_not_sent(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.error = ValueError("MRN 1234567")
    window = opened()
    write(qtbot, window, BOB, text="MRN 1234567")
    press_send(qtbot, window)
    qtbot.waitUntil(lambda: "could not be checked" in window._form.verdictText.text(), timeout=5000)
    assert "1234567" not in window._form.verdictText.text() + window._form.bar.accessibleName()
    assert window._flow.step == Step.WRITING


def test_stale_review_is_dropped(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    write(qtbot, window, BOB, text="MRN 1234567 biopsy")
    session.gate.clear()
    window._live.now()
    shown = window._form.verdictText.text()
    window._form.body.clear()
    window._live.now()
    session.gate.set()
    reviewed(qtbot, window)
    assert window._live.current is not None
    assert window._live.current.draft.text == ""
    assert "patient" not in shown + window._form.verdictText.text()


def test_a_review_is_given_up_when_the_draft_changes(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    session.gate.clear()
    write(qtbot, window, BOB, text="MRN 1234567")
    qtbot.waitUntil(lambda: "review" in session.calls)
    session.calls.clear()
    qtbot.keyClicks(window._form.body, "x")
    assert "drop_review" in session.calls
    session.gate.set()
    reviewed(qtbot, window)


def test_a_draft_that_has_not_changed_is_reviewed_again_when_its_review_was_given_up(
    qtbot: QtBot, session: FakeSession, opened: Opener
) -> None:
    window = opened()
    session.error = Outdated()
    write(qtbot, window, BOB, text="MRN 1234567")
    qtbot.waitUntil(lambda: session.calls.count("review") > 1)
    session.error = None
    reviewed(qtbot, window)
    assert not window._live.current.reading


def test_closing_asks_before_anything_is_lost(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    write(qtbot, window, BOB)
    assert not window.close()
    assert window._sheet.isVisible()
    qtbot.keyClick(window._sheet, Qt.Key.Key_Return)
    assert window.isVisible()
    assert window._form.body.toPlainText() == "Hello"


def test_empty_window_closes_at_once(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    assert opened().close()


def test_titles_and_labels_hold_plain_text_only(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    write(qtbot, window, '"<b>Bob</b>" <bob@partner.example>', "<img src=file:///x>", "Maria Lopez biopsy")
    reviewed(qtbot, window)
    assert "img" not in window.windowTitle()
    index = window._form.to._model.index(0)
    assert "<b>" not in str(index.data(Qt.ItemDataRole.ToolTipRole))
    assert "<b>Bob</b>" in str(index.data(Qt.ItemDataRole.AccessibleTextRole))


def test_rich_text_is_pasted_as_plain_text_and_files_become_attachments(
    qtbot: QtBot, session: FakeSession, opened: Opener, tmp_path: Path
) -> None:
    window = opened()
    rich = QMimeData()
    rich.setHtml("<p>Bold <b>words</b></p>")
    rich.setText("Bold words")
    window._form.body.insertFromMimeData(rich)
    assert window._form.body.toPlainText() == "Bold words"
    file = tmp_path / "plan.txt"
    file.write_text("biopsy")
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(file))])
    window._form.body.insertFromMimeData(files)
    qtbot.waitUntil(lambda: window._editor.files.rowCount() == 1)
    assert window._editor.draft().attachments[0].content == b"biopsy"
    window._form.attachments.setFocus()
    window._form.attachments.setCurrentIndex(window._editor.files.index(0))
    qtbot.keyClick(window._form.attachments, Qt.Key.Key_Delete)
    assert window._editor.draft().attachments == ()


def test_missing_file_is_said(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    window._editor.attaching.attach(["/nowhere/plan.txt"])
    qtbot.waitUntil(lambda: "plan.txt could not be read" in window._form.bar.accessibleName())


def test_sending_waits_until_the_files_are_read(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.unread, draft = {"lab.pdf"}, session.new_draft()
    session.files_gate.clear()
    file = Attachment("lab.pdf", "application/pdf", b"%PDF-")
    window = opened(replace(draft, recipients=(Recipient(parse_address(BOB)),), text="Hello", attachments=(file,)))
    reviewed(qtbot, window)
    shown = window._editor.files.index(0)
    assert "reading…" in str(shown.data(Qt.ItemDataRole.AccessibleTextRole))
    window._form.body.insertPlainText(" Bob")  # typing goes on, and is reviewed, while the file is read
    reviewed(qtbot, window)
    press_send(qtbot, window)
    assert window._flow.step == Step.CHECKING
    session.files_gate.set()
    qtbot.waitUntil(lambda: bool(session.sent), timeout=5000)
    assert session.calls.count("read_attachments") == 1
    assert session.sent[0][0].text in {"Hello Bob", " BobHello"}


def test_a_long_reason_wraps_in_a_narrow_window(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened(replace(session.new_draft(), attachments=(Attachment("the report of the ward of November " * 3, "", b"x"),) * 2))
    window.resize(420, 640)
    files = window._form.attachments
    qtbot.waitUntil(lambda: 0 < files.visualRect(window._editor.files.index(0)).right() <= files.viewport().width())
    assert files.visualRect(window._editor.files.index(0)).height() > 2 * files.fontMetrics().height()


def test_reopened_draft_shows_all_fields(session: FakeSession, opened: Opener) -> None:
    recipients = tuple(Recipient(parse_address(f"{f.value}@x.example"), f) for f in AddressField)
    draft = replace(session.new_draft(), recipients=recipients, subject="S", text="T", html="<p>T</p>")
    window = opened(draft)
    assert all(field.isVisible() for field in window._editor.fields.values())
    assert window._editor.draft() == draft
    window._form.body.insertPlainText("x")
    assert window._editor.draft().html == ""


def tab_through(qtbot: QtBot, window: ComposeWindow, count: int) -> list[str]:
    seen = []
    for _ in range(count):
        focused = window.focusWidget()
        assert focused is not None
        seen.append(focused.accessibleName() or focused.objectName())
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    return seen


def test_focus_follows_reading_order(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened(replace(session.new_draft(), recipients=(Recipient(parse_address(BOB)),)))
    reviewed(qtbot, window)
    window._form.fromBox.setFocus()
    order = tab_through(qtbot, window, 9)
    assert order == [
        "From",
        "Add copy recipients",
        "Add hidden copy recipients",
        "To: recipients",
        "To: add a recipient",
        "Subject",
        "Message",
        "attachButton",
        "sendButton",
    ]


def test_focus_stays_in_the_sheet(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.SHEET),)
    window = opened()
    write(qtbot, window, f"{TYPO}, {BOB}")
    press_send(qtbot, window)
    qtbot.waitUntil(window._sheet.isVisible)
    names = tab_through(qtbot, window, 5)
    assert names == [f"Use {MEANT}", f"Remove {TYPO}", "Go back to the draft", f"Send to {TYPO} anyway", f"Use {MEANT}"]


def test_chips_by_keyboard(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened(replace(session.new_draft(), recipients=(Recipient(parse_address(BOB)), Recipient(parse_address(TYPO)))))
    field = window._form.to
    field.line.setFocus()
    qtbot.keyClick(field.line, Qt.Key.Key_Backspace)
    assert field.chips.hasFocus()
    qtbot.keyClick(field.chips, Qt.Key.Key_Delete)
    assert [r.address.key for r in field.recipients()] == [BOB]
    qtbot.keyClick(field.chips, Qt.Key.Key_Return)
    assert field.line.text() == BOB
    assert field.recipients() == ()


@pytest.mark.qt_log_ignore("does not support")  # the offscreen platform says so of popups
def test_completion_offers_contacts(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.book = (parse_address("Bob Meyer <bob@partner.example>"), parse_address("Carol <carol@x.example>"))
    window = opened()
    line = window._form.to.line
    line.setFocus()
    qtbot.keyClicks(line, "bo")
    qtbot.waitUntil(window._form.to._popup.isVisible)
    qtbot.keyClick(window._form.to._popup, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [r.address.key for r in window._form.to.recipients()] == [BOB])
    assert line.text() == ""


@pytest.mark.qt_log_ignore("does not support")
@pytest.mark.parametrize("leave", [Qt.Key.Key_Comma, None])
def test_what_was_typed_is_taken_over_while_contacts_are_offered(
    qtbot: QtBot, session: FakeSession, opened: Opener, leave: Qt.Key | None
) -> None:
    session.book = (parse_address("Bob Meyer <bob@partner.example>"),)
    window = opened()
    field = window._form.to
    field.line.setFocus()
    qtbot.keyClicks(field.line, BOB)
    qtbot.waitUntil(field._popup.isVisible)
    if leave is None:
        window._form.subject.setFocus()
        field._popup.hide()
    else:
        qtbot.keyClick(field._popup, leave)
    qtbot.waitUntil(lambda: [r.address.key for r in field.recipients()] == [BOB])
    assert field.line.text() == ""
    assert not field._popup.isVisible()


@pytest.mark.qt_log_ignore("does not support")  # the offscreen platform says so of popups
def test_an_address_that_was_written_in_full_is_never_replaced_by_a_longer_one(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.book = (parse_address("bob@partner.example.org"), parse_address("bob@partner.example.net"))
    window = opened()
    to = window._form.to
    to.line.setFocus()
    qtbot.keyClicks(to.line, "bob@partner.example")
    qtbot.waitUntil(to._popup.isVisible)
    assert not to._popup.currentIndex().isValid()
    qtbot.keyClick(to._popup, Qt.Key.Key_Return)
    assert [r.address.key for r in to.recipients()] == [BOB]


@pytest.mark.qt_log_ignore("does not support")  # the offscreen platform says so of popups
def test_contacts_for_an_earlier_text_are_not_chosen(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.book = (parse_address("bo@elsewhere.example"),)
    window = opened()
    to = window._form.to
    to.line.setFocus()
    qtbot.keyClicks(to.line, "bo")
    qtbot.waitUntil(lambda: to._popup.isVisible() and to._popup.currentIndex().isValid())
    qtbot.keyClicks(to._popup, "b@partner.example")  # the list still shows what was for "bo"
    assert not to._popup.currentIndex().isValid()
    qtbot.keyClick(to._popup, Qt.Key.Key_Return)
    assert [r.address.key for r in to.recipients()] == [BOB]


def test_findings_are_marked_in_utf16_and_reached_by_key(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    write(qtbot, window, BOB, text="😀😀 MRN 1234567 biopsy")
    reviewed(qtbot, window)
    body = window._form.body
    assert [s.cursor.selectedText() for s in body.extraSelections()] == ["MRN 1234567", "biopsy"]
    qtbot.keyClick(body, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert body.textCursor().selectedText() == "biopsy"
    assert "Health information" in window._form.bar.accessibleName()


def test_a_long_draft_paints_its_visible_marks_only(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened()
    write(qtbot, window, BOB, text="MRN 1234567 had a biopsy and more was said of it.\n" * 4000)
    reviewed(qtbot, window)
    body = window._form.body
    assert len(body._marks) == 8000
    assert 0 < len(body.extraSelections()) < 400
    body.verticalScrollBar().setValue(body.verticalScrollBar().maximum() // 2)
    assert 0 < len(body.extraSelections()) < 400


def test_marks_move_with_what_is_typed_before_them_and_go_when_they_are_typed_in(
    qtbot: QtBot, session: FakeSession, opened: Opener
) -> None:
    window = opened()
    write(qtbot, window, BOB, text="The MRN 1234567 had a biopsy, MRN 7654321 had none.")
    reviewed(qtbot, window)
    body = window._form.body

    def marked() -> list[str]:
        return [selection.cursor.selectedText() for selection in body.extraSelections()]

    assert sorted(marked()) == ["MRN 1234567", "MRN 7654321", "biopsy"]
    body.moveCursor(QTextCursor.MoveOperation.Start)
    qtbot.keyClicks(body, "So ")
    assert sorted(marked()) == ["MRN 1234567", "MRN 7654321", "biopsy"]
    cursor = body.textCursor()
    cursor.setPosition(len("So The MRN 12"))
    body.setTextCursor(cursor)
    qtbot.keyClick(body, "x")
    assert sorted(marked()) == ["MRN 7654321", "biopsy"]


def test_closing_during_the_hold_sends_at_once(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.hold = timedelta(seconds=30)
    window = opened()
    write(qtbot, window, BOB)
    press_send(qtbot, window)
    qtbot.waitUntil(lambda: window._flow.step == Step.HOLDING)
    window.close()
    qtbot.waitUntil(lambda: len(session.sent) == 1, timeout=5000)


def test_what_cannot_be_answered_here_is_said_and_held(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.demands = (Demand("two", DemandKind.SECOND_APPROVER, "A second person must agree.", ()),)
    window = opened()
    write(qtbot, window, BOB)
    reviewed(qtbot, window)
    assert "A second person must agree." in window._form.bar.accessibleName()
    press_send(qtbot, window)
    receipts = finish(qtbot, window, session)
    assert [r.state for r in receipts] == [State.HELD]
    assert window._form.resultTitle.text() == "Held"
