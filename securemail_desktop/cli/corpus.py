"""Messages to try a policy on: a message file, a folder of them, an mbox file, a maildir - or an account's Sent folder. Nothing is changed.

They come oldest first, so that each can be judged by what was known when it was written; those whose headers cannot be read come last.
"""

import mailbox
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import TypeVar

from securemail_desktop.accounts.errors import AccountError
from securemail_desktop.accounts.open import open_mailbox
from securemail_desktop.accounts.protocol import Header, Mailbox, Place
from securemail_desktop.accounts.settings import Account
from securemail_desktop.cli.exit import UsageError
from securemail_desktop.cli.history import correspondence_of
from securemail_desktop.recipients.index import Correspondence
from securemail_desktop.session.correspondence import correspondence

_AT_ONCE = 500  # rows of a message list asked for at a time
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Corpus:
    """How many messages there are, the messages, (name, bytes) one after the other, and who wrote to whom in them, oldest first."""

    size: int
    messages: Iterator[tuple[str, bytes]]
    history: tuple[Correspondence, ...] = ()


def open_corpus(path: Path) -> Corpus:
    """Return the messages of a file or folder; raise `UsageError`, while they are read as well."""
    if (path / "cur").is_dir() and (path / "new").is_dir():
        return _files(path, sorted(p for part in ("cur", "new") for p in (path / part).iterdir() if p.is_file()))
    if path.is_dir():
        return _files(path, sorted(p for p in path.rglob("*") if p.suffix.lower() == ".eml" and p.is_file()))
    if not path.is_file():
        raise UsageError(f"{path}: expected a folder of .eml files, a maildir, an mbox file or a message file")
    return _mbox(path) if _is_mbox(path) else _files(path.parent, [path])


def open_sent(account: Account, password: str, limit: int) -> Corpus:
    """Return the newest messages of an account's Sent folder, without marking any of them; raise `UsageError`."""
    try:
        opened = open_mailbox(account, password)
        folder = next((f.name for f in opened.folders() if f.role == "sent"), None)
        if folder is None:
            raise UsageError(f"{account.name}: its server names no folder for sent mail")
        place = Place(folder, opened.state(folder).validity)
        rows = _rows(opened, place, sorted(opened.new_uids(place, 1))[-limit:])
        uids, history = _oldest_first((row.uid, correspondence(row)) for row in rows)
    except AccountError as error:
        raise UsageError(f"{account.name}: {error}") from error

    def messages() -> Iterator[tuple[str, bytes]]:
        try:
            with closing(opened):
                yield from ((f"{folder}/{uid}", opened.fetch(place, uid)) for uid in uids)
        except AccountError as error:
            raise UsageError(f"{account.name}: {error}") from error

    return Corpus(len(uids), messages(), history)


def _rows(opened: Mailbox, place: Place, uids: Sequence[int]) -> Iterator[Header]:
    for first in range(0, len(uids), _AT_ONCE):
        yield from opened.rows(place, uids[first : first + _AT_ONCE])


def _files(folder: Path, files: Sequence[Path]) -> Corpus:
    ordered, history = _oldest_first((file, correspondence_of(BytesHeaderParser().parsebytes(_content(file)))) for file in files)
    return Corpus(len(ordered), ((file.relative_to(folder).as_posix(), _content(file)) for file in ordered), history)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error


def _oldest_first(found: Iterable[tuple[Key, Correspondence | None]]) -> tuple[list[Key], tuple[Correspondence, ...]]:
    ordered = sorted(found, key=lambda pair: pair[1].date.timestamp() if pair[1] else math.inf)
    return [key for key, _ in ordered], tuple(message for _, message in ordered if message)


def _is_mbox(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(5) == b"From "
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def _mbox(path: Path) -> Corpus:
    with closing(mailbox.mbox(path, create=False)) as box:
        keys, history = _oldest_first((key, correspondence_of(headers)) for key, headers in box.iteritems())

    def messages() -> Iterator[tuple[str, bytes]]:
        with closing(mailbox.mbox(path, create=False)) as box:
            box.keys()  # the places of the messages are found now, and numbered from 0
            yield from ((f"{path.name}#{int(key) + 1}", box.get_bytes(key)) for key in keys)

    return Corpus(len(keys), messages(), history)
