from securemail_desktop.store.outbox import Change, CopyRow, EntryRow, OutboxTable, RecipientRow
from securemail_desktop.store.queue import Seal, open_queue


def entry(name="e1", created=1.0):
    copies = (CopyRow(0, "smime", "a" * 64, b"bytes"),)
    recipients = (
        RecipientRow(0, "bob@hospital.example", "to", "smime", 0, "ready", "why"),
        RecipientRow(1, "dan@home.example", "bcc", "none", -1, "held", "no means", outcome="o0", recorded=False),
    )
    return EntryRow(name, "alice@clinic.example", b"draft", "{}", "i1", b"sent", created, created, 0, copies, recipients)


def table(tmp_path):
    return OutboxTable(open_queue(tmp_path, bytes(32)), Seal(bytes(32)))


def test_an_entry_comes_back_as_it_was(tmp_path):
    outbox = table(tmp_path)
    outbox.add(entry())
    assert outbox.get("e1") == entry()
    assert outbox.get("other") is None


def test_entries_are_listed_oldest_first(tmp_path):
    outbox = table(tmp_path)
    outbox.add(entry("young", 2.0))
    outbox.add(entry("old", 1.0))
    assert outbox.ids() == ["old", "young"]


def test_a_change_is_unrecorded_until_the_journal_has_it(tmp_path):
    outbox = table(tmp_path)
    outbox.add(entry())
    outbox.change("e1", "o1", [Change(0, "accepted", "taken", 250, "2.0.0", "Q1")])
    bob = outbox.get("e1").recipients[0]
    assert (bob.state, bob.outcome, bob.recorded, bob.code, bob.enhanced, bob.queue_id) == ("accepted", "o1", False, 250, "2.0.0", "Q1")
    outbox.recorded("e1", "o1")
    bob, dan = outbox.get("e1").recipients
    assert bob.recorded
    assert not dan.recorded


def test_filing_postponing_and_removing(tmp_path):
    outbox = table(tmp_path)
    outbox.add(entry())
    outbox.filed("e1")
    outbox.postpone("e1", 3, 99.5)
    kept = outbox.get("e1")
    assert (kept.sent_copy, kept.attempts, kept.next_attempt) == (b"", 3, 99.5)
    outbox.remove("e1")
    assert outbox.ids() == []


def test_removing_leaves_no_copy_or_recipient(tmp_path):
    database = open_queue(tmp_path, bytes(32))
    outbox = OutboxTable(database, Seal(bytes(32)))
    outbox.add(entry())
    outbox.remove("e1")
    assert database.rows("SELECT count(*) FROM outbox_copy")[0][0] == 0
    assert database.rows("SELECT count(*) FROM outbox_recipient")[0][0] == 0
