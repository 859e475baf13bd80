"""An invitation as its reader needs it: what, when, where and who (RFC 5545, 5546, 6047). Nothing is unrolled, nothing raises, all is bounded.

Of a calendar with several appointments the first is read, and the others are counted. Times are local to the zone that their author named.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import islice

from securemail_desktop.message.address import Address
from securemail_desktop.message.calendar_zone import Observance, read_observance, read_rule, read_stamp, zone_at
from securemail_desktop.message.content_line import ContentLine, read_line, unfolded

LARGEST = 500_000  # characters; what is larger stays a file
MOST_ATTENDEES = 500
_MOST_LINES = 20_000
_LONGEST, _LONGEST_NOTE = 1_000, 20_000
_DURATION = re.compile(r"\+?P(?:([0-9]{1,4})W)?(?:([0-9]{1,5})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,7})S)?)?")
_BREAK = re.compile(r"\r\n?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_UID = re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{1,1000}")


class Purpose(StrEnum):
    """What the message does with the appointment (RFC 5546, 1.4): its METHOD, or OTHER for what is seldom or none."""

    REQUEST = "REQUEST"
    REPLY = "REPLY"
    CANCEL = "CANCEL"
    COUNTER = "COUNTER"
    OTHER = ""


class Answer(StrEnum):
    """A participation status (RFC 5545, 3.2.12)."""

    ACCEPTED = "ACCEPTED"
    TENTATIVE = "TENTATIVE"
    DECLINED = "DECLINED"
    NONE = "NEEDS-ACTION"


@dataclass(frozen=True, slots=True)
class Moment:
    """`local` is wall time without a zone. `at` is the same in UTC, None where the zone is unknown or none is named; `zone` its name, or empty."""

    local: datetime
    at: datetime | None
    zone: str
    whole_day: bool = False


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who is invited, and what he has answered."""

    address: Address
    answer: Answer


@dataclass(frozen=True, slots=True)
class Invitation:
    """Texts of a stranger: one line each but `note`. `end` is exclusive. `rule` is the recurrence rule, empty where it does not repeat.

    `uid` and `instance` (RECURRENCE-ID) are values as they came; `uid` is empty where it cannot be repeated in an answer. `more` counts the other
    appointments. `organizer` is None where none is named or more than one.
    """

    purpose: Purpose
    summary: str
    location: str
    note: str
    start: Moment | None
    end: Moment | None
    rule: Mapping[str, str]
    organizer: Address | None
    attendees: tuple[Attendee, ...]
    uid: str
    sequence: int
    instance: Moment | None = None
    more: int = 0

    @property
    def can_be_answered(self) -> bool:
        """Say whether somebody waits for an answer and can tell what it is about."""
        return self.purpose is Purpose.REQUEST and self.organizer is not None and bool(self.uid) and self.start is not None


@dataclass(slots=True)
class _Read:
    """What was found until now: properties of the calendar and of its first appointment, time zones, and how many appointments there are."""

    calendar: list[ContentLine] = field(default_factory=list)
    event: list[ContentLine] = field(default_factory=list)
    zones: dict[str, list[Observance]] = field(default_factory=dict)
    count: int = 0


def read_invitation(text: str, method: str = "") -> Invitation | None:
    """Return the first appointment of a calendar; None where there is none or it is too large. `method` counts where the calendar names none."""
    if len(text) > LARGEST:
        return None
    found = _read(_BREAK.sub("\n", text))
    if not found.event:
        return None
    named = _first(found.calendar, "METHOD")
    purpose = (named.value if named else method).strip().upper()
    start = _moment(_first(found.event, "DTSTART"), found.zones)
    organizers = {address.key: address for address in _mailboxes(found.event, "ORGANIZER")}
    uid = _first(found.event, "UID")
    return Invitation(
        purpose=Purpose(purpose) if purpose in set(Purpose) else Purpose.OTHER,
        summary=_line(found.event, "SUMMARY"),
        location=_line(found.event, "LOCATION"),
        note=_note(found.event),
        start=start,
        end=_moment(_first(found.event, "DTEND"), found.zones) or _after(start, _first(found.event, "DURATION")),
        rule=read_rule(rule.value) if (rule := _first(found.event, "RRULE")) else {},
        organizer=next(iter(organizers.values())) if len(organizers) == 1 else None,
        attendees=_attendees(found.event),
        uid=uid.value if uid and _UID.fullmatch(uid.value) else "",
        sequence=_number(_first(found.event, "SEQUENCE")),
        instance=_moment(_first(found.event, "RECURRENCE-ID"), found.zones),
        more=found.count - 1,
    )


def _read(text: str) -> _Read:
    """Sort the properties by what they are of; alarms and what else lies in an appointment are passed over."""
    found, path = _Read(), list[str]()
    zone, observance = "", list[ContentLine]()
    for line in filter(None, map(read_line, islice(unfolded(text), _MOST_LINES))):
        if line.name == "BEGIN":
            path.append(line.value.strip().upper())
            found.count += path[-1] == "VEVENT"
            observance = []
        elif line.name == "END" and path:
            if path.pop() in {"STANDARD", "DAYLIGHT"} and (one := read_observance(observance)):
                found.zones.setdefault(zone, []).append(one)
        elif path[-1:] == ["VEVENT"] and found.count == 1:
            found.event.append(line)
        elif path[-1:] == ["VTIMEZONE"] and line.name == "TZID":
            zone = line.value.strip()
        elif path[-1:] in (["STANDARD"], ["DAYLIGHT"]):
            observance.append(line)
        elif path == ["VCALENDAR"]:
            found.calendar.append(line)
    return found


def _first(lines: Sequence[ContentLine], name: str) -> ContentLine | None:
    return next((line for line in lines if line.name == name), None)


def _line(lines: Sequence[ContentLine], name: str) -> str:
    line = _first(lines, name)
    return " ".join(_CONTROL.sub(" ", line.text[:_LONGEST]).split()) if line else ""


def _note(lines: Sequence[ContentLine]) -> str:
    line = _first(lines, "DESCRIPTION")
    return line.text[:_LONGEST_NOTE].strip() if line else ""


def _number(line: ContentLine | None) -> int:
    return int(line.value) if line and line.value.isascii() and line.value.isdecimal() and len(line.value) < 10 else 0


def _moment(line: ContentLine | None, zones: Mapping[str, Sequence[Observance]]) -> Moment | None:
    local = read_stamp(line.value) if line else None
    if line is None or local is None:
        return None
    if "T" not in line.value:
        return Moment(local, None, "", whole_day=True)
    name = "UTC" if line.value.rstrip().endswith("Z") else line.parameters.get("TZID", "").strip()
    zone = UTC if name == "UTC" else zone_at(name, local, zones)
    return Moment(local, _in_utc(local, zone), _CONTROL.sub(" ", name[:_LONGEST]))


def _in_utc(local: datetime, zone: tzinfo | None) -> datetime | None:
    try:
        return local.replace(tzinfo=zone).astimezone(UTC) if zone else None
    except (OverflowError, ValueError):
        return None


def _after(start: Moment | None, line: ContentLine | None) -> Moment | None:
    """Return the end of an appointment of so long a duration (RFC 5545, 3.3.6)."""
    found = _DURATION.fullmatch(line.value.strip()) if line else None
    if not found or start is None:
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    long = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    try:
        return Moment(start.local + long, start.at + long if start.at else None, start.zone, start.whole_day)
    except OverflowError:
        return None


def _mailboxes(lines: Sequence[ContentLine], name: str) -> list[Address]:
    return [address for line in lines if line.name == name and (address := _named(line))]


def _named(line: ContentLine) -> Address | None:
    """Return the mailbox with the name that stands beside it (CN)."""
    address = line.mailbox
    name = " ".join(_CONTROL.sub(" ", line.parameters.get("CN", "")[:_LONGEST]).split())
    return Address(address.local, address.domain, name) if address else None


def _attendees(lines: Sequence[ContentLine]) -> tuple[Attendee, ...]:
    found: dict[str, Attendee] = {}
    for line in islice((line for line in lines if line.name == "ATTENDEE"), MOST_ATTENDEES):
        status = line.parameters.get("PARTSTAT", "").upper()
        if address := _named(line):
            found.setdefault(address.key, Attendee(address, Answer(status) if status in set(Answer) else Answer.NONE))
    return tuple(found.values())
