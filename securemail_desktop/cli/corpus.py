"""Messages to try a policy on: a message file, a folder of them, an mbox file, a maildir - or an account's Sent folder. Nothing is changed."""

import mailbox
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from securemail_desktop.accounts.errors import AccountError
from securemail_desktop.accounts.open import open_mailbox
from securemail_desktop.accounts.protocol import Place
from securemail_desktop.accounts.settings import Account
from securemail_desktop.cli.exit import UsageError


@dataclass(frozen=True, slots=True)
class Corpus:
    """How many messages there are, and the messages, (name, bytes) one after the other."""

    size: int
    messages: Iterator[tuple[str, bytes]]


def open_corpus(path: Path) -> Corpus:
    """Return the messages of a file or folder; raise `UsageError`, while they are read as well."""
    if (path / "cur").is_dir() and (path / "new").is_dir():
        files = sorted(p for part in ("cur", "new") for p in (path / part).iterdir() if p.is_file())
        return Corpus(len(files), _files(path, files))
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix.lower() == ".eml" and p.is_file())
        return Corpus(len(files), _files(path, files))
    if not path.is_file():
        raise UsageError(f"{path}: expected a folder of .eml files, a maildir, an mbox file or a message file")
    return _mbox(path) if _is_mbox(path) else Corpus(1, _files(path.parent, [path]))


def open_sent(account: Account, password: str, limit: int) -> Corpus:
    """Return the newest messages of an account's Sent folder, without marking any of them; raise `UsageError`."""
    try:
        opened = open_mailbox(account, password)
        folder = next((f.name for f in opened.folders() if f.role == "sent"), None)
        if folder is None:
            raise UsageError(f"{account.name}: its server names no folder for sent mail")
        place = Place(folder, opened.state(folder).validity)
        uids = sorted(opened.new_uids(place, 1))[-limit:]
    except AccountError as error:
        raise UsageError(f"{account.name}: {error}") from error

    def messages() -> Iterator[tuple[str, bytes]]:
        try:
            with closing(opened):
                yield from ((f"{folder}/{uid}", opened.fetch(place, uid)) for uid in uids)
        except AccountError as error:
            raise UsageError(f"{account.name}: {error}") from error

    return Corpus(len(uids), messages())


def _files(folder: Path, files: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    for file in files:
        try:
            yield file.relative_to(folder).as_posix(), file.read_bytes()
        except OSError as error:
            raise UsageError(f"{file}: {error.strerror}") from error


def _is_mbox(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(5) == b"From "
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error


def _mbox(path: Path) -> Corpus:
    with closing(mailbox.mbox(path, create=False)) as box:
        size = len(box.keys())

    def messages() -> Iterator[tuple[str, bytes]]:
        with closing(mailbox.mbox(path, create=False)) as box:
            yield from ((f"{path.name}#{number + 1}", box.get_bytes(key)) for number, key in enumerate(box.keys()))

    return Corpus(size, messages())
