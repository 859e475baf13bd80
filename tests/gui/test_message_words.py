"""People, dates and subjects as lists and headers name them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from securemail_desktop.gui import message_words
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.marks import Marks
from securemail_desktop.session.mail_view import MessageView

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
VIEW = MessageView(1, 1, "Bob Weiss <bob@lab.example>", "alice@clinic.example", "Lab result", NOW, False, False, False, 10)


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        ("Bob Weiss <bob@lab.example>", "Bob Weiss"),
        ("bob@lab.example", "bob@lab.example"),
        ('"ceo@clinic.example" <mallory@evil.example>', "mallory@evil.example"),
        ('"ceo\uff20clinic.example" <mallory@evil.example>', "mallory@evil.example"),
        ("Bob <bob@lab.example>, Carol <carol@lab.example>", "Bob, Carol"),
        ("not an address <", "not an address <"),
        ("\u202eevil <", "\ufffdevil <"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("", "(nobody)"),
    ],
)
def test_people_of_a_row(header: str, shown: str) -> None:
    assert message_words.people(header) == shown


def test_a_name_that_looks_like_an_address_is_said_to_be_a_name() -> None:
    posing = Address("mallory", "evil.example", "ceo@clinic.example")
    assert message_words.full_name(posing) == "mallory@evil.example (calls itself “ceo@clinic.example”)"
    assert message_words.pretence([posing]) == (
        "The name “ceo@clinic.example” looks like an address, but the message comes from mallory@evil.example."
    )
    honest = parse_address('"bob@lab.example" <bob@lab.example>')
    assert message_words.full_name(honest) == "bob@lab.example"
    assert message_words.pretence([honest, parse_address("Bob <bob@lab.example>")]) == ""


@pytest.mark.parametrize(
    ("ago", "short", "spoken"),
    [
        (timedelta(hours=1), r"\d\d:\d\d", r"Today \d\d:\d\d"),
        (timedelta(days=1), "Yesterday", r"Yesterday \d\d:\d\d"),
        (timedelta(days=3), "Sat", r"Saturday \d\d:\d\d"),
        (timedelta(days=30), "25 Oct", r"25 October 2026 \d\d:\d\d"),
        (timedelta(days=400), "20 Oct 2025", r"20 October 2025 \d\d:\d\d"),
        (timedelta(days=-2), "26 Nov", r"26 November 2026 \d\d:\d\d"),
    ],
)
def test_dates_are_as_short_as_they_are_clear(ago: timedelta, short: str, spoken: str) -> None:
    import re

    assert re.fullmatch(short, message_words.day(NOW - ago, NOW))
    assert re.fullmatch(spoken, message_words.spoken_day(NOW - ago, NOW))


def test_a_row_is_one_sentence_after_the_other() -> None:
    yesterday = replace(VIEW, date=NOW - timedelta(days=1))
    hour = (NOW - timedelta(days=1)).astimezone().strftime("%H:%M")
    assert message_words.spoken(yesterday, "inbox", NOW) == f"Unread. From Bob Weiss. Lab result. Yesterday {hour}."
    answered = replace(yesterday, seen=True, flagged=True, answered=True, subject=" ")
    assert message_words.spoken(answered, "sent", NOW) == (f"Flagged. Answered. To alice@clinic.example. (no subject). Yesterday {hour}.")


def test_a_subject_is_one_line() -> None:
    assert message_words.subject(replace(VIEW, subject="a\n\tb\u202ec")) == "a b\ufffdc"


def test_signs_are_shown_and_spoken_alike() -> None:
    view = replace(VIEW, seen=True, answered=True, forwarded=True, flagged=True, marks=Marks.ENCRYPTED | Marks.SIGNED | Marks.ATTACHED)
    assert [icon for icon, _ in message_words.signs(view)] == ["lock", "signed", "attach", "forward", "reply", "flag"]
    spoken = message_words.spoken(view, "inbox", NOW)
    assert spoken.startswith("Flagged. Answered. Forwarded. Has files. Carries a signature. Protected. From Bob Weiss. Lab result.")
    assert message_words.signs(VIEW) == ()
