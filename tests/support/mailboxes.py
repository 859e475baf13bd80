"""Alice's mailbox on a real server, on loopback: Dovecot (CONDSTORE, MOVE, special uses) or the demo's pymap (none of these but MOVE).

with dovecot_mailbox(authority) as box:      # or pymap_mailbox(authority, tmp_path)
    box.file(letter("Hello"), letter("Old", seen=True))
    Account("clinic", ALICE, submission, box.server)
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from mailbox import Maildir
from pathlib import Path

from securemail_desktop.accounts.imap import ImapMailbox
from securemail_desktop.accounts.settings import Security, Server
from securemail_desktop.demo.imap import ImapServer, write_users
from securemail_desktop.demo.people import PASSWORD
from tests.support.authority import Authority, Issued
from tests.support.dovecot import Dovecot
from tests.support.servers import server_folder

HOST, USER = "mail.clinic.example", "alice@clinic.example"
START = datetime(
    2025, 11, 1, 8, tzinfo=UTC
)  # far enough back for letters of all hours that a run needs: a date to come would not be believed
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class MailServer:
    """A running server with alice's mailbox; `password` opens it."""

    server: Server
    password: str = PASSWORD

    def open(self) -> ImapMailbox:
        """Return a session of one's own, for what another program does to the mailbox."""
        return ImapMailbox(self.server, self.password)

    def file(self, *messages: bytes, folder: str = "INBOX", seen: bool = False) -> None:
        """Put messages into a folder."""
        with closing(self.open()) as box:
            for message in messages:
                box.append(folder, message, seen=seen)


def letter(subject: str, text: str = "Hello Alice.\n", sender: str = "Bob Meyer <bob@hospital.example>", to: str = USER) -> bytes:
    """Return a plain message; each one is an hour after the one before."""
    number = next(_numbers)
    fields: Mapping[str, str] = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Date": format_datetime(START + timedelta(hours=number)),
        "Message-ID": f"<letter-{number}@hospital.example>",
        "Content-Type": "text/plain; charset=utf-8",
    }
    head = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return f"{head}\n{text}".replace("\n", "\r\n").encode()


@contextmanager
def dovecot_mailbox(authority: Authority, certificate: Issued) -> Iterator[MailServer]:
    """Run a Dovecot; folders: INBOX, Sent, Entwürfe."""
    with server_folder("dovecot") as folder, Dovecot(folder, certificate, {USER: PASSWORD}) as dovecot:
        yield MailServer(Server(HOST, dovecot.imap_port, Security.STARTTLS, USER, str(authority.roots), "127.0.0.1"))


@contextmanager
def pymap_mailbox(authority: Authority, certificate: Issued, folder: Path) -> Iterator[MailServer]:
    """Run the demo's server below a folder; folders: INBOX, Sent, Drafts, Trash."""
    maildirs = folder / "mailboxes"
    maildirs.mkdir()
    write_users(maildirs, ["alice"])
    box = Maildir(maildirs / "alice")
    for name in ("Sent", "Drafts", "Trash"):
        box.add_folder(name)
    server = ImapServer(maildirs, certificate.certificate, certificate.key, folder / "imap.log")
    server.start()
    try:
        yield MailServer(Server(HOST, server.port, Security.STARTTLS, USER, str(authority.roots), "127.0.0.1"))
    finally:
        server.stop()
