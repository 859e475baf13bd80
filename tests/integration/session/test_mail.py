"""Alice's program on Dovecot and on the demo's pymap: what her window shows, and what a kill, a lock and other programs do to it."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from securemail_desktop.accounts.errors import AccountError, Unreachable
from securemail_desktop.accounts.protocol import Place
from securemail_desktop.accounts.settings import Account, Security, Server, accounts_document
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.flags import NO_FLAGS, Flags
from securemail_desktop.session.session import Session
from securemail_desktop.store.errors import StoreClosed
from tests.support.alice import HASTY
from tests.support.authority import Authority
from tests.support.mailboxes import HOST, USER, MailServer, dovecot_mailbox, letter, pymap_mailbox
from tests.support.servers import free_port

CHILD = Path(__file__).parents[2] / "support" / "crash_refresh.py"


@pytest.fixture(scope="module", params=["dovecot", "pymap"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    certificate = authority.issue(HOST, "127.0.0.1")
    folder = tmp_path_factory.mktemp("server")
    with dovecot_mailbox(authority, certificate) if request.param == "dovecot" else pymap_mailbox(authority, certificate, folder) as box:
        yield box


@dataclass(frozen=True)
class Home:
    """Alice's data, and the server's side of her inbox."""

    server: MailServer
    data: Path
    key_file: Path

    def session(self, server: Server | None = None) -> Session:
        session = Session(self.data, self.key_file, HASTY if server else HASTY.__class__())
        place = server or self.server.server
        session.settings.put("accounts", accounts_document([Account("clinic", parse_address(USER), place, place)]))
        session.vault.put("password", "clinic", self.server.password.encode())
        session.refresh()
        return session

    def there(self, folder: str = "INBOX") -> dict[str, Flags]:
        """Return what is on the server: flags by subject."""
        with closing(self.server.open()) as box:
            return {row.subject: row.flags for row in box.headers(folder, 1000)}

    def uid(self, subject: str) -> int:
        with closing(self.server.open()) as box:
            return next(row.uid for row in box.headers("INBOX", 1000) if row.subject == subject)

    def elsewhere(self, subject: str, flags: Flags) -> None:
        """Let another program set a flag, or delete the message."""
        with closing(self.server.open()) as box:
            uid = self.uid(subject)
            place = Place("INBOX", 0)
            if flags == Flags.DELETED:
                box.delete(place, [uid])
            else:
                box.set_flags(place, [uid], flags, on=True)


@pytest.fixture
def home(server: MailServer, tmp_path: Path) -> Home:
    with closing(server.open()) as box:
        for folder in ("INBOX", "Trash"):
            if folder in {f.name for f in box.folders()} and (old := list(box.flags(Place(folder, 0)))):
                box.delete(Place(folder, 0), old)
    server.file(letter("One", "First letter.\n"), letter("Two"), letter("Three"))
    return Home(server, tmp_path / "data", tmp_path / "key")


def inbox(session: Session) -> int:
    return session.mail.folders()[0].id


def shown(session: Session, folder: int | None = None, words: str = "") -> dict[str, int]:
    """Return what is shown: ids by subject."""
    rows = session.mail.listing(folder or inbox(session), 0, 1000, words).rows
    return {row.subject: row.id for row in rows}


def test_a_day_with_the_mailbox(home: Home) -> None:
    with closing(home.session()) as session:
        session.mail.refresh()
        assert next((f.name, f.role, f.total, f.unseen) for f in session.mail.folders()) == ("INBOX", "inbox", 3, 3)
        assert list(shown(session)) == ["Three", "Two", "One"]
        assert list(shown(session, words="TWO bob")) == ["Two"]
        one, two, three = (shown(session)[name] for name in ("One", "Two", "Three"))
        reading = session.mail.read(one)
        assert (reading.text, reading.sender[0].spec) == ("First letter.", "bob@hospital.example")
        assert home.there() == dict.fromkeys(("One", "Two", "Three"), NO_FLAGS)
        session.mail.mark([one], seen=True)
        session.mail.mark([two], flagged=True)
        assert home.there() == {"One": Flags.SEEN, "Two": Flags.FLAGGED, "Three": NO_FLAGS}
        session.mail.delete([three])
        assert set(home.there()) == {"One", "Two"}
        session.mail.refresh()
        trash = next(f.id for f in session.mail.folders() if f.role == "trash")
        session.mail.refresh(trash)
        assert list(shown(session, trash)) == ["Three"]
        session.mail.delete(list(shown(session, trash).values()))
        session.mail.refresh(trash)
        assert shown(session, trash) == home.there("Trash") == {}
        assert session.contacts("bob")[0].address.spec == "bob@hospital.example", "whom one gets mail from is known"
        draft = session.mail.reply(one, everyone=False)
        assert (draft.subject, draft.in_reply_to, draft.recipients[0].address.spec) == (
            "Re: One",
            reading_id(session, one),
            "bob@hospital.example",
        )


def reading_id(session: Session, message: int) -> str:
    head = session.mail.source(message).decode().partition("\r\n\r\n")[0]
    return next(line.partition(": ")[2] for line in head.splitlines() if line.startswith("Message-ID"))


def test_what_other_programs_do_is_seen_at_the_next_refresh(home: Home) -> None:
    with closing(home.session()) as session:
        session.mail.refresh()
        before = shown(session)
        home.elsewhere("One", Flags.SEEN)
        home.elsewhere("Two", Flags.DELETED)
        home.server.file(letter("Four"))
        session.mail.refresh()
        assert list(shown(session)) == ["Four", "Three", "One"]
        assert shown(session)["One"] == before["One"]
        assert [row.seen for row in session.mail.listing(inbox(session), 0, 9).rows] == [False, False, True]


def test_without_a_network_what_was_seen_is_there_and_flags_follow(home: Home) -> None:
    with closing(home.session()) as session:
        session.mail.refresh()
        session.mail.read(shown(session)["One"])
    nowhere = Server(HOST, free_port(), Security.STARTTLS, USER, home.server.server.ca_file, "127.0.0.1")
    with closing(home.session(nowhere)) as session:
        assert session.mail.read(shown(session)["One"]).text == "First letter."
        with pytest.raises(Unreachable, match="does not answer on port"):
            session.mail.refresh()
        with pytest.raises(Unreachable):
            session.mail.read(shown(session)["Two"])
        session.mail.mark([shown(session)["Two"]], seen=True)
    assert home.there()["Two"] == NO_FLAGS
    with closing(home.session()) as session:
        session.mail.refresh()
        assert home.there()["Two"] == Flags.SEEN


def test_a_lock_ends_the_session_with_the_server_and_unlocking_goes_on(home: Home) -> None:
    with closing(home.session()) as session:
        session.mail.refresh()
        one = shown(session)["One"]
        session.lock()
        for call in (
            session.mail.folders,
            lambda: session.mail.read(one),
            session.mail.refresh,
            lambda: session.mail.mark([one], seen=True),
        ):
            with pytest.raises(StoreClosed):
                call()
        session.unlock()
        assert session.mail.read(one).text == "First letter."


def test_a_refresh_that_is_interrupted_from_another_thread_is_made_good(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    reached, errors = threading.Event(), list[AccountError]()
    with closing(home.session()) as session:
        rows = home.server.open().__class__.rows

        def slow(box: object, place: Place, uids: object) -> object:
            reached.set()
            while not released.wait(0.01):
                pass
            return rows(box, place, uids)  # type: ignore[arg-type]

        def work() -> None:
            try:
                session.mail.refresh()
            except AccountError as error:
                errors.append(error)

        released = threading.Event()
        monkeypatch.setattr(home.server.open().__class__, "rows", slow)
        worker = threading.Thread(target=work)
        worker.start()
        assert reached.wait(20)
        session.interrupt()
        released.set()
        worker.join(20)
        assert not worker.is_alive()
        monkeypatch.undo()
        session.mail.refresh()
        assert list(shown(session)) == ["Three", "Two", "One"]


@pytest.mark.timeout(300)
def test_a_kill_in_the_middle_of_a_refresh_loses_nothing(home: Home, tmp_path: Path) -> None:
    with closing(home.session()) as session:
        session.mail.refresh()
        session.mail.read(shown(session)["One"])
    for n in range(9):
        home.server.file(letter(f"New {n}"))
    home.elsewhere("Two", Flags.DELETED)
    home.elsewhere("Three", Flags.FLAGGED)
    nowhere = Server(HOST, free_port(), Security.STARTTLS, USER, home.server.server.ca_file, "127.0.0.1")
    with closing(home.session(nowhere)) as session:
        session.mail.mark([shown(session)["One"]], seen=True)
    home.session().close()
    pristine = Path(shutil.copytree(home.data, tmp_path / "pristine"))
    steps = int(refresh_in_child(home, 0).stdout)
    assert steps >= 20
    for step in range(1, steps + 1, max(1, steps // 5)):
        shutil.rmtree(home.data)
        shutil.copytree(pristine, home.data)
        done = refresh_in_child(home, step)
        assert done.returncode == -signal.SIGKILL, (step, done.stdout, done.stderr)
        with closing(home.session()) as session:
            assert "One" in shown(session), "what was there is there"
            session.mail.refresh()
            rows = {row.subject: (row.seen, row.flagged) for row in session.mail.listing(inbox(session), 0, 99).rows}
            assert rows == {name: (Flags.SEEN in flags, Flags.FLAGGED in flags) for name, flags in home.there().items()}
            assert rows["One"] == (True, False), "a flag set here reaches the server"
            assert len(rows) == 11


def refresh_in_child(home: Home, at: int) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, str(CHILD), str(home.data), str(home.key_file), str(at)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
