"""YAML as policies may be written, and everything that is refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.policy.errors import PolicyError
from securemail_desktop.policy.source import LARGEST_FILE, read_yaml

BOMB = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join(['*' + a] * 8)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)
)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("a: 1", {"a": 1}),
        ("a: 0x1F", {"a": 31}),
        ("a: 1.5", {"a": 1.5}),
        ("a: true\nb: false", {"a": True, "b": False}),
        ("a: no", {"a": "no"}),
        ("a: 'true'", {"a": "true"}),
        ("a: 2026-11-02", {"a": "2026-11-02"}),
        ("a: ~", {"a": None}),
        ("a: [x, {b: y}]", {"a": ["x", {"b": "y"}]}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("\ufeffa: ñ", {"a": "ñ"}),
    ],
)
def test_data(text: str, data: object) -> None:
    assert read_yaml("policy.yaml", text.encode()).data == data


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a: 1\nb: 2\na: 3\n", "policy.yaml:3:1: expected each key once: 'a' is there twice"),
        (b"a: 1\n 1: 2\n", "policy.yaml:2:"),
        (b"a:\n  1: x\n", "policy.yaml:2:3: expected a word as key"),
        (b"a:\n  <<: {b: 1}\n", "policy.yaml:2:3: expected a word as key"),
        (b"a: !!python/object:os.system x\n", "policy.yaml:1:4: expected plain text, a number, true or false"),
        (b"a: !secret x\n", "policy.yaml:1:4: expected plain text, a number, true or false"),
        (b"a: [1, 2\n", "policy.yaml:2:1: expected valid YAML"),
        (b"a: 1\nb: \xff\n", "policy.yaml:2:1: expected text in UTF-8"),
        (b"a: \x07\n", "policy.yaml:1:1: expected valid YAML without control characters"),
        (b"a: *nothing\n", "policy.yaml:1:4: expected valid YAML"),
        (b"a: 1\n---\nb: 2\n", "policy.yaml:2:1: expected valid YAML"),
        (b"a: &a [*a]\n", "expected a smaller file: too many or too deeply nested values"),
        pytest.param(b"[" * 5000, "too deeply nested", marks=pytest.mark.slow),
        pytest.param(BOMB.encode(), "expected a smaller file: too many or too deeply nested values", marks=pytest.mark.slow),
        (b" " * (LARGEST_FILE + 1), f"policy.yaml:1:1: expected a file of at most {LARGEST_FILE} bytes"),
    ],
)
def test_refused(content: bytes, problem: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_yaml("policy.yaml", content)
    assert problem in str(caught.value)


def test_a_problem_is_at_the_value_or_at_its_name_or_at_what_is_around_it() -> None:
    source = read_yaml("x.yaml", b"rules:\n  - id: one\n")
    assert str(source.problem(("rules", 0, "id"), "t")) == "x.yaml:2:9: t"
    assert str(source.problem(("rules", 0, "id"), "t", at_name=True)) == "x.yaml:2:5: t"
    assert str(source.problem(("rules", 0, "then", "block"), "t")) == "x.yaml:2:5: t"


@given(st.binary(max_size=200) | st.text("{}[]&*!#:-? \n'\"ab1%<@`|>", max_size=60).map(str.encode))
def test_any_bytes_are_data_or_a_policy_error(content: bytes) -> None:
    with suppress(PolicyError):
        source = read_yaml("x.yaml", content)
        assert source.data is None or () in source.places
