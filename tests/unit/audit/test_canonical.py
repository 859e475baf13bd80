import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.audit.canonical import canonical, parse_canonical

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_KEY = st.text(st.characters(max_codepoint=127), max_size=8)
_INTEGER = st.integers(-(2**53) + 1, 2**53 - 1)
_VALUE = st.recursive(
    st.none() | st.booleans() | _INTEGER | _TEXT, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEY, inner, max_size=4)
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, None]}, b'{"a":[true,null],"b":1}'),
        ({"t": '\u20ac$\u000f\n"\\/\u007f'}, '{"t":"\u20ac$\\u000f\\n\\"\\\\/\u007f"}'.encode()),  # RFC 8785, 3.2.2.2
        ({}, b"{}"),
    ],
)
def test_bytes_are_those_of_rfc_8785(value: dict, expected: bytes) -> None:
    assert canonical(value) == expected


@pytest.mark.parametrize("value", [1.5, float("nan"), 2**53, -(2**53), {"ä": 1}, {1: 2}, "\ud800", b"x", ("a",)])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the text differs by kind
        canonical({"a": value} if not isinstance(value, dict) else value)


@given(st.dictionaries(_KEY, _VALUE, max_size=6))
def test_parsing_gives_back_what_was_written(value: dict) -> None:
    assert parse_canonical(canonical(value)) == value


@given(st.dictionaries(_KEY, _VALUE, min_size=1, max_size=6), st.sampled_from([{"indent": 1}, {"separators": (", ", ":")}]))
def test_other_spellings_of_the_same_value_are_refused(value: dict, style: dict) -> None:
    other = json.dumps(value, sort_keys=True, ensure_ascii=False, **style).encode()
    if other != canonical(value):
        with pytest.raises(ValueError, match="canonical"):
            parse_canonical(other)


@pytest.mark.parametrize("data", [b"", b"[]", b'{"a":1,"a":1}', b'{"a":1.0}', b'{"a":NaN}', b"\xff", b'{"a":' * 5000, b'{"b":1,"a":2}'])
def test_foreign_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        parse_canonical(data)


def test_depth_is_bounded() -> None:
    deep: list = []
    for _ in range(40):
        deep = [deep]
    with pytest.raises(ValueError, match="deeply"):
        canonical({"a": deep})
