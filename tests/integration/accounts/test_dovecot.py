"""Mailbox access on a real Dovecot."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from securemail_desktop.accounts.errors import NotThere, NotTrusted, SignInRefused
from securemail_desktop.accounts.imap import ImapMailbox
from securemail_desktop.accounts.protocol import Place
from securemail_desktop.accounts.settings import Security
from securemail_desktop.message.flags import NO_FLAGS, Flags
from tests.integration.accounts.conftest import PASSWORDS, Clinic

pytestmark = pytest.mark.slow


@pytest.fixture(params=list(Security))
def mailbox(clinic: Clinic, request: pytest.FixtureRequest) -> Iterator[ImapMailbox]:
    opened = ImapMailbox(clinic.mailbox(request.param), PASSWORDS["alice@clinic.example"])
    yield opened
    opened.close()


def message(message_id: str, subject: str = "s") -> bytes:
    sender = "From: Alice <alice@clinic.example>\r\nTo: bob@hospital.example\r\n"
    return f"{sender}Subject: {subject}\r\nMessage-ID: {message_id}\r\n\r\nHello\r\n".encode()


def new_id() -> str:
    return f"<{uuid4()}@clinic.example>"


def test_folders_and_their_roles(mailbox: ImapMailbox) -> None:
    roles = {folder.name: folder.role for folder in mailbox.folders()}
    assert roles["INBOX"] == "inbox"
    assert roles["Sent"] == "sent"
    assert roles["Entwürfe"] == "drafts"


@pytest.mark.parametrize("folder", ["Sent", "Entwürfe"])
def test_what_is_filed_is_found_listed_and_fetched_as_it_was(mailbox: ImapMailbox, folder: str) -> None:
    message_id = new_id()
    assert not mailbox.find(folder, message_id)
    mailbox.append(folder, message(message_id, "=?utf-8?q?Pr=C3=BCfung?="), seen=True)
    assert mailbox.find(folder, message_id)
    assert not mailbox.find(folder, new_id())
    newest = mailbox.headers(folder, 1)[0]
    assert (newest.message_id, newest.subject, newest.sender, newest.to) == (
        message_id,
        "Prüfung",
        "Alice <alice@clinic.example>",
        "bob@hospital.example",
    )
    assert newest.flags == Flags.SEEN
    content = mailbox.fetch(Place(folder, 0), newest.uid)
    assert content == message(message_id, "=?utf-8?q?Pr=C3=BCfung?=")
    assert newest.size == len(content)


def test_reading_does_not_mark_as_seen(mailbox: ImapMailbox) -> None:
    message_id = new_id()
    mailbox.append("Sent", message(message_id), seen=False)
    mailbox.fetch(Place("Sent", 0), mailbox.headers("Sent", 1)[0].uid)
    assert mailbox.headers("Sent", 1)[0].flags == NO_FLAGS


def test_headers_are_the_newest_first(mailbox: ImapMailbox) -> None:
    folder = f"Order-{uuid4()}"
    names = [new_id() for _ in range(4)]
    for name in names:
        mailbox.append(folder, message(name), seen=True)
    assert [header.message_id for header in mailbox.headers(folder, 3)] == names[:0:-1]
    assert len(mailbox.headers(folder, 100)) == 4
    assert mailbox.headers(folder, 0) == ()


def test_a_folder_is_made_when_mail_is_filed_there(mailbox: ImapMailbox) -> None:
    folder = f"Neu-Ä-{uuid4()}"
    message_id = new_id()
    assert not mailbox.find(folder, message_id)
    mailbox.append(folder, message(message_id), seen=True)
    assert mailbox.find(folder, message_id)
    assert folder in {f.name for f in mailbox.folders()}


def test_what_is_not_there_is_said(mailbox: ImapMailbox) -> None:
    with pytest.raises(NotThere):
        mailbox.headers("No such folder", 1)
    with pytest.raises(NotThere):
        mailbox.fetch(Place("INBOX", 0), 999_999)
    with pytest.raises(NotThere):
        mailbox.fetch(Place("No such folder", 0), 1)
    assert mailbox.folders()


def test_an_interrupted_session_is_opened_anew(mailbox: ImapMailbox) -> None:
    assert mailbox.folders()
    mailbox.interrupt()
    assert mailbox.folders()


@pytest.mark.parametrize("security", list(Security))
def test_a_wrong_password_is_said(clinic: Clinic, security: Security) -> None:
    with pytest.raises(SignInRefused, match="check user name and password"):
        ImapMailbox(clinic.mailbox(security), "wrong").folders()


@pytest.mark.parametrize("security", list(Security))
def test_a_wrong_name_is_not_trusted(clinic: Clinic, security: Security) -> None:
    with pytest.raises(NotTrusted, match=r"mail\.other\.example is not trusted"):
        ImapMailbox(clinic.mailbox(security, host="mail.other.example"), "sécret").folders()


def test_check(mailbox: ImapMailbox) -> None:
    hops = list(mailbox.check())
    assert [hop.name for hop in hops] == ["connect", "TLS", "sign-in", "folders"]
    assert "sent is Sent" in hops[-1].detail


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["potassium"], 1),
        (["POTASSIUM", "weber"], 1),
        (["potassium", "nobody"], 0),
        (["Kalium"], 1),
        (["größe"], 1),
        (["größe", "a(b"], 1),
        (['say"so"'], 1),
        (["a(b"], 1),
        (["c\\d"], 1),
        (["100%"], 1),
        (["*"], 1),
        (["{5}"], 1),
        (["OR"], 1),
        (["x\r\nA1 DELETE Sent"], 0),
        (["\x00"], 0),
        ([], 0),
    ],
)
def test_words_are_searched_for_as_they_are_typed(clinic: Clinic, words: list[str], found: int) -> None:
    name, mailbox = f"Search-{uuid4().hex}", ImapMailbox(clinic.mailbox(Security.TLS), PASSWORDS["alice@clinic.example"])
    text = 'Jonas Weber: potassium (Kalium) of normal größe; he would say"so", a(b, c\\d, 100%, *, {5} or not.'
    head = "From: bob@hospital.example\r\nSubject: Lab\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    content = f"{head}\r\n{text}\r\n"
    mailbox.append(name, content.encode(), seen=False)
    mailbox.append(name, b"From: bob@hospital.example\r\nSubject: Lunch\r\n\r\nNoon?\r\n", seen=False)
    assert len(mailbox.holding(Place(name, 0), words)) == found
    mailbox.close()
