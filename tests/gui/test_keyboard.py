"""Every window by keyboard: each control is reached by Tab, in reading order, and says what it is; the names are those of people."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.accounts.errors import Unreachable
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import Part
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.folder_model import Kind
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.source_window import SourceWindow
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import AddressField, Attachment, Recipient
from securemail_desktop.policy.decision import Block, Demand, DemandKind
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.sending.state import Receipt, State
from tests.support.fake_mail import INBOX, Content
from tests.support.fake_session import FakeSession
from tests.support.keyboard import backward_steps, controls, described, place, spoken, tabbed

pytestmark = pytest.mark.slow  # many seconds together

TYPO, MEANT, BOB = "maria@gmial.example", "maria@gmail.example", "bob@partner.example"
PHI = "Maria Lopez MRN 1234567 biopsy"
Room = tuple[Look, Background, QtBot]


def compose(room: Room, session: FakeSession, *to: str, send: bool = False) -> ComposeWindow:
    look, background, qtbot = room
    recipients = tuple(Recipient(parse_address(a), f) for a, f in zip(to, [AddressField.TO, *AddressField, *AddressField], strict=False))
    draft = replace(session.new_draft(), recipients=recipients, text=PHI, subject="Result")
    draft = replace(draft, attachments=(Attachment("scan.pdf", "application/pdf", b"x"),) if to else ())
    window = ComposeWindow(session, draft, look, background, timedelta(seconds=60))
    window.show()
    qtbot.waitUntil(lambda: window._live.current is not None, timeout=5000)
    if send:
        window.send()
    return window


def doubt(tier: Tier) -> Concern:
    return Concern("lookalike", tier, TYPO, "Why.", ("keep", "remove", f"replace:{MEANT}"), MEANT, 0.9)


def empty(room: Room) -> QWidget:
    return compose(room, FakeSession())


def full(room: Room) -> QWidget:
    return compose(room, FakeSession(means={BOB: Method.SMIME}, doubts=(doubt(Tier.BAR),)), TYPO, BOB, "carol@x.example", "dave@x.example")


def finding(room: Room) -> QWidget:
    window = compose(room, FakeSession(means={BOB: Method.SMIME}), BOB)
    window._places.go(1)
    return window


def sheet(room: Room) -> QWidget:
    return compose(room, FakeSession(doubts=(doubt(Tier.SHEET),)), TYPO, BOB, send=True)


def sheet_with_tick(room: Room) -> QWidget:
    return compose(room, FakeSession(demands=(Demand("r", DemandKind.ACKNOWLEDGE, "Why.", (BOB,)),)), TYPO, BOB, send=True)


def sheet_with_reason(room: Room) -> QWidget:
    return compose(room, FakeSession(demands=(Demand("r", DemandKind.JUSTIFY, "Why.", (BOB,), 9),)), TYPO, BOB, send=True)


def sheet_of_a_block(room: Room) -> QWidget:
    return compose(room, FakeSession(blocks=(Block("r", "Never.", (TYPO,)),)), TYPO, BOB, send=True)


def held(room: Room) -> QWidget:
    return compose(room, FakeSession(means={BOB: Method.SMIME}), BOB, send=True)


def main(room: Room, session: FakeSession) -> MainWindow:
    look, background, qtbot = room
    window = MainWindow(session, look, background, timedelta(0))
    window.show()
    window.activateWindow()
    window.resize(1200, 800)
    rows = len(session.mail.rows[INBOX])
    qtbot.waitUntil(lambda: window._mail.list.table.messages.rowCount() == rows and not window._mailbox._looking, timeout=5000)
    return window


def mailbox_empty(room: Room) -> QWidget:
    return main(room, FakeSession())


def mailbox_reading(room: Room) -> QWidget:
    session = FakeSession()
    session.mail.put(INBOX, "Result", Content("Text", files=(Part("application/pdf", "result.pdf", b"%PDF"),)))
    window = main(room, session)
    window._mail.list.table.go_to(0)
    room[2].waitUntil(lambda: window._mail.pane.reading is not None, timeout=5000)
    return window


def mailbox_offline(room: Room) -> QWidget:
    session = FakeSession()
    session.mail.put(INBOX, "Result")
    session.mail.error = Unreachable("The mail server does not answer.")
    window = main(room, session)
    room[2].waitUntil(window._mail.list._form.bar.isVisible, timeout=5000)
    return window


def drafts(room: Room) -> QWidget:
    session = FakeSession()
    session.drafts.save(replace(session.new_draft(), subject="Begun"))
    window = main(room, session)
    window._form.folders.go_to(Kind.DRAFTS)
    room[2].waitUntil(lambda: window._drafts.stop().isVisible(), timeout=5000)
    return window


def outbox_empty(room: Room) -> QWidget:
    window = main(room, FakeSession())
    window._form.folders.go_to(Kind.OUTBOX)
    return window


def outbox_full(room: Room) -> QWidget:
    session = FakeSession()
    draft = replace(session.new_draft(), subject="Result", recipients=(Recipient(parse_address(BOB)),))
    session.keep(draft, (Receipt(draft.recipients[0], Method.NONE, State.HELD, "Held: why"),))
    window = main(room, session)
    window._form.folders.go_to(Kind.OUTBOX)
    room[2].waitUntil(lambda: window._outbox._entries.rowCount() == 1, timeout=5000)
    return window


def locked(room: Room) -> QWidget:
    window = main(room, FakeSession())
    window._locking.lock()
    room[2].waitUntil(lambda: spoken(QApplication.focusWidget() or window) == "Unlock", timeout=5000)
    return window


def source(room: Room) -> QWidget:
    window = SourceWindow(b"From: bob\r\n\r\nHello")
    window.show()
    return window


COMPOSING = [empty, full, finding, sheet, sheet_with_tick, sheet_with_reason, sheet_of_a_block, held]
STATES = [*COMPOSING, mailbox_empty, mailbox_reading, mailbox_offline, drafts, outbox_empty, outbox_full, locked, source]
every_state = pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)


@pytest.fixture
def opened(qtbot: QtBot, look: Look, background: Background) -> Iterator[Callable[[Callable[[Room], QWidget]], QWidget]]:
    with ExitStack() as stack:

        def build(state: Callable[[Room], QWidget]) -> QWidget:
            window = state((look, background, qtbot))
            stack.callback(lambda: window.deleteLater() if isValid(window) else None)
            window.resize(1200, 800)
            window.activateWindow()
            qtbot.waitUntil(window.isActiveWindow)
            return window

        yield build


Opened = Callable[[Callable[[Room], QWidget]], QWidget]


@every_state
def test_every_control_says_what_it_is(opened: Opened, state: Callable[[Room], QWidget]) -> None:
    found = controls(opened(state))
    assert found
    assert described([widget for widget in found if not spoken(widget)]) == []


@every_state
def test_every_control_is_reached_by_tab(opened: Opened, state: Callable[[Room], QWidget]) -> None:
    window = opened(state)
    reached = tabbed(window)
    assert described([widget for widget in controls(window) if widget not in reached]) == []


@every_state
def test_tab_follows_reading_order(opened: Opened, state: Callable[[Room], QWidget]) -> None:
    window = opened(state)
    assert list(backward_steps(tabbed(window), window)) == []


@every_state
def test_something_has_the_focus(opened: Opened, state: Callable[[Room], QWidget]) -> None:
    window = opened(state)
    assert QApplication.focusWidget() is not None
    assert window.isAncestorOf(QApplication.focusWidget())


@every_state
def test_nothing_is_cut_off_in_a_narrow_window(qtbot: QtBot, opened: Opened, state: Callable[[Room], QWidget]) -> None:
    window = opened(state)
    window.resize(340, 640)
    qtbot.waitUntil(lambda: window.width() == 340)
    QApplication.processEvents()
    shown = [*controls(window), *(label for label in window.findChildren(QLabel) if label.isVisible())]
    cut = [widget for widget in shown if place(widget, window).right() > window.width() or place(widget, window).left() < 0]
    assert described(cut) == []
