"""A signature stands under the author's text and above what is quoted, and goes with the address that is written from."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.signature import signed, signed_anew

EMPTY = Draft(parse_address("alice@clinic.example"), (), "", "", "<1@clinic.example>", datetime(2026, 11, 24, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "signature", "result"),
    [
        ("", "Alice\nWard 7", "\n\n-- \nAlice\nWard 7"),
        ("\n\nOn Monday, Bob wrote:\n> Hello", "Alice\n", "\n\n-- \nAlice\n\nOn Monday, Bob wrote:\n> Hello"),
        ("\n\n> Hello", "  \n", "\n\n> Hello"),
    ],
)
def test_it_stands_above_what_is_quoted(text: str, signature: str, result: str) -> None:
    assert signed(replace(EMPTY, text=text), signature).text == result


@pytest.mark.parametrize(
    ("text", "former", "new", "result"),
    [
        ("Hello\n\n-- \nAlice\n\n> x", "Alice", "Ward 7", "Hello\n\n-- \nWard 7\n\n> x"),
        ("Hello\n\n-- \nAlice", "Alice", "", "Hello"),
        ("Hello\n\n-- \nAlice M.", "Alice", "Ward 7", "Hello\n\n-- \nAlice M."),
        ("", "", "Ward 7", "\n\n-- \nWard 7"),
        ("Hello", "", "Ward 7", "Hello"),
        ("Hello, without it", "Alice", "Ward 7", "Hello, without it"),
    ],
)
def test_only_an_unchanged_signature_is_replaced(text: str, former: str, new: str, result: str) -> None:
    assert signed_anew(text, former, new) == result
