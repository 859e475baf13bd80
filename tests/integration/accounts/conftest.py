from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from securemail_desktop.accounts.settings import Security, Server
from tests.support.authority import Authority
from tests.support.dovecot import Dovecot
from tests.support.postfix import Postfix
from tests.support.servers import server_folder

PASSWORDS = {"alice@clinic.example": "sécret", "bob@hospital.example": "secret"}


@dataclass(frozen=True, slots=True)
class Clinic:
    """A running Postfix and Dovecot, and how alice and bob reach them."""

    roots: Path
    dovecot: Dovecot
    postfix: Postfix

    def submission(self, security: Security, user: str = "alice@clinic.example", host: str = "mail.clinic.example") -> Server:
        port = self.postfix.tls_port if security is Security.TLS else self.postfix.submission_port
        return Server(host, port, security, user, str(self.roots), "127.0.0.1")

    def mailbox(self, security: Security, user: str = "alice@clinic.example", host: str = "mail.clinic.example") -> Server:
        port = self.dovecot.imaps_port if security is Security.TLS else self.dovecot.imap_port
        return Server(host, port, security, user, str(self.roots), "127.0.0.1")


@pytest.fixture(scope="session")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    certificate = authority.issue("mail.clinic.example")
    with (
        server_folder("dovecot") as dovecot_folder,
        server_folder("postfix") as postfix_folder,
        Dovecot(dovecot_folder, certificate, PASSWORDS) as dovecot,
        Postfix(postfix_folder, certificate, dovecot, list(PASSWORDS)) as postfix,
    ):
        yield Clinic(authority.roots, dovecot, postfix)
