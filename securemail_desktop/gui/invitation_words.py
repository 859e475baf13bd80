"""What an invitation says, in words: the reader's own time first, the author's zone beside it. Texts of strangers are cleaned. Pure; no Qt."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from securemail_desktop.gui import message_words, words
from securemail_desktop.message.address import Address
from securemail_desktop.message.calendar_zone import read_stamp
from securemail_desktop.message.invitation import Answer, Attendee, Invitation, Moment, Purpose

FEW = 6
_TITLES = {
    Purpose.REQUEST: "Invitation",
    Purpose.CANCEL: "This appointment is cancelled",
    Purpose.REPLY: "Answer to an invitation",
    Purpose.COUNTER: "Another time is proposed",
    Purpose.OTHER: "Appointment",
}
_STATUS = {Answer.ACCEPTED: "accepts", Answer.TENTATIVE: "may come", Answer.DECLINED: "declines"}
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_PLAIN = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY"})
_ODD = "It repeats in a way that is not shown here: the attached calendar file says how."


def title(invitation: Invitation) -> str:
    """Return what the message does with the appointment."""
    return _TITLES[invitation.purpose]


def rows(invitation: Invitation, subject: str = "") -> tuple[tuple[str, str], ...]:
    """Return (name, text) of what is known of the appointment beside the subject; a row without a name belongs to the former."""
    what = words.visible(invitation.summary)
    found = (
        ("What", "" if what and what in subject else what),
        *(("" if number else "When", line) for number, line in enumerate(when(invitation))),
        ("Where", words.visible(invitation.location)),
        ("Organiser", message_words.full_name(invitation.organizer) if invitation.organizer else ""),
        ("Invited" if invitation.purpose is not Purpose.REPLY else "Answer", _people(invitation.attendees)),
        ("And", _more(invitation.more)),
    )
    return tuple((name, text) for name, text in found if text)


def when(invitation: Invitation) -> Iterator[str]:
    """Yield when it is: here, then where its author is, then how it repeats."""
    start, end = invitation.start, invitation.end
    if start is None:
        return
    here, last = _here(start), _here(end) if end else None
    zone = words.visible(start.zone)
    if start.whole_day:
        yield _days(start.local, end.local if end else start.local)
    elif here is None:
        told = f"in the time zone “{zone}”, which is not known here" if zone else "no time zone is named"
        yield f"{_span(start.local, end.local if end else None)} ({told})"
    elif here.replace(tzinfo=None) == start.local:
        yield f"{_span(here, last)} ({_offset(here)}, your time)"
    else:
        yield f"{_span(here, last)} ({_offset(here)}, your time)"
        yield f"{_span(start.local, end.local if end else None)} ({zone})"
    if invitation.rule:
        yield _repeats(invitation.rule)


def doubt(invitation: Invitation, sender: Sequence[Address]) -> str:
    """Return a warning where the organizer is not who sent the message; an answer goes to the organizer."""
    organizer = invitation.organizer
    if organizer is None or not invitation.can_be_answered or organizer.key in {address.key for address in sender}:
        return ""
    return f"It was not sent by its organiser: an answer goes to {words.spec(organizer)}."


def _here(moment: Moment) -> datetime | None:
    try:
        return moment.at.astimezone() if moment.at else None
    except (OverflowError, ValueError):
        return None


def _span(start: datetime, end: datetime | None) -> str:
    begin = f"{_day(start)}, {start:%H:%M}"
    if end is None or end == start:
        return begin
    return f"{begin} – {end:%H:%M}" if end.date() == start.date() else f"{begin} – {_day(end)}, {end:%H:%M}"


def _days(first: datetime, end: datetime) -> str:
    last = end - timedelta(days=1) if end > first else first
    return f"{_day(first)}, the whole day" if last <= first else f"{_day(first)} – {_day(last)}, whole days"


def _day(moment: datetime) -> str:
    return f"{moment:%A}, {moment.day} {moment:%B %Y}"


def _offset(moment: datetime) -> str:
    text = f"{moment:%z}"
    return f"UTC{text[:3]}:{text[3:5]}"


def _repeats(rule: Mapping[str, str]) -> str:
    unit, days = _UNITS.get(rule.get("FREQ", "")), rule.get("BYDAY", "")
    number, count = rule.get("INTERVAL", "1"), rule.get("COUNT", "")
    named = [_DAYS.get(day, "") for day in days.split(",")] if days else []
    if unit is None or not set(rule) <= _PLAIN or not all(named) or not all(n.isdecimal() and len(n) < 6 for n in (number, count or "1")):
        return _ODD
    every = f"Every {unit}" if number == "1" else f"Every {number} {unit}s"
    on = f" on {', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else f" on {named[0]}" if named else ""
    until = read_stamp(rule.get("UNTIL", ""))
    return every + on + (f", {count} times" if count else f", until {until.day} {until:%B %Y}" if until else "")


def _people(attendees: Sequence[Attendee]) -> str:
    shown = [f"{message_words.full_name(one.address)}{f' {said}' if (said := _STATUS.get(one.answer)) else ''}" for one in attendees[:FEW]]
    return ", ".join(shown) + (f" and {len(attendees) - FEW:,} more" if len(attendees) > FEW else "")


def _more(count: int) -> str:
    return (
        f"{count:,} more appointments in the attached calendar file"
        if count > 1
        else "1 more appointment in the attached calendar file" * count
    )
