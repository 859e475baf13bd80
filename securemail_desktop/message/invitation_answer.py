"""An invitation answered (iTIP REPLY, RFC 5546, 3.2.3; iMIP, RFC 6047): a draft like any other, with the answer as a calendar in it.

It says who answers, what, and to which appointment: its time and the subject of the invitation, not its text, place or guests. It goes to its
organizer alone.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from securemail_desktop.message import answer
from securemail_desktop.message.address import Address
from securemail_desktop.message.compose import new_message_id
from securemail_desktop.message.draft import Attachment, Draft, Recipient
from securemail_desktop.message.errors import ComposeError
from securemail_desktop.message.invitation import Answer, Invitation, Moment
from securemail_desktop.message.original import Original

SAID = {
    Answer.ACCEPTED: ("Accepted", "I accept this invitation."),
    Answer.TENTATIVE: ("Tentative", "I may come, but it is not certain."),
    Answer.DECLINED: ("Declined", "I decline this invitation."),
}
_TYPE = "text/calendar; method=REPLY; charset=utf-8"
_WIDTH = 74  # octets of a line without its fold (RFC 5545, 3.1)


def respond(original: Original, invitation: Invitation | None, said: Answer, own: Sequence[Address], now: datetime) -> Draft:
    """Return a draft that answers an invitation; `own` and `now` as for `answer.reply`. Raise `ComposeError` where nobody waits for one."""
    if invitation is None or invitation.organizer is None or not invitation.can_be_answered:
        raise ComposeError("This invitation cannot be answered: write to its sender instead.")
    draft = answer.reply(original, own, now, everyone=False)
    invited = {attendee.address.key for attendee in invitation.attendees}
    sender = next((address for address in own if address.key in invited), draft.sender)
    title, text = SAID[said]
    return replace(
        draft,
        sender=sender,
        recipients=(Recipient(answer.plain_name(invitation.organizer)),),
        subject=f"{title}: {draft.subject.removeprefix('Re:').strip()}".rstrip(": "),
        text=text,
        message_id=new_message_id(sender),
        attachments=(Attachment("", _TYPE, _calendar(invitation, invitation.organizer, said, sender, now)),),
    )


def _calendar(invitation: Invitation, organizer: Address, said: Answer, sender: Address, now: datetime) -> bytes:
    moments = (("DTSTART", invitation.start), ("DTEND", invitation.end), ("RECURRENCE-ID", invitation.instance))
    lines = [
        "BEGIN:VCALENDAR",
        "PRODID:-//SecureMail Desktop//EN",
        "VERSION:2.0",
        "METHOD:REPLY",
        "BEGIN:VEVENT",
        f"UID:{invitation.uid}",
        f"SEQUENCE:{invitation.sequence}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        *(f"{name}{_stamp(moment)}" for name, moment in moments if moment),
        f"ORGANIZER:mailto:{organizer.spec}",
        f"ATTENDEE;PARTSTAT={said.value}:mailto:{sender.spec}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line.encode()) + b"\r\n" for line in lines)


def _stamp(moment: Moment) -> str:
    """Return a moment as the same instant in UTC, so that no time zone need come along; a day or a time without a zone as it is."""
    if moment.whole_day:
        return f";VALUE=DATE:{moment.local:%Y%m%d}"
    return f":{moment.at:%Y%m%dT%H%M%SZ}" if moment.at else f":{moment.local:%Y%m%dT%H%M%S}"


def _folded(line: bytes) -> bytes:
    """Return a content line folded, never inside of a character."""
    pieces, start = [], 0
    while len(line) - start > _WIDTH:
        end = start + _WIDTH
        while line[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(line[start:end])
        start = end
    return b"\r\n ".join([*pieces, line[start:]])
