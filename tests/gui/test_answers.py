"""Every answer of the author reaches the journal: on the sheet, in the bar, at the chip; and what he looks at can be repaired by one key."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QTextCursor
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.audit.feedback import FeedbackRecord
from securemail_desktop.encryption.method import Method
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.chip_menu import chip_menu, repair_of
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.recipient_model import Chip
from securemail_desktop.gui.send_flow import Step
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Recipient
from securemail_desktop.policy.decision import Block, Demand, DemandKind
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.questions import concern_id
from tests.support.fake_session import FakeSession

pytestmark = pytest.mark.slow  # many seconds together

TYPO, MEANT, BOB = "maria.lopez@gmial.example", "maria.lopez@gmail.example", "bob@partner.example"
Opener = Callable[..., ComposeWindow]


def doubt(tier: Tier, check: str = "lookalike") -> Concern:
    return Concern(check, tier, TYPO, f"{TYPO} looks like {MEANT}.", ("keep", "remove", f"replace:{MEANT}"), MEANT, risk=0.9)


@pytest.fixture
def opened(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[Opener]:
    windows: list[ComposeWindow] = []

    def build(*to: str, text: str = "Hello", subject: str = "Hi") -> ComposeWindow:
        recipients = tuple(Recipient(parse_address(a)) for a in to)
        draft = replace(session.new_draft(), recipients=recipients, text=text, subject=subject)
        window = ComposeWindow(session, draft, look, background, timedelta(0))
        windows.append(window)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: window.isActiveWindow() and window._live.current is not None, timeout=5000)
        return window

    yield build
    for window in windows:
        if isValid(window):
            window.deleteLater()


def button(window: ComposeWindow, text: str) -> QPushButton:
    holder = window._sheet if window._sheet.isVisible() else window._form.bar
    return next(b for b in holder.findChildren(QPushButton) if b.accessibleName() == text and not b.isHidden())


def to(window: ComposeWindow) -> list[str]:
    return [r.address.key for r in window._editor.draft().recipients]


def recorded(qtbot: QtBot, session: FakeSession) -> dict[str, str]:
    qtbot.waitUntil(lambda: bool(session.attempts), timeout=5000)
    return {name: answer.choice for name, answer in session.attempts[-1][1].items()}


def test_repair_in_the_bar_is_recorded_with_the_review_it_was_about(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.BAR),)
    window = opened(TYPO)
    qtbot.keyClick(button(window, f"Use {MEANT}"), Qt.Key.Key_Space)
    assert recorded(qtbot, session) == {concern_id(doubt(Tier.BAR)): f"replace:{MEANT}"}
    review, answers = session.attempts[0]
    assert [o.recipient.address.key for o in review.outlooks] == [TYPO]
    assert all(a.shown_ms >= 0 for a in answers.values())


def test_what_is_kept_in_the_bar_goes_with_the_message(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.BAR),)
    window = opened(TYPO)
    qtbot.keyClick(button(window, "It’s right"), Qt.Key.Key_Space)
    assert not window._form.bar.isVisible()
    with qtbot.waitSignal(window.sent, timeout=5000):
        window.send()
    assert {name: a.choice for name, a in session.sent[0][1].items()} == {concern_id(doubt(Tier.BAR)): "keep"}
    assert session.preferences.decisions() == ()


def test_decision_for_thirty_days_is_kept_shown_and_recorded(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.BAR),)
    window = opened(TYPO)
    qtbot.keyClick(button(window, "Right for 30 days"), Qt.Key.Key_Space)
    again = opened(TYPO)
    assert not again._form.bar.isVisible()
    assert "You said that it is right; this holds until" in again._form.to._model.chip(0).sentence
    with qtbot.waitSignal(again.sent, timeout=5000):
        again.send()
    assert [a.choice for a in session.sent[0][1].values()] == ["remembered"]


def test_no_decision_is_offered_for_patient_data_to_a_new_address(session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.BAR), replace(doubt(Tier.CHIP), check="first-contact", choices=("keep",)))
    window = opened(TYPO, text="MRN 1234567 biopsy")
    shown = [b.accessibleName() for b in window._form.bar.findChildren(QPushButton) if not b.isHidden()]
    assert shown == [f"Use {MEANT}", f"Remove {TYPO}", "It’s right"]


def test_a_doubt_for_the_sheet_can_be_repaired_while_writing_but_kept_at_send_only(session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.SHEET),)
    window = opened(TYPO)
    shown = [b.accessibleName() for b in window._form.bar.findChildren(QPushButton) if not b.isHidden()]
    assert shown == [f"Use {MEANT}", f"Remove {TYPO}"]


def test_repair_on_the_sheet_is_recorded(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.SHEET),)
    window = opened(TYPO)
    window.send()
    with qtbot.waitSignal(window.sent, timeout=5000):
        qtbot.keyClick(button(window, f"Use {MEANT}"), Qt.Key.Key_Space)
    assert recorded(qtbot, session) == {concern_id(doubt(Tier.SHEET)): f"replace:{MEANT}"}
    assert [r.address.key for r in session.sent[0][0].recipients] == [MEANT]


def test_going_back_is_recorded(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.SHEET),)
    window = opened(TYPO)
    window.send()
    qtbot.keyClick(window._sheet, Qt.Key.Key_Escape)
    assert recorded(qtbot, session) == {concern_id(doubt(Tier.SHEET)): "back"}
    assert window._flow.step == Step.WRITING


@pytest.mark.parametrize(
    ("recipients", "key", "choice"), [((BOB, TYPO), Qt.Key.Key_Return, "without"), ((TYPO,), Qt.Key.Key_Escape, "back")]
)
def test_answer_to_a_block_is_recorded(
    qtbot: QtBot, session: FakeSession, opened: Opener, recipients: tuple[str, ...], key: Qt.Key, choice: str
) -> None:
    session.blocks = (Block("press", "Never.", (TYPO,)),)
    window = opened(*recipients)
    window.send()
    qtbot.keyClick(window._sheet, key)
    assert recorded(qtbot, session) == {"block": choice}


def test_an_answer_that_cannot_be_recorded_is_said(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.SHEET),)
    window = opened(TYPO)
    window.send()
    session.error = ValueError("x")
    qtbot.keyClick(window._sheet, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: "could not be recorded" in window._form.bar.accessibleName(), timeout=5000)


@pytest.mark.parametrize(
    "modifier_key", [(Qt.KeyboardModifier.NoModifier, Qt.Key.Key_F4), (Qt.KeyboardModifier.AltModifier, Qt.Key.Key_Return)]
)
@pytest.mark.parametrize("tier", [Tier.SHEET, Tier.BAR, Tier.CHIP])
def test_one_key_repairs_a_misaddressed_recipient(
    qtbot: QtBot, session: FakeSession, opened: Opener, tier: Tier, modifier_key: tuple[Qt.KeyboardModifier, Qt.Key]
) -> None:
    session.doubts = (doubt(tier),)
    window = opened(BOB, TYPO)
    modifier, key = modifier_key
    qtbot.keyClick(window._form.body, key, modifier)
    assert to(window) == [BOB, MEANT]
    assert recorded(qtbot, session) == {concern_id(doubt(tier)): f"replace:{MEANT}"}


def test_the_key_at_a_chip_is_about_that_chip(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.CHIP),)
    window = opened(BOB, TYPO)
    chips = window._form.to.chips
    chips.setFocus()
    assert chips.currentIndex().row() == 0
    qtbot.keyClick(chips, Qt.Key.Key_Right)
    qtbot.keyClick(chips, Qt.Key.Key_F4)
    assert to(window) == [BOB, MEANT]


def test_menu_of_a_chip_offers_repairs_first(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    given: list[str] = []
    chip = Chip(parse_address(TYPO), None, (doubt(Tier.CHIP),))
    window = opened(TYPO)
    menu = chip_menu(chip, lambda c, choice: given.append(choice), lambda: given.append("edit"), lambda: given.append("remove"), window)
    actions = [action for action in menu.actions() if not action.isSeparator()]
    assert [a.text() for a in actions] == [f"Use {MEANT}\tF4", "Edit\tF2", "Remove\tDel"]
    for action in actions:
        action.trigger()
    assert given == [f"replace:{MEANT}", "edit", "remove"]
    assert repair_of(Chip(parse_address(BOB))) is None


def test_menu_key_is_about_the_chip_where_the_keyboard_is(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    chips = opened(BOB, TYPO)._form.to.chips
    wanted: list[int] = []
    chips.menu_wanted.disconnect()
    chips.menu_wanted.connect(lambda row, _: wanted.append(row))
    chips.setFocus()
    chips.setCurrentIndex(chips.model().index(1, 0))
    QApplication.sendEvent(chips.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0)))
    assert wanted == [1]


def test_a_finding_is_explained_and_replaced_by_key(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened(BOB, text="😀 MRN 1234567 biopsy", subject="MRN 7654321")
    form = window._form
    qtbot.keyClick(form.body, Qt.Key.Key_F8)
    assert form.body.textCursor().selectedText() == "MRN 1234567"
    assert "found by the detector “mrn”" in form.bar.accessibleName()
    qtbot.keyClick(form.body, Qt.Key.Key_F4)
    assert form.body.toPlainText() == "😀 [removed] biopsy"
    form.body.undo()
    assert "MRN 1234567" in form.body.toPlainText()


def test_findings_of_the_subject_are_reached_too(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened(BOB, text="biopsy", subject="MRN 7654321!")
    form = window._form
    qtbot.keyClick(form.body, Qt.Key.Key_F8)  # the term in the body
    qtbot.keyClick(form.body, Qt.Key.Key_F8)  # around the end
    assert form.subject.selectedText() == "MRN 7654321"
    qtbot.keyClick(button(window, "Replace “MRN 7654321” by [removed]"), Qt.Key.Key_Space)
    assert form.subject.text() == "[removed]!"


def test_the_next_mark_is_the_one_that_was_just_written(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    body = opened(BOB, text="MRN 1234567 had a biopsy", subject="MRN 7654321")._form.body
    body.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.keyClick(body, Qt.Key.Key_F8)
    assert body.textCursor().selectedText() == "biopsy"
    qtbot.keyClick(body, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert body.textCursor().selectedText() == "MRN 1234567"


def test_escape_closes_an_explanation_and_leaves_the_keyboard_where_it_is(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    form = opened(BOB, text="biopsy", subject="MRN 7654321")._form
    form.subject.setFocus()
    qtbot.keyClick(form.subject, Qt.Key.Key_F8)
    assert form.bar.isVisible()
    qtbot.keyClick(form.subject, Qt.Key.Key_Escape)
    assert form.bar.isHidden()
    assert form.subject.hasFocus()
    assert form.subject.selectedText() == "MRN 7654321"


def test_escape_answers_no_doubt_about_a_recipient(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.doubts = (doubt(Tier.BAR),)
    form = opened(TYPO, text="MRN 1234567")._form
    sentence = form.bar.accessibleName()
    qtbot.keyClick(form.body, Qt.Key.Key_F8)
    assert form.bar.accessibleName() != sentence
    for _ in range(2):
        qtbot.keyClick(form.body, Qt.Key.Key_Escape)
        assert form.bar.isVisible()
        assert form.bar.accessibleName() == sentence


def test_a_false_finding_is_reported_without_its_text(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened(BOB, text="MRN 1234567 biopsy")
    qtbot.keyClick(window._form.body, Qt.Key.Key_F8)
    qtbot.keyClick(button(window, "Not patient data"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(session.reports), timeout=5000)
    assert session.reports == [FeedbackRecord("mrn", "MRN", "body", "AAA 0000000")]
    assert "Reported" in window._form.bar.accessibleName()


def test_reason_and_time_of_an_answer_go_with_the_message(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    session.means = {BOB: Method.SMIME}
    session.demands = (Demand("rule", DemandKind.JUSTIFY, "Why?", (BOB,), 5),)
    window = opened(BOB)
    window.send()
    window._sheet._form.proof.reason.insertPlainText("because")
    with qtbot.waitSignal(window.sent, timeout=5000):
        qtbot.keyClick(button(window, f"Send protected to {BOB} with this reason"), Qt.Key.Key_Space)
    answers = list(session.sent[0][1].values())
    assert [(a.choice, a.reason) for a in answers] == [("justify", "because")]


def test_a_message_that_could_not_be_checked_can_be_checked_again(qtbot: QtBot, session: FakeSession, opened: Opener) -> None:
    window = opened(BOB)
    session.error = ValueError("MRN 1234567")
    window._form.body.insertPlainText("more")
    qtbot.waitUntil(lambda: "could not be checked" in window._form.bar.accessibleName(), timeout=5000)
    assert window._form.to._model.chip(0).sentence == f"{BOB}. Not checked."
    session.error = None
    qtbot.keyClick(button(window, "Check again"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window._live.current is not None, timeout=5000)
    assert not window._form.bar.isVisible()
    assert window._form.to._model.chip(0).line == "Goes as ordinary mail"
