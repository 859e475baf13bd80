"""Whom a text greets."""

import pytest

from securemail_desktop.message.address import parse_address
from securemail_desktop.recipients.greeting import greeted, names_match


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi Anna,\nhere it is", ("anna",)),
        ("Dear Dr. Keller:\n", ("keller",)),
        ("Sehr geehrte Frau Müller,\n", ("muller",)),
        ("Estimada Dra. López,\n", ("dra", "lopez")),
        ("Hello Bob and Carol,\n", ("bob", "carol")),
        ("Hi all,\n", ()),
        ("Dear team,\n", ()),
        ("Your result is here.", ()),
        ("", ()),
        ("Hi, how are you?", ()),
    ],
)
def test_greeted(text: str, expected: tuple[str, ...]) -> None:
    assert greeted(text) == expected


@pytest.mark.parametrize(
    ("greeting", "address", "expected"),
    [
        (("anna",), "Anna Keller <ak@clinic.example>", True),
        (("bill",), "William Stone <ws@clinic.example>", True),
        (("keller",), "anna.keller@clinic.example", True),
        (("keller",), "akeller@clinic.example", True),
        (("anna",), "bob@clinic.example", False),
    ],
)
def test_names_match(greeting: tuple[str, ...], address: str, expected: bool) -> None:
    assert names_match(greeting, parse_address(address)) is expected
