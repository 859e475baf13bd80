from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select, text

from securemail_desktop.audit.canonical import canonical, parse_canonical
from securemail_desktop.audit.journal import Device, Journal, Signed
from securemail_desktop.central.checkpoint import open_checkpoint
from securemail_desktop.central.errors import Refused
from securemail_desktop.central.merkle import leaf_hash, verify_consistency, verify_inclusion
from securemail_desktop.central.record import Problem, leaf_bytes
from securemail_desktop.central.wire import MAX_RECORD
from securemail_desktop.server.errors import Denied
from securemail_desktop.server.services import Services, open_services
from securemail_desktop.server.storage import FORKS
from securemail_desktop.server.verify import verify_logs
from tests.support.audit import fill
from tests.support.central import DirectStore, enrol_directly

DeviceStore = tuple[Journal, DirectStore]


def changed(signed: Signed, device: Device, **members: object) -> Signed:
    """Return the record with other members, signed again by the device."""
    record = canonical(parse_canonical(signed.record) | members)
    return replace(signed, record=record, signature=device.signing_key.sign(record))


def test_records_are_kept_as_they_came_and_proved(device_store: DeviceStore, services: Services) -> None:
    journal, store = device_store
    fill(journal, 5)
    assert store.submit(journal.records()) == [0, 1, 2, 3, 4, 5]
    checkpoint = open_checkpoint(store.checkpoint(), services.log.verifier_key("clinic"))
    assert checkpoint.size == 6
    for index, (signed, proof) in enumerate(zip(journal.records(), store.inclusion(6, range(6)), strict=True)):
        verify_inclusion(index, 6, leaf_hash(leaf_bytes(signed.record, signed.signature)), proof, checkpoint.root)
    answer = store.own_records(journal.device.epoch, 1, 100)
    assert [(item.record_bytes, item.signature_bytes) for item in answer.records] == [
        (item.record, item.signature) for item in journal.records()
    ]
    assert [log.problem for log in verify_logs(services.storage)] == [""]


def test_sending_twice_keeps_once(device_store: DeviceStore) -> None:
    journal, store = device_store
    fill(journal, 3)
    first = store.submit(journal.records())
    note = store.checkpoint()
    assert store.submit(journal.records()) == first
    assert store.submit(journal.records()[1:2] * 2) == [1, 1]
    assert store.checkpoint() == note
    fill(journal, 1, "more")
    assert store.submit(journal.records()) == [0, 1, 2, 3, 4]


def test_a_new_record_twice_in_one_request_is_kept_once(device_store: DeviceStore) -> None:
    journal, store = device_store
    fill(journal, 1)
    opening, record = journal.records()
    assert store.submit([opening, opening, record, record]) == [0, 0, 1, 1]


def test_it_goes_on_after_a_restart(device_store: DeviceStore, services: Services, tmp_path: Path) -> None:
    journal, store = device_store
    fill(journal, 4)
    store.submit(journal.records())
    before = open_checkpoint(store.checkpoint(), services.log.verifier_key("clinic"))
    services.storage.close()
    restarted = open_services(tmp_path / "server")
    store = replace(store, services=restarted)
    assert open_checkpoint(store.checkpoint(), restarted.log.verifier_key("clinic")) == before
    fill(journal, 3, "more")
    assert store.submit(journal.records()) == list(range(8))
    after = open_checkpoint(store.checkpoint(), restarted.log.verifier_key("clinic"))
    verify_consistency(before.size, after.size, before.root, after.root, store.consistency(before.size, after.size))
    restarted.storage.close()


def refused(store: DirectStore, records: list[Signed]) -> Refused:
    with pytest.raises(Refused) as error:
        store.submit(records)
    return error.value


def test_a_gap_is_named_with_the_number_that_is_expected(device_store: DeviceStore) -> None:
    journal, store = device_store
    fill(journal, 4)
    store.submit(journal.records()[:2])
    error = refused(store, journal.records()[3:])
    assert (error.problem, error.expected) == (Problem.GAP, 3)
    assert str(error).startswith("GAP: record 4 of epoch")
    assert "record 3 is missing before it" in str(error)


def test_what_fits_before_a_bad_record_is_taken(device_store: DeviceStore) -> None:
    journal, store = device_store
    fill(journal, 4)
    records = journal.records()
    assert store.submit([*records[:3], records[4]]) == [0, 1, 2]
    assert refused(store, records[4:]).problem is Problem.GAP
    assert store.submit(records) == [0, 1, 2, 3, 4]


def test_a_second_history_is_a_fork_and_kept_as_evidence(device_store: DeviceStore, services: Services) -> None:
    journal, store = device_store
    fill(journal, 3)
    store.submit(journal.records()[:3])
    rewritten = changed(journal.records()[2], journal.device, n=666)
    for _ in range(2):
        error = refused(store, [rewritten])
        assert error.problem is Problem.FORK
        assert "record 3 of epoch" in str(error)
    other_tail = changed(journal.records()[3], journal.device, prev="ab" * 32)
    assert refused(store, [other_tail]).problem is Problem.FORK
    with services.storage.reading() as connection:
        assert connection.execute(select(func.count()).select_from(FORKS)).scalar_one() == 2
    assert store.submit(journal.records()) == [0, 1, 2, 3]


Damage = Callable[[Signed, Device], Signed]


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda signed, _: replace(signed, signature=b"\0" * 64), Problem.BAD_SIGNATURE),
        (lambda signed, _: replace(signed, record=signed.record.replace(b"epoch-open", b"epoch-oper")), Problem.BAD_SIGNATURE),
        (lambda signed, _: changed(signed, Device("", "", "", Ed25519PrivateKey.generate(), b"", "")), Problem.BAD_SIGNATURE),
        (lambda signed, _: replace(signed, record=signed.record + b" "), Problem.MALFORMED),
        (lambda signed, _: replace(signed, record=b"\xff"), Problem.MALFORMED),
        (lambda signed, device: changed(signed, device, org="other"), Problem.FOREIGN),
        (lambda signed, device: changed(signed, device, dev="other"), Problem.FOREIGN),
        (lambda signed, device: changed(signed, device, pub="AAAA"), Problem.FOREIGN),
        (lambda signed, device: changed(signed, device, act="send"), Problem.FORK),
        (lambda signed, device: changed(signed, device, v=2), Problem.MALFORMED),
        (lambda signed, device: changed(signed, device, seq=0), Problem.MALFORMED),
        (lambda signed, device: changed(signed, device, t="2026-11-24"), Problem.MALFORMED),
        (lambda signed, device: changed(signed, device, x="y" * MAX_RECORD), Problem.TOO_LARGE),
    ],
)
def test_what_the_device_did_not_sign_so_is_refused(device_store: DeviceStore, damage: Damage, problem: Problem) -> None:
    journal, store = device_store
    fill(journal, 1)
    assert refused(store, [damage(journal.records()[0], journal.device)]).problem is problem
    assert store.submit(journal.records()) == [0, 1]


def test_devices_share_their_organisations_log_only(services: Services, tmp_path: Path) -> None:
    journals = []
    for number, organization in enumerate(("clinic", "clinic", "practice")):
        device, enrolled = enrol_directly(services, organization)
        journal = Journal(tmp_path / f"{number}.db", device)
        fill(journal, 2)
        journals.append(journal)
        assert DirectStore(services, enrolled).submit(journal.records()) == [[0, 1, 2], [3, 4, 5], [0, 1, 2]][number]
    one, _, other = journals
    with pytest.raises(Refused, match="another device"):
        DirectStore(services, enrolled).submit(one.records())
    assert [(log.organization, log.records, log.problem) for log in verify_logs(services.storage)] == [
        ("clinic", 6, ""),
        ("practice", 3, ""),
    ]
    for journal in journals:
        journal.close()
    assert other is journals[2]


@pytest.mark.parametrize(("size", "index"), [(7, 0), (3, 3), (0, 0)])
def test_no_proof_of_a_tree_that_is_not_there(device_store: DeviceStore, size: int, index: int) -> None:
    journal, store = device_store
    fill(journal, 3)
    store.submit(journal.records())
    with pytest.raises(Denied) as error:
        store.inclusion(size, [index])
    assert (error.value.status, error.value.refusal.problem) == (404, Problem.NO_SUCH_TREE)


def test_answers_are_bounded(device_store: DeviceStore) -> None:
    journal, store = device_store
    fill(journal, 5)
    store.submit(journal.records())
    found, last = store.services.log.records(store.device, 2, 100, len(journal.records()[1].record) + 1)
    assert ([item.seq for item in found], last) == ([2], 6)
    assert [item.seq for item in store.services.log.records(store.device, 1, 3, 1 << 20)[0]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("DELETE FROM entries WHERE leaf = 2", "record 4 of epoch"),
        ("DELETE FROM entries WHERE leaf = 5", "leaf 5: the tree has an entry whose record was removed"),
        ("UPDATE entries SET record = CAST(replace(record, 'mrn', 'xxx') AS BLOB) WHERE leaf = 3", "record 4 of epoch"),
        ("UPDATE entries SET signature = zeroblob(64) WHERE leaf = 4", "record 5 of epoch"),
        ("UPDATE nodes SET hash = zeroblob(32) WHERE level = 0 AND position = 1", "leaf 1: the tree holds another hash"),
        ("UPDATE nodes SET hash = zeroblob(32) WHERE level = 2", "leaf 3: the tree holds another hash"),
        ("DELETE FROM nodes WHERE level = 1 AND position = 2", "leaf 5: the tree holds another hash"),
    ],
)
def test_the_server_names_what_was_rewritten(device_store: DeviceStore, services: Services, sql: str, problem: str) -> None:
    journal, store = device_store
    fill(journal, 5)
    store.submit(journal.records())
    with services.storage.writing() as connection:
        assert connection.execute(text(sql)).rowcount == 1
    (found,) = verify_logs(services.storage)
    assert found.problem.startswith(problem)
