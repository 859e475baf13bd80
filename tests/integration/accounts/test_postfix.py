"""Submission to a real Postfix; what it took is read from a real Dovecot."""

import time
from collections.abc import Iterator
from uuid import uuid4

import pytest

from securemail_desktop.accounts.imap import ImapMailbox
from securemail_desktop.accounts.protocol import Envelope, Outcome, Place, Submitted
from securemail_desktop.accounts.settings import Security
from securemail_desktop.accounts.smtp import SmtpSubmission
from securemail_desktop.message.address import Address
from tests.integration.accounts.conftest import PASSWORDS, Clinic
from tests.support.postfix import SIZE_LIMIT

pytestmark = pytest.mark.slow

ALICE, BOB = Address("alice", "clinic.example"), Address("bob", "hospital.example")
NOBODY, OUTSIDE = Address("nobody", "hospital.example"), Address("x", "outside.example")


@pytest.fixture(params=list(Security))
def submission(clinic: Clinic, request: pytest.FixtureRequest) -> Iterator[SmtpSubmission]:
    opened = SmtpSubmission(clinic.submission(request.param), PASSWORDS["alice@clinic.example"])
    yield opened
    opened.close()


@pytest.fixture
def bobs(clinic: Clinic) -> Iterator[ImapMailbox]:
    opened = ImapMailbox(clinic.mailbox(Security.TLS, "bob@hospital.example"), PASSWORDS["bob@hospital.example"])
    yield opened
    opened.close()


def message(message_id: str, body: bytes = b"Hello\r\n") -> bytes:
    head = "From: alice@clinic.example\r\nTo: bob@hospital.example\r\nDate: Tue, 24 Nov 2026 09:00:00 +0000\r\n"
    return f"{head}Message-ID: {message_id}\r\nSubject: s\r\n\r\n".encode() + body


def submit(submission: SmtpSubmission, content: bytes, message_id: str, *recipients: Address) -> tuple[Outcome, ...]:
    return submission.submit(content, Envelope(ALICE, recipients, message_id), lambda: None)


def arrived(mailbox: ImapMailbox, message_id: str) -> bytes:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        for header in mailbox.headers("INBOX", 20):
            if header.message_id == message_id:
                return mailbox.fetch(Place("INBOX", 0), header.uid)
        time.sleep(0.1)
    raise AssertionError("the message did not arrive")


def test_a_message_arrives_byte_for_byte(submission: SmtpSubmission, bobs: ImapMailbox) -> None:
    message_id = f"<{uuid4()}@clinic.example>"
    content = message(message_id, b".\r\n.leading dots\r\n\r\n8 bit: \xc3\xa9\r\n" + b"x" * 900 + b"\r\n.\r\nend\r\n")
    (outcome,) = submit(submission, content, message_id, BOB)
    assert (outcome.state, outcome.code, outcome.enhanced) == (Submitted.ACCEPTED, 250, "2.0.0")
    assert outcome.queue_id
    received = arrived(bobs, message_id)
    assert received.endswith(content)
    head = received.removesuffix(content)
    assert b"with ESMTPSA" in head
    assert b"helo=" not in head
    assert b"[127.0.0.1]" in head


def test_each_recipient_gets_his_own_answer(submission: SmtpSubmission, bobs: ImapMailbox) -> None:
    message_id = f"<{uuid4()}@clinic.example>"
    outcomes = submit(submission, message(message_id), message_id, NOBODY, BOB)
    assert [(o.state, o.enhanced) for o in outcomes] == [(Submitted.REFUSED, "5.1.1"), (Submitted.ACCEPTED, "2.0.0")]
    assert arrived(bobs, message_id)


def test_a_message_larger_than_the_server_takes_is_not_begun(submission: SmtpSubmission) -> None:
    calls: list[int] = []
    content = message("<big@clinic.example>", b"x" * 70 + b"\r\n") + (b"y" * 70 + b"\r\n") * (SIZE_LIMIT // 72 + 1)
    (outcome,) = submission.submit(content, Envelope(ALICE, (BOB,), "<big@clinic.example>"), lambda: calls.append(1))
    assert outcome.state is Submitted.REFUSED
    assert outcome.enhanced == "5.3.4"
    assert not calls


def test_several_messages_go_over_one_session(submission: SmtpSubmission, bobs: ImapMailbox) -> None:
    names = [f"<{uuid4()}@clinic.example>" for _ in range(3)]
    for name in names:
        assert submit(submission, message(name), name, BOB)[0].state is Submitted.ACCEPTED
    for name in names:
        assert arrived(bobs, name)


def test_a_wrong_password_is_said(clinic: Clinic) -> None:
    submission = SmtpSubmission(clinic.submission(Security.STARTTLS), "wrong")
    (outcome,) = submit(submission, message("<x@y.example>"), "<x@y.example>", BOB)
    assert (outcome.state, outcome.code, outcome.enhanced) == (Submitted.DEFERRED, 535, "5.7.8")
    assert "check user name and password" in outcome.detail


def test_a_wrong_name_is_not_trusted(clinic: Clinic) -> None:
    submission = SmtpSubmission(clinic.submission(Security.TLS, host="mail.other.example"), "sécret")
    (outcome,) = submit(submission, message("<x@y.example>"), "<x@y.example>", BOB)
    assert outcome.state is Submitted.DEFERRED
    assert "mail.other.example is not trusted" in outcome.detail


def test_check(submission: SmtpSubmission) -> None:
    assert [hop.name for hop in submission.check()] == ["connect", "TLS", "sign-in"]
