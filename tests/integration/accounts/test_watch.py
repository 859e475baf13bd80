"""Waiting for new mail on Dovecot and on the demo's pymap: it is told within seconds, by IDLE and where a server has none."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from queue import Queue

import pytest

from securemail_desktop.accounts import imap_watch
from securemail_desktop.accounts.errors import Unreachable
from securemail_desktop.accounts.imap import ImapMailbox
from securemail_desktop.accounts.protocol import Place
from securemail_desktop.message.flags import Flags
from tests.support.authority import Authority
from tests.support.mailboxes import HOST, MailServer, dovecot_mailbox, letter, pymap_mailbox

PATIENCE = 60


@pytest.fixture(scope="module", params=["dovecot", "pymap"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    certificate = authority.issue(HOST, "127.0.0.1")
    folder = tmp_path_factory.mktemp("server")
    with dovecot_mailbox(authority, certificate) if request.param == "dovecot" else pymap_mailbox(authority, certificate, folder) as box:
        yield box


@pytest.fixture
def box(server: MailServer) -> Iterator[ImapMailbox]:
    with closing(server.open()) as opened:
        yield opened


def in_thread(work: Callable[[], object]) -> "Queue[object]":
    """Run the work elsewhere; what it returned or raised is in the queue."""
    said: Queue[object] = Queue()

    def run() -> None:
        try:
            said.put(work())
        except Exception as error:  # noqa: BLE001 - handed to the test
            said.put(error)

    threading.Thread(target=run, daemon=True).start()
    return said


def always() -> bool:
    return True


def news(box: ImapMailbox) -> bool:
    """Wait over the rounds in which a server only said that it lives."""
    while not box.watch(always):
        pass
    return True


def test_a_new_session_says_that_something_may_have_changed(box: ImapMailbox) -> None:
    assert box.watch(always)


def test_new_mail_ends_the_waiting(server: MailServer, box: ImapMailbox) -> None:
    box.watch(always)
    for subject in ("First", "Second"):
        said = in_thread(lambda: news(box))
        server.file(letter(subject))
        assert said.get(timeout=PATIENCE) is True


def test_what_came_between_two_waits_is_told(server: MailServer, box: ImapMailbox) -> None:
    box.watch(always)
    server.file(letter("In between"))
    assert in_thread(lambda: news(box)).get(timeout=PATIENCE) is True


def test_what_was_read_or_deleted_elsewhere_is_told(server: MailServer, box: ImapMailbox) -> None:
    server.file(letter("Read elsewhere"))
    box.watch(always)
    with closing(server.open()) as phone:
        place = Place("INBOX", phone.state("INBOX").validity)
        uid = max(phone.flags(place))
        said = in_thread(lambda: news(box))
        phone.set_flags(place, [uid], Flags.SEEN, on=True)
        assert said.get(timeout=PATIENCE) is True
        said = in_thread(lambda: news(box))
        phone.delete(place, [uid])
        assert said.get(timeout=PATIENCE) is True


def test_a_server_without_idle_is_asked(server: MailServer, box: ImapMailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_watch, "_ASKING", 0.05)
    box.watch(always)
    client = box._watching
    assert client is not None
    monkeypatch.setattr(client, "has_capability", lambda name: name != "IDLE")
    assert not box.watch(always)
    server.file(letter("Without IDLE"))
    assert in_thread(lambda: news(box)).get(timeout=PATIENCE) is True


def test_another_thread_ends_the_waiting(box: ImapMailbox) -> None:
    box.watch(always)
    said = in_thread(lambda: news(box))
    box.interrupt()
    assert isinstance(said.get(timeout=PATIENCE), Unreachable)


def test_waiting_that_is_not_wanted_ends_and_the_session_lives_on(server: MailServer, box: ImapMailbox) -> None:
    box.watch(always)
    assert not box.watch(lambda: False)
    server.file(letter("Later"))
    assert in_thread(lambda: news(box)).get(timeout=PATIENCE) is True
