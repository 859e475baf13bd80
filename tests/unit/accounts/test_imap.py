"""What is said about each thing that can go wrong with a mailbox server; what works is shown on a real Dovecot in tests/integration."""

import logging
import ssl
import threading
import time

import pytest

from securemail_desktop.accounts.errors import AccountError, NotThere, NotTrusted, ServerRefused, SignInRefused, Unreachable
from securemail_desktop.accounts.imap import ImapMailbox
from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.protocol import Folder
from securemail_desktop.accounts.settings import Security, Server
from securemail_desktop.message.flags import Flags
from tests.support.authority import Authority, Issued
from tests.support.faulty_imap import FaultyImap, Script, on
from tests.support.faulty_smtp import Drop, Hang, Say

PATIENT = Timeouts(connect=20, reply=20)
QUICK = Timeouts(connect=20, reply=0.3)


def mailbox(server: FaultyImap, authority: Authority, security: Security = Security.STARTTLS, timeouts: Timeouts = PATIENT) -> ImapMailbox:
    where = Server("mail.clinic.example", server.port, security, "alice", str(authority.roots), "127.0.0.1")
    return ImapMailbox(where, "canary-password", timeouts)


@pytest.mark.parametrize("security", list(Security))
def test_folders(authority: Authority, certificate: Issued, security: Security) -> None:
    with FaultyImap(certificate, implicit_tls=security is Security.TLS) as server:
        opened = mailbox(server, authority, security)
        assert opened.folders() == (Folder("INBOX", "inbox", ("INBOX",)), Folder("Sent", "sent", ("Sent",)))
        opened.close()
    assert server.verbs[-1] == "LOGOUT"


FAULTS: list[tuple[str, Script, type[AccountError], str]] = [
    ("greeting drop", on("GREETING", Drop()), Unreachable, "ended unexpectedly"),
    ("greeting hang", on("GREETING", Hang()), Unreachable, "did not answer in time"),
    ("greeting bye", on("GREETING", Say("* BYE overloaded", hang_up=True)), AccountError, "mail.clinic.example"),
    ("greeting garbage", on("GREETING", Say("HTTP/1.1 400 Bad Request")), AccountError, "mail.clinic.example"),
    ("preauth", on("GREETING", Say("* PREAUTH welcome alice")), NotTrusted, "no encryption"),
    ("starttls refused", on("STARTTLS", Say("{tag} NO not now")), NotTrusted, "refuses encryption"),
    ("starttls drop", on("STARTTLS", Drop()), Unreachable, "ended unexpectedly"),
    ("handshake drop", on("HANDSHAKE", Drop()), Unreachable, "ended unexpectedly"),
    (
        "sign-in refused",
        on("AUTHENTICATE", Say("{tag} NO [AUTHENTICATIONFAILED] canary-words")),
        SignInRefused,
        "check user name and password",
    ),
    (
        "sign-in with another password",
        on("AUTHENTICATE", Say("{tag} NO [ALERT] Application-specific password required: https://canary.example")),
        SignInRefused,
        "wants an app password",
    ),
    ("sign-in later", on("AUTHENTICATE", Say("{tag} NO [UNAVAILABLE] canary-words")), Unreachable, "try again later"),
    ("sign-in not found", on("AUTHENTICATE", Say("{tag} NO user not found")), SignInRefused, "check user name and password"),
    ("sign-in drop", on("AUTHENTICATE", Drop()), Unreachable, "ended unexpectedly"),
    ("list refused", on("LIST", Say("{tag} NO canary-words")), ServerRefused, "refused what was asked"),
    ("list bad", on("LIST", Say("{tag} BAD canary-words")), ServerRefused, "refused what was asked"),
    ("list not there", on("LIST", Say("{tag} NO [NONEXISTENT] canary-words")), NotThere, "no such folder"),
    ("list bye", on("LIST", Say("* BYE shutting down", hang_up=True)), Unreachable, "ended unexpectedly"),
    ("list drop", on("LIST", Drop()), Unreachable, "ended unexpectedly"),
    ("list hang", on("LIST", Hang()), Unreachable, "did not answer in time"),
    ("list short", on("LIST", Say("* LIST ()\n{tag} OK done")), ServerRefused, "not IMAP"),
    ("list odd", on("LIST", Say("* LIST 1 2 3\n{tag} OK done")), ServerRefused, "not IMAP"),
    ("list garbage", on("LIST", Say("* LIST (((\n{tag} OK done")), AccountError, "mail.clinic.example"),
]


@pytest.mark.parametrize(("script", "kind", "sentence"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_faults(authority: Authority, certificate: Issued, script: Script, kind: type[AccountError], sentence: str) -> None:
    with FaultyImap(certificate, script) as server:
        opened = mailbox(server, authority, timeouts=QUICK if "in time" in sentence else PATIENT)
        with pytest.raises(kind, match=sentence) as caught:
            opened.folders()
        opened.close()
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("section", ["(FROM SUBJECT)", '("From" "Subject")', "(SUBJECT FROM)"])
def test_headers_are_read_whatever_the_section_is_called(authority: Authority, certificate: Issued, section: str) -> None:
    fields = "From: =?utf-8?q?Zo=C3=AB?=\r\n <zoe@clinic.example>\r\nCc: Bob <bob@hospital.example>\r\nSubject: a\r\n\tb\r\n\r\n"
    row = f"* 1 FETCH (UID 7 FLAGS (\\Seen) RFC822.SIZE 9 BODY[HEADER.FIELDS {section}] {{{len(fields)}}}\n{fields.replace(chr(13), '')})"
    answers = {"EXAMINE": "* 1 EXISTS\n* OK [UIDVALIDITY 1] valid\n{tag} OK done", "FETCH": row + "\n{tag} OK done"}
    with FaultyImap(certificate, lambda verb: Say(answers[verb]) if verb in answers else None) as server:
        opened = mailbox(server, authority)
        (header,) = opened.headers("INBOX", 5)
        opened.close()
    assert (header.uid, header.flags, header.size) == (7, Flags.SEEN, 9)
    assert (header.sender, header.subject, header.to) == ("Zoë <zoe@clinic.example>", "a b", "")
    assert header.cc == "Bob <bob@hospital.example>"


def test_after_a_fault_the_next_call_works(authority: Authority, certificate: Issued) -> None:
    with FaultyImap(certificate, on("LIST", Drop(), times=1)) as server:
        opened = mailbox(server, authority)
        with pytest.raises(Unreachable):
            opened.folders()
        assert opened.folders()
        opened.close()
    assert server.connections == 2


def test_a_session_that_the_server_ended_meanwhile_is_opened_anew(authority: Authority, certificate: Issued) -> None:
    with FaultyImap(certificate) as server:
        opened = mailbox(server, authority)
        opened.folders()
        server.script = on("NOOP", Drop(), times=1)
        assert opened.folders()
        opened.close()
    assert server.connections == 2


def test_stripped_starttls_gets_no_password(authority: Authority, certificate: Issued) -> None:
    with FaultyImap(certificate, capabilities="IMAP4rev1 AUTH=PLAIN") as server, pytest.raises(NotTrusted, match="no encryption"):
        mailbox(server, authority).folders()
    assert not {"LOGIN", "AUTHENTICATE"} & set(server.verbs)


@pytest.mark.parametrize("security", list(Security))
def test_a_wrong_certificate_is_not_trusted(authority: Authority, security: Security) -> None:
    with (
        FaultyImap(authority.issue("other.example"), implicit_tls=security is Security.TLS) as server,
        pytest.raises(NotTrusted, match="not trusted"),
    ):
        mailbox(server, authority, security).folders()
    assert not {"LOGIN", "AUTHENTICATE"} & set(server.verbs)


def test_tls_older_than_1_2_is_refused(authority: Authority, certificate: Issued) -> None:
    with FaultyImap(certificate, newest_tls=ssl.TLSVersion.TLSv1_1) as server, pytest.raises(NotTrusted, match=r"older than 1\.2"):
        mailbox(server, authority).folders()


def test_login_where_plain_is_not_offered(authority: Authority, certificate: Issued) -> None:
    with FaultyImap(certificate, capabilities="IMAP4rev1 STARTTLS X") as server:
        opened = mailbox(server, authority)
        assert opened.folders()
        opened.close()
    assert "LOGIN" in server.verbs


def test_nothing_of_the_dialogue_is_logged(authority: Authority, certificate: Issued, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with FaultyImap(certificate, capabilities="IMAP4rev1 STARTTLS X") as server:
        opened = mailbox(server, authority)
        opened.folders()
        opened.close()
    assert "canary-password" not in caplog.text
    assert "INBOX" not in caplog.text


def test_interrupt_ends_what_is_under_way_at_once(authority: Authority, certificate: Issued) -> None:
    errors: list[AccountError] = []

    def work() -> None:
        try:
            opened.folders()
        except AccountError as error:
            errors.append(error)

    with FaultyImap(certificate, on("LIST", Hang(), times=1)) as server:
        opened = mailbox(server, authority)
        worker = threading.Thread(target=work)
        worker.start()
        end = time.monotonic() + 20
        while "LIST" not in server.verbs and time.monotonic() < end:
            time.sleep(0.005)
        opened.interrupt()
        worker.join(2)
        assert not worker.is_alive()
        assert [type(error) for error in errors] == [Unreachable]
        assert "was interrupted" in str(errors[0])
        assert opened.folders()
        opened.close()


@pytest.mark.parametrize(
    ("ways", "sentence"),
    [("AUTH=XOAUTH2 AUTH=OAUTHBEARER", "only through a browser"), ("AUTH=GSSAPI", "no sign-in with user name and password")],
)
def test_a_server_that_takes_no_password_gets_none_and_the_way_out_is_said(
    authority: Authority, certificate: Issued, ways: str, sentence: str
) -> None:
    with (
        FaultyImap(certificate, capabilities=f"IMAP4rev1 STARTTLS LOGINDISABLED {ways}") as server,
        pytest.raises(SignInRefused, match=sentence),
    ):
        list(mailbox(server, authority).check())
    assert not {"LOGIN", "AUTHENTICATE"} & set(server.verbs)


def test_where_a_browser_is_another_way_in_a_refused_password_says_so(authority: Authority, certificate: Issued) -> None:
    refusal = on("AUTHENTICATE", Say("{tag} NO [AUTHENTICATIONFAILED] no"))
    with (
        FaultyImap(certificate, refusal, capabilities="IMAP4rev1 STARTTLS AUTH=PLAIN AUTH=XOAUTH2") as server,
        pytest.raises(SignInRefused, match="check user name and password; where your organisation signs in through a browser"),
    ):
        list(mailbox(server, authority).check())
