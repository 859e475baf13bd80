"""The offset of a time zone at a local time, as invitations carry it, without unrolling anything."""

# ruff: noqa: DTZ001 - local times have no zone

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.calendar_zone import Observance, read_observance, read_rule, read_stamp, zone_at
from securemail_desktop.message.content_line import ContentLine, read_line


def observance(begins: str, before: str, offset: str, rule: str = "") -> Observance:
    lines = [f"DTSTART:{begins}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{offset}", *([f"RRULE:{rule}"] if rule else [])]
    found = read_observance([line for line in map(read_line, lines) if line])
    assert found is not None
    return found


EXCHANGE = (
    observance("16010101T030000", "+0200", "+0100", "FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10"),
    observance("16010101T020000", "+0100", "+0200", "FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3"),
)
NEW_YORK = (
    observance("20071104T020000", "-0400", "-0500", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
    observance("20070311T020000", "-0500", "-0400", "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
)
SOUTH = (
    observance("20080406T030000", "+1100", "+1000", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=SU"),
    observance("20081005T020000", "+1000", "+1100", "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=SU"),
)
FIXED = (observance("19700101T000000", "+0530", "+0530"),)
ENDED = (
    observance("19700101T000000", "+0300", "+0300"),
    observance("19800401T000000", "+0300", "+0400", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1;UNTIL=20100401T000000Z"),
    observance("20111001T000000", "+0400", "+0300"),
)


@pytest.mark.parametrize(
    ("zone", "local", "hours"),
    [
        (EXCHANGE, datetime(2026, 7, 1, 9), 2),
        (EXCHANGE, datetime(2026, 1, 15, 9), 1),
        (EXCHANGE, datetime(2026, 3, 29, 1, 59), 1),
        (EXCHANGE, datetime(2026, 3, 29, 3), 2),
        (EXCHANGE, datetime(2026, 10, 25, 12), 1),
        (NEW_YORK, datetime(2026, 3, 8, 3), -4),
        (NEW_YORK, datetime(2026, 3, 7, 3), -5),
        (NEW_YORK, datetime(2026, 11, 1, 3), -5),
        (NEW_YORK, datetime(1990, 7, 1), -5),  # before it is defined
        (SOUTH, datetime(2026, 1, 15), 11),
        (SOUTH, datetime(2026, 6, 15), 10),
        (FIXED, datetime(2026, 6, 15), 5.5),
        (ENDED, datetime(2009, 6, 15), 4),
        (ENDED, datetime(2026, 6, 15), 3),
    ],
)
def test_the_offset_that_holds(zone: tuple[Observance, ...], local: datetime, hours: float) -> None:
    found = zone_at("Customized Time Zone", local, {"Customized Time Zone": zone})
    assert found is not None
    assert found.utcoffset(local) == timedelta(hours=hours)


def test_a_known_name_is_what_everybody_means_by_it() -> None:
    summer = datetime(2026, 7, 1)
    found = zone_at("Europe/Berlin", summer, {"Europe/Berlin": FIXED})
    assert found is not None
    assert found.utcoffset(summer) == timedelta(hours=2)


@pytest.mark.parametrize("name", ["", "Nowhere", "Europe/Nowhere", "../../etc/passwd", "/etc/localtime", "Europe", "a/" * 5000, "\0"])
def test_an_unknown_name_is_not_known(name: str) -> None:
    assert zone_at(name, datetime(2026, 7, 1), {}) is None


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=YEARLY;INTERVAL=2", "FREQ=YEARLY;BYSETPOS=1", "FREQ=YEARLY;COUNT=1", "FREQ="])
def test_a_rule_that_no_time_zone_has_is_not_guessed(rule: str) -> None:
    odd = observance("19700101T000000", "+0100", "+0200", rule)
    assert zone_at("X", datetime(2026, 7, 1), {"X": (odd,)}) is None or rule == "FREQ="


def test_what_says_no_times_is_none() -> None:
    for lines in ([], ["DTSTART:20260101T000000"], ["DTSTART:x", "TZOFFSETTO:+0100"], ["DTSTART:20260101T000000", "TZOFFSETTO:+9900"]):
        assert read_observance([line for line in map(read_line, lines) if line]) is None
    assert read_stamp("20260230T000000") is None
    assert read_rule("FREQ=DAILY;;X;COUNT=") == {"FREQ": "DAILY"}


stamp = st.sampled_from(["16010101T000000", "20260229", "20240229T000000", "99991231T235959", "00010101T000000", "x", ""])
rule = st.sampled_from(
    ["FREQ=YEARLY", "BYMONTH=2", "BYMONTH=13", "BYDAY=5SU", "BYDAY=-5MO", "BYDAY=0SU", "BYMONTHDAY=31", "UNTIL=00010101"]
)


@given(stamp, stamp, st.lists(rule, max_size=4).map(";".join), st.sampled_from(["+0100", "-2359", "+2459", ""]))
def test_nothing_raises(begins: str, local: str, rules: str, offset: str) -> None:
    lines = [
        ContentLine("DTSTART", {}, begins),
        ContentLine("TZOFFSETTO", {}, offset),
        ContentLine("TZOFFSETFROM", {}, offset),
        ContentLine("RRULE", {}, rules),
    ]
    found, when = read_observance(lines), read_stamp(local)
    if found and when:
        zone_at("X", when, {"X": (found,)})
