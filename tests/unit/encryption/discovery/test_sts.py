"""MTA-STS records and rules as RFC 8461 writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.encryption.discovery.sts import Rule, parse_rule, record_id

RULE = "version: STSv1\r\nmode: enforce\r\nmx: mail.hospital.example\r\nmx: *.backup.example\r\nmax_age: 604800\r\n"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("v=STSv1; id=20160831085700Z;",), "20160831085700Z"),
        (("v=STSv1;id=1",), "1"),
        (("v=STSv1; id=1; later=x",), "1"),
        (("v=spf1 -all", "v=STSv1; id=7;"), "7"),
        (("v=STSv1; id=1;", "v=STSv1; id=2;"), ""),
        (("v=STSv1;",), ""),
        (("v=STSv1; id=;",), ""),
        ((f"v=STSv1; id={'1' * 33};",), ""),
        (("v=STSv12; id=1;",), ""),
        (("id=1; v=STSv1",), ""),
        ((), ""),
    ],
)
def test_one_record_names_the_rule(texts: tuple[str, ...], expected: str) -> None:
    assert record_id(texts) == expected


def test_a_rule_is_read() -> None:
    assert parse_rule(RULE.encode()) == Rule("enforce", ("mail.hospital.example", "*.backup.example"), 604800)
    assert parse_rule(RULE.replace("\r\n", "\n").encode()) == parse_rule(RULE.encode())


@pytest.mark.parametrize(
    ("old", "new", "mode"),
    [
        ("mode: enforce", "mode: testing", "testing"),
        ("mode: enforce", "mode: enforce\r\nmode: none", "enforce"),
        ("max_age: 604800", "max_age: 604800\r\nlater: a thing", "enforce"),
        ("mode: enforce", "mode: Enforce", ""),
        ("version: STSv1", "version: STSv2", ""),
        ("max_age: 604800", "max_age: -1", ""),
        ("max_age: 604800", "max_age: ٣", ""),
        ("max_age: 604800", "", ""),
        ("mx: mail.hospital.example\r\nmx: *.backup.example", "", ""),
        ("*.backup.example", "mail.*.example", ""),
    ],
)
def test_what_stands_twice_or_is_unknown_is_passed_over_and_what_is_wrong_refused(old: str, new: str, mode: str) -> None:
    rule = parse_rule(RULE.replace(old, new).encode())
    assert (rule.mode if rule else "") == mode


def test_a_rule_of_none_needs_no_servers_and_no_rule_is_for_ever() -> None:
    assert parse_rule(b"version: STSv1\nmode: none\nmax_age: 9999999999\n") == Rule("none", (), 31_557_600)


@given(st.binary(max_size=400))
def test_any_file_is_a_rule_or_none(content: bytes) -> None:
    rule = parse_rule(content)
    assert rule is None or 0 <= rule.seconds <= 31_557_600


@given(st.lists(st.text(max_size=60)))
def test_any_records_name_one_rule_or_none(texts: list[str]) -> None:
    assert len(record_id(tuple(texts))) <= 32
