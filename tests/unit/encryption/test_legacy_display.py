"""What a program repeats of the protected headers for older ones is not shown twice, and nothing else is ever left out."""

import pytest

from securemail_desktop.encryption.legacy_display import without_element, without_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Subject: Dinner plans\n\nLet's meet.\n", "Let's meet.\n"),
        ("Subject: A long\n one\nCc: bob@hospital.example\n\nHello\n", "Hello\n"),
        ("Subject: nothing else\n\n", ""),
        ("Subject: nothing else\n", ""),
        ("\nSubject: no\n\nHello\n", "\nSubject: no\n\nHello\n"),
        ("Subject: x\nBring two units of blood\n\nHello\n", "Subject: x\nBring two units of blood\n\nHello\n"),
        ("Dose: 5 mg\n\nHello\n", "Dose: 5 mg\n\nHello\n"),
        ("Hello\n\nSubject: x\n\nthere\n", "Hello\n\nSubject: x\n\nthere\n"),
        ("", ""),
    ],
)
def test_only_header_lines_at_the_beginning_are_left_out(text: str, shown: str) -> None:
    assert without_lines(text) == shown


_ELEMENT = b'<div class="header-protection-legacy-display">\r\n<pre>Subject: Dinner plans</pre>\r\n</div>'


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        (
            b"<html><head><title></title></head><body>\r\n" + _ELEMENT + b"<p>Hi</p>",
            b"<html><head><title></title></head><body>\r\n<p>Hi</p>",
        ),
        (_ELEMENT + b"Hi", b"Hi"),
        (b"<p>Hi</p>" + _ELEMENT, b"<p>Hi</p>" + _ELEMENT),
        (_ELEMENT.replace(b"Subject: D", b"The d"), _ELEMENT.replace(b"Subject: D", b"The d")),
        (_ELEMENT.replace(b"</pre>", b"</pre><p>not to be hidden</p>"), _ELEMENT.replace(b"</pre>", b"</pre><p>not to be hidden</p>")),
        (b"", b""),
    ],
)
def test_only_the_element_at_the_beginning_of_a_document_is_left_out(html: bytes, shown: bytes) -> None:
    assert without_element(html) == shown


def test_a_long_beginning_takes_no_time() -> None:
    for hostile in ("Subject: x\n" * 200_000, "Subject: x\n" + " a\n" * 200_000, "Subject: x\n" + " " * 1_000_000):
        assert without_lines(hostile) == hostile
    assert without_element(b"<head>" * 200_000)
