"""An invitation above its message: in words, in the reader's own time, and answered by a letter; nothing goes before it was seen."""

# ruff: noqa: E501 - a table

import os
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from securemail_desktop.encryption.method import Method
from securemail_desktop.gui import invitation_words
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Recipient
from securemail_desktop.message.invitation import Answer, Invitation, read_invitation
from securemail_desktop.sending.state import Receipt, State
from tests.gui.conftest import UNDO  # type: ignore[import-not-found]  # pytest puts the checkout on the path
from tests.support.fake_mail import BOB, INBOX, SENT, Content
from tests.support.fake_session import FakeSession

EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:1
SUMMARY:<b>Board</b>
DTSTART;TZID=America/New_York:20261126T090000
DTEND;TZID=America/New_York:20261126T100000
LOCATION:<img src=x>\u202eWard 3
ORGANIZER:mailto:bob@lab.example
ATTENDEE;PARTSTAT=TENTATIVE:mailto:carol@imaging.example
END:VEVENT
END:VCALENDAR"""
HERE = "(UTC+01:00, your time)"
DAY = "Thursday, 26 November 2026"


@pytest.fixture(autouse=True)
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.delenv("TZ") if before is None else monkeypatch.setenv("TZ", before)
    time.tzset()


def read(text: str = EVENT) -> Invitation:
    found = read_invitation(text)
    assert found is not None
    return found


def timed(start: str, *more: str) -> str:
    return "\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", f"DTSTART{start}", *more, "END:VEVENT", "END:VCALENDAR"])


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (EVENT, [f"{DAY}, 15:00 – 16:00 {HERE}", f"{DAY}, 09:00 – 10:00 (America/New_York)"]),
        (timed(";TZID=Europe/Berlin:20261126T090000"), [f"{DAY}, 09:00 {HERE}"]),
        (timed(":20261126T230000Z", "DURATION:PT2H"), [f"Friday, 27 November 2026, 00:00 – 02:00 {HERE}", f"{DAY}, 23:00 – Friday, 27 November 2026, 01:00 (UTC)"]),
        (timed(":20261126T090000"), [f"{DAY}, 09:00 (no time zone is named)"]),
        (timed(";TZID=Ward:20261126T090000"), [f"{DAY}, 09:00 (in the time zone “Ward”, which is not known here)"]),
        (timed(";VALUE=DATE:20261126"), [f"{DAY}, the whole day"]),
        (timed(";VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261129"), [f"{DAY} – Saturday, 28 November 2026, whole days"]),
        (timed(":20261126T080000Z", "RRULE:FREQ=DAILY"), [f"{DAY}, 09:00 {HERE}", f"{DAY}, 08:00 (UTC)", "Every day"]),
        (timed(";VALUE=DATE:20261126", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;COUNT=4"), [f"{DAY}, the whole day", "Every 2 weeks on Monday, Wednesday and Friday, 4 times"]),
        (timed(";VALUE=DATE:20261126", "RRULE:FREQ=MONTHLY;UNTIL=20271224"), [f"{DAY}, the whole day", "Every month, until 24 December 2027"]),
        (timed(";VALUE=DATE:20261126", "RRULE:FREQ=MONTHLY;BYDAY=2TU"), [f"{DAY}, the whole day", invitation_words._ODD]),
        (timed(";VALUE=DATE:20261126", "RRULE:FREQ=SECONDLY"), [f"{DAY}, the whole day", invitation_words._ODD]),
        (timed(";VALUE=DATE:20261126", f"RRULE:FREQ=DAILY;COUNT={'9' * 5000}"), [f"{DAY}, the whole day", invitation_words._ODD]),
        (timed(":00010101T000000Z"), ["Monday, 1 January 1, 00:53 (UTC+00:53, your time)", "Monday, 1 January 1, 00:00 (UTC)"]),
        (timed(":99991231T235900Z"), ["Friday, 31 December 9999, 23:59 (in the time zone “UTC”, which is not known here)"]),
        (timed(":soon"), []),
    ],
)  # fmt: skip
def test_when_it_is(text: str, lines: list[str]) -> None:
    assert list(invitation_words.when(read(text))) == lines


def test_what_where_and_who() -> None:
    rows = dict(invitation_words.rows(read()))
    assert rows["What"] == "<b>Board</b>"
    assert rows["Where"] == "<img src=x>\ufffdWard 3"
    assert rows["Organiser"] == "bob@lab.example"
    assert rows["Invited"] == "carol@imaging.example may come"
    assert "What" not in dict(invitation_words.rows(read(), "Invitation: <b>Board</b>"))


def test_a_crowd_is_counted() -> None:
    many = "\n".join(f"ATTENDEE:mailto:p{n}@x.example" for n in range(1_200))
    rows = dict(invitation_words.rows(read(timed(":20261126T080000Z", many))))
    assert rows["Invited"].endswith("p5@x.example and 494 more")


def test_who_would_get_an_answer_is_said_where_somebody_else_sent_it() -> None:
    bob, carol = parse_address("bob@lab.example"), parse_address("carol@x.example")
    assert invitation_words.doubt(read(), (bob,)) == ""
    assert invitation_words.doubt(read(), (carol,)) == "It was not sent by its organiser: an answer goes to bob@lab.example."


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[MainWindow]:
    session.mail.put(INBOX, "Rota")
    session.mail.put(INBOX, "Board", Content("See you.", invitation=read()))
    session.mail.put(SENT, "Board", Content("See you.", invitation=read()), sender="Alice Moreau <alice@clinic.example>", to=BOB)
    main = MainWindow(session, look, background, UNDO)
    main.resize(1200, 760)
    main.show()
    main.activateWindow()
    qtbot.waitUntil(lambda: main._mail.list.table.messages.rowCount() == 2 and not main._mailbox._looking)
    yield main
    for child in main.findChildren(ComposeWindow):
        child.deleteLater()
    main.deleteLater()


def show(qtbot: QtBot, window: MainWindow, row: int) -> None:
    table = window._mail.list.table

    def reads_it() -> bool:
        table.go_to(row)  # again where the list was read anew meanwhile
        current, shown = table.current, window._mail.pane.reading
        return current is not None and shown is not None and shown.view.id == current.id

    qtbot.waitUntil(reads_it)


slow = pytest.mark.slow


@slow
@pytest.mark.parametrize(("key", "said"), [(Qt.Key.Key_C, "ACCEPTED"), (Qt.Key.Key_Y, "TENTATIVE"), (Qt.Key.Key_I, "DECLINED")])
def test_a_letter_makes_the_answer_and_nothing_is_sent(
    qtbot: QtBot, window: MainWindow, session: FakeSession, key: Qt.Key, said: str
) -> None:
    show(qtbot, window, 0)
    assert [button.isVisible() for button in window._mail.pane.invitation.buttons.values()] == [True] * 3
    drafts: list[object] = []
    window._mail.draft_made.connect(drafts.append)
    qtbot.keyClick(window, key, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: bool(drafts))
    assert [call for call in session.mail.calls if call.startswith("respond")] == [f"respond 2 {said}"]
    assert session.sent == []


@slow
def test_all_of_a_stranger_is_plain_text(qtbot: QtBot, window: MainWindow) -> None:
    show(qtbot, window, 0)
    labels = window._mail.pane.invitation.findChildren(QLabel)
    assert "<b>Board</b>" in [label.text() for label in labels]
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


@slow
def test_no_other_message_keeps_it_and_a_lock_forgets_it(qtbot: QtBot, window: MainWindow) -> None:
    pane = window._mail.pane
    show(qtbot, window, 0)
    show(qtbot, window, 1)
    assert pane.invitation.isHidden()
    assert pane.invitation.choices.isHidden()
    show(qtbot, window, 0)
    window._mail.forget()
    assert pane.invitation.isHidden()
    assert "<b>Board</b>" not in [label.text() for label in pane.invitation.findChildren(QLabel) if not label.isHidden()]


@slow
def test_ones_own_invitation_asks_for_no_answer(qtbot: QtBot, window: MainWindow) -> None:
    show(qtbot, window, 0)
    reading = window._mail.pane.reading
    assert reading is not None
    window._mail.pane.show_reading(reading, own=True)
    assert window._mail.pane.invitation.isVisible()
    assert window._mail.pane.invitation.choices.isHidden()


@slow
def test_each_answer_has_a_name_for_screen_readers(qtbot: QtBot, window: MainWindow) -> None:
    show(qtbot, window, 0)
    view = window._mail.pane.invitation
    assert [view.buttons[said].accessibleName() for said in (Answer.ACCEPTED, Answer.TENTATIVE, Answer.DECLINED)] == [
        "Accept the invitation",
        "Answer the invitation with maybe",
        "Decline the invitation",
    ]
    assert view.accessibleName().startswith(f"Invitation. What <b>Board</b>. When {DAY}, 15:00 – 16:00")


@slow
def test_an_answered_invitation_says_so_as_soon_as_the_answer_is_sent(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    show(qtbot, window, 0)
    window._mail._seen.stop()  # or the list is read anew for that
    view = window._mail.pane.invitation
    assert not view.told.isVisible()
    (row,) = [row for row in session.mail.rows[INBOX] if row.subject == "Board"]
    session.mail.rows[INBOX][session.mail.rows[INBOX].index(row)] = replace(row, answered=True)
    window._sent((Receipt(Recipient(parse_address(BOB)), Method.NONE, State.ACCEPTED, ""),))
    qtbot.waitUntil(view.told.isVisible)
    assert view.buttons[Answer.ACCEPTED].accessibleDescription() == view.told.text()
    show(qtbot, window, 1)
    show(qtbot, window, 0)
    assert view.told.isVisible()
