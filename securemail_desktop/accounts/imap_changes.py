"""Changes to messages on an IMAP server: flags, moving, deleting, without ever touching other messages (RFC 9051, RFC 4315, RFC 6851).

EXPUNGE without UIDs is never used: it removes what another program has marked. A server without UIDPLUS keeps what is deleted, marked as such.
"""

import contextlib
import re
from collections.abc import Sequence

from imapclient import IMAPClient
from imapclient.imapclient import ANSWERED, DELETED, FLAGGED, SEEN, seq_to_parenstr

from securemail_desktop.accounts.protocol import Moved
from securemail_desktop.message.flags import Flags
from securemail_desktop.message.transfer import has_whole_lines

_NAMES = {Flags.SEEN: SEEN, Flags.ANSWERED: ANSWERED, Flags.FLAGGED: FLAGGED, Flags.DELETED: DELETED, Flags.FORWARDED: b"$Forwarded"}


def set_flags(client: IMAPClient, uids: Sequence[int], flags: Flags, *, on: bool) -> None:
    """Set or clear flags in the open folder."""
    names = [name for flag, name in _NAMES.items() if flag in flags]
    change = client.add_flags if on else client.remove_flags
    change(uids, names, silent=True)


def append(client: IMAPClient, folder: str, message: bytes, flags: Sequence[bytes]) -> None:
    """File a message, its lines ended by CRLF."""
    lines = message if has_whole_lines(message) else re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    imap = client._imap  # noqa: SLF001 - its `append` would take a large message apart line by line, in seven times the memory
    imap.literal = lines
    answer, data = imap._simple_command("APPEND", client._normalise_folder(folder), seq_to_parenstr(flags))  # noqa: SLF001 - by hand as IMAPClient does it
    client._checkok("append", answer, data)  # noqa: SLF001 - raises its own error


def move(client: IMAPClient, uids: Sequence[int], target: str) -> Moved:
    """Move messages out of the open folder. Where it breaks off they are in both, never in none."""
    client._imap.response("COPYUID")  # noqa: SLF001 - what an earlier command left; IMAPClient does not pass the response code on
    if client.has_capability("MOVE"):
        client.move(uids, target)
        return _moved(client, uids)
    client.copy(uids, target)
    moved = _moved(client, uids)
    delete(client, uids)
    return moved


def delete(client: IMAPClient, uids: Sequence[int]) -> None:
    """Delete messages of the open folder for good, where the server can do that to them alone."""
    set_flags(client, uids, Flags.DELETED, on=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge(uids)


def _moved(client: IMAPClient, uids: Sequence[int]) -> Moved:
    """Return what COPYUID tells (RFC 4315, 3), nothing where it tells none or cannot be believed."""
    _, data = client._imap.response("COPYUID")  # noqa: SLF001
    told = data[-1] if data else None
    with contextlib.suppress(ValueError):
        validity, old, new = told.decode("ascii").split() if isinstance(told, bytes) else ("", "", "")
        sources, targets = _numbers(old, len(uids)), _numbers(new, len(uids))
        if len(sources) == len(targets) and set(sources) <= set(uids):
            return Moved(int(validity), dict(zip(sources, targets, strict=True)))
    return Moved()


def _numbers(text: str, most: int) -> list[int]:
    """Return the numbers of a set such as `1:3,7`; raise ValueError where there are more than could be."""
    found: list[int] = []
    for piece in text.split(","):
        first, _, last = piece.partition(":")
        low, high = sorted((int(first), int(last or first)))
        if not 0 < low <= high < 2**32 or len(found) + high - low >= most:
            raise ValueError("more UIDs than were moved")
        found += range(low, high + 1)
    return found
