"""What alice has got before the demo begins: plain and HTML mail, a PDF, protected answers, and a signed letter that somebody changed.

The letters lie in `inbox/` as their authors wrote them. Protected ones go through the program's own door to protection with their sender's own
keys, as bob's or carol's program would send them. All content is invented.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from mailbox import Maildir, MaildirMessage
from pathlib import Path
from tempfile import TemporaryDirectory

from securemail_desktop.demo.people import ALICE
from securemail_desktop.demo.pocket import Pocket
from securemail_desktop.encryption.importing import import_file
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.protect import protect_message
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.protect import sign
from securemail_desktop.message.compose import assemble, body_entity, wire_headers
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.parse import parse_draft


@dataclass(frozen=True, slots=True)
class _Letter:
    """One letter: its file, how many hours ago it was sent, and how. `was` became `reads` in it on its way, after it was signed."""

    name: str
    hours: int
    method: Method = Method.CLEAR
    seen: bool = False
    was: bytes = b""
    reads: bytes = b""


_LETTERS = (
    _Letter("rota", 122, seen=True),
    _Letter("offers", 75, seen=True),
    _Letter("parking", 52, seen=True),
    _Letter("report", 30),
    _Letter("potassium", 26, Method.SMIME),
    _Letter("question", 21),
    _Letter("referral", 6, Method.OPENPGP),
    _Letter("dose", 2, was=b"5 mg twice", reads=b"50 mg twice"),
)
_OWN_KEY = {Method.SMIME: ("certificate.pem", "key.pem"), Method.OPENPGP: ("secret.asc",)}
_ALICES_KEY = {Method.SMIME: "certificate.pem", Method.OPENPGP: "public.asc"}


def write_inbox(people: Path, anchors: Sequence[str], inbox: Maildir) -> None:
    """Put the letters that it has not got yet into a mailbox.

    `people` is the folder with everybody's keys; `anchors` are PEM certificates that vouch for theirs.
    """
    there = {message["Message-ID"] for message in inbox}  # an earlier start may have been interrupted
    with TemporaryDirectory(prefix="demo") as homes:
        for letter, content in _arrived(people, anchors, Path(homes)):
            message = MaildirMessage(content)
            message.set_subdir("cur")
            message.set_flags("S" if letter.seen else "")
            if message["Message-ID"] not in there:
                inbox.add(message)


def _arrived(people: Path, anchors: Sequence[str], homes: Path) -> Iterator[tuple[_Letter, bytes]]:
    now = datetime.now(UTC).replace(microsecond=0)
    for letter in _LETTERS:
        draft = _draft(letter, now)
        if letter.method is Method.CLEAR and not letter.was:
            yield letter, assemble(wire_headers(draft), body_entity(draft))
            continue
        with closing(KeyRing(Pocket(), homes / letter.name, anchors)) as ring:
            yield letter, _protected(draft, letter, people, ring, now)


def _draft(letter: _Letter, now: datetime) -> Draft:
    source = files("securemail_desktop.demo").joinpath("inbox", f"{letter.name}.eml").read_bytes()
    draft = parse_draft(source)
    return replace(draft, date=now - timedelta(hours=letter.hours), message_id=f"<{letter.name}@{draft.sender.domain}>")


def _protected(draft: Draft, letter: _Letter, people: Path, ring: KeyRing, now: datetime) -> bytes:
    """Return the letter as its sender's program protects it, with a key ring of his own."""
    method = letter.method if letter.method is not Method.CLEAR else Method.SMIME
    mine = people / draft.sender.local
    import_file(b"".join((mine / file).read_bytes() for file in _OWN_KEY[method]), "", True, ring, now)
    (alices,) = import_file((people / ALICE.address.local / _ALICES_KEY[method]).read_bytes(), "", True, ring, now)
    own = ring.own(draft.sender, now)
    if letter.method is not Method.CLEAR:
        return b"".join(protect_message(draft, method, (alices.key,), own, ring, now))
    assert own.smime is not None
    return assemble(wire_headers(draft), sign(body_entity(draft), own.smime).replace(letter.was, letter.reads))
