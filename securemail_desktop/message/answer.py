"""A received message answered or forwarded: the draft that the author goes on with (RFC 5322, 3.6.4 and A.2; RFC 3676, 4.5 and 4.6).

Answers are plain text. An answer carries none of the original's files; a forward carries them all, as files, but the small pictures that only
decorate its HTML body. Both remember whether the original came protected. Bcc is never filled in.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from securemail_desktop.message.address import Address, format_address
from securemail_desktop.message.compose import new_message_id
from securemail_desktop.message.draft import AddressField, Attachment, Draft, Recipient
from securemail_desktop.message.errors import ComposeError
from securemail_desktop.message.original import Original
from securemail_desktop.message.text.html import html_text
from securemail_desktop.message.text.passage import PassageKind
from securemail_desktop.message.text.picture import is_decoration
from securemail_desktop.message.text.quoted import line_kinds

FORWARDED = "---------- Forwarded message ----------"

_REPLY = re.compile(r"(?:(?:re|aw|antw|sv|vs|odp|res|ynt|回复|答复)(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s*[:：]\s*)+", re.IGNORECASE)
_FORWARD = re.compile(r"(?:(?:fwd?|wg|tr|vl|rv|enc|doorst|転送|转发)\s*[:：]\s*)+", re.IGNORECASE)
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_MARKS = re.compile(r"(?:> ?)+")
_MOST_REFERENCES = 50
_MOST_QUOTED = 200_000  # characters: what a window edits and checks without waiting
_CUT = "[The rest of this long message is left out here: the message itself has it.]"
_CUT_FORWARDED = "[The rest of this long message is in the file message.txt.]"
_MOST_NAMED = 50
_LONGEST_LINE, _LONGEST_NAME = 500, 150  # characters of a subject, and of the name of a person or a file


def reply(original: Original, own: Sequence[Address], now: datetime, *, everyone: bool) -> Draft:
    """Return a draft that answers to the author or to everyone; `own` are the user's addresses, the default one first.

    Own addresses are left out; an answer to what one sent oneself goes to whom that went. `now` is aware.
    """
    sender = _sender(original, own)
    return Draft(
        sender=sender,
        recipients=_recipients(original, {address.key for address in own}, everyone=everyone),
        subject=f"Re: {_bare(original.subject, _REPLY)}".rstrip(),
        text=_quote(original),
        message_id=new_message_id(sender),
        date=now,
        in_reply_to=original.message_id,
        references=_references(original),
        answers_protected=original.protected,
    )


def forward(original: Original, own: Sequence[Address], now: datetime) -> Draft:
    """Return a draft that forwards a message to whomever the author names; `own` and `now` as for `reply`.

    It begins a conversation of its own. Raise `ComposeError` for a message that could not be opened: its reader could not open it either.
    """
    if original.locked:
        raise ComposeError(
            "This message could not be opened here, so it cannot be forwarded: ask its sender to send it to the other person."
        )
    sender, lines = _sender(original, own), _lines(original)
    begin, files = _carried(original, lines)
    return Draft(
        sender=sender,
        recipients=(),
        subject=f"Fwd: {_bare(original.subject, _FORWARD)}".rstrip(),
        text="\n".join(["", "", FORWARDED, *_header_block(original), "", *begin]),
        message_id=new_message_id(sender),
        date=now,
        attachments=files,
        answers_protected=original.protected,
    )


def again(original: Original, own: Sequence[Address], recipient: Address, now: datetime) -> Draft:
    """Return a draft that sends to one recipient once more what he could not open; `own` and `now` as for `reply`. Raise `ComposeError`."""
    if original.locked:
        raise ComposeError("This message cannot be opened here either, so it cannot be sent once more: write it anew.")
    sender = _sender(original, own)
    text, files = _carried(original, _lines(original))
    return Draft(
        sender=sender,
        recipients=(Recipient(recipient),),
        subject=_line(original.subject),
        text="\n".join(text),
        message_id=new_message_id(sender),
        date=now,
        attachments=files,
        references=_references(original),
        answers_protected=original.protected,
    )


def _sender(original: Original, own: Sequence[Address]) -> Address:
    """Return the own address that the message came from or to, the default one where it names none."""
    named = [address.key for address in (*original.sender, *original.to, *original.cc)]
    return next((address for key in named for address in own if address.key == key), own[0])


def _recipients(original: Original, own: set[str], *, everyone: bool) -> tuple[Recipient, ...]:
    mine = any(address.key in own for address in original.sender)
    authors = original.to if mine else original.reply_to or original.sender
    to = [*authors, *original.to] if everyone else list(authors)
    cc = original.cc if everyone else ()
    named = [*(Recipient(address) for address in to), *(Recipient(address, AddressField.CC) for address in cc)]
    kept = tuple({r.address.key: r for r in reversed(named) if r.address.key not in own}.values())[::-1]
    kept = kept or tuple(Recipient(address) for address in (original.reply_to or original.sender)[:1])
    return tuple(replace(r, address=plain_name(r.address)) for r in kept)


def plain_name(address: Address) -> Address:
    """Return an address whose name has an end and nothing that turns a line around."""
    return replace(address, name=_line(address.name, _LONGEST_NAME))


def _references(original: Original) -> tuple[str, ...]:
    """Return the conversation's Message-IDs; of a long one the first and the newest."""
    before = original.references or (original.in_reply_to if len(original.in_reply_to) == 1 else ())
    ids = list(dict.fromkeys([*(i for i in before if i != original.message_id), *filter(None, [original.message_id])]))
    return tuple(ids if len(ids) <= _MOST_REFERENCES else [ids[0], *ids[1 - _MOST_REFERENCES :]])


def _bare(subject: str, prefixes: re.Pattern[str]) -> str:
    text = _line(subject)
    match = prefixes.match(text)
    return text[match.end() :] if match else text


def _quote(original: Original) -> str:
    """Return room for the answer, who wrote what, and the quoted lines; only the room where nothing could be opened."""
    whole = _lines(original)
    lines = _begin(whole)
    kinds = line_kinds(lines)
    quoted = [_quoted(line) for line, kind in zip(lines, kinds, strict=True) if kind is not PassageKind.SIGNATURE]
    while quoted and quoted[-1] == ">":
        quoted.pop()
    cut = [_quoted(_CUT)] if len(lines) < len(whole) else []
    return "\n".join(["", "", _attribution(original), *quoted, *cut]) if quoted or cut else ""


def _carried(original: Original, lines: list[str]) -> tuple[list[str], tuple[Attachment, ...]]:
    """Return the lines and the files that go on with a message; a very long text goes on as a file, too."""
    begin, files = _begin(lines), [_as_file(file) for file in original.files if not is_decoration(file)]
    return (begin, tuple(files)) if len(begin) == len(lines) else ([*begin, _CUT_FORWARDED], (_whole(lines), *files))


def _begin(lines: list[str]) -> list[str]:
    """Return as many whole lines from the first on as a window edits without waiting."""
    used = 0
    for number, line in enumerate(lines):
        used += len(line) + 1
        if used > _MOST_QUOTED:
            return lines[:number]
    return lines


def _whole(lines: list[str]) -> Attachment:
    return Attachment("message.txt", "text/plain; charset=utf-8", "\n".join(lines).encode("utf-8", "replace"))


def _attribution(original: Original) -> str:
    names = ", ".join(_named(original.sender[:3])) or "somebody"
    return f"On {original.date:%Y-%m-%d} at {original.date:%H:%M %z}, {names} wrote:"


def _quoted(line: str) -> str:
    """Return a line one level deeper, without the blank at its end that would make it flow into the next."""
    marks = _MARKS.match(line)
    depth = marks[0].count(">") if marks else 0
    content = line[marks.end() :] if marks else line
    content = content if content == "-- " else content.rstrip()
    return ">" * (depth + 1) + (f" {content}" if content else "")


def _lines(original: Original) -> list[str]:
    """Return the lines that a reader of the message sees."""
    if original.text.strip() or not original.html:
        return original.text.rstrip("\n").split("\n") if original.text.strip() else []
    shown = html_text(original.html).visible
    return [f"> {line.text}" if line.kind is PassageKind.QUOTED else line.text for line in shown]


def _header_block(original: Original) -> Iterable[str]:
    yield f"From: {', '.join(_named(original.sender))}"
    yield f"Date: {original.date:%Y-%m-%d %H:%M %z}"
    yield f"Subject: {_line(original.subject)}"
    yield from (f"{name}: {', '.join(_named(addresses))}" for name, addresses in (("To", original.to), ("Cc", original.cc)) if addresses)


def _named(addresses: Sequence[Address]) -> list[str]:
    shown = [_line(format_address(address)) for address in addresses[:_MOST_NAMED]]
    return [*shown, f"and {len(addresses) - _MOST_NAMED} more"] if len(addresses) > _MOST_NAMED else shown


def _line(text: str, most: int = _LONGEST_LINE) -> str:
    """Return a stranger's text on one line that has an end, without what could turn the line around."""
    line = _UNSAFE.sub(" ", text).strip()
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def _as_file(file: Attachment) -> Attachment:
    """Return a file to be passed on; its name has no path and no control characters, and keeps its ending."""
    name = file.filename.replace("\\", "/").rpartition("/")[2]
    name = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 21]}…{name[-20:]}"
    return Attachment(_line(name), file.content_type if len(file.content_type) <= _LONGEST_LINE else file.media_type, file.content)
