"""A message that may be about a patient and waits for its author speaks up, without saying to whom or what about."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.encryption.method import Method
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.folder_model import Kind
from securemail_desktop.gui.held_alert import HeldAlert
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.notice_bar import NoticeBar
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Recipient
from securemail_desktop.sending.state import OutboxEntry, Receipt, State
from tests.support.fake_session import NOW, FakeSession

BOB = Recipient(parse_address("Bob Meyer <bob@partner.example>"))
RECEIPT = Receipt(BOB, Method.SMIME, State.HELD, "Bob has no key.")
HELD = OutboxEntry("e1", "Xyzzy", State.HELD, "Bob has no key.", (RECEIPT,), NOW, needs_author=True, findings=True)


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self) -> datetime:
        return self.time

    def later(self, **time: float) -> None:
        self.time += timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bar(qtbot: QtBot, look: Look) -> NoticeBar:
    made = NoticeBar()
    made.set_up(look)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def alert(bar: NoticeBar, clock: Clock) -> HeldAlert:
    return HeldAlert(bar, bar, lambda: "the ward desk, extension 4400", clock)


def press(qtbot: QtBot, bar: NoticeBar, name: str) -> None:
    button = next(b for b in bar.findChildren(QPushButton) if b.accessibleName() == name)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_it_speaks_after_two_minutes_and_names_the_other_way_but_no_name(alert: HeldAlert, bar: NoticeBar, clock: Clock) -> None:
    clock.later(seconds=119)
    alert.take([HELD])
    assert bar.isHidden()
    clock.later(seconds=1)
    alert.take([HELD])
    assert not bar.isHidden()
    assert bar.accessibleName() == (
        "A message that may be about a patient has not reached everyone: it waits for you in the Outbox."
        " If it is urgent, use another way now: the ward desk, extension 4400."
    )


def test_what_may_or_may_not_have_gone_speaks_at_once(alert: HeldAlert, bar: NoticeBar, clock: Clock) -> None:
    alert.take([replace(HELD, state=State.UNKNOWN)])
    assert bar.accessibleName().startswith("A message that may be about a patient may not have arrived: it waits for you in the Outbox.")
    clock.later(minutes=2)
    alert.take([replace(HELD, state=State.UNKNOWN), replace(HELD, id="e2")])
    assert bar.accessibleName().startswith("2 messages that may be about patients have not reached everyone: they wait")


def test_what_was_held_before_the_program_began_speaks_at_once(alert: HeldAlert, bar: NoticeBar, clock: Clock) -> None:
    clock.later(hours=3)
    alert.take([HELD, replace(HELD, id="e2")])
    assert bar.accessibleName().startswith("2 messages that may be about patients have not reached everyone: they wait")


@pytest.mark.parametrize("entry", [replace(HELD, findings=False), replace(HELD, needs_author=False, state=State.DEFERRED)])
def test_nothing_else_speaks(alert: HeldAlert, bar: NoticeBar, clock: Clock, entry: OutboxEntry) -> None:
    clock.later(hours=3)
    alert.take([entry])
    assert bar.isHidden()


def test_put_off_it_is_silent_until_another_one_is_held(qtbot: QtBot, alert: HeldAlert, bar: NoticeBar, clock: Clock) -> None:
    clock.later(hours=1)
    alert.take([HELD])
    press(qtbot, bar, "Later")
    alert.take([HELD])
    assert bar.isHidden()
    alert.take([HELD, replace(HELD, id="e2")])
    assert bar.accessibleName().startswith("2 messages")


def test_settled_it_is_gone(alert: HeldAlert, bar: NoticeBar, clock: Clock) -> None:
    clock.later(hours=1)
    alert.take([HELD])
    alert.take([])
    assert bar.isHidden()


def test_at_unlocking_it_speaks_at_once_and_again(qtbot: QtBot, alert: HeldAlert, bar: NoticeBar) -> None:
    alert.again()
    alert.take([HELD])
    assert not bar.isHidden()
    press(qtbot, bar, "Later")
    alert.take([HELD])
    assert bar.isHidden()
    alert.again()
    alert.take([HELD])
    assert not bar.isHidden()


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[MainWindow]:
    session.urgent_contact = "the ward desk, extension 4400"
    main = MainWindow(session, look, background, timedelta(0))
    main.show()
    yield main
    main.deleteLater()
    qtbot.waitUntil(lambda: not isValid(main))


def test_the_window_shows_it_above_everything_and_leads_to_the_outbox(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    session.entries.append(replace(HELD, updated=NOW - timedelta(days=365)))
    before = window.focusWidget()
    window._outbox.refresh()
    bar = window._form.held
    qtbot.waitUntil(bar.isVisible)
    assert window.focusWidget() is before, "nobody is interrupted while he writes"
    assert "Xyzzy" not in bar.accessibleName()
    assert "Bob" not in bar.accessibleName()
    press(qtbot, bar, "Open the Outbox")
    assert bar.isHidden()
    place = window._form.folders.place
    assert place is not None
    assert place.kind is Kind.OUTBOX
