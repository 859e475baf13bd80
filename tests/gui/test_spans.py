"""Code points and UTF-16 units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.gui.spans import Utf16


@pytest.mark.parametrize(
    ("text", "code_points", "units"), [("abc", 2, 2), ("a😀b", 1, 1), ("a😀b", 2, 3), ("😀😀", 2, 4), ("ü", 1, 1), ("", 0, 0)]
)
def test_offsets(text: str, code_points: int, units: int) -> None:
    assert Utf16(text).offset(code_points) == units


@given(st.text(), st.data())
def test_offset_is_the_length_in_utf16(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    assert Utf16(text).offset(at) == len(text[:at].encode("utf-16-le", "surrogatepass")) // 2
