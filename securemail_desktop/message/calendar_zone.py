"""Time zones as invitations carry them (RFC 5545, 3.6.5): what the offset from UTC is at one local time.

Nothing is unrolled: of a yearly rule only the two years in question are looked at, so a rule of a stranger costs nothing. A zone of a known name
(IANA) is what the system knows under it, whatever the invitation says it is.
"""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo

from securemail_desktop.message.content_line import ContentLine

_STAMP = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})Z?)?")
_OFFSET = re.compile(r"([+-])([0-9]{2})([0-9]{2})(?:[0-9]{2})?")
_DAY = re.compile(r"([+-]?[1-5])?(SU|MO|TU|WE|TH|FR|SA)")
_IANA = re.compile(r"[A-Za-z]{2,20}(?:/[A-Za-z_+-]{1,30}){1,2}|UTC|GMT")
_SMALL = re.compile(r"[0-9]{1,2}")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FOREIGN = frozenset({"FREQ", "BYMONTH", "BYDAY", "BYMONTHDAY", "UNTIL", "INTERVAL", "WKST"})


@dataclass(frozen=True, slots=True)
class Observance:
    """Standard or daylight time: from when (local) on, its offset, the one before, and the rule by which it comes back, empty where it does not."""

    begins: datetime
    offset: timedelta
    before: timedelta
    rule: Mapping[str, str]

    def last(self, local: datetime) -> datetime | None:
        """Return when it began the last time before a local time; None where it had not yet, or nobody can tell."""
        if not self.rule:
            return self.begins if self.begins <= local else None
        bound = min(local, read_stamp(self.rule.get("UNTIL", "")) or local)
        onsets = (self._in_year(year) for year in (bound.year, bound.year - 1))
        return next((onset for onset in onsets if onset and self.begins <= onset <= bound), self.begins if self.begins <= bound else None)

    @property
    def is_known(self) -> bool:
        """Say whether the rule is one of those that time zones have: once a year."""
        rule = self.rule
        return not rule or (rule.get("FREQ") == "YEARLY" and rule.get("INTERVAL", "1") == "1" and set(rule) <= _FOREIGN)

    def _in_year(self, year: int) -> datetime | None:
        months, days = self.rule.get("BYMONTH", str(self.begins.month)), _DAY.fullmatch(self.rule.get("BYDAY", ""))
        if not _SMALL.fullmatch(months) or not 1 <= int(months) <= 12 or year < 1:
            return None
        of_month = {int(day) for day in self.rule.get("BYMONTHDAY", "").split(",") if _SMALL.fullmatch(day)}
        wanted = [d for d in range(1, monthrange(year, int(months))[1] + 1) if not of_month or d in of_month]
        if days:
            wanted = [d for d in wanted if datetime(year, int(months), d).weekday() == _DAYS.index(days[2])]  # noqa: DTZ001 - local
        elif not of_month:
            wanted = [d for d in wanted if d == self.begins.day]
        number = int(days[1] or 1) if days else 1
        index = number - 1 if number > 0 else number
        return self.begins.replace(year=year, month=int(months), day=wanted[index]) if -len(wanted) <= index < len(wanted) else None


Zones = Mapping[str, Sequence[Observance]]


def zone_at(name: str, local: datetime, zones: Zones) -> tzinfo | None:
    """Return what holds at a local time in the zone of this name; None for one that is not known."""
    if _IANA.fullmatch(name):
        from zoneinfo import ZoneInfo  # noqa: PLC0415 - no start should wait for it

        try:
            return ZoneInfo(name)
        except (OSError, ValueError, KeyError):  # Windows has none of its own
            pass
    observances = zones.get(name, ())
    if not observances or not all(observance.is_known for observance in observances):
        return None
    begun = [(onset, one) for one in observances if (onset := one.last(local))]
    first = min(observances, key=lambda one: one.begins)
    return timezone(max(begun, key=lambda pair: pair[0])[1].offset if begun else first.before)


def read_observance(properties: Sequence[ContentLine]) -> Observance | None:
    """Return what the properties of STANDARD or DAYLIGHT say; None where they say no times."""
    found = {line.name: line.value.strip() for line in properties}
    begins, offset = read_stamp(found.get("DTSTART", "")), _offset(found.get("TZOFFSETTO", ""))
    if begins is None or offset is None:
        return None
    before = _offset(found.get("TZOFFSETFROM", ""))
    return Observance(begins, offset, offset if before is None else before, read_rule(found.get("RRULE", "")))


def read_rule(value: str) -> dict[str, str]:
    """Return the parts of a recurrence rule (RFC 5545, 3.3.10), names and values in capital letters."""
    pairs = (part.partition("=") for part in value.upper().split(";")[:20])
    return {name.strip(): text.strip() for name, _, text in pairs if text.strip()}


def read_stamp(value: str) -> datetime | None:
    """Return a DATE or DATE-TIME as local time without a zone; None for what is none."""
    found = _STAMP.fullmatch(value.strip())
    try:
        return datetime(*(int(part or 0) for part in found.groups())) if found else None  # type: ignore[arg-type]  # noqa: DTZ001 - local
    except ValueError:
        return None


def _offset(value: str) -> timedelta | None:
    found = _OFFSET.fullmatch(value)
    if not found or int(found[2]) > 23 or int(found[3]) > 59:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -offset if found[1] == "-" else offset
