"""The folders of an IMAP server: LIST (RFC 9051, 6.3.9; RFC 5258), special uses (RFC 6154), counts (RFC 5819), namespaces (RFC 2342).

Names come in modified UTF-7 (RFC 3501, 5.1.3): the program never turns UTF8=ACCEPT on. One that does not go back as it came is left out, for what is
said about it would reach another folder, or none.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from imapclient import IMAPClient
from imapclient.imap_utf7 import decode, encode
from imapclient.response_parser import parse_response

from securemail_desktop.accounts.folder_roles import with_roles
from securemail_desktop.accounts.protocol import Folder

_MOST, _LONGEST, _ABOVE = 5000, 1000, 2**32
_COUNTS = (b"MESSAGES", b"UNSEEN", b"UIDNEXT")
_NO_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NO_MESSAGES = frozenset({"\\noselect", "\\nonexistent"})

Listed = tuple[tuple[str, ...], str, str]  # attributes in small letters, delimiter (empty: the server has no levels), name


def folders(client: IMAPClient) -> tuple[Folder, ...]:
    """Return all folders that can hold messages, with their counts where the server tells them along with their names."""
    listed = [row for row in _list(client) if not _NO_MESSAGES & set(row[0])]
    told = _told(client)
    return tuple(_counted(each, told.get(each.name)) for each in with_roles(listed, _prefix(client)))


def _counted(folder: Folder, told: tuple[int, int, int] | None) -> Folder:
    if told is None:
        return folder
    count, unseen, next_uid = told
    return replace(folder, count=count, unseen=unseen, next_uid=next_uid)


def _list(client: IMAPClient) -> list[Listed]:
    wanted = [name for name in ("SPECIAL-USE",) if client.has_capability(name)]
    wanted += ["STATUS (MESSAGES UNSEEN UIDNEXT)"] if client.has_capability("LIST-STATUS") else []
    pattern = f'"*" RETURN ({" ".join(wanted)})' if wanted else '"*"'
    connection = client._imap  # noqa: SLF001 - as are the next ones: IMAPClient has no extended LIST
    connection.untagged_responses.pop("STATUS", None)
    kind, answer = connection._simple_command("LIST", '""', pattern)  # noqa: SLF001 - servers need not tell special uses in a plain LIST
    client._checkok("LIST", kind, answer)  # noqa: SLF001 - raises IMAPClient's own error, which is translated as all others
    tokens = _tokens(connection._untagged_response(kind, answer, "LIST")[1])  # noqa: SLF001 - joins literals with their lines
    rows = zip(tokens[::3], tokens[1::3], tokens[2::3], strict=True)
    return [row for flags, mark, raw in list(rows)[:_MOST] for row in _row(flags, mark, raw)]


def _row(flags: object, mark: object, raw: object) -> Iterator[Listed]:
    if not isinstance(flags, tuple):
        raise TypeError("no LIST response")
    name = _name(raw)
    if name:
        attributes = tuple(flag.decode("ascii", "replace").lower() for flag in flags if isinstance(flag, bytes))
        yield attributes, mark.decode("ascii") if isinstance(mark, bytes) else "", name


def _name(raw: object) -> str:
    """Return a name that the server would know again, or an empty text."""
    if isinstance(raw, int):  # IMAPClient's parser takes a name of digits for a number
        return str(raw)
    try:
        name = decode(raw) if isinstance(raw, bytes) else ""
        return name if len(name) < _LONGEST and not _NO_NAME.search(name) and encode(name) == raw else ""
    except UnicodeError:
        return ""


def _told(client: IMAPClient) -> dict[str, tuple[int, int, int]]:
    """Return the counts that came with the list, by name: messages, unread ones, and what is above every UID."""
    tokens = _tokens(client._imap.untagged_responses.pop("STATUS", []))  # noqa: SLF001 - it drops what came with the extended LIST
    found: dict[str, tuple[int, int, int]] = {}
    for raw, pairs in zip(tokens[::2], tokens[1::2], strict=False):
        values = dict(zip(pairs[::2], pairs[1::2], strict=False)) if isinstance(pairs, tuple) else {}
        count, unseen, next_uid = (value if isinstance(value := values.get(key), int) else -1 for key in _COUNTS)
        if min(count, unseen, next_uid) >= 0 and max(count, unseen, next_uid) < _ABOVE:
            found[_name(raw)] = (count, unseen, next_uid)
    return found


def _prefix(client: IMAPClient) -> str:
    """Return what all names of the user's own folders but INBOX begin with, such as `INBOX.`; mostly nothing."""
    if not client.has_capability("NAMESPACE"):
        return ""
    own = client.namespace().personal
    prefix = own[0][0] if own else ""
    return prefix if isinstance(prefix, str) else ""


def _tokens(data: Sequence[Any]) -> Sequence[Any]:
    return tuple(parse_response([item for item in data if item not in {b"", None}]))
