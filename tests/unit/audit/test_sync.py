import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from securemail_desktop.audit import sync as sync_module
from securemail_desktop.audit.central_check import verify_central
from securemail_desktop.audit.journal import Journal, Signed
from securemail_desktop.audit.sync import Synced, sync
from securemail_desktop.central.errors import Away, CentralError, Refused
from securemail_desktop.central.record import Problem
from securemail_desktop.server.services import Services, open_services
from tests.support.audit import edit, fill, resign
from tests.support.central import DirectStore, enrol_directly

AWAY = Away("The central server cannot be reached; the records stay here and are sent later.")


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = open_services(tmp_path / "server")
    yield opened
    opened.storage.close()


@pytest.fixture
def enrolled(services: Services, tmp_path: Path) -> Iterator[tuple[Journal, DirectStore]]:
    device, known = enrol_directly(services)
    journal = Journal(tmp_path / "device" / "journal.db", device)
    yield journal, DirectStore(services, known)
    journal.close()


Enrolled = tuple[Journal, DirectStore]


@dataclass
class Failing:
    """A store that fails at some calls, before it takes the records or after it (a lost answer)."""

    store: DirectStore
    before: dict[int, CentralError] = field(default_factory=dict)
    after: dict[int, CentralError] = field(default_factory=dict)
    calls: list[list[int]] = field(default_factory=list)

    def submit(self, records: list[Signed]) -> list[int]:
        call = len(self.calls)
        self.calls.append([record.seq for record in records])
        if call in self.before:
            raise self.before[call]
        leaves = self.store.submit(records)
        if call in self.after:
            raise self.after[call]
        return leaves


def key(store: DirectStore) -> str:
    return store.services.log.verifier_key(store.device.organization)


def test_everything_is_handed_over_in_order(enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch) -> None:
    journal, store = enrolled
    monkeypatch.setattr(sync_module, "MAX_RECORDS", 3)
    fill(journal, 6)
    failing = Failing(store)
    assert sync(journal, failing) == Synced(7, 0, "")
    assert failing.calls == [[1, 2, 3], [4, 5, 6], [7]]
    assert [leaf for _, _, leaf in journal.acknowledged()] == list(range(7))
    assert sync(journal, failing) == Synced(0, 0, "")
    assert len(failing.calls) == 3


def test_a_store_that_is_away_means_later(enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch) -> None:
    journal, store = enrolled
    monkeypatch.setattr(sync_module, "MAX_RECORDS", 3)
    fill(journal, 6)
    failing = Failing(store, before={1: AWAY})
    assert sync(journal, failing) == Synced(3, 4, str(AWAY), temporary=True)
    assert sync(journal, failing) == Synced(4, 0, "")
    assert failing.calls == [[1, 2, 3], [4, 5, 6], [4, 5, 6], [7]]


def test_a_lost_answer_doubles_nothing(enrolled: Enrolled) -> None:
    journal, store = enrolled
    fill(journal, 3)
    failing = Failing(store, after={0: AWAY})
    assert sync(journal, failing) == Synced(0, 4, str(AWAY), temporary=True)
    assert verify_central(journal, store, key(store)).verified
    fill(journal, 1, "more")
    assert sync(journal, failing) == Synced(5, 0, "")
    found = verify_central(journal, store, key(store))
    assert (found.records, found.tree_size, found.verified, found.problem) == (5, 5, True, "")


def test_large_records_travel_in_several_requests(enrolled: Enrolled, monkeypatch: pytest.MonkeyPatch) -> None:
    journal, store = enrolled
    monkeypatch.setattr(sync_module, "_MOST_BYTES", 2000)
    for number in range(4):
        journal.append(f"rid-{number}", "feedback", {"x": "y" * 2000}, {})
    failing = Failing(store)
    assert sync(journal, failing) == Synced(5, 0, "")
    assert failing.calls == [[1], [2], [3], [4], [5]]


def test_a_refusal_stops_and_is_no_matter_of_time(enrolled: Enrolled) -> None:
    journal, store = enrolled
    fill(journal, 1)
    refusal = Refused(Problem.NOT_ENROLLED, "The central server does not know this device.")
    assert sync(journal, Failing(store, before={0: refusal})) == Synced(0, 2, str(refusal), temporary=False)


def test_a_removed_record_is_named_on_both_sides(enrolled: Enrolled, tmp_path: Path) -> None:
    journal, store = enrolled
    fill(journal, 4)
    edit(tmp_path / "device" / "journal.db", "DELETE FROM records WHERE seq = 3")
    synced = sync(journal, store)
    assert (synced.acknowledged, synced.waiting, synced.temporary) == (2, 2, False)
    assert "GAP: record 4 of epoch" in synced.problem
    assert "record 3 is missing before it" in journal.verify().problem


def test_an_edited_record_is_refused_by_the_server(enrolled: Enrolled, tmp_path: Path) -> None:
    journal, store = enrolled
    fill(journal, 2)
    edit(tmp_path / "device" / "journal.db", "UPDATE records SET record = CAST(replace(record, 'mrn', 'xxx') AS BLOB) WHERE seq = 2")
    synced = sync(journal, store)
    assert "BAD-SIGNATURE: record 2 of epoch" in synced.problem
    assert synced.acknowledged == 1


def test_a_synced_tail_that_was_signed_again_is_found(enrolled: Enrolled, tmp_path: Path) -> None:
    journal, store = enrolled
    fill(journal, 4)
    sync(journal, store)
    resign(tmp_path / "device" / "journal.db", journal.device, 4, tail=True)
    assert journal.verify().problem == ""
    found = verify_central(journal, store, key(store))
    assert not found.verified
    assert found.problem.startswith(f"record 4 of epoch {journal.device.epoch[:8]} (rid-2) differs from what the central log holds")


def test_an_unsynced_tail_that_was_signed_again_is_unproven_only(enrolled: Enrolled, tmp_path: Path) -> None:
    journal, store = enrolled
    fill(journal, 2)
    sync(journal, store)
    fill(journal, 2, "later")
    resign(tmp_path / "device" / "journal.db", journal.device, 4, tail=True)
    found = journal.verify()
    assert found.problem == ""
    assert found.unproven[0].startswith("Not yet in the central store: record 4")
    assert verify_central(journal, store, key(store)).verified


def test_a_record_rewritten_after_a_lost_answer_is_found(enrolled: Enrolled, tmp_path: Path) -> None:
    journal, store = enrolled
    fill(journal, 2)
    sync(journal, Failing(store, after={0: AWAY}))
    resign(tmp_path / "device" / "journal.db", journal.device, 2, tail=True)
    found = verify_central(journal, store, key(store))
    assert found.problem.startswith("FORK: record 2 of epoch")
    assert "FORK: record 2 of epoch" in sync(journal, store).problem


def test_a_tail_cut_off_here_is_found_in_the_log(enrolled: Enrolled, tmp_path: Path) -> None:
    journal, store = enrolled
    fill(journal, 3)
    sync(journal, store)
    for table in ("records", "acknowledged"):
        edit(tmp_path / "device" / "journal.db", f"DELETE FROM {table} WHERE seq >= 3")
    assert journal.verify().problem == ""
    found = verify_central(journal, store, key(store))
    assert found.problem.startswith("FORK: the central log holds record 3 of epoch")


def test_a_copied_device_is_a_fork(enrolled: Enrolled, tmp_path: Path) -> None:
    journal, store = enrolled
    fill(journal, 1)
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        journal._connection.backup(copy)
    copy.close()
    cloned = Journal(tmp_path / "copy.db", journal.device)
    fill(journal, 1, "here")
    fill(cloned, 1, "there")
    assert sync(journal, store).problem == ""
    assert "FORK: record 3 of epoch" in sync(cloned, store).problem
    cloned.close()


def test_a_server_restored_from_an_older_backup_is_found_and_gets_the_records_again(
    enrolled: Enrolled, services: Services, tmp_path: Path
) -> None:
    journal, store = enrolled
    fill(journal, 2)
    sync(journal, store)
    services.storage.close()
    (tmp_path / "backup.db").write_bytes((tmp_path / "server" / "central.db").read_bytes())
    store = DirectStore(open_services(tmp_path / "server"), store.device)
    fill(journal, 2, "later")
    sync(journal, store)
    assert verify_central(journal, store, key(store)).tree_size == 5
    store.services.storage.close()
    (tmp_path / "server" / "central.db").write_bytes((tmp_path / "backup.db").read_bytes())
    restored = DirectStore(open_services(tmp_path / "server"), store.device)
    found = verify_central(journal, restored, key(restored))
    assert found.problem.startswith("LOG-INCONSISTENT: the central log has 3 entries but had 5")
    fill(journal, 1, "after")
    assert sync(journal, restored) == Synced(3, 0, "")
    assert verify_central(journal, restored, key(restored)) == verify_central(journal, restored, key(restored))
    assert verify_central(journal, restored, key(restored)).verified
    restored.services.storage.close()


def test_a_log_rewritten_by_its_operator_is_found(enrolled: Enrolled, services: Services, tmp_path: Path) -> None:
    """The operator holds the log's key and makes a log without one record: consistent in itself, but not with what the device has seen."""
    journal, store = enrolled
    fill(journal, 3)
    sync(journal, store)
    assert verify_central(journal, store, key(store)).verified
    other_device, other_known = enrol_directly(services)
    other = Journal(tmp_path / "other.db", other_device)
    fill(other, 5)
    with services.storage.writing() as connection:
        for table in ("entries", "nodes"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    sync(other, DirectStore(services, other_known))
    found = verify_central(journal, store, key(store))
    assert found.problem == "LOG-INCONSISTENT: The log was rewritten: its new state does not extend the one seen before."
    other.close()


def test_a_checkpoint_of_another_key_is_not_believed(enrolled: Enrolled, tmp_path: Path) -> None:
    journal, store = enrolled
    sync(journal, store)
    stranger = open_services(tmp_path / "stranger")
    found = verify_central(journal, store, stranger.log.verifier_key("clinic"))
    assert (found.verified, found.problem) == (False, "LOG-INCONSISTENT: The checkpoint is not signed by the log's key.")
    stranger.storage.close()


def test_later_records_name_the_checkpoint_that_was_checked(enrolled: Enrolled) -> None:
    journal, store = enrolled
    fill(journal, 1)
    sync(journal, store)
    verify_central(journal, store, key(store))
    fill(journal, 1, "later")
    assert b'"cp":{"root":"' in journal.records()[-1].record
    assert b'"size":2}' in journal.records()[-1].record
