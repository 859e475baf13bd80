"""What a device does with signed policies: the table of faults, each with what it did, what it says and what the journal knows.

The repository is a real one, the source a folder, the session a real one without accounts.
"""

import errno
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Never

import pytest

from securemail_desktop.audit.policy_change import APPLY, REJECT
from securemail_desktop.central.publishing.build import Entry, keys_of, rotation
from securemail_desktop.central.publishing.commit import refresh, submit
from securemail_desktop.central.rings import Release
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.policy.bundle import pack
from securemail_desktop.policy.freshness import Age
from securemail_desktop.sending.state import Verdict
from securemail_desktop.session.machine import RING, ROOT, SOURCES, Scopes
from securemail_desktop.session.policy_updates import PolicyStatus
from securemail_desktop.session.session import Session
from securemail_desktop.session.signed_store import FOLLOW
from tests.support.policy_repository import Publisher, entry, signer


class Device:
    """A session that follows a copy of the repository: its clock and its source may be changed."""

    def __init__(self, path: Path, publisher: Publisher) -> None:
        self.path, self.publisher, self.source = path, publisher, path / "share"
        self.ahead = timedelta()
        self.bring()
        self.session = self._open()
        self.follow("pilot")

    def follow(self, ring: str) -> None:
        self.session.settings.put(FOLLOW, {SOURCES: [str(self.source)], ROOT: self.publisher.pin, RING: ring})

    def bring(self) -> None:
        """Let the share have what was published."""
        shutil.rmtree(self.source, ignore_errors=True)
        shutil.copytree(self.publisher.folder.path, self.source)

    def check(self) -> PolicyStatus:
        return self.session.policy_updates.check()

    def restart(self) -> None:
        self.session.close()
        self.session = self._open()

    def records(self, act: str) -> list[str]:
        records = [str(r.record, "utf-8") for r in self.session.journal.records()]
        return [r for r in records if f'"act":"{act}"' in r]

    @property
    def version(self) -> int:
        """Return the version of the policy in force, 0 for the built-in one."""
        policy = self.session.policy.id
        return policy.version if policy.name == "clinic" else 0

    def close(self) -> None:
        self.session.close()

    def _open(self) -> Session:
        return Session(self.path / "data", self.path / "key", clock=lambda: datetime.now(UTC) + self.ahead)


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    publisher = Publisher(tmp_path / "repo")
    publisher.publish(1)
    return publisher


@pytest.fixture
def device(tmp_path: Path, publisher: Publisher) -> Iterator[Device]:
    device = Device(tmp_path, publisher)
    with closing(device):
        yield device


def test_before_the_first_policy_the_built_in_strict_one_holds(device: Device) -> None:
    device.session.refresh()
    assert (device.version, device.session.policy.id.name) == (0, "strict")
    assert "has not arrived yet" in device.session.policy_notice
    found = device.check()
    assert (found.problem, found.how, device.version) == ("", "publish", 1)
    assert device.session.notices == (device.session.account_notice,)
    assert len(device.records(APPLY)) == 1
    assert '"how":"first"' in device.records(APPLY)[0]
    assert device.session.policy.id.sha256 in device.records(APPLY)[0]


def test_a_new_policy_holds_at_once_and_is_recorded_once(device: Device) -> None:
    device.check()
    device.publisher.publish(2, text="undo: 33")
    device.bring()
    assert device.version == 1
    device.check()
    device.check()
    assert (device.version, device.session.limits.undo) == (2, timedelta(seconds=33))
    assert len(device.records(APPLY)) == 2
    device.restart()
    assert device.version == 2
    assert device.records(REJECT) == []


def test_another_ring_is_another_policy(device: Device) -> None:
    device.check()
    device.publisher.publish(5, "broad")
    device.bring()
    device.follow("broad")
    device.session.refresh()
    assert device.version == 1  # until the other ring's has come
    device.check()
    assert device.version == 5
    device.follow("pilot")
    device.check()
    assert device.version == 1
    device.follow("ward")
    assert "has not published a policy for this ring" in device.check().problem
    assert device.version == 1


def _newer(device: Device) -> None:
    device.publisher.publish(2)
    device.bring()


def _damage(name: str, change: Callable[[bytes], bytes]) -> Callable[[Device], None]:
    def apply(device: Device) -> None:
        _newer(device)
        path = next(device.source.glob(name))
        path.write_bytes(change(path.read_bytes()))

    return apply


def _rollback(device: Device) -> None:
    older = device.path / "older"
    shutil.copytree(device.publisher.folder.path, older)
    _newer(device)
    device.check()
    shutil.rmtree(device.source)
    older.rename(device.source)


def _mixed(device: Device) -> None:
    _newer(device)
    (device.source / "metadata" / "3.snapshot.json").write_bytes((device.source / "metadata" / "2.snapshot.json").read_bytes())


def _other_repository(device: Device) -> None:
    other = Publisher(device.path / "other")
    other.publish(9)
    shutil.rmtree(device.source)
    shutil.copytree(other.folder.path, device.source)


def _unreadable(device: Device) -> None:
    device.publisher.publish(2)
    content = pack({"policy.yaml": b"schema: 2\nname: clinic\nversion: 3\n"})
    device.publisher.submit([Entry("pilot", content, Release("clinic", 3, "0" * 64, "publish", "", 0))])
    device.bring()


def _not_as_named(device: Device) -> None:
    files = {"policy.yaml": b"schema: 1\nname: clinic\nversion: 2\n"}
    made = entry("pilot", files, device.publisher.now)
    device.publisher.submit([replace(made, told=replace(made.told, version=7))])
    device.bring()


def _resigned_by_nobody(content: bytes) -> bytes:
    changed = content.replace(b'"version":3', b'"version":8')
    assert changed != content
    return changed


FAULTS: dict[str, tuple[Callable[[Device], None], str]] = {
    "rollback": (_rollback, "rollback"),
    "mix and match": (_mixed, "rollback"),
    "tampered target": (_damage("targets/pilot/*.json", lambda content: content[:-9] + b"x" + content[-8:]), "tampered"),
    "longer target": (_damage("targets/pilot/*.json", lambda content: content + b" "), "tampered"),
    "tampered ring": (_damage("metadata/3.pilot.json", _resigned_by_nobody), "signature"),
    "tampered timestamp": (_damage("metadata/timestamp.json", _resigned_by_nobody), "signature"),
    "wrong key": (_other_repository, "signature"),
    "half-written timestamp": (_damage("metadata/timestamp.json", lambda content: content[:100]), "damaged"),
    "half-written ring": (_damage("metadata/3.pilot.json", lambda content: content[:100]), "damaged"),
    "half-written target": (_damage("targets/pilot/*.json", lambda content: content[:100]), "tampered"),
    "a policy of a later version of the language": (_unreadable, "unreadable"),
    "a policy that is not the one its release names": (_not_as_named, "unreadable"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_not_to_be_trusted_is_refused_and_the_last_good_policy_stays(device: Device, name: str) -> None:
    fault, reason = FAULTS[name]
    device.check()
    fault(device)
    before = (device.session.policy.id, len(device.records(APPLY)))
    found = device.check()
    assert (device.session.policy.id, len(device.records(APPLY))) == before
    assert "tell your IT" in found.problem
    device.check()
    rejected = device.records(REJECT)
    assert len(rejected) == 1  # once, not at every question
    assert f'"reason":"{reason}"' in rejected[0]
    device.restart()
    assert device.session.policy.id == before[0]
    device.publisher.publish(20)
    device.bring()
    assert (device.check().problem, device.version) == ("", 20)


def _away(device: Device) -> None:
    shutil.rmtree(device.source)


def _incomplete(device: Device) -> None:
    _newer(device)
    (device.source / "metadata" / "3.pilot.json").unlink()


def _no_target(device: Device) -> None:
    _newer(device)
    for path in (device.source / "targets" / "pilot").iterdir():
        path.unlink()


@pytest.mark.parametrize("fault", [_away, _incomplete, _no_target])
def test_a_share_that_is_away_or_not_complete_is_asked_again_and_nothing_is_recorded(
    device: Device, fault: Callable[[Device], None]
) -> None:
    device.check()
    heard = device.session.policy_updates.status.heard
    fault(device)
    found = device.check()
    assert (device.version, found.heard) == (1, heard)
    assert "asked again" in found.problem
    assert device.records(REJECT) == []
    _newer(device)
    assert (device.check().problem, device.version) == ("", 2)


def test_a_new_device_believes_no_other_root(device: Device) -> None:
    _other_repository(device)
    assert "belongs to somebody else" in device.check().problem
    assert '"reason":"root"' in device.records(REJECT)[0]
    for root in (device.source / "metadata").glob("*.root.json"):
        root.unlink()
    assert "no signed policies" in device.check().problem
    assert (device.version, device.session.policy.id.name) == (0, "strict")


def test_the_next_source_is_asked_where_one_is_away(device: Device) -> None:
    device.session.settings.put(FOLLOW, {SOURCES: ["/nowhere/at/all", str(device.source)], ROOT: device.publisher.pin, RING: "pilot"})
    found = device.check()
    assert (found.problem, found.source, device.version) == ("", str(device.source), 1)


@pytest.mark.parametrize("source", ["http://policy.clinic.example/", "ftp://x/", "relative/path"])
def test_a_source_that_is_none(device: Device, source: str) -> None:
    device.session.settings.put(FOLLOW, {SOURCES: [source], ROOT: device.publisher.pin})
    assert "ask your administrator" in device.check().problem


def test_a_disk_that_is_full_keeps_what_was_kept(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    device.check()
    _newer(device)

    def full(*_: object, **__: object) -> Never:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "TemporaryDirectory", full)
        device.check()
        assert device.version == 1
    with monkeypatch.context() as patch:
        patch.setattr(tempfile, "NamedTemporaryFile", full)
        device.check()
        assert device.version == 1
    assert device.records(REJECT) == []
    device.check()
    assert device.version == 2


def test_keys_that_changed_are_followed_and_the_former_ones_are_refused(device: Device) -> None:
    device.check()
    publisher, gina, fresher = device.publisher, signer("Gina"), signer("server 2")
    state = publisher.folder.state()
    keys = keys_of(state)
    new = type(keys)((gina.public_key,), (gina.public_key,), (fresher.public_key,), 1, keys.rings, keys.days)
    submit(publisher.folder, rotation(state, new, publisher.now), [publisher.dana, gina, fresher], publisher.now)
    publisher.publish(2, keys=(gina, fresher))
    device.bring()
    assert (device.check().problem, device.version) == ("", 2)
    device.restart()
    assert device.version == 2
    new_device = Device(device.path / "new", publisher)
    with closing(new_device):
        assert (new_device.check().problem, new_device.version) == ("", 2)


def test_frozen_metadata_expires_and_the_policy_is_told_of_then_stricter_but_never_blocks(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "repo", now=datetime.now(UTC) - timedelta(days=6, hours=23))
    publisher.publish(1)
    device = Device(tmp_path, publisher)
    with closing(device):
        device.check()
        assert (device.version, device.session.policy_notice) == (1, "")
        for days, age, notice in ((6, Age.FRESH, ""), (7, Age.TOLD, "for 7 days; connect"), (30, Age.PROTECTS, "goes protected or waits")):
            device.ahead = timedelta(days=days, minutes=5)
            device.session.refresh()
            assert (device.version, device.session.policy_updates.status.in_force.age) == (1, age)
            assert notice in device.session.policy_notice
        assert _verdict(device) is Verdict.HELD  # nothing is known of bob's means, so it waits instead of going in clear
        device.ahead = timedelta(days=400)
        device.session.refresh()
        assert device.session.policy_updates.status.in_force.age is Age.PROTECTS


def test_what_has_expired_is_not_believed(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "repo", now=datetime.now(UTC) - timedelta(days=8))
    publisher.publish(1)
    device = Device(tmp_path, publisher)
    with closing(device):
        assert "nothing new enough" in device.check().problem
        assert device.version == 0
        assert device.records(REJECT) == []
        refresh(publisher.folder, [publisher.fresh], datetime.now(UTC))
        device.bring()
        assert (device.check().problem, device.version) == ("", 1)


def test_a_policy_may_block_after_a_time_of_its_own(device: Device) -> None:
    device.publisher.publish(2, text="freshness: {warn: 1, protect: 2, block: 3}")
    device.bring()
    device.check()
    assert _verdict(device) is Verdict.SEND
    device.ahead = timedelta(days=3, minutes=5)
    device.session.refresh()
    assert "nothing may leave" in device.session.policy_notice
    assert _verdict(device) is Verdict.BLOCKED


def test_a_clock_that_was_set_back_makes_nothing_new(device: Device) -> None:
    device.check()
    device.ahead = timedelta(days=-3)
    device.session.refresh()
    assert "clock is behind" in device.session.policy_notice
    assert _verdict(device) is Verdict.HELD
    device.publisher.publish(2)
    device.bring()
    assert "does not fit this computer's clock" in device.check().problem
    assert device.version == 1
    device.ahead = timedelta()
    assert (device.check().problem, device.version, device.session.policy_notice) == ("", 2, "")


def test_a_clock_that_was_far_ahead_and_is_right_again_locks_nobody_out(device: Device) -> None:
    device.ahead = timedelta(days=300)
    assert "does not fit this computer's clock" in device.check().problem
    device.ahead = timedelta()
    assert (device.check().problem, device.version) == ("", 1)


def test_a_clock_that_was_ahead_for_days_is_believed_again_with_the_next_signature(device: Device) -> None:
    device.ahead = timedelta(days=5)
    device.check()
    device.ahead = timedelta()
    device.session.refresh()
    assert "clock is behind" in device.session.policy_notice
    refresh(device.publisher.folder, [device.publisher.fresh], datetime.now(UTC))
    device.bring()
    assert (device.check().problem, device.version, device.session.policy_notice) == ("", 1, "")


def test_an_emptied_store_and_a_clock_that_was_set_back_bring_nothing_back(device: Device) -> None:
    device.check()
    device.session.settings.put("signed-policy", None)
    device.ahead = timedelta(days=-2)
    device.restart()
    assert "does not fit this computer's clock" in device.check().problem
    assert device.version == 0


def _kept(device: Device) -> dict[str, object]:
    kept = device.session.settings.get("signed-policy")
    assert isinstance(kept, dict)
    return kept


def test_a_deleted_cache_is_noticed_recorded_and_never_filled_with_older_ones(device: Device) -> None:
    older = device.path / "older"
    shutil.copytree(device.source, older)
    device.check()
    _newer(device)
    device.check()
    device.session.settings.put("signed-policy", None)
    device.restart()
    device.restart()
    assert len(device.records(REJECT)) == 1
    assert (device.version, device.session.policy.id.name) == (0, "strict")
    assert "is not on this device" in device.session.policy_notice
    assert '"reason":"cache-deleted"' in device.records(REJECT)[0]
    shutil.rmtree(device.source)
    older.rename(device.source)
    assert "older than the one this device has had" in device.check().problem
    device.bring()
    assert (device.check().problem, device.version) == ("", 2)


def test_an_older_cache_is_noticed_and_not_followed(device: Device) -> None:
    device.check()
    old = _kept(device)
    _newer(device)
    device.check()
    device.session.settings.put("signed-policy", old)
    device.restart()
    device.restart()
    assert len(device.records(REJECT)) == 1
    assert device.version == 0
    assert "put back to an older one" in device.session.policy_notice
    assert '"reason":"cache-older"' in device.records(REJECT)[0]
    assert (device.check().problem, device.version) == ("", 2)


@pytest.mark.parametrize("name", ["policy.json", "pilot.json", "timestamp.json", "root_history/1.root.json"])
def test_a_replaced_cache_is_noticed_and_not_followed(device: Device, name: str) -> None:
    device.check()
    other = Publisher(device.path / "other")
    other.publish(1)
    second = Device(device.path / "second", other)
    with closing(second):
        second.check()
        foreign = _kept(second)["files"]
    kept = _kept(device)
    files = kept["files"]
    assert isinstance(files, dict)
    assert isinstance(foreign, dict)
    files[name] = foreign[name]
    if name == "policy.json":
        files[name] = files[name][:-8] + "AAAAAAAA"
    device.session.settings.put("signed-policy", kept)
    device.restart()
    assert device.version == 0
    assert "was changed by somebody" in device.session.policy_notice
    assert '"reason":"cache-replaced"' in device.records(REJECT)[0]
    assert (device.check().problem, device.version) == ("", 1)


def test_the_machine_wins_over_the_user(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Publisher(device.path / "other")
    other.publish(7, "broad")
    scopes = Scopes({SOURCES: [str(other.folder.path)], ROOT: other.pin})
    monkeypatch.setattr(device.session._opened.policies, "_scopes", lambda: scopes)
    device.follow("broad")
    found = device.check()
    assert found.following is not None
    assert (found.following.sources, device.version) == ((str(other.folder.path),), 7)


def _verdict(device: Device) -> Verdict:
    draft = Draft(
        parse_address("alice@clinic.example"),
        (Recipient(parse_address("bob@partner.example")),),
        "Lunch",
        "At noon?",
        "<a@b>",
        datetime.now(UTC),
    )
    review = device.session.review(draft)
    return review.outlooks[0].verdict
