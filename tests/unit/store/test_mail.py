"""Folders, message rows and kept messages in the store."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.flags import NO_FLAGS, Flags
from securemail_desktop.message.marks import Marks
from securemail_desktop.store.database import Database
from securemail_desktop.store.folders import FolderTable
from securemail_desktop.store.messages import MessageTable, NewMessage
from securemail_desktop.store.shown import Only, Order, Shown
from securemail_desktop.store.sources import SourceCache

SEEN, FLAGGED, DELETED = int(Flags.SEEN), int(Flags.FLAGGED), int(Flags.DELETED)
VALIDITY = 7


def new(uid: int, subject: str = "s", *, date: int = 0, flags: int = NO_FLAGS, sender: str = "bob@hospital.example") -> NewMessage:
    return NewMessage(uid, f"<{uid}@x.example>", sender, "alice@clinic.example", subject, date or uid, flags, 100)


@pytest.fixture
def folders(database: Database) -> FolderTable:
    return FolderTable(database)


@pytest.fixture
def inbox(folders: FolderTable) -> int:
    folders.replace("clinic", [("INBOX", "inbox", ("INBOX",)), ("Sent", "sent", ("Sent",))])
    for row in folders.all():
        folders.renumber(row.id, VALIDITY)
    return folders.all()[0].id


@pytest.fixture
def messages(database: Database) -> MessageTable:
    return MessageTable(database)


def subjects(messages: MessageTable, folder: int, words: str = "") -> list[str]:
    return [row.subject for row in messages.page(folder, 0, 100, words)[0]]


def ids(messages: MessageTable, folder: int) -> dict[int, int]:
    return {row.uid: row.id for row in messages.page(folder, 0, 100)[0]}


def test_folders_come_in_the_order_that_people_look_for_them(folders: FolderTable) -> None:
    folders.replace(
        "clinic",
        [
            ("Sent", "sent", ("Sent",)),
            ("archive/b", "", ("archive/b",)),
            ("Archive/a", "", ("Archive/a",)),
            ("INBOX", "inbox", ("INBOX",)),
            ("Bin", "trash", ("Bin",)),
        ],
    )
    assert [row.name for row in folders.all()] == ["INBOX", "Bin", "Sent", "Archive/a", "archive/b"]


def test_a_folder_that_is_gone_takes_its_messages_along(folders: FolderTable, messages: MessageTable, inbox: int) -> None:
    messages.add(inbox, VALIDITY, [new(1)])
    (message,) = ids(messages, inbox).values()
    folders.replace("clinic", [("Sent", "sent", ("Sent",))])
    assert folders.get(inbox) is None
    assert messages.get(message) is None
    folders.replace("clinic", [("INBOX", "inbox", ("INBOX",)), ("Sent", "sent", ("Sent",))])
    assert folders.all()[0].id > inbox, "an id is never given twice"


def test_folders_of_other_accounts_stay(folders: FolderTable, inbox: int) -> None:
    folders.replace("other", [("INBOX", "inbox", ("INBOX",))])
    assert [row.account for row in folders.all()] == ["clinic", "clinic", "other"]
    folders.keep_accounts(["other"])
    assert [row.account for row in folders.all()] == ["other"]


def test_a_known_folder_keeps_its_rows_and_takes_a_new_role(folders: FolderTable, messages: MessageTable, inbox: int) -> None:
    messages.add(inbox, VALIDITY, [new(1)])
    folders.replace("clinic", [("INBOX", "archive", ("INBOX",))])
    row = folders.get(inbox)
    assert row
    assert (row.role, row.total, row.validity) == ("archive", 1, VALIDITY)


def test_messages_that_wait_for_their_end_are_not_shown_but_counted_for_the_server(
    folders: FolderTable, messages: MessageTable, inbox: int
) -> None:
    messages.add(inbox, VALIDITY, [new(1), new(2, flags=SEEN), new(3, flags=DELETED)])
    row = folders.get(inbox)
    assert row
    assert (row.total, row.unseen, messages.count(inbox)) == (2, 1, 3)
    assert [r.uid for r in messages.page(inbox, 0, 10)[0]] == [2, 1]


def test_pages_are_newest_first(messages: MessageTable, inbox: int) -> None:
    messages.add(inbox, VALIDITY, [new(uid, date=date) for uid, date in ((1, 50), (2, 70), (3, 50), (4, 60))])
    assert [r.uid for r in messages.page(inbox, 0, 2)[0]] == [2, 4]
    rows, total = messages.page(inbox, 2, 9)
    assert ([r.uid for r in rows], total) == ([3, 1], 4)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("é", ["École", "CAFÉ cafe\u0301"]),
        ("É", ["École", "CAFÉ cafe\u0301"]),
        ("café", ["CAFÉ cafe\u0301"]),
        ("STRASSE", ["Große Straße"]),
        ("gro stra", ["Große Straße"]),
        ("bob gro", ["Große Straße"]),
        ("ann@", ["100 %"]),
        ("%", ["100 %"]),
        ("_", []),
        ("alice", ["100 %", "École", "Große Straße", "CAFÉ cafe\u0301"]),
        ("  ", ["100 %", "École", "Große Straße", "CAFÉ cafe\u0301"]),
        ("\ud800", []),
        ("nothing", []),
    ],
)
def test_a_search_finds_parts_of_words_whatever_their_case(messages: MessageTable, inbox: int, words: str, found: list[str]) -> None:
    texts = ["CAFÉ cafe\u0301", "Große Straße", "École"]
    messages.add(inbox, VALIDITY, [*(new(uid, text) for uid, text in enumerate(texts, 1)), new(4, "100 %", sender="ann@x.example")])
    rows, total = messages.page(inbox, 0, 100, words)
    assert ([row.subject for row in rows], total) == (found, len(found))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(tmp_path_factory.mktemp("shared") / "store.db", b"k" * 32)
    FolderTable(opened).replace("clinic", [("INBOX", "inbox", ("INBOX",))])
    FolderTable(opened).renumber(1, VALIDITY)
    yield opened
    opened.close()


@given(st.text(alphabet=st.characters(exclude_categories=())), st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_is_kept_and_any_search_answered(shared: Database, text: str, words: str) -> None:
    messages = MessageTable(shared)
    messages.add(1, VALIDITY, [new(1, text)])
    (row,) = messages.page(1, 0, 1)[0]
    assert row.subject == text.encode("utf-8", "replace").decode().replace("\0", " ")
    assert messages.page(1, 0, 10, words)[1] in {0, 1}
    assert messages.page(1, 0, 10, row.subject)[1] == 1


def test_a_known_message_keeps_its_id_and_what_is_pending(messages: MessageTable, inbox: int) -> None:
    messages.add(inbox, VALIDITY, [new(1, "old")])
    (message,) = ids(messages, inbox).values()
    messages.mark([message], SEEN, SEEN)
    messages.add(inbox, VALIDITY, [new(1, "new", flags=FLAGGED)])
    row = messages.get(message)
    assert row
    assert (row.subject, row.flags) == ("new", SEEN | FLAGGED)


def test_messages_of_a_former_numbering_are_not_taken_in(folders: FolderTable, messages: MessageTable, inbox: int) -> None:
    messages.add(inbox, VALIDITY - 1, [new(1)])
    assert messages.count(inbox) == 0
    messages.add(inbox, VALIDITY, [new(1)])
    folders.renumber(inbox, VALIDITY + 1)
    row = folders.get(inbox)
    assert row
    assert (row.total, row.validity, row.next_uid) == (0, VALIDITY + 1, 0)
    folders.up_to_date(inbox, VALIDITY, 9, 9)
    assert folders.get(inbox) == row


def test_flags_set_here_are_pending_until_the_server_has_them(messages: MessageTable, inbox: int) -> None:
    messages.add(inbox, VALIDITY, [new(1), new(2, flags=SEEN)])
    one, two = sorted(ids(messages, inbox).values())
    messages.mark([one, two], SEEN, SEEN)
    (pending,) = messages.pending(inbox)
    assert (pending.id, pending.uid, pending.flags, pending.bits) == (one, 1, SEEN, SEEN)
    messages.take_flags(inbox, {1: FLAGGED, 2: FLAGGED})
    assert messages.uids(inbox) == {1: SEEN | FLAGGED, 2: FLAGGED}
    messages.pushed([pending])
    assert messages.pending(inbox) == []
    messages.take_flags(inbox, {1: 0, 9: SEEN})
    assert messages.uids(inbox) == {1: 0, 2: FLAGGED}


def test_a_flag_that_changes_while_it_is_pushed_stays_pending(messages: MessageTable, inbox: int) -> None:
    messages.add(inbox, VALIDITY, [new(1)])
    (message,) = ids(messages, inbox).values()
    messages.mark([message], SEEN | FLAGGED, SEEN | FLAGGED)
    pushed = messages.pending(inbox)
    messages.mark([message], SEEN, NO_FLAGS)
    messages.pushed(pushed)
    (left,) = messages.pending(inbox)
    assert (left.bits, left.flags) == (SEEN, FLAGGED)


def test_what_is_gone_on_the_server_goes(messages: MessageTable, inbox: int) -> None:
    messages.add(inbox, VALIDITY, [new(uid) for uid in range(1, 6)])
    messages.keep(inbox, {2, 4, 9})
    assert set(messages.uids(inbox)) == {2, 4}
    messages.remove(ids(messages, inbox).values())
    assert messages.count(inbox) == 0


def test_a_moved_message_keeps_its_id(folders: FolderTable, messages: MessageTable, inbox: int) -> None:
    sent = folders.all()[1].id
    messages.add(inbox, VALIDITY, [new(1), new(2), new(3)])
    messages.add(sent, VALIDITY, [new(20, "other")])
    known = ids(messages, inbox)
    messages.move({known[1]: 10, known[2]: 20}, sent, VALIDITY)
    messages.move({known[3]: 30}, sent, VALIDITY + 1)
    assert ids(messages, inbox) == {}
    assert ids(messages, sent)[10] == known[1]
    assert subjects(messages, sent) == ["other", "s"]
    assert messages.get(known[2]) is None
    assert messages.get(known[3]) is None


def test_lists_read_indexes_and_sort_nothing(database: Database, inbox: int) -> None:
    shown = "folder = 1 AND flags & 8 = 0"
    plans = {
        f"SELECT id, subject FROM message WHERE {shown} ORDER BY date DESC, id DESC LIMIT 9 OFFSET 9": "message_newest",
        f"SELECT count(*) FROM message WHERE {shown}": "message_newest",
        "SELECT count(*) FROM message WHERE folder = 1 AND flags & 9 = 0": "message_unseen",
        "SELECT id FROM message WHERE folder = 1 AND pending <> 0": "message_pending",
        "SELECT id FROM message WHERE message_id = ? AND message_id <> '' ORDER BY id".replace("?", "'<1@x>'"): "message_name",
        f"SELECT id FROM message INDEXED BY message_words WHERE {shown} AND instr(words, 'a') ORDER BY date DESC, id DESC": "message_words",
    }
    for query, index in plans.items():
        plan = " ".join(str(row[3]) for row in database.rows(f"EXPLAIN QUERY PLAN {query}"))
        assert index in plan, plan
        assert "TEMP B-TREE" not in plan, plan


def test_kept_messages_leave_when_there_is_no_room_what_was_read_longest_ago_first(
    database: Database, messages: MessageTable, inbox: int
) -> None:
    messages.add(inbox, VALIDITY, [new(uid) for uid in range(1, 5)])
    known = ids(messages, inbox)
    cache = SourceCache(database, room=100)
    for now, uid in enumerate((1, 2, 3)):
        cache.put(known[uid], b"x" * 40 if uid < 3 else b"y" * 20, now)
    assert cache.get(known[1], 5) == b"x" * 40
    cache.put(known[4], b"z" * 30, 6)
    assert cache.get(known[2], 7) is None
    assert [bool(cache.get(known[uid], 8)) for uid in (1, 3, 4)] == [True, True, True]
    cache.put(known[1], b"w" * 101, 9)
    assert cache.get(known[1], 9) == b"x" * 40, "what is too large is not kept, and nothing leaves for it"


def test_a_kept_message_is_replaced_and_goes_with_its_row(database: Database, messages: MessageTable, inbox: int) -> None:
    messages.add(inbox, VALIDITY, [new(1)])
    (message,) = ids(messages, inbox).values()
    cache = SourceCache(database, room=100)
    for content in (b"a" * 60, b"b" * 60):
        cache.put(message, content, 1)
    assert cache.get(message, 2) == b"b" * 60
    messages.remove([message])
    assert cache.get(message, 3) is None
    cache.put(message, b"late", 4)
    assert cache.get(message, 5) is None


def shown(messages: MessageTable, folder: int, view: Shown, words: str = "") -> list[str]:
    return [row.subject for row in messages.page(folder, 0, 100, words, view)[0]]


@pytest.fixture
def mixed(messages: MessageTable, inbox: int) -> int:
    rows = [
        NewMessage(1, "<1@x>", '"Zoe" <z@x.example>', "bob@x.example", "banana", 10, SEEN, 300, 0),
        NewMessage(2, "<2@x>", "adam@x.example", "eve@x.example", "Apple", 20, 0, 100, int(Marks.ATTACHED)),
        NewMessage(3, "<3@x>", "Mia <m@x.example>", "carol@x.example", "cherry", 30, FLAGGED, 200, int(Marks.SIGNED)),
        NewMessage(4, "<4@x>", "Mia <m@x.example>", "dave@x.example", "gone", 40, DELETED, 900, int(Marks.ATTACHED)),
    ]
    messages.add(inbox, VALIDITY, rows)
    return inbox


@pytest.mark.parametrize(
    ("order", "subjects_"),
    [
        (Order.NEWEST, ["cherry", "Apple", "banana"]),
        (Order.OLDEST, ["banana", "Apple", "cherry"]),
        (Order.SENDER, ["Apple", "cherry", "banana"]),
        (Order.RECIPIENT, ["banana", "cherry", "Apple"]),
        (Order.SUBJECT, ["Apple", "banana", "cherry"]),
        (Order.SIZE, ["banana", "cherry", "Apple"]),
    ],
)
def test_rows_in_another_order(messages: MessageTable, mixed: int, order: Order, subjects_: list[str]) -> None:
    assert shown(messages, mixed, Shown(order)) == subjects_


@pytest.mark.parametrize(
    ("only", "subjects_"),
    [(Only.UNREAD, ["cherry", "Apple"]), (Only.FLAGGED, ["cherry"]), (Only.ATTACHED, ["Apple"])],
)
def test_only_some_rows(messages: MessageTable, mixed: int, only: Only, subjects_: list[str]) -> None:
    assert shown(messages, mixed, Shown(only=only)) == subjects_
    assert shown(messages, mixed, Shown(only=only), "e") == subjects_
    kept = ids(messages, mixed)[1]
    assert shown(messages, mixed, Shown(only=only, kept=kept)) == [*subjects_, "banana"]


def test_a_message_that_got_another_subject_stays_in_the_search_that_found_it(messages: MessageTable, inbox: int) -> None:
    messages.add(inbox, VALIDITY, [new(1, "[...]")])
    assert subjects(messages, inbox, "[...]") == ["[...]"]
    messages.entitle(messages.page(inbox, 0, 1)[0][0], "Blood results")
    assert subjects(messages, inbox, "[...]") == ["Blood results"]
    assert subjects(messages, inbox, "blood") == ["Blood results"]


def test_a_view_follows_every_change_and_its_pages_are_of_one_order(messages: MessageTable, mixed: int, database: Database) -> None:
    view = Shown(Order.SUBJECT, Only.UNREAD)
    assert shown(messages, mixed, view) == ["Apple", "cherry"]
    messages.mark([ids(messages, mixed)[2]], SEEN, SEEN)
    assert shown(messages, mixed, view) == ["cherry"]
    messages.add(mixed, VALIDITY, [NewMessage(5, "<5@x>", "b@x.example", "a@x.example", "aardvark", 50, 0, 1)])
    rows, total = messages.page(mixed, 1, 1, "", view)
    assert ([row.subject for row in rows], total) == (["cherry"], 2)
    before = database.version()
    assert database.version() == before
