"""Waiting for new mail on a server that fails; that it works is shown on real servers in tests/integration."""

import pytest

from securemail_desktop.accounts import imap_watch
from securemail_desktop.accounts.errors import AccountError, ServerRefused, Unreachable
from securemail_desktop.accounts.imap import ImapMailbox
from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.accounts.settings import Security, Server
from tests.support.authority import Authority, Issued
from tests.support.faulty_imap import FaultyImap, Script, on
from tests.support.faulty_smtp import Drop, Hang, Say

CAPABLE = "IMAP4rev1 STARTTLS AUTH=PLAIN IDLE"


def mailbox(server: FaultyImap, authority: Authority, reply: float = 20) -> ImapMailbox:
    where = Server("mail.clinic.example", server.port, Security.STARTTLS, "alice", str(authority.roots), "127.0.0.1")
    return ImapMailbox(where, "canary-password", Timeouts(connect=20, reply=reply))


def always() -> bool:
    return True


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        (on("IDLE", Say("{tag} NO canary-words")), ServerRefused),
        (on("IDLE", Say("{tag} OK done before it began")), ServerRefused),
        (on("IDLE", Say("* BYE restarting", hang_up=True)), Unreachable),
        (on("IDLE", Say("+ idling", hang_up=True)), Unreachable),
        (on("IDLE", Drop()), Unreachable),
    ],
)
def test_a_wait_that_fails_says_so_and_the_next_one_connects_anew(
    authority: Authority, certificate: Issued, script: Script, expected: type[AccountError]
) -> None:
    with FaultyImap(certificate, script, capabilities=CAPABLE) as server:
        box = mailbox(server, authority)
        assert box.watch(always)
        with pytest.raises(expected) as raised:
            box.watch(always)
        assert "canary" not in str(raised.value)
        if expected is Unreachable:
            assert box.watch(always)
            assert server.connections == 2
        box._session.drop()


def test_a_server_that_never_begins_to_idle_is_given_up(authority: Authority, certificate: Issued) -> None:
    with FaultyImap(certificate, on("IDLE", Hang()), capabilities=CAPABLE) as server:
        box = mailbox(server, authority, reply=0.3)
        assert box.watch(always)
        with pytest.raises(Unreachable, match="did not answer in time"):
            box.watch(always)


def test_what_is_told_before_the_server_idles_counts(authority: Authority, certificate: Issued) -> None:
    told = Say("* 3 EXISTS\n+ idling\n{tag} OK ended by itself")
    with FaultyImap(certificate, on("IDLE", told), capabilities=CAPABLE) as server:
        box = mailbox(server, authority)
        assert box.watch(always)
        assert box.watch(always)
        box._session.drop()


def test_a_line_on_which_the_computer_slept_is_given_up(authority: Authority, certificate: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_watch, "_SLICE", 0.01)
    monkeypatch.setattr(imap_watch, "_SLEPT", -0.01)
    with FaultyImap(certificate, on("IDLE", Say("+ idling")), capabilities=CAPABLE) as server:
        box = mailbox(server, authority)
        assert box.watch(always)
        with pytest.raises(Unreachable):
            box.watch(always)


def test_a_server_without_idle_is_asked_and_not_told_to(authority: Authority, certificate: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_watch, "_ASKING", 0.01)
    with FaultyImap(certificate, on("NOOP", Say("* 4 EXISTS\n{tag} OK done"))) as server:
        box = mailbox(server, authority)
        assert box.watch(always)
        assert box.watch(always)
        assert "IDLE" not in server.verbs
        box.close()
