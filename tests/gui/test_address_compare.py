"""What differs between two addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.gui.address_compare import differing


@pytest.mark.parametrize(
    ("one", "other", "parts"),
    [
        ("a@gmial.com", "a@gmail.com", ("ia", "ai")),
        ("a@x.com", "a@x.co", ("m", "")),
        ("same@x.org", "same@x.org", ("", "")),
        ("aa@x.org", "aaa@x.org", ("", "a")),
        ("", "b", ("", "b")),
    ],
)
def test_differing_part(one: str, other: str, parts: tuple[str, str]) -> None:
    first, second = differing(one, other)
    assert (one[slice(*first)], other[slice(*second)]) == parts


@given(st.text(), st.text())
def test_the_rest_is_the_same(one: str, other: str) -> None:
    (a, b), (c, d) = differing(one, other)
    assert (one[:a], one[b:]) == (other[:c], other[d:])
    assert 0 <= a <= b <= len(one)
    assert 0 <= c <= d <= len(other)
