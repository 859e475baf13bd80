"""What the window says of a link cannot be faked by its text or by look-alike letters."""

import pytest

from securemail_desktop.gui import link_words
from securemail_desktop.message.display.link import Link, read_link


def link(target: str, text: str = "") -> Link:
    found = read_link(target, text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("https://clinic.example/", "clinic.example"),
        ("https://bücher.example/", "bücher.example (xn--bcher-kva.example)"),
        ("https://中央病院.example/", "中央病院.example (xn--fiq11ym7wg42a.example)"),
        ("https://pаypal.example/", "xn--pypal-4ve.example"),  # the first a is Cyrillic
        ("https://раура.example/", "xn--80aa0cbo.example"),  # all Cyrillic, looks like Latin
    ],
)
def test_a_host_is_shown_so_that_it_can_be_read(target: str, shown: str) -> None:
    assert link_words.host(link(target)) == shown


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("bank.example", True),
        ("https://bank.example/login", True),
        ("www.bank.example", True),
        (" BANK.example. ", True),
        ("ba\u200bnk.exam\u00adple", True),
        ("ｂａｎｋ.example", True),
        ("help@bank.example", True),
        ("evil.example", False),
        ("https://www.evil.example/x", False),
        ("news.evil.example", False),
        ("Read the report", False),
        ("invoice.pdf", False),
        ("Dr. Meyer", False),
        ("", False),
    ],
)
def test_a_text_that_names_another_host_is_doubted(text: str, doubtful: bool) -> None:
    found = link("https://evil.example/x", text)
    assert bool(link_words.doubt(found)) is doubtful
    assert link_words.tip(found).startswith("The text says") is doubtful
    assert "Opens evil.example" in link_words.tip(found)


def test_a_link_that_writes_says_to_whom() -> None:
    found = link("mailto:mallory@evil.example?subject=x", "bob@bank.example")
    assert link_words.doubt(found) == "The text says bank.example, but the link leads to evil.example."
    assert "Write to mallory@evil.example" in link_words.tip(found)
