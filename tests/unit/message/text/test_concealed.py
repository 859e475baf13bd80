"""What a reader sees and a search through the letters does not."""

import base64
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.text.concealed import concealed
from securemail_desktop.message.text.passage import Line, PassageKind

SECRET = "Patient John Smith, MRN 12345678, HIV positive, on antiretroviral therapy since March."


def said(text: str) -> list[str]:
    return [line.text for line in concealed([Line(piece) for piece in text.split("\n")])]


def test_what_is_shown_turned_around_is_read_as_it_is_shown() -> None:
    assert said(f"Dear Bob,\n\u202e{SECRET[::-1]}\u202c ok") == ["", f"{SECRET} ok"]


@pytest.mark.parametrize("wrap", [base64.b64encode, base64.encodebytes], ids=["one line", "lines of 76"])
@pytest.mark.parametrize("after", ["", "\nThanks\nAlice\n", " Thanks"])
def test_text_in_base64_is_read(wrap: Callable[[bytes], bytes], after: str) -> None:
    assert said(f"See:\n{wrap(SECRET.encode()).decode()}{after}") == ["", SECRET]


def test_it_is_hidden_text() -> None:
    assert {line.kind for line in concealed([Line(base64.b64encode(SECRET.encode()).decode())])} == {PassageKind.HIDDEN}


@pytest.mark.parametrize(
    "text",
    ["Dear Bob, see you at 3.", "https://clinic.example/" + "abcdefghij" * 20, base64.b64encode(bytes(range(256))).decode(), "A" * 39, ""],
)
def test_ordinary_text_conceals_nothing(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize("text", ["A" * 400_000 + "===", "A" * 39 + "=\n", "\u202e" * 100_000, ("QUJD" * 19 + "\n") * 5_000])
def test_it_takes_linear_time(text: str) -> None:
    start = time.process_time()
    said(text)
    assert time.process_time() - start < 2


@given(st.text())
def test_it_never_fails(text: str) -> None:
    concealed([Line(text)])
