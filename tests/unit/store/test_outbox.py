import pytest

from securemail_desktop.store.database import Database
from securemail_desktop.store.errors import StoreClosed
from securemail_desktop.store.outbox import Bodies, Change, CopyRow, EntryRow, OutboxTable, RecipientRow
from securemail_desktop.store.queue import Seal, open_queue
from securemail_desktop.store.schema import migrations


def entry(name="e1", created=1.0):
    copies = (CopyRow(0, "smime", "a" * 64),)
    recipients = (
        RecipientRow(0, "bob@hospital.example", "to", "smime", 0, "ready", "why"),
        RecipientRow(1, "dan@home.example", "bcc", "none", -1, "held", "no means", outcome="o0", recorded=False),
    )
    return EntryRow(name, "alice@clinic.example", "{}", "i1", created, created, 0, copies, recipients, "Result", True)


def bodies(outbox: OutboxTable, name: str = "e1") -> Bodies:
    made = outbox.bodies(name)
    made.put_draft(b"draft")
    made.put_sent([b"se", b"nt"])
    made.put_copy(0, [b"byt", b"es"])
    made.put_file("d1", b"file")
    return made


def table(tmp_path):
    return OutboxTable(open_queue(tmp_path, bytes(32)), Seal(bytes(32)))


def test_an_entry_comes_back_as_it_was(tmp_path):
    outbox = table(tmp_path)
    outbox.add(entry(), bodies(outbox))
    assert outbox.get("e1") == entry()
    assert outbox.get("other") is None
    assert (outbox.draft("e1"), outbox.sent_copy("e1"), outbox.copy("e1", 0)) == (b"draft", b"sent", b"bytes")
    assert outbox.files("e1") == {"d1": b"file"}


def test_files_are_sealed_like_the_draft(tmp_path):
    database, seal = open_queue(tmp_path, bytes(32)), Seal(bytes(32))
    outbox = OutboxTable(database, seal)
    outbox.add(entry(), bodies(outbox))
    assert b"file" not in database.rows("SELECT content FROM outbox_piece WHERE name = 'file d1'")[0][0]
    seal.forget()
    with pytest.raises(StoreClosed):
        outbox.files("e1")


def test_entries_are_listed_oldest_first(tmp_path):
    outbox = table(tmp_path)
    outbox.add(entry("young", 2.0), bodies(outbox, "young"))
    outbox.add(entry("old", 1.0), bodies(outbox, "old"))
    assert outbox.ids() == ["old", "young"]


def test_a_change_is_unrecorded_until_the_journal_has_it(tmp_path):
    outbox = table(tmp_path)
    outbox.add(entry(), bodies(outbox))
    outbox.change("e1", "o1", [Change(0, "accepted", "taken", 250, "2.0.0", "Q1")])
    bob = outbox.get("e1").recipients[0]
    assert (bob.state, bob.outcome, bob.recorded, bob.code, bob.enhanced, bob.queue_id) == ("accepted", "o1", False, 250, "2.0.0", "Q1")
    outbox.recorded("e1", "o1", [0])
    bob, dan = outbox.get("e1").recipients
    assert bob.recorded
    assert not dan.recorded


def test_filing_postponing_and_removing(tmp_path):
    outbox = table(tmp_path)
    outbox.add(entry(), bodies(outbox))
    outbox.filed("e1")
    outbox.postpone("e1", 3, 99.5)
    kept = outbox.get("e1")
    assert (outbox.sent_copy("e1"), kept.to_file, kept.attempts, kept.next_attempt) == (b"", False, 3, 99.5)
    outbox.remove("e1")
    assert outbox.ids() == []


def test_removing_leaves_no_copy_or_recipient(tmp_path):
    database = open_queue(tmp_path, bytes(32))
    outbox = OutboxTable(database, Seal(bytes(32)))
    outbox.add(entry(), bodies(outbox))
    outbox.remove("e1")
    for rows in ("outbox_copy", "outbox_recipient", "outbox_piece"):
        assert database.rows(f"SELECT count(*) FROM {rows}")[0][0] == 0


def test_an_entry_is_listed_without_its_octets(tmp_path):
    database = open_queue(tmp_path, bytes(32))
    outbox = OutboxTable(database, Seal(bytes(32)))
    outbox.add(entry(), bodies(outbox))
    database.execute("UPDATE outbox_piece SET content = x''")  # what listing read of them would be damaged
    assert outbox.get("e1") == entry()


def test_a_record_is_noted_for_those_whom_it_tells_of_alone(tmp_path):
    outbox = table(tmp_path)
    outbox.add(entry(), bodies(outbox))
    outbox.change("e1", "o1", [Change(0, "accepted", "taken"), Change(1, "held", "still")])
    outbox.recorded("e1", "o1", [1])
    outbox.recorded("e1", "another", [0])
    assert [row.recorded for row in outbox.get("e1").recipients] == [False, True]


def test_an_outbox_of_the_first_version_keeps_its_octets(tmp_path):
    steps = migrations("queue_migrations")
    queue = Database(tmp_path / "queue.db", bytes(32), steps[:1])
    seal = Seal(bytes(32))
    queue.execute(
        "INSERT INTO outbox (id, sender, draft, record, intent, sent_copy, created, next_attempt, attempts) VALUES (?,?,?,?,?,?,?,?,?)",
        ("e1", "alice@clinic.example", b"".join(seal.close("e1", b"draft")), "{}", "i1", b"sent", 1.0, 1.0, 0),
    )
    queue.execute("INSERT INTO outbox_copy VALUES ('e1', 0, 'smime', ?, ?)", ("a" * 64, b"bytes"))
    queue.close()
    outbox = OutboxTable(Database(tmp_path / "queue.db", bytes(32), steps), seal)
    kept = outbox.get("e1")
    assert (kept.subject, kept.to_file, kept.copies) == (None, True, entry().copies)
    assert (outbox.draft("e1"), outbox.sent_copy("e1"), outbox.copy("e1", 0)) == (b"draft", b"sent", b"bytes")
