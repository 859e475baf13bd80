"""Alice's real program with a real Postfix and Dovecot: what she sends arrives at bob, and both have a mailbox."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from securemail_desktop.accounts.settings import Account, Security, Server, accounts_document
from securemail_desktop.session.session import Session
from tests.support.alice import ALICE, BOB, HOST, Alice, Office
from tests.support.dovecot import Dovecot
from tests.support.faulty_smtp import FaultySmtp
from tests.support.mailboxes import MailServer
from tests.support.postfix import Postfix
from tests.support.servers import server_folder

PASSWORD = "secret"


@dataclass(frozen=True, slots=True)
class Clinic:
    """Alice's program with real servers; `mail` has everybody's mail, `inbox` is her mailbox as other programs see it."""

    alice: Alice
    mail: Path
    inbox: MailServer

    def arrived(self) -> list[Path]:
        return list(self.mail.glob(f"{BOB}/new/*"))

    def filed(self) -> list[Path]:
        return list(self.mail.glob(f"{ALICE.spec}/.Sent/cur/*"))


@contextmanager
def running(office: Office, folder: Path) -> Iterator[Clinic]:
    mailboxes = [ALICE.spec, BOB]
    with (
        server_folder("dovecot") as mail,
        server_folder("postfix") as queue,
        Dovecot(mail, office.certificate, dict.fromkeys(mailboxes, PASSWORD)) as dovecot,
        Postfix(queue, office.certificate, dovecot, mailboxes, limit=200_000_000) as postfix,
        FaultySmtp(office.certificate) as unused,
    ):
        alice = Alice(office, folder, unused)
        mailbox = _server(office, dovecot.imap_port)
        with closing(Session(alice.data, alice.key_file)) as session:
            session.settings.put(
                "accounts", accounts_document([Account("clinic", ALICE, _server(office, postfix.submission_port), mailbox)])
            )
        yield Clinic(alice, mail / "mail", MailServer(mailbox, PASSWORD))


def wait_for(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 100
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def _server(office: Office, port: int) -> Server:
    return Server(HOST, port, Security.STARTTLS, ALICE.spec, str(office.authority.roots), "127.0.0.1")
