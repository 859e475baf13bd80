import json
import multiprocessing
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from securemail_desktop.audit.device import LOCAL
from securemail_desktop.audit.journal import Device, Journal, JournalError
from securemail_desktop.audit.sealing import unseal
from tests.support.audit import EPOCH, SteppedClock, edit, fill, resign


def test_a_record_is_as_the_design_has_it(journal: Journal, device: Device, sealing_key: X25519PrivateKey) -> None:
    journal.append("rid-1", "send", {"phase": "intent"}, {"rcpt": ["bob@partner.example"]})
    opening, signed = journal.records()
    record = json.loads(signed.record)
    assert (signed.epoch, signed.seq, signed.rid) == (EPOCH, 2, "rid-1")
    assert record | {"nonce": "", "prev": "", "sealed": ""} == {
        "v": 1, "alg": "ed25519", "rid": "rid-1", "org": "clinic", "dev": "device-1", "epoch": EPOCH, "seq": 2, "prev": "", "nonce": "",
        "t": "2026-11-24T08:00:01.000Z", "mono_ms": 2000, "boot": "boot-1", "act": "send", "phase": "intent", "sealed": "",
    }  # fmt: skip
    assert len(record["nonce"]) == 24
    assert unseal(record["sealed"]["hpke"], sealing_key.private_bytes_raw(), "rid-1") == {"rcpt": ["bob@partner.example"]}
    device.signing_key.public_key().verify(signed.signature, signed.record)
    assert json.loads(opening.record)["act"] == "epoch-open"


def test_files_are_private_and_hold_no_address(journal: Journal, tmp_path: Path) -> None:
    journal.append("rid-1", "send", {}, {"rcpt": ["bob@partner.example"]})
    files = sorted(tmp_path.iterdir())
    assert [path.name for path in files] == ["journal.db", "journal.db-shm", "journal.db-wal"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert not any(b"bob" in path.read_bytes() for path in files)


def test_a_rid_is_taken_once(journal: Journal) -> None:
    journal.append("rid-1", "send", {"n": 1}, {})
    journal.append("rid-1", "send", {"n": 2}, {})
    assert [signed.rid for signed in journal.records()][1:] == ["rid-1"]
    assert json.loads(journal.records()[1].record)["n"] == 1
    assert journal.has("rid-1")
    assert not journal.has("rid-2")


@pytest.mark.parametrize("fields", [{"seq": 1}, {"x": 1.5}, {"x": "\ud800"}])
def test_unfit_fields_are_refused_and_change_nothing(journal: Journal, fields: dict) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        journal.append("rid-1", "send", fields, {})
    assert journal.records() == []
    fill(journal, 1)
    assert journal.verify().problem == ""


def test_it_goes_on_after_reopening(tmp_path: Path, device: Device) -> None:
    for number in range(3):
        journal = Journal(tmp_path / "journal.db", device)
        fill(journal, 2, f"run-{number}")
        journal.close()
    journal = Journal(tmp_path / "journal.db", device)
    assert [signed.seq for signed in journal.records()] == list(range(1, 8))
    assert journal.verify().problem == ""
    journal.close()


def test_threads_share_one_journal(journal: Journal) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: fill(journal, 5, f"thread-{number}"), range(8)))
    assert journal.verify().problem == ""
    assert len(journal.records()) == 41


def _append_from_process(path: Path, device: Device, number: int) -> None:
    journal = Journal(path, device)
    fill(journal, 10, f"process-{number}")
    journal.close()


def test_programs_share_one_journal(tmp_path: Path, device: Device) -> None:
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_append_from_process, args=(tmp_path / "journal.db", device, number)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    journal = Journal(tmp_path / "journal.db", device)
    assert (len(journal.records()), journal.verify().problem) == (31, "")
    journal.close()


def test_a_full_disk_says_so_and_loses_nothing(journal: Journal) -> None:
    fill(journal, 3)
    (pages,) = journal._connection.execute("PRAGMA page_count").fetchone()
    journal._connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(JournalError, match="disk is full"):
        journal.append("big", "send", {"x": "y" * 100_000}, {})
    assert not journal.has("big")
    journal._connection.execute("PRAGMA max_page_count=1000000")
    journal.append("big", "send", {"x": "y" * 100_000}, {})
    assert journal.verify().problem == ""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"not a database, but long enough to look like one" * 100, "damaged"), (None, "check the rights of its folder")],
)
def test_a_file_that_cannot_be_opened_is_one_sentence(tmp_path: Path, device: Device, content: bytes | None, sentence: str) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(content) if content else path.mkdir()
    with pytest.raises(JournalError, match=sentence):
        Journal(path, device)


def test_a_newer_file_is_left_alone(journal: Journal, tmp_path: Path, device: Device) -> None:
    journal._connection.execute("PRAGMA user_version=99")
    with pytest.raises(JournalError, match="newer version"):
        Journal(tmp_path / "journal.db", device)


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ("DELETE FROM records WHERE seq = 3", "record 4 of epoch 0e5f3f0a (rid-2) record 3 is missing before it"),
        ("DELETE FROM records WHERE seq IN (2, 3)", "record 4 of epoch 0e5f3f0a (rid-2) records 2 to 3 are missing before it"),
        ("DELETE FROM records WHERE seq = 1", "record 2 of epoch 0e5f3f0a (rid-0) record 1 is missing before it"),
        ("UPDATE records SET record = CAST(record || ' ' AS BLOB) WHERE seq = 3", "record 3 of epoch 0e5f3f0a (rid-1) cannot be read"),
        (
            "UPDATE records SET record = CAST(replace(record, 'mrn', 'xxx') AS BLOB) WHERE seq = 3",
            "record 3 of epoch 0e5f3f0a (rid-1) was changed after",
        ),
        ("UPDATE records SET signature = zeroblob(64) WHERE seq = 5", "record 5 of epoch 0e5f3f0a (rid-3) was changed after"),
        ("UPDATE records SET rid = 'other' WHERE seq = 3", "record 3 of epoch 0e5f3f0a (other) stands in another record's place"),
        ("UPDATE epochs SET organization = 'x'", "record 1 of epoch 0e5f3f0a"),
        ("UPDATE records SET seq = 9 WHERE seq = 5", "record 9 of epoch 0e5f3f0a (rid-3) stands in another record's place"),
        ("DELETE FROM epochs", "record 1 of epoch 0e5f3f0a"),
    ],
)
def test_verify_names_the_wrong_record(journal: Journal, tmp_path: Path, damage: str, problem: str) -> None:
    fill(journal, 4)
    edit(tmp_path / "journal.db", damage)
    found = journal.verify()
    assert found.problem.startswith(problem)
    assert found.unproven == ()


def test_a_record_signed_again_is_named_by_its_successor(journal: Journal, tmp_path: Path, device: Device) -> None:
    fill(journal, 4)
    resign(tmp_path / "journal.db", device, 3, tail=False)
    assert journal.verify().problem == "record 3 of epoch 0e5f3f0a (rid-1) is not the record that record 4 was chained to"


def test_a_tail_signed_again_is_said_to_be_unproven(journal: Journal, tmp_path: Path, device: Device) -> None:
    fill(journal, 4)
    journal.acknowledge_all([(EPOCH, 1, 0), (EPOCH, 2, 1)])
    resign(tmp_path / "journal.db", device, 4, tail=True)
    found = journal.verify()
    assert found.problem == ""
    assert "record 3 of epoch 0e5f3f0a to record 5 of epoch 0e5f3f0a; whoever holds this device's key" in found.unproven[0]


def test_a_cut_off_end_is_named_when_it_was_acknowledged(journal: Journal, tmp_path: Path) -> None:
    fill(journal, 4)
    journal.acknowledge_all([(EPOCH, seq, seq - 1) for seq in range(1, 6)])
    assert journal.verify().unproven == ("Records that were cut off the end before the central store had them leave no trace here.",)
    edit(tmp_path / "journal.db", "DELETE FROM records WHERE seq = 5")
    assert journal.verify().problem == "record 5 of epoch 0e5f3f0a is missing, though the central store has acknowledged it"


def test_an_unenrolled_journal_says_what_it_is_worth(tmp_path: Path, device: Device) -> None:
    journal = Journal(tmp_path / "journal.db", replace(device, organization=LOCAL))
    fill(journal, 1)
    assert journal.verify().unproven == ("This device is not enrolled: whoever holds its key can rewrite the whole journal.",)
    assert (journal.unsynced(10), journal.waiting()) == ([], 0)
    journal.close()


@pytest.mark.parametrize(("by", "way"), [(timedelta(hours=-3), "back by 3:00:00"), (timedelta(days=2), "forward by 2 days, 0:00:00")])
def test_a_clock_that_was_set_is_said(journal: Journal, clock: SteppedClock, by: timedelta, way: str) -> None:
    fill(journal, 2)
    clock.step(by)
    fill(journal, 1, "later")
    found = journal.verify()
    assert found.problem == ""
    assert [line for line in found.unproven if "clock" in line] == [
        f"The clock was set {way} before record 4 of epoch 0e5f3f0a: its time is not proven, its order is."
    ]


def test_a_clock_behind_after_a_restart_is_said(journal: Journal, clock: SteppedClock) -> None:
    fill(journal, 1)
    clock.boot, clock.ticks = "boot-2", 0
    clock.step(timedelta(weeks=5))
    fill(journal, 1, "offline")
    assert not any("clock" in line for line in journal.verify().unproven)
    clock.boot = "boot-3"
    clock.step(timedelta(weeks=-6))
    fill(journal, 1, "behind")
    assert any("set back" in line for line in journal.verify().unproven)


def enrolled_anew(device: Device) -> Device:
    return replace(device, device="device-2", epoch="1f000000-0000-4000-8000-000000000002", signing_key=Ed25519PrivateKey.generate())


def test_a_new_epoch_ties_the_old_one(journal: Journal, tmp_path: Path, device: Device) -> None:
    fill(journal, 2)
    newer = Journal(tmp_path / "journal.db", enrolled_anew(device))
    fill(newer, 2, "new")
    assert newer.verify().problem == ""
    assert [signed.seq for signed in newer.records()] == [1, 2, 3, 1, 2, 3]
    with pytest.raises(JournalError, match="enrolled anew"):
        fill(journal, 1, "stale")
    edit(tmp_path / "journal.db", "DELETE FROM records WHERE epoch = ? AND seq = 3", EPOCH)
    assert newer.verify().problem.startswith("record 1 of epoch 1f000000")
    newer.close()


def test_an_old_epoch_made_up_with_another_key_is_found(journal: Journal, tmp_path: Path, device: Device) -> None:
    fill(journal, 1)
    newer = Journal(tmp_path / "journal.db", enrolled_anew(device))
    fill(newer, 1, "new")
    thief = replace(device, signing_key=Ed25519PrivateKey.generate())
    made_up = Journal(tmp_path / "made-up.db", thief)
    fill(made_up, 1)
    for signed in made_up.records():
        values = (signed.rid, signed.record, signed.signature, EPOCH, signed.seq)
        edit(tmp_path / "journal.db", "UPDATE records SET rid = ?, record = ?, signature = ? WHERE epoch = ? AND seq = ?", *values)
    made_up.close()
    edit(
        tmp_path / "journal.db",
        "UPDATE epochs SET public_key = ? WHERE epoch = ?",
        thief.signing_key.public_key().public_bytes_raw(),
        EPOCH,
    )
    assert newer.verify().problem.startswith("record 1 of epoch 1f000000")
    newer.close()


def test_only_the_organisations_records_wait_for_the_central_store(tmp_path: Path, device: Device) -> None:
    local = Journal(tmp_path / "journal.db", replace(device, organization=LOCAL))
    fill(local, 2)
    local.close()
    journal = Journal(tmp_path / "journal.db", enrolled_anew(device))
    fill(journal, 3, "new")
    assert [signed.seq for signed in journal.unsynced(3)] == [1, 2, 3]
    assert journal.waiting() == 4
    journal.acknowledge("1f000000-0000-4000-8000-000000000002", 1, 70)
    assert [signed.seq for signed in journal.unsynced(10)] == [2, 3, 4]
    assert journal.acknowledged() == [("1f000000-0000-4000-8000-000000000002", 1, 70)]
    journal.close()


def test_later_records_carry_the_checkpoint(journal: Journal) -> None:
    fill(journal, 1)
    assert journal.checkpoint() == ""
    journal.remember_checkpoint("note", 7, b"\1" * 32)
    fill(journal, 1, "later")
    assert journal.checkpoint() == "note"
    assert json.loads(journal.records()[-1].record)["cp"] == {"size": 7, "root": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="}
