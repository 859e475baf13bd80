"""The files of the demo: made at the first start, kept below one folder, `alice/` for her program and `world/` for everybody else."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from importlib.resources import files
from mailbox import Maildir
from pathlib import Path
from string import Template
from textwrap import indent

from filelock import FileLock, Timeout

from securemail_desktop.demo.gpg import make_key
from securemail_desktop.demo.imap import write_users
from securemail_desktop.demo.inbox import write_inbox
from securemail_desktop.demo.people import ALICE, CENTRAL_HOST, INSIDE, MAIL_HOST, PEOPLE, Means, outside_domains
from securemail_desktop.demo.pki import issue_mail, issue_server, make_authority, pem, write_private
from securemail_desktop.message.address import format_address
from securemail_desktop.policy.load import load_policy

_LETTER_EVERY = timedelta(days=9)


class DemoRuns(Exception):
    """Another demo is running in the folder."""


@dataclass(frozen=True, slots=True)
class World:
    """Where the demo's files are."""

    folder: Path

    @property
    def alice(self) -> Path:
        """Return the data folder of alice's program."""
        return self.folder / "alice"

    @property
    def alice_key(self) -> Path:
        """Return her key file: the demo never touches a keyring."""
        return self.folder / "alice.key"

    @property
    def policy(self) -> Path:
        """Return the clinic's policy folder."""
        return self.folder / "policy"

    @property
    def roots(self) -> Path:
        """Return the root certificate of the demo's servers."""
        return self.folder / "world" / "tls" / "roots.pem"

    def tls(self, name: str) -> tuple[Path, Path]:
        """Return certificate and key of a server: mail, central or mx."""
        tls = self.folder / "world" / "tls"
        return tls / f"{name}.pem", tls / f"{name}.key"

    def person(self, local: str) -> Path:
        """Return the folder with a person's keys."""
        return self.folder / "world" / "people" / local

    @property
    def maildirs(self) -> Path:
        """Return the mailboxes of the clinic's IMAP server."""
        return self.folder / "world" / "mailboxes"

    @property
    def delivered(self) -> Path:
        """Return what the other organisations' servers received, one folder a domain."""
        return self.folder / "world" / "delivered"

    @property
    def central(self) -> Path:
        """Return the central server's folder."""
        return self.folder / "world" / "central"


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other demos out of the folder, however this one ends: two would tell alice of different servers. Raise `DemoRuns`, `OSError`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(folder / "demo.lock", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout as error:
        raise DemoRuns(f"a demo runs in {folder} already: look for its window, or choose another folder with --data.") from error
    try:
        yield
    finally:
        lock.release()


def open_world(folder: Path) -> World:
    """Return the demo's files, made where they are missing. A start that was interrupted is made again from the beginning."""
    world = World(folder)
    for name, make in (("complete", _make), ("inbox-complete", _make_inbox)):
        done = folder / "world" / name
        if not done.exists():
            make(world)
            write_private(done, b"")
    return world


def _make(world: World) -> None:
    shutil.rmtree(world.folder / "world", ignore_errors=True)
    for folder in (world.folder, world.policy, world.maildirs, world.delivered, world.central, world.roots.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _make_servers(world)
    _make_people(world)
    _make_mailboxes(world)


def _make_servers(world: World) -> None:
    authority = make_authority("Demo servers")
    write_private(world.roots, pem(authority.certificate))
    mx = tuple(f"mx.{domain}" for domain in outside_domains())
    for name, hosts in (("mail", (MAIL_HOST,)), ("central", (CENTRAL_HOST,)), ("mx", mx)):
        issued = issue_server(authority, hosts)
        certificate, key = world.tls(name)
        write_private(certificate, issued.certificate)
        write_private(key, issued.key)


def _make_people(world: World) -> None:
    authority = make_authority("Demo mail certificates")
    for person in PEOPLE:
        folder = world.person(person.address.local)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if person.means is Means.SMIME:
            issued = issue_mail(authority, person.address)
            write_private(folder / "certificate.pem", issued.certificate)
            write_private(folder / "key.pem", issued.key)
        if person.means is Means.OPENPGP or person is ALICE:
            make_key(person.address, folder)
    anchors = indent(pem(authority.certificate).decode(), " " * 4)
    template = files("securemail_desktop.demo").joinpath("policy.yaml").read_text("utf-8")
    write_private(world.policy / "policy.yaml", Template(template).substitute(anchors=anchors).encode())


def _make_mailboxes(world: World) -> None:
    locals_ = [p.address.local for p in PEOPLE if p.address.domain == INSIDE]
    write_users(world.maildirs, locals_)
    for local in locals_:
        box = Maildir(world.maildirs / local)
        for name in ("Sent", "Drafts", "Trash"):
            box.add_folder(name)
    _write_letters(Maildir(world.maildirs / ALICE.address.local).get_folder("Sent"))


def _make_inbox(world: World) -> None:
    write_inbox(world.person(""), load_policy(world.policy).smime_anchors, Maildir(world.maildirs / ALICE.address.local))


def _write_letters(sent: Maildir) -> None:
    """Fill the Sent folder with what alice wrote before, so that the program knows whom she usually writes to."""
    date = datetime.now(UTC) - timedelta(days=2)
    for number, person in enumerate(p for p in PEOPLE for _ in range(p.letters)):
        letter = EmailMessage(policy=SMTP)
        letter["From"] = format_address(ALICE.address)
        letter["To"] = format_address(person.address)
        letter["Subject"] = "Thank you"
        letter["Date"] = format_datetime(date - number * _LETTER_EVERY)
        letter["Message-ID"] = f"<letter-{number}@{INSIDE}>"
        letter.set_content("Thank you for your help.\n\nAlice\n")
        name = sent.add(letter.as_bytes())
        message = sent[name]
        message.set_subdir("cur")
        message.add_flag("S")
        sent[name] = message
