"""What an invitation says, and that no calendar of a stranger raises or has no end."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.address import parse_address
from securemail_desktop.message.compose import assemble, body_entity, wire_headers
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.errors import ComposeError
from securemail_desktop.message.invitation import LARGEST, MOST_ATTENDEES, Answer, Invitation, Purpose, read_invitation
from securemail_desktop.message.invitation_answer import respond
from securemail_desktop.message.original import Original
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.message.text.calendar import attendees

ALICE, ALIAS = parse_address("Alice Moreau <alice@clinic.example>"), parse_address("a.moreau@clinic.example")
BOB, CAROL = parse_address("Bob Weiss <bob@hospital.example>"), parse_address("carol@practice.example")
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
EXCHANGE = """\
BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ORGANIZER;CN=Bob Weiss:mailto:bob@hospital.example
ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="Moreau, Alice":mailto:alice@clinic.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:carol@practice.example
DESCRIPTION:Case conference\\, second part.\\nRoom 4
SUMMARY:Case conference
LOCATION:Ward 3\\, room 4
DTSTART;TZID=W. Europe Standard Time:20261126T090000
DTEND;TZID=W. Europe Standard Time:20261126T100000
UID:040000008200E00074C5B7101A82E008
SEQUENCE:3
RRULE:FREQ=WEEKLY;COUNT=10
BEGIN:VALARM
TRIGGER:-PT15M
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def read(text: str = EXCHANGE, method: str = "") -> Invitation:
    found = read_invitation(text, method)
    assert found is not None
    return found


def test_what_when_where_and_who() -> None:
    found = read()
    assert (found.purpose, found.summary, found.location) == (Purpose.REQUEST, "Case conference", "Ward 3, room 4")
    assert found.note == "Case conference, second part.\nRoom 4"
    assert found.start is not None
    assert found.end is not None
    assert (found.start.local, found.start.at, found.start.zone) == (
        datetime(2026, 11, 26, 9),  # noqa: DTZ001 - local
        datetime(2026, 11, 26, 8, tzinfo=UTC),
        "W. Europe Standard Time",
    )
    assert found.end.at == datetime(2026, 11, 26, 9, tzinfo=UTC)
    assert found.rule == {"FREQ": "WEEKLY", "COUNT": "10"}
    assert found.organizer == BOB
    assert [(one.address.name, one.address.spec, one.answer) for one in found.attendees] == [
        ("Moreau, Alice", "alice@clinic.example", Answer.NONE),
        ("", "carol@practice.example", Answer.ACCEPTED),
    ]
    assert (found.sequence, found.more, found.can_be_answered) == (3, 0, True)


def event(*lines: str, method: str = "REQUEST") -> str:
    return "\n".join(["BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"])


@pytest.mark.parametrize(
    ("lines", "start", "end"),
    [
        (["DTSTART:20261126T080000Z", "DURATION:PT1H30M"], "2026-11-26T08:00:00+00:00", "2026-11-26T09:30:00+00:00"),
        (["DTSTART;TZID=America/New_York:20261126T090000"], "2026-11-26T14:00:00+00:00", ""),
        (["DTSTART;TZID=Nowhere:20261126T090000"], "None", ""),
        (["DTSTART:20261126T090000", "DURATION:P1W"], "None", "None"),
        (["DTSTART;VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261128"], "None", "None"),
        (["DTSTART:99991231T235900Z", "DURATION:P9999W"], "9999-12-31T23:59:00+00:00", ""),
        (["DTSTART;TZID=America/New_York:99991231T235900"], "None", ""),
        (["DTSTART:00010101T000000Z", "DTEND:20260230T000000Z"], "0001-01-01T00:00:00+00:00", ""),
        (["DTSTART:tomorrow"], "", ""),
    ],
)
def test_times(lines: list[str], start: str, end: str) -> None:
    found = read(event(*lines))
    shown = [("" if m is None else str(m.at and m.at.isoformat())) for m in (found.start, found.end)]
    assert shown == [start, end]


def test_the_first_of_several_is_read_and_the_others_are_counted() -> None:
    found = read("BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT\n" * 3 + "END:VCALENDAR", "REQUEST")
    assert (found.summary, found.more, found.purpose) == ("a", 2, Purpose.REQUEST)


def test_what_is_no_appointment_is_none() -> None:
    for text in ("", "hello", "BEGIN:VCARD\nFN:Bob\nEND:VCARD", "BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\nEND:VTODO\nEND:VCALENDAR"):
        assert read_invitation(text) is None


def test_texts_are_one_line_and_have_an_end() -> None:
    found = read(event("SUMMARY:a\\nb\x07c\u2028d", "LOCATION:" + "x" * 9_000, "DESCRIPTION:" + "y" * 90_000))
    assert found.summary == "a b c d"
    assert (len(found.location), len(found.note)) == (1_000, 20_000)


@pytest.mark.parametrize(
    "lines",
    [
        ["UID:1", "DTSTART:20261126T080000Z"],
        ["UID:1", "ORGANIZER:mailto:bob@hospital.example"],
        ["DTSTART:20261126T080000Z", "ORGANIZER:mailto:bob@hospital.example"],
        ["UID:" + "x" * 2_000, "DTSTART:20261126T080000Z", "ORGANIZER:mailto:bob@hospital.example"],
        ["UID:1", "DTSTART:20261126T080000Z", "ORGANIZER:mailto:bob@hospital.example", "ORGANIZER:mailto:eve@x.example"],
        ["UID:1", "DTSTART:20261126T080000Z", "ORGANIZER:https://x.example"],
    ],
)
def test_what_nobody_could_tell_of_an_answer_cannot_be_answered(lines: list[str]) -> None:
    found = read(event(*lines))
    assert not found.can_be_answered
    with pytest.raises(ComposeError, match="write to its sender"):
        respond(LETTER, found, Answer.ACCEPTED, (ALICE,), NOW)


@pytest.mark.parametrize("method", ["PUBLISH", "CANCEL", "REPLY", "COUNTER", "x", ""])
def test_only_a_request_waits_for_an_answer(method: str) -> None:
    assert not read(EXCHANGE.replace("REQUEST", method)).can_be_answered


HUGE = {
    "a million seconds": event("DTSTART:20261126T080000Z", "RRULE:FREQ=SECONDLY;COUNT=1000000000"),
    "attendees": event(*(f"ATTENDEE:mailto:p{n}@x.example" for n in range(9_000))),
    "appointments": "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nEND:VEVENT\n" * 15_000,
    "depth": "BEGIN:VEVENT\n" * 30_000,
    "zones": "BEGIN:VTIMEZONE\nTZID:a\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETTO:+0100\nEND:STANDARD\n" * 4_000 + EXCHANGE,
    "one line": "X" * (LARGEST - 10),
    "folds": "A\n " * 150_000,
    "parameters": event("ATTENDEE" + ";A=b" * 100_000 + ":mailto:bob@x.example"),
    "rule": event("RRULE:" + "A=B;" * 100_000),
    "too large": EXCHANGE + "X" * LARGEST,
}


@pytest.mark.parametrize("name", HUGE)
def test_what_is_huge_is_bounded(name: str) -> None:
    found = read_invitation(HUGE[name])
    assert found is None or (len(found.attendees) <= MOST_ATTENDEES and len(found.rule) <= 20)


PIECES = [
    *EXCHANGE.splitlines(),
    "DTSTART:",
    ":",
    ";",
    '"',
    "\\",
    "DURATION:PT",
    "RRULE:FREQ",
    "ORGANIZER:mailto:",
    "UID:\ud800",
    "\x00",
    "\r",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=60).map("\n".join))
def test_nothing_raises(text: str) -> None:
    found = read_invitation(text)
    if found is not None and found.can_be_answered:
        wire(respond(LETTER, found, Answer.DECLINED, (ALICE,), NOW))


LETTER = Original((BOB,), "Invitation: Case conference", NOW, to=(ALICE,), message_id="<1@hospital.example>", text="x", protected=True)


def wire(draft: Draft) -> bytes:
    return assemble(wire_headers(draft), body_entity(draft))


def lines_of(draft: Draft) -> list[str]:
    return draft.attachments[0].content.decode().replace("\r\n ", "").split("\r\n")


@pytest.mark.parametrize(
    ("said", "status", "subject"),
    [
        (Answer.ACCEPTED, "ACCEPTED", "Accepted: Invitation: Case conference"),
        (Answer.TENTATIVE, "TENTATIVE", "Tentative: Invitation: Case conference"),
        (Answer.DECLINED, "DECLINED", "Declined: Invitation: Case conference"),
    ],
)
def test_an_answer_goes_to_the_organizer_and_says_who_answers_what(said: Answer, status: str, subject: str) -> None:
    draft = respond(replace(LETTER, sender=(CAROL,), reply_to=(CAROL,)), read(), said, (ALIAS, ALICE), NOW)
    assert [r.address for r in draft.recipients] == [BOB]
    assert (draft.sender, draft.subject, draft.in_reply_to, draft.answers_protected) == (ALICE, subject, "<1@hospital.example>", True)
    assert lines_of(draft) == [
        "BEGIN:VCALENDAR",
        "PRODID:-//SecureMail Desktop//EN",
        "VERSION:2.0",
        "METHOD:REPLY",
        "BEGIN:VEVENT",
        "UID:040000008200E00074C5B7101A82E008",
        "SEQUENCE:3",
        "DTSTAMP:20261124T100000Z",
        "DTSTART:20261126T080000Z",
        "DTEND:20261126T090000Z",
        "ORGANIZER:mailto:bob@hospital.example",
        f"ATTENDEE;PARTSTAT={status}:mailto:alice@clinic.example",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_whom_the_answer_names_is_who_sends_and_who_gets_it() -> None:
    draft = respond(LETTER, read(), Answer.ACCEPTED, (ALICE,), NOW)
    named = {address.key for address in attendees(draft.attachments[0].content.decode())}
    assert named == {draft.sender.key, *(r.address.key for r in draft.recipients)}


def test_the_answer_is_one_that_mail_programs_take_and_survives_the_way() -> None:
    draft = respond(LETTER, read(), Answer.ACCEPTED, (ALICE,), NOW)
    message = wire(draft)
    assert b"multipart/alternative" in message
    assert b"Content-Type: text/calendar; method=REPLY" in message
    assert parse_draft(message).attachments[0].content == draft.attachments[0].content


def test_an_answer_to_one_of_a_row_names_it_and_days_stay_days() -> None:
    text = event(
        "UID:1",
        "ORGANIZER:mailto:bob@hospital.example",
        "DTSTART;VALUE=DATE:20261126",
        "RECURRENCE-ID;TZID=America/New_York:20261126T090000",
    )
    lines = lines_of(respond(LETTER, read(text), Answer.ACCEPTED, (ALICE,), NOW))
    assert "DTSTART;VALUE=DATE:20261126" in lines
    assert "RECURRENCE-ID:20261126T140000Z" in lines


def test_a_name_of_a_stranger_puts_no_line_into_the_answer() -> None:
    uid = "ü" * 400 + "\\nATTENDEE:mailto:eve@x.example"
    text = event(f"UID:{uid}", "DTSTART:20261126T080000Z", 'ORGANIZER;CN="^n^nBcc: eve@x.example":mailto:bob@hospital.example')
    draft = respond(LETTER, read(text), Answer.ACCEPTED, (ALICE,), NOW)
    assert max(map(len, draft.attachments[0].content.split(b"\r\n"))) <= 75
    assert f"UID:{uid}" in lines_of(draft)
    assert [line.partition(":")[0].partition(";")[0] for line in lines_of(draft)].count("ATTENDEE") == 1
    assert draft.recipients[0].address.name == "Bcc: eve@x.example"
    assert b"\r\nBcc:" not in wire(draft)
