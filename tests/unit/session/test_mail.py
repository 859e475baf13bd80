"""The mailbox in the store against a mail server in memory; real servers are in tests/integration/session."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securemail_desktop.accounts.errors import AccountError, NotThere, Renumbered, ServerRefused, Unreachable
from securemail_desktop.accounts.protocol import Header
from securemail_desktop.accounts.settings import Account, Security, Server
from securemail_desktop.encryption.discover import capabilities_of
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.promise import Ways
from securemail_desktop.encryption.ring import KeyRing, OwnKeys
from securemail_desktop.encryption.smime.protect import sign
from securemail_desktop.gui.mail_port import MailPort
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.flags import NO_FLAGS, Flags
from securemail_desktop.message.marks import NO_MARKS, Marks
from securemail_desktop.session.mail import Mail
from securemail_desktop.session.mail_view import FolderView
from securemail_desktop.session.preferences import Preferences
from securemail_desktop.store.database import Database
from securemail_desktop.store.vault import Vault
from tests.support.fake_mailbox import MemoryFolder, MemoryMailbox, Stored
from tests.support.fake_session import FakeDocuments
from tests.support.mail import BODY, message
from tests.support.mailboxes import letter
from tests.support.pki import pem, pki

pytestmark = pytest.mark.slow  # many seconds together

AWAY = Unreachable("The server mail.clinic.example does not answer: try again later.")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PLACE = Server("mail.clinic.example", 143, Security.STARTTLS, "alice")
ALICE = parse_address("alice@clinic.example")
ACCOUNT = Account("clinic", ALICE, PLACE, PLACE)


@dataclass
class Own:
    """What is alice's."""

    database: Database
    ring: KeyRing
    accounts: list[Account] = field(default_factory=lambda: [ACCOUNT])
    preferences: Preferences = field(default_factory=lambda: Preferences(FakeDocuments(), lambda: NOW))


@dataclass
class Desk:
    """Alice's mail and the server behind it."""

    mail: Mail
    box: MemoryMailbox
    accounts: list[Account]
    learned: list[Header] = field(default_factory=list)

    def folder(self, name: str = "INBOX") -> FolderView:
        return next(f for f in self.mail.folders() if f.name == name)

    def subjects(self, name: str = "INBOX", words: str = "") -> list[str]:
        return [row.subject for row in self.mail.listing(self.folder(name).id, 0, 1000, words).rows]

    def ids(self, name: str = "INBOX") -> list[int]:
        return [row.id for row in self.mail.listing(self.folder(name).id, 0, 1000).rows]

    def refresh(self, name: str = "INBOX") -> list[str]:
        """Refresh and return the calls that it took."""
        self.box.calls.clear()
        self.mail.refresh(self.folder(name).id if self.mail.folders() else None)
        return list(self.box.calls)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "store.db", b"k" * 32)) as opened:
        yield opened


def make_desk(database: Database, folder: Path, box: MemoryMailbox) -> Desk:
    own, learned = Own(database, KeyRing(Vault(database), folder / "gnupg", ())), list[Header]()
    return Desk(Mail(own, box, learned.extend, lambda: NOW), box, own.accounts, learned)


@pytest.fixture(params=["condstore", "plain"])
def desk(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Desk:
    made = make_desk(database, tmp_path, MemoryMailbox(condstore=request.param == "condstore"))
    for subject in ("One", "Two", "Three"):
        made.box.put(letter(subject))
    made.mail.refresh()
    return made


def test_it_is_the_port_of_the_window(desk: Desk) -> None:
    port: MailPort = desk.mail
    assert port.folders()


def test_the_first_refresh_brings_folders_and_the_inbox(desk: Desk) -> None:
    assert [(f.account, f.name, f.role, f.total, f.unseen) for f in desk.mail.folders()] == [
        ("clinic", "INBOX", "inbox", 3, 3),
        ("clinic", "Sent", "sent", 0, 0),
        ("clinic", "Trash", "trash", 0, 0),
    ]
    listing = desk.mail.listing(desk.folder().id, 1, 1)
    (row,) = listing.rows
    assert (listing.total, row.subject, row.sender, row.seen) == (3, "Two", "Bob Meyer <bob@hospital.example>", False)
    assert row.date.tzinfo
    assert [header.subject for header in desk.learned] == ["Three", "Two", "One"]


def test_a_refresh_tells_how_many_unread_ones_came_to_the_inbox(desk: Desk) -> None:
    assert desk.mail.refresh() == 0
    desk.box.put(letter("Four"))
    desk.box.put(letter("Read elsewhere"), flags=Flags.SEEN)
    desk.box.put(letter("Sent elsewhere"), folder="Sent")
    assert desk.mail.refresh() == 1
    assert desk.mail.refresh() == 0
    desk.box.folders_by_name["INBOX"].validity += 1
    assert desk.mail.refresh() == 0  # all of them are new numbers only


def test_what_the_first_look_finds_is_not_news(database: Database, tmp_path: Path) -> None:
    made = make_desk(database, tmp_path, MemoryMailbox())
    made.box.put(letter("Old"))
    assert made.mail.refresh() == 0


def test_watching_is_asked_of_the_account_and_fails_for_one_that_is_gone(desk: Desk) -> None:
    assert desk.mail.watch("clinic", lambda: True)
    with pytest.raises(NotThere):
        desk.mail.watch("elsewhere", lambda: True)


def test_folders_that_were_never_opened_show_what_the_server_counts(desk: Desk) -> None:
    desk.box.counting = True
    desk.box.put(letter("By a rule"), folder="Projects/Study")
    desk.box.put(letter("Read"), folder="Projects/Study", flags=Flags.SEEN)
    calls = desk.refresh()
    study = desk.folder("Projects/Study")
    assert (study.path, study.total, study.unseen) == (("Projects", "Study"), 2, 1)
    assert calls.count("state") == 1


def test_folders_that_were_opened_once_are_kept_up_to_date(desk: Desk) -> None:
    desk.box.counting = True
    desk.refresh("Sent")
    desk.box.put(letter("Sent from elsewhere"), folder="Sent")
    desk.refresh()
    assert desk.subjects("Sent") == ["Sent from elsewhere"]
    assert desk.refresh().count("state") == 1
    desk.box.change(1, Flags.SEEN, "Sent")
    assert desk.folder("Sent").unseen == 1
    desk.refresh()
    assert desk.folder("Sent").unseen == 0


def test_what_is_only_marked_as_deleted_is_not_looked_for_again(desk: Desk) -> None:
    desk.box.counting = True
    desk.refresh("Sent")
    desk.box.put(letter("Goes"), folder="Sent", flags=Flags.DELETED)
    desk.refresh()
    assert desk.refresh().count("state") == 1


def test_a_refresh_without_news_asks_little(desk: Desk) -> None:
    assert desk.refresh() == (["folders", "state"] if desk.box.condstore else ["folders", "state", "flags"])


def test_what_is_new_changed_and_gone_on_the_server_is_so_here(desk: Desk) -> None:
    before = dict(zip(desk.subjects(), desk.ids(), strict=True))
    desk.box.put(letter("Four"))
    desk.box.change(1, Flags.SEEN | Flags.ANSWERED)
    del desk.box.folders_by_name["INBOX"].messages[2]
    desk.refresh()
    assert desk.subjects() == ["Four", "Three", "One"]
    after = dict(zip(desk.subjects(), desk.ids(), strict=True))
    assert {name: after[name] for name in ("One", "Three")} == {name: before[name] for name in ("One", "Three")}
    one = desk.mail.listing(desk.folder().id, 2, 1).rows[0]
    assert (one.seen, one.answered, one.flagged) == (True, True, False)
    assert [header.subject for header in desk.learned] == ["Three", "Two", "One", "Four"]


def test_a_folder_that_was_numbered_anew_is_read_anew(desk: Desk) -> None:
    former = desk.ids()
    desk.box.folders_by_name["INBOX"] = MemoryFolder(validity=2)
    desk.box.put(letter("Restored"))
    desk.refresh()
    assert desk.subjects() == ["Restored"]
    assert not set(former) & set(desk.ids()), "an id of a window that is behind means no other message"
    with pytest.raises(NotThere, match="not there any more"):
        desk.mail.read(former[0])


def test_nothing_is_moved_or_deleted_by_numbers_that_do_not_hold_any_more(desk: Desk) -> None:
    desk.box.folders_by_name["INBOX"].validity = 2
    for act in (
        lambda: desk.mail.move(desk.ids(), desk.folder("Sent").id),
        lambda: desk.mail.delete(desk.ids()),
        lambda: desk.mail.read(1),
    ):
        with pytest.raises(Renumbered):
            act()
    assert len(desk.box.folders_by_name["INBOX"].messages) == 3
    desk.refresh()
    assert desk.subjects() == ["Three", "Two", "One"]


def test_moving_what_is_gone_is_never_called_done(desk: Desk) -> None:
    with pytest.raises(NotThere, match="not there any more"):
        desk.mail.move([12345], desk.folder("Sent").id)


def test_folders_come_and_go_with_the_servers(desk: Desk) -> None:
    desk.box.put(letter("Plan"), "Projects")
    desk.refresh()
    desk.refresh("Projects")
    assert desk.subjects("Projects") == ["Plan"]
    gone = desk.folder("Projects").id
    del desk.box.folders_by_name["Projects"]
    with pytest.raises(NotThere, match="removed or renamed"):
        desk.mail.refresh(gone)
    assert [f.name for f in desk.mail.folders()] == ["INBOX", "Sent", "Trash"]


def test_a_server_that_lists_no_folder_takes_nothing_away(desk: Desk) -> None:
    desk.box.folders_by_name, kept = {"INBOX": desk.box.folders_by_name["INBOX"]}, desk.box.folders_by_name
    desk.box.folders = lambda: ()  # type: ignore[method-assign]
    desk.mail.refresh()
    assert desk.subjects() == ["Three", "Two", "One"]
    assert len(desk.mail.folders()) == len(kept)


def test_what_was_read_once_can_be_read_without_a_network(desk: Desk) -> None:
    three, two, _ = desk.ids()
    assert desk.mail.read(three).text == "Hello Alice."
    assert not desk.mail.listing(desk.folder().id, 0, 1).rows[0].seen, "reading does not mark"
    desk.box.fail = AWAY
    reading = desk.mail.read(three)
    assert (reading.view.subject, reading.sender[0].spec, reading.to[0].spec) == ("Three", "bob@hospital.example", "alice@clinic.example")
    assert b"Subject: Three" in desk.mail.source(three)
    with pytest.raises(Unreachable, match="does not answer"):
        desk.mail.read(two)
    with pytest.raises(Unreachable):
        desk.mail.refresh()
    assert desk.subjects() == ["Three", "Two", "One"]


def test_a_message_that_is_gone_when_it_is_read_disappears(desk: Desk) -> None:
    desk.box.folders_by_name["INBOX"].messages.pop(3)
    with pytest.raises(NotThere, match="moved or deleted elsewhere"):
        desk.mail.read(desk.ids()[0])
    assert desk.subjects() == ["Two", "One"]


def test_flags_are_set_here_and_there(desk: Desk) -> None:
    three, two, _ = desk.ids()
    desk.mail.mark([three, two], seen=True)
    desk.mail.mark([three], seen=False, flagged=True)
    assert [(row.seen, row.flagged) for row in desk.mail.listing(desk.folder().id, 0, 2).rows] == [(False, True), (True, False)]
    assert [desk.box.folders_by_name["INBOX"].messages[uid].flags for uid in (3, 2)] == [Flags.FLAGGED, Flags.SEEN]
    assert desk.folder().unseen == 2


def test_flags_set_without_a_network_are_kept_and_pushed_at_the_next_refresh(desk: Desk) -> None:
    three, two, one = desk.ids()
    desk.box.fail = AWAY
    desk.mail.mark([three], seen=True)
    desk.mail.mark([two], flagged=True)
    assert desk.box.calls[-1] == "set_flags"
    tried = desk.box.calls.count("set_flags")
    desk.mail.mark([one], seen=True)
    assert desk.box.calls.count("set_flags") == tried, "a server that is away is not asked at each click"
    with pytest.raises(Unreachable):
        desk.mail.refresh()
    desk.box.fail = None
    desk.box.change(3, Flags.ANSWERED)
    desk.mail.refresh(desk.folder("Sent").id)
    flags = [desk.box.folders_by_name["INBOX"].messages[uid].flags for uid in (3, 2, 1)]
    assert flags == [Flags.SEEN | Flags.ANSWERED, Flags.FLAGGED, Flags.SEEN]
    desk.refresh()
    assert [(row.seen, row.flagged, row.answered) for row in desk.mail.listing(desk.folder().id, 0, 3).rows] == [
        (True, False, True),
        (False, True, False),
        (True, False, False),
    ]


def answer_to(name: str) -> Draft:
    return Draft(ALICE, (), "Re:", "", "<answer@clinic.example>", NOW, in_reply_to=name)


def test_what_was_answered_is_marked_and_the_server_gets_to_know(desk: Desk) -> None:
    name = next(line for line in desk.mail.source(desk.ids()[0]).decode().splitlines() if line.startswith("Message-ID")).partition(": ")[2]
    desk.box.fail = AWAY
    for answered in (name, "", "<unknown@hospital.example>"):
        desk.mail.sent(answer_to(answered))
    assert [row.answered for row in desk.mail.listing(desk.folder().id, 0, 3).rows] == [True, False, False]
    desk.box.fail = None
    desk.refresh()
    assert [desk.box.folders_by_name["INBOX"].messages[uid].flags for uid in (3, 2, 1)] == [Flags.ANSWERED, NO_FLAGS, NO_FLAGS]


def test_what_was_forwarded_is_marked_once_it_was_sent(desk: Desk) -> None:
    draft = desk.mail.forward(desk.ids()[0])
    assert [row.forwarded for row in desk.mail.listing(desk.folder().id, 0, 3).rows] == [False, False, False]
    desk.mail.sent(draft)
    assert [row.forwarded for row in desk.mail.listing(desk.folder().id, 0, 3).rows] == [True, False, False]
    desk.refresh()
    assert desk.box.folders_by_name["INBOX"].messages[3].flags == Flags.FORWARDED


def test_rows_of_an_older_program_get_their_marks(desk: Desk, database: Database) -> None:
    desk.box.put(b"From: bob@hospital.example\r\nContent-Type: multipart/signed; boundary=x\r\n\r\n--x--\r\n")
    desk.refresh()
    database.execute("UPDATE message SET marks = -1")
    assert [row.marks for row in desk.mail.listing(desk.folder().id, 0, 9).rows] == [NO_MARKS] * 4
    desk.refresh()
    assert sorted(row.marks for row in desk.mail.listing(desk.folder().id, 0, 9).rows) == [NO_MARKS] * 3 + [Marks.SIGNED]
    desk.box.calls.clear()
    desk.refresh()
    assert "rows" not in desk.box.calls


def test_files_that_opening_found_are_marked(desk: Desk) -> None:
    number = desk.box.put(
        b'Message-ID: <f@x.example>\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n'
        b'--x\r\nContent-Type: application/pdf; name="a.pdf"\r\n\r\n%PDF\r\n--x--\r\n'
    )
    desk.refresh()
    (view,) = [row for row in desk.mail.listing(desk.folder().id, 0, 9).rows if row.subject == ""]
    assert (number, view.marks) == (4, NO_MARKS)  # a header alone does not tell
    assert desk.mail.read(view.id).view.marks == Marks.ATTACHED
    assert Marks.ATTACHED in {row.marks for row in desk.mail.listing(desk.folder().id, 0, 9).rows}


def test_flags_that_the_server_refuses_for_good_are_given_up(desk: Desk) -> None:
    desk.box.failing["set_flags", 1] = ServerRefused("The folder may only be read.")
    desk.mail.mark(desk.ids()[:1], seen=True)
    desk.refresh()
    assert desk.folder().unseen == 3
    assert "set_flags" not in desk.refresh()


def test_a_moved_message_keeps_its_id_and_what_was_kept(desk: Desk) -> None:
    desk.mail.refresh(desk.folder("Sent").id)
    three = desk.ids()[0]
    desk.mail.read(three)
    desk.mail.move([three], desk.folder("Sent").id)
    assert (desk.subjects(), desk.subjects("Sent")) == (["Two", "One"], ["Three"])
    fetched = desk.box.calls.count("fetch")
    assert desk.mail.read(three).view.folder == desk.folder("Sent").id
    assert desk.box.calls.count("fetch") == fetched
    desk.mail.move([three], desk.folder().id)
    desk.refresh("Sent")
    desk.refresh()
    assert (desk.subjects(), desk.subjects("Sent")) == (["Three", "Two", "One"], [])


def test_a_message_can_be_taken_back_out_of_a_folder_that_was_never_looked_at(desk: Desk) -> None:
    desk.box.put(letter("Old"), "Trash")
    del desk.box.folders_by_name["Sent"]
    three, two, _ = desk.ids()
    desk.mail.delete([three, two])
    assert desk.subjects() == ["One"]
    desk.mail.move([three], desk.folder().id)
    assert desk.subjects() == ["Three", "One"]
    desk.refresh("Trash")
    desk.refresh()
    assert (desk.subjects(), desk.subjects("Trash")) == (["Three", "One"], ["Old", "Two"])
    assert desk.ids()[0] == three


def test_what_is_not_there_any_more_cannot_be_moved_and_that_is_said(desk: Desk) -> None:
    for act in (lambda: desk.mail.move([999], desk.folder("Sent").id), lambda: desk.mail.delete([999])):
        with pytest.raises(NotThere, match="moved or deleted elsewhere"):
            act()
    desk.mail.mark([999], seen=True)
    desk.mail.delete([])


@pytest.mark.parametrize("known", [True, False])
def test_where_the_server_does_not_tell_the_new_number_it_comes_with_the_next_refresh(desk: Desk, known: bool) -> None:
    if known:
        desk.refresh("Sent")
    desk.box.uidplus = False
    desk.mail.move(desk.ids()[:1], desk.folder("Sent").id)
    assert (desk.subjects(), desk.subjects("Sent")) == (["Two", "One"], [])
    desk.refresh("Sent")
    desk.refresh()
    assert (desk.subjects(), desk.subjects("Sent")) == (["Two", "One"], ["Three"])


def test_moving_needs_the_network_and_leaves_all_where_it_is_without(desk: Desk) -> None:
    desk.box.fail = AWAY
    for act in (lambda: desk.mail.move(desk.ids(), desk.folder("Sent").id), lambda: desk.mail.delete(desk.ids())):
        with pytest.raises(Unreachable):
            act()
    assert desk.subjects() == ["Three", "Two", "One"]


def test_deleting_moves_to_the_trash_and_from_there_for_good(desk: Desk) -> None:
    desk.refresh("Trash")
    three = desk.ids()[0]
    desk.mail.delete([three])
    assert (desk.subjects(), desk.subjects("Trash")) == (["Two", "One"], ["Three"])
    desk.mail.delete([three, three, 999])
    assert desk.subjects("Trash") == []
    assert desk.box.folders_by_name["Trash"].messages == {}


def test_a_message_that_the_server_only_marks_as_deleted_is_not_shown_again(desk: Desk) -> None:
    desk.box.uidplus = False
    desk.mail.delete(desk.ids()[:1])
    desk.refresh("Trash")
    desk.mail.delete(desk.ids("Trash"))
    desk.refresh("Trash")
    assert desk.subjects("Trash") == []
    assert desk.folder("Trash").total == 0
    assert len(desk.box.folders_by_name["Trash"].messages) == 1
    assert desk.refresh("Trash") == (["folders", "state"] if desk.box.condstore else ["folders", "state", "flags"])


def test_without_a_trash_folder_one_is_made(desk: Desk) -> None:
    del desk.box.folders_by_name["Trash"]
    desk.refresh()
    three = desk.ids()[0]
    desk.mail.delete([three])
    assert desk.ids("Trash") == [three]
    desk.refresh()
    desk.refresh("Trash")
    assert (desk.ids("Trash"), desk.folder("Trash").role) == ([three], "trash")


def test_one_account_that_fails_does_not_keep_the_others_mail_away(database: Database, tmp_path: Path, desk: Desk) -> None:
    second = Account("second", parse_address("alice@other.example"), PLACE, PLACE)
    without = Account("without", parse_address("alice@third.example"), PLACE)
    desk.accounts[:] = [second, without, ACCOUNT]
    desk.box.failing["folders", 1] = AWAY
    desk.box.calls.clear()
    desk.box.put(letter("Four"))
    with pytest.raises(Unreachable):
        desk.mail.refresh()
    assert desk.subjects() == ["Four", "Three", "Two", "One"]
    desk.mail.refresh()
    assert [(f.account, f.name) for f in desk.mail.folders()][::3] == [("second", "INBOX"), ("clinic", "INBOX")]
    foreign = next(f.id for f in desk.mail.folders() if f.account == "second" and f.name == "Sent")
    with pytest.raises(ServerRefused, match="their own account"):
        desk.mail.move(desk.ids(), foreign) if desk.folder().account == "clinic" else desk.mail.move([1], foreign)
    desk.accounts[:] = [ACCOUNT]
    desk.mail.refresh()
    desk.accounts[:] = [second, ACCOUNT]
    assert {f.account for f in desk.mail.folders()} == {"clinic"}, "what a removed account had is gone"


def test_a_large_folder_comes_in_portions_the_newest_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("securemail_desktop.session.folder_sync._A_TIME", 4)
    monkeypatch.setattr("securemail_desktop.session.folder_sync._AT_ONCE", 2)
    for n in range(10):
        desk.box.put(letter(f"{n}"), "Sent")
    counts = []
    for _ in range(4):
        desk.refresh("Sent")
        counts.append(desk.subjects("Sent"))
    assert [len(each) for each in counts] == [4, 8, 10, 10]
    assert counts[0] == ["9", "8", "7", "6"]


OPS = st.sampled_from(["put", "put", "flag", "remove", "renumber", "refresh", "break", "mark", "move"])


@pytest.mark.parametrize("condstore", [True, False])
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_happened_the_next_refresh_makes_both_sides_equal(tmp_path: Path, condstore: bool, data: st.DataObject) -> None:
    with closing(Database(tmp_path / f"{data.draw(st.uuids())}.db", b"k" * 32)) as database:
        desk = make_desk(database, tmp_path, MemoryMailbox(condstore=condstore, uidplus=data.draw(st.booleans())))
        desk.mail.refresh()
        for op in data.draw(st.lists(OPS, max_size=25)):
            happen(desk, op, data)
        desk.box.failing.clear()
        desk.refresh()
        desk.refresh()
        there = desk.box.folders_by_name["INBOX"].messages
        shown = {row.subject: (row.seen, row.flagged) for row in desk.mail.listing(desk.folder().id, 0, 1000).rows}
        assert shown == {subject(stored): (Flags.SEEN in stored.flags, Flags.FLAGGED in stored.flags) for stored in there.values()}


def subject(stored: Stored) -> str:
    return next(line for line in stored.content.decode().splitlines() if line.startswith("Subject: ")).removeprefix("Subject: ")


def happen(desk: Desk, op: str, data: st.DataObject) -> None:
    inbox = desk.box.folders_by_name["INBOX"]
    uids = sorted(inbox.messages)
    desk.box.failing.clear()
    if op == "put":
        desk.box.put(letter(f"s{sum(len(f.messages) for f in desk.box.folders_by_name.values())}-{inbox.next_uid}-{inbox.validity}"))
    elif op == "flag" and uids:
        desk.box.change(data.draw(st.sampled_from(uids)), data.draw(st.sampled_from([NO_FLAGS, Flags.SEEN, Flags.FLAGGED])))
    elif op == "remove" and uids:
        del inbox.messages[data.draw(st.sampled_from(uids))]
    elif op == "renumber":
        anew = dict(enumerate(inbox.messages.values(), 2))  # old numbers mean other messages
        desk.box.folders_by_name["INBOX"] = MemoryFolder(inbox.validity + 1, len(anew) + 2, anew)
    elif op == "refresh":
        desk.refresh()
    else:
        act(desk, op, data)


def act(desk: Desk, op: str, data: st.DataObject) -> None:
    """Do something here, with a network that may break at any call."""
    call = data.draw(st.sampled_from(["folders", "state", "new_uids", "rows", "flags", "changed_flags", "set_flags", "move"]))
    desk.box.calls.clear()
    desk.box.failing[call, data.draw(st.integers(1, 2))] = AWAY
    ids = desk.ids()
    some = data.draw(st.lists(st.sampled_from(ids))) if ids else []
    try:
        if op == "mark":
            desk.mail.mark(some, seen=data.draw(st.booleans()))
        elif op == "move":
            desk.mail.move(some, desk.folder("Sent").id)
        else:
            desk.mail.refresh()
    except AccountError:
        pass


def test_whoever_signs_his_mail_gets_protected_answers(database: Database, tmp_path: Path) -> None:
    box, now = MemoryMailbox(), datetime.now(UTC)
    box.put(message(sign(BODY, pki().alice), "alice@clinic.example"))
    own = Own(database, KeyRing(Vault(database), tmp_path / "gnupg", [pem(pki().root.certificate)]))
    mail = Mail(own, box, lambda rows: None, lambda: now)
    mail.refresh()
    (row,) = mail.listing(mail.folders()[0].id, 0, 10).rows
    assert mail.read(row.id).opened.from_matches
    again = KeyRing(Vault(database), tmp_path / "gnupg", [pem(pki().root.certificate)])
    found = capabilities_of(parse_address("alice@clinic.example"), OwnKeys(parse_address("bob@x.example"), pki().bob), again, Ways(), now)
    assert [(means.method, means.accepted) for means in found.usable] == [(Method.SMIME, True)]


def test_an_answer_and_a_forward_bear_the_signature_of_their_sender(database: Database, tmp_path: Path) -> None:
    desk = make_desk(database, tmp_path, MemoryMailbox())
    desk.box.put(letter("Result"))
    desk.refresh()
    desk.mail._own.preferences.set_signature(ACCOUNT.address, "Alice Moreau, MD\nEndocrinology")
    (number,) = desk.ids()
    for draft in (desk.mail.reply(number, everyone=False), desk.mail.forward(number)):
        assert draft.text.startswith("\n\n-- \nAlice Moreau, MD\nEndocrinology\n\n")


def found(desk: Desk, words: str) -> list[str]:
    return sorted(row.subject for row in desk.mail.found(words, 0, 1000).rows)


def test_all_folders_are_searched_here_at_once_and_on_the_server_when_it_is_asked(desk: Desk) -> None:
    desk.box.put(letter("Potassium of today"))
    desk.box.put(letter("Rota"))
    desk.box.put(letter("Re: Potassium"), "Sent")
    desk.box.put(letter("Lab results") + b"the potassium was high\r\n", "Trash")
    desk.mail.refresh()
    assert found(desk, "potassium") == ["Potassium of today"], "what was never looked at is not known here"
    desk.mail.search("potassium", lambda: True)
    assert found(desk, "potassium") == ["Lab results", "Potassium of today", "Re: Potassium"]
    assert found(desk, "rota") == ["Rota"], "hits belong to their words"
    assert desk.mail.found("potassium", 1, 1).total == 3


def test_a_search_that_nobody_wants_any_more_asks_no_further_folder(desk: Desk) -> None:
    desk.mail.refresh()
    before = len(desk.box.calls)
    desk.mail.search("potassium", lambda: False)
    assert "holding" not in desk.box.calls[before:]


def test_a_folder_that_cannot_be_searched_leaves_the_others(desk: Desk) -> None:
    desk.box.put(letter("Potassium"), "Sent")
    desk.mail.refresh()
    desk.box.failing[("holding", 1)] = ServerRefused("The server refused what was asked of it.")
    desk.mail.search("potassium", lambda: True)
    assert found(desk, "potassium") == ["Potassium"]


def test_a_server_that_is_away_is_said_after_all_were_asked(desk: Desk) -> None:
    desk.box.put(letter("Potassium"))
    desk.mail.refresh()
    desk.box.fail = AWAY
    with pytest.raises(Unreachable):
        desk.mail.search("potassium", lambda: True)
    assert found(desk, "potassium") == ["Potassium"]


def test_what_was_deleted_since_is_not_found(desk: Desk) -> None:
    desk.box.put(letter("Lab") + b"potassium\r\n", "Sent")
    desk.mail.refresh()
    desk.mail.search("potassium", lambda: True)
    (row,) = desk.mail.found("potassium", 0, 10).rows
    desk.mail.delete([row.id])
    desk.mail.delete(desk.ids("Trash"))
    assert found(desk, "potassium") == []
