"""An account set up on real servers: a real Dovecot and Postfix that service records name, the real store, the first mail in and out."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from securemail_desktop.accounts.autoconfig import Autoconfig
from securemail_desktop.accounts.guess import Guess
from securemail_desktop.accounts.offer import Offer, Proposal, Source
from securemail_desktop.accounts.open import open_mailbox
from securemail_desktop.accounts.service_records import named_in_dns
from securemail_desktop.accounts.settings import Account, Server
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Recipient
from securemail_desktop.sending.state import State
from securemail_desktop.session.session import Session
from tests.integration.accounts.conftest import PASSWORDS, Clinic
from tests.support.name_server import NameServer
from tests.support.servers import free_port

pytestmark = pytest.mark.slow
ALICE = parse_address("Alice Moreau <alice@clinic.example>")
PASSWORD = PASSWORDS[ALICE.spec]


@pytest.fixture
def proposal(clinic: Clinic) -> Proposal:
    zone = {
        "_imaps._tcp.clinic.example.": [f"0 1 {clinic.dovecot.imaps_port} mail.clinic.example."],
        "_submissions._tcp.clinic.example.": [f"0 1 {clinic.postfix.tls_port} mail.clinic.example."],
    }
    with NameServer(zone) as names:
        return Autoconfig(lambda domain, user: named_in_dns(domain, user, names.resolver), lambda _: Offer(), Guess()).find(ALICE)


def reached(server: Server, clinic: Clinic) -> Server:
    """Return the server as it is reached on this machine, where its name means nothing."""
    return replace(server, address="127.0.0.1", ca_file=str(clinic.roots))


@pytest.fixture
def account(proposal: Proposal, clinic: Clinic) -> Account:
    assert proposal.mailbox is not None
    assert proposal.submission is not None
    return Account(ALICE.spec, ALICE, reached(proposal.submission.server, clinic), reached(proposal.mailbox.server, clinic))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(Session(tmp_path / "data", tmp_path / "key")) as session:
        yield session


def test_what_is_found_works_and_mail_comes_and_goes(proposal: Proposal, account: Account, session: Session, clinic: Clinic) -> None:
    assert {proposal.mailbox and proposal.mailbox.source, proposal.submission and proposal.submission.source} == {Source.DNS}
    assert session.setup.check(account, PASSWORD) == ()
    session.setup.add(account, PASSWORD)
    session.mail.refresh()
    assert {"inbox", "sent", "drafts"} <= {folder.role for folder in session.mail.folders()}
    draft = replace(session.new_draft(), recipients=(Recipient(ALICE),), subject="To myself", text="Lunch at noon?")
    (receipt,) = session.send(session.review_in_full(draft, "cli"), {}, "cli")
    assert receipt.state is State.ACCEPTED
    inbox = next(folder for folder in session.mail.folders() if folder.role == "inbox")
    with closing(open_mailbox(account, PASSWORD)) as box:
        while not box.find("INBOX", draft.message_id):
            pass  # Postfix hands it to Dovecot a moment after it has said yes; the test's time-out ends a wait in vain
    session.mail.refresh()
    assert "To myself" in {row.subject for row in session.mail.listing(inbox.id, 0, 50).rows}


def test_each_thing_that_is_wrong_is_said_with_the_way_out(account: Account, session: Session) -> None:
    assert account.mailbox is not None
    (refused,) = session.setup.check(account, "wrong")
    assert refused == "The server mail.clinic.example refused the sign-in: check user name and password."
    closed = replace(account.mailbox, port=free_port())
    distrusted = replace(account.submission, host="other.clinic.example")
    lost, foreign = session.setup.check(replace(account, mailbox=closed, submission=distrusted), PASSWORD)
    assert f"on port {closed.port}" in lost
    assert foreign.startswith("The certificate of other.clinic.example is not trusted (it was issued for another name)")
    assert session.accounts == ()


def test_without_the_private_root_nothing_is_signed_in_to(account: Account, session: Session) -> None:
    assert account.mailbox is not None
    strangers = replace(account, mailbox=replace(account.mailbox, ca_file=""), submission=replace(account.submission, ca_file=""))
    for said in session.setup.check(strangers, PASSWORD):
        assert "is not trusted (nobody whom this computer trusts has issued it): ask your IT" in said
