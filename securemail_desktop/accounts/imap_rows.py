"""Rows of a message list out of FETCH responses (RFC 9051, 7.5.2), whatever the server or a message's author put in.

Responses are told apart by the UID that each one names itself: one that nobody asked for cannot be taken for another message's. Header fields are
asked for in two bounded pieces, so that ten thousand recipients cannot push the subject out.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from imapclient import IMAPClient
from imapclient.response_parser import gen_parsed_response

from securemail_desktop.accounts.imap_structure import marks_of, marks_of_type
from securemail_desktop.accounts.protocol import Header
from securemail_desktop.message.encoded_word import decode
from securemail_desktop.message.entity import Field, split_entity
from securemail_desktop.message.errors import ParseError
from securemail_desktop.message.flags import NO_FLAGS, Flags

ROW = (
    "(UID FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (FROM SUBJECT DATE MESSAGE-ID CONTENT-TYPE)]<0.32768>"
    " BODY.PEEK[HEADER.FIELDS (TO CC)]<0.8192>)"
)
WHOLE_ROW = f"{ROW[:-1]} BODYSTRUCTURE)"
MAX_UID = 2**32 - 1

_FLAGS = {
    b"\\seen": Flags.SEEN,
    b"\\answered": Flags.ANSWERED,
    b"\\flagged": Flags.FLAGGED,
    b"\\deleted": Flags.DELETED,
    b"$forwarded": Flags.FORWARDED,
}
_MAX_SIZE = 2**62
_LEAST = datetime(1970, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)  # how far an author's clock may be ahead of the server's


def fetched(client: IMAPClient, messages: str, items: str, *modifiers: str, by_uid: bool = True) -> dict[int, dict[bytes, Any]]:
    """Return the responses to one FETCH by the UID that they name; `messages` are UIDs or positions. Raise ValueError where it is no IMAP."""
    connection = client._imap  # noqa: SLF001 - IMAPClient takes a response without UID for the message of that number
    kind, data = connection.uid("FETCH", messages, items, *modifiers) if by_uid else connection.fetch(messages, items)
    client._checkok("FETCH", kind, data)  # noqa: SLF001
    found: dict[int, dict[bytes, Any]] = {}
    for response in _responses(data):
        uid = response.get(b"UID")
        if isinstance(uid, int) and 0 < uid <= MAX_UID:
            found.setdefault(uid, {}).update(response)
    return found


def headers(responses: Mapping[int, dict[bytes, Any]], wanted: Collection[int] | None = None) -> list[Header]:
    """Return the rows of whole responses, of the wanted UIDs only where they are given."""
    return [
        _header(uid, row) for uid, row in responses.items() if b"RFC822.SIZE" in row and (wanted is None or uid in wanted)
    ]  # one without is about flags that somebody changed meanwhile


def flags_of(row: Mapping[bytes, Any]) -> Flags:
    """Return the flags of a response; unknown ones are left out."""
    found = row.get(b"FLAGS")
    known = NO_FLAGS
    for flag in found if isinstance(found, tuple) else ():
        known |= _FLAGS.get(flag.lower(), NO_FLAGS) if isinstance(flag, bytes) else NO_FLAGS
    return known


def _responses(data: list[Any]) -> Iterator[dict[bytes, Any]]:
    tokens = gen_parsed_response([] if data == [None] else data)
    for position in tokens:
        fields = next(tokens, None)
        if not isinstance(position, int) or not isinstance(fields, tuple) or len(fields) % 2:
            raise ValueError("no FETCH response")
        yield {name.upper(): value for name, value in zip(fields[::2], fields[1::2], strict=True) if isinstance(name, bytes)}


def _header(uid: int, row: Mapping[bytes, Any]) -> Header:
    # servers name the section as they like: quoted, in their own order, with or without the place where it begins
    raw = b"\r\n".join(value.rstrip() for key, value in row.items() if key.startswith(b"BODY[HEADER.FIELDS") and isinstance(value, bytes))
    fields = _fields(raw)
    size = row[b"RFC822.SIZE"]
    return Header(
        uid,
        _text(fields, "from"),
        _text(fields, "to"),
        _text(fields, "subject"),
        _date(_text(fields, "date"), row.get(b"INTERNALDATE")),
        _text(fields, "message-id"),
        flags_of(row),
        min(size, _MAX_SIZE) if isinstance(size, int) else 0,
        marks_of(row.get(b"BODYSTRUCTURE")) | marks_of_type(_text(fields, "content-type")),
        _text(fields, "cc"),
    )


def _fields(raw: bytes) -> tuple[Field, ...]:
    try:
        return split_entity(raw)[0]
    except ParseError:
        return ()


def _text(fields: tuple[Field, ...], name: str) -> str:
    return decode(next((value for key, value in fields if key.lower() == name), ""))


def _date(written: str, received: object) -> datetime:
    """Return the author's date, or the server's where that is missing, before mail existed, or in the future: it would lie on top for ever."""
    arrived = _parsed(received.decode("ascii", "replace")) if isinstance(received, bytes) else None
    date = _parsed(written)
    if date is None or (arrived and date > arrived + _AHEAD):
        return arrived or date or _LEAST
    return date


def _parsed(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return aware if aware.year < 9999 and aware > _LEAST else None
