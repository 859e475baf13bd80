"""Setting accounts up against servers that do what a script says."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from securemail_desktop.accounts.errors import NotChanged
from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.settings import Account, Security, Server
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Recipient
from securemail_desktop.session.account_setup import AccountSetup
from securemail_desktop.session.session import Session
from securemail_desktop.store.errors import StoreClosed
from tests.support.authority import Authority
from tests.support.faulty_imap import FaultyImap, on
from tests.support.faulty_smtp import FaultySmtp, Hang, Say, Step, at

PATIENT = Timeouts(20, 20, 20)


class Clinic:
    """The two servers of a clinic, and alice's account at them."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        certificate = self.authority.issue("mail.clinic.example")
        self.imap, self.smtp = FaultyImap(certificate), FaultySmtp(certificate, password="secret")

    def account(self) -> Account:
        return Account("alice", parse_address("Alice <alice@clinic.example>"), self._place(self.smtp.port), self._place(self.imap.port))

    def _place(self, port: int) -> Server:
        return Server("mail.clinic.example", port, Security.STARTTLS, "alice", str(self.authority.roots), "127.0.0.1")


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    clinic = Clinic(tmp_path)
    with clinic.imap, clinic.smtp:
        yield clinic


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(Session(tmp_path / "data", tmp_path / "key", PATIENT)) as session:
        yield session


@pytest.fixture
def setup(session: Session) -> AccountSetup:
    return session.setup


def test_servers_that_work_have_nothing_to_say(setup: AccountSetup, clinic: Clinic) -> None:
    assert setup.check(clinic.account(), "secret") == ()


def test_a_refused_password_is_not_shown_to_the_other_server(setup: AccountSetup, clinic: Clinic) -> None:
    clinic.imap.script = on("AUTHENTICATE", Say("{tag} NO [AUTHENTICATIONFAILED] no"))
    (said,) = setup.check(clinic.account(), "wrong")
    assert said == "The server mail.clinic.example refused the sign-in: check user name and password."
    assert clinic.smtp.connections == 0


def test_what_is_wrong_with_each_server_is_said(setup: AccountSetup, clinic: Clinic) -> None:
    clinic.smtp.script = at(Step.AUTH, Say("534 5.7.9 Application-specific password required"))
    account = clinic.account()
    assert account.mailbox is not None
    nowhere = replace(account, mailbox=replace(account.mailbox, port=1))
    away, wants = setup.check(nowhere, "secret")
    assert "on port 1" in away
    assert "make an app password" in wants
    strange = replace(account, mailbox=replace(account.mailbox, host="imap.other.example"))
    assert "The certificate of imap.other.example is not trusted (it was issued for another name)" in setup.check(strange, "secret")[0]


def test_an_account_is_there_at_once_and_after_a_restart(setup: AccountSetup, session: Session, clinic: Clinic, tmp_path: Path) -> None:
    assert session.notices
    assert setup.notice == ""
    setup.add(clinic.account(), "secret")
    assert session.accounts == (clinic.account(),)
    assert session.notices == ()
    assert setup.check(clinic.account(), None) == (), "with the kept password"
    assert "clinic.example" in session.policy.inside
    session.close()
    with closing(Session(tmp_path / "data", tmp_path / "key")) as again:
        assert again.accounts == (clinic.account(),)
        assert again.setup.check(clinic.account(), None) == ()


def test_a_changed_password_ends_the_sessions_with_the_former_one(setup: AccountSetup, session: Session, clinic: Clinic) -> None:
    setup.add(clinic.account(), "secret")
    session.mail.refresh()
    before = clinic.imap.connections
    setup.change(clinic.account(), "new")
    session.mail.refresh()
    assert clinic.imap.connections == before + 1


def test_an_account_whose_messages_wait_stays(setup: AccountSetup, session: Session, clinic: Clinic) -> None:
    setup.add(clinic.account(), "secret")
    peter = (Recipient(parse_address("peter@webmail.example")),)
    held = replace(session.new_draft(), recipients=peter, text="Patient Helen Fairweather, MRN 99317742, has potassium 6.1 mmol/L.")
    session.send(session.review_in_full(held, "cli"), {}, "cli")
    (entry,) = session.outbox()
    with pytest.raises(NotChanged, match="A message of this account waits in the outbox"):
        setup.remove("alice")
    assert session.accounts == (clinic.account(),)
    setup.add(replace(clinic.account(), name="second"), "secret")
    setup.remove("alice")  # the other account of this address sends it
    session.discard(entry.id)
    setup.remove("second")
    assert session.accounts == ()
    assert session.vault.names("password") == []


def test_an_interruption_ends_what_hangs(setup: AccountSetup, clinic: Clinic) -> None:
    reached = threading.Event()

    def hang(verb: str) -> Hang | None:
        if verb == "AUTHENTICATE":
            reached.set()
            return Hang()
        return None

    clinic.imap.script = hang
    clinic.smtp.script = at(Step.GREETING, Say("421 4.3.2 later"))
    said: list[tuple[str, ...]] = []
    thread = threading.Thread(target=lambda: said.append(setup.check(clinic.account(), "secret")))
    thread.start()
    assert reached.wait(20)
    setup.interrupt()
    thread.join(15)
    assert "was interrupted" in said[0][0]


def test_a_locked_program_keeps_no_account(setup: AccountSetup, session: Session, clinic: Clinic) -> None:
    session.lock()
    with pytest.raises(StoreClosed):
        setup.add(clinic.account(), "secret")
    with pytest.raises(StoreClosed):
        setup.check(clinic.account(), None)
    session.unlock()
    assert session.accounts == ()


def test_a_list_that_cannot_be_read_is_said(setup: AccountSetup, session: Session) -> None:
    session.settings.put("accounts", {"broken": True})
    session.refresh()
    assert setup.notice == "The stored list of accounts cannot be read: add the accounts anew."
