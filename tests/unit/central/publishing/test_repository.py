"""Publishing: whole or not at all, with every demanded signature, one publisher at a time, and a history that is the signed metadata itself."""

import errno
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from securemail_desktop.central.publishing import folder as folder_module
from securemail_desktop.central.publishing import staged
from securemail_desktop.central.publishing.build import keys_of, new_repository, rotation
from securemail_desktop.central.publishing.commit import refresh, sign_staged, submit
from securemail_desktop.central.publishing.errors import Busy, KeyRefused, NoRepository, NotAllowed, NotWritten
from securemail_desktop.central.publishing.folder import RepositoryFolder
from securemail_desktop.central.publishing.history import history, in_force, newest_version
from tests.support.policy_repository import Publisher, signer


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path / "repo")


def _files(path: Path) -> dict[str, bytes]:
    return {p.relative_to(path).as_posix(): p.read_bytes() for p in path.rglob("*") if p.is_file() and p.name != "publish.lock"}


def test_what_is_published_is_in_the_ring_and_in_no_other(publisher: Publisher) -> None:
    assert publisher.publish(1).missing == ()
    state = publisher.folder.state()
    release = in_force(state, "pilot")
    assert release is not None
    assert (release.name, release.version, newest_version(state)) == ("clinic", 1, 1)
    assert in_force(state, "broad") is None


def test_a_ring_that_demands_two_signatures_waits_for_the_second_person(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "repo", broad=2)
    before = _files(publisher.folder.path)
    outcome = publisher.publish(1, "broad", keys=(publisher.dana, publisher.fresh))
    assert [(m.role, m.count, m.owners) for m in outcome.missing] == [("broad", 1, ("Evan",))]
    assert {n: c for n, c in _files(publisher.folder.path).items() if not n.startswith("staged/")} == before
    again = sign_staged(publisher.folder, [publisher.dana, publisher.fresh], publisher.now)
    assert again is not None
    assert again.missing  # the same person twice is one person
    done = sign_staged(publisher.folder, [publisher.evan, publisher.fresh], publisher.now)
    assert done is not None
    assert done.missing == ()
    assert in_force(publisher.folder.state(), "broad") is not None
    assert sign_staged(publisher.folder, [publisher.evan], publisher.now) is None
    assert [p.signers for p in history(publisher.folder, publisher.folder.state())] == [("Dana", "Evan")]


def test_a_second_change_waits_until_the_first_is_signed_or_given_up(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "repo", broad=2)
    publisher.publish(1, "broad", keys=(publisher.dana,))
    with pytest.raises(Busy, match="Another change waits"):
        publisher.publish(2, "broad", keys=(publisher.dana,))
    staged.discard(publisher.folder)
    assert staged.staged(publisher.folder) is None
    assert publisher.publish(2, "broad").missing == ()


def test_a_staged_change_that_was_overtaken_is_refused(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "repo", broad=2)
    publisher.publish(1, "broad", keys=(publisher.dana, publisher.fresh))
    publisher.publish(2, "pilot")
    with pytest.raises(NotAllowed, match="published meanwhile"):
        sign_staged(publisher.folder, publisher.all, publisher.now)


def test_a_staged_policy_that_somebody_changed_is_found(tmp_path: Path) -> None:
    publisher = Publisher(tmp_path / "repo", broad=2)
    publisher.publish(1, "broad", keys=(publisher.dana,))
    change = staged.staged(publisher.folder)
    assert change is not None
    assert len(staged.releases(publisher.folder, change)) == 1
    target = next((publisher.folder.path / "staged" / "targets").rglob("*.json"))
    target.write_bytes(target.read_bytes() + b" ")
    change = staged.staged(publisher.folder)
    assert change is not None
    with pytest.raises(NoRepository, match="damaged"):
        staged.releases(publisher.folder, change)
    (publisher.folder.path / "staged" / "metadata" / "broad.json").write_bytes(b"{")
    with pytest.raises(NoRepository, match="damaged"):
        staged.staged(publisher.folder)


def test_a_publisher_that_was_stopped_right_before_its_end_is_taken_as_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = Publisher(tmp_path / "repo", broad=2)
    publisher.publish(1, "broad", keys=(publisher.dana,))
    with monkeypatch.context() as patch:
        patch.setattr(staged, "discard", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sign_staged(publisher.folder, publisher.all, publisher.now)
    outcome = sign_staged(publisher.folder, publisher.all, publisher.now)
    assert outcome is not None
    assert outcome.missing == ()
    assert staged.staged(publisher.folder) is None


def test_two_publishers_at_once(publisher: Publisher) -> None:
    entered, leave = threading.Event(), threading.Event()

    def publish() -> None:
        with publisher.folder.locked():
            entered.set()
            leave.wait(30)

    other = threading.Thread(target=publish)
    other.start()
    assert entered.wait(30)
    with pytest.raises(Busy, match="Somebody else is publishing"), RepositoryFolder(publisher.folder.path).locked():
        pass
    leave.set()
    other.join(30)
    with RepositoryFolder(publisher.folder.path).locked():
        pass


@pytest.mark.parametrize("file", range(4))  # target, ring, snapshot, timestamp
def test_a_full_disk_leaves_what_was_published(publisher: Publisher, monkeypatch: pytest.MonkeyPatch, file: int) -> None:
    publisher.publish(1)
    whole, written = folder_module.write_whole, 0

    def full(path: Path, content: bytes, mode: int = 0o644) -> None:
        nonlocal written
        if written == file:
            path.with_name(f".{path.name}-half").write_bytes(content[:10])
            raise OSError(errno.ENOSPC, "No space left on device")
        written += 1
        whole(path, content, mode)

    with monkeypatch.context() as patch:
        patch.setattr(folder_module, "write_whole", full)
        with pytest.raises(NotWritten, match="full"):
            publisher.publish(2)
    release = in_force(publisher.folder.state(), "pilot")
    assert release is not None
    assert release.version == 1
    assert publisher.publish(3).missing == ()
    assert newest_version(publisher.folder.state()) == 3


def test_what_a_stopped_publisher_left_is_removed_by_the_next(publisher: Publisher) -> None:
    path = publisher.folder.path
    (path / ".staged-x").mkdir()
    for name in (".staged-x/a", "metadata/.timestamp.json-x", "targets/pilot/.policy.json-x"):
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(b"half")
    others = {".git/config", ".htaccess", "metadata/.gitignore"}  # an administrator's own
    for name in others:
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_bytes(b"mine")
    with publisher.folder.locked():
        publisher.publish(1)
    assert {name for name in _files(path) if "/." in f"/{name}"} == others


def test_other_keys_take_over_and_the_former_ones_may_sign_no_more(publisher: Publisher) -> None:
    publisher.publish(1)
    state, gina, fresher = publisher.folder.state(), signer("Gina"), signer("server 2")
    keys = keys_of(state)
    new = type(keys)((gina.public_key,), (gina.public_key,), (fresher.public_key,), 1, keys.rings, keys.days)
    outcome = submit(publisher.folder, rotation(state, new, publisher.now), [publisher.dana, gina, fresher], publisher.now)
    assert outcome.missing == ()
    state = publisher.folder.state()
    assert state.root.signed.version == 2
    assert newest_version(state) == 1
    with pytest.raises(KeyRefused, match="Gina, server 2"):
        publisher.publish(2, keys=(publisher.dana, fresher))
    assert publisher.publish(2, keys=(gina, fresher)).missing == ()


def test_keys_do_not_change_without_the_former_ones(publisher: Publisher) -> None:
    state, gina = publisher.folder.state(), signer("Gina")
    keys = keys_of(state)
    new = type(keys)((gina.public_key,), (gina.public_key,), keys.freshness, 1, keys.rings, keys.days)
    outcome = submit(publisher.folder, rotation(state, new, publisher.now), [gina, publisher.fresh], publisher.now)
    assert [m.role for m in outcome.missing] == ["root"]
    assert publisher.folder.state().root.signed.version == 1


def test_a_stop_between_root_and_timestamp_is_repaired_by_the_next_change(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher.publish(1)
    state, fresher = publisher.folder.state(), signer("server 2")
    keys = keys_of(state)
    new = type(keys)(keys.signers, keys.root, (fresher.public_key,), 1, keys.rings, keys.days)
    write = RepositoryFolder.write

    def stopped(self: RepositoryFolder, name: str, content: bytes) -> None:
        if name.endswith("timestamp.json"):
            raise KeyboardInterrupt
        write(self, name, content)

    with monkeypatch.context() as patch:
        patch.setattr(RepositoryFolder, "write", stopped)
        with pytest.raises(KeyboardInterrupt):
            submit(publisher.folder, rotation(state, new, publisher.now), [publisher.dana, fresher], publisher.now)
    assert newest_version(publisher.folder.state()) == 1
    assert publisher.publish(2, keys=(publisher.dana, fresher)).missing == ()
    assert newest_version(publisher.folder.state()) == 2


def test_a_repository_that_somebody_changed_is_not_published_into(publisher: Publisher) -> None:
    publisher.publish(1)
    for name in ("2.pilot.json", "timestamp.json", "1.root.json"):
        path = publisher.folder.path / "metadata" / name
        content = path.read_bytes()
        path.write_bytes(content.replace(b'"version"', b'"Version"', 1))
        with pytest.raises(NoRepository, match="not as its keys left it"):
            publisher.publish(2)
        path.write_bytes(content)
    target = next((publisher.folder.path / "targets").rglob("*.json"))
    target.write_bytes(b"{}")
    found = history(publisher.folder, publisher.folder.state())
    with pytest.raises(NoRepository, match="changed by somebody"):
        publisher.folder.target(found[0].target)
    target.unlink()
    with pytest.raises(NoRepository, match="is missing"):
        publisher.folder.target(found[0].target)


def test_refreshing_needs_its_key_alone_and_names_what_expires(publisher: Publisher) -> None:
    publisher.publish(1)
    before = publisher.folder.state().timestamp.signed
    assert refresh(publisher.folder, [publisher.fresh], publisher.now + timedelta(days=1)) == ()
    after = publisher.folder.state().timestamp.signed
    assert (after.version, after.expires - before.expires) == (before.version + 1, timedelta(days=1))
    late = refresh(publisher.folder, [publisher.fresh], publisher.now + timedelta(days=340))
    assert [text.split()[0] for text in late] == ["root", "targets", "pilot", "broad"]
    assert publisher.folder.state().snapshot.signed.expires > publisher.now + timedelta(days=700)
    with pytest.raises(KeyRefused, match="server"):
        refresh(publisher.folder, [publisher.dana], publisher.now)


def test_plans_that_make_no_sense(publisher: Publisher) -> None:
    keys = publisher.keys()
    for wrong in (
        type(keys)((), keys.root, keys.freshness, 1, keys.rings, keys.days),
        type(keys)(keys.signers, keys.root, keys.freshness, 3, keys.rings, keys.days),
        type(keys)(keys.signers, keys.root, keys.freshness, 1, (("pilot", 3),), keys.days),
        type(keys)(keys.signers, keys.root, keys.freshness, 1, (("targets", 1),), keys.days),
        type(keys)(keys.signers, keys.root, keys.freshness, 1, (("a/b", 1),), keys.days),
        type(keys)((keys.signers[0], keys.signers[0]), keys.root, keys.freshness, 1, keys.rings, keys.days),
        type(keys)(keys.signers, keys.root, keys.signers[:1], 1, keys.rings, keys.days),
        type(keys)(keys.signers, keys.root, keys.freshness, 1, keys.rings, {**keys.days, "fresh": 0}),
    ):
        with pytest.raises(NotAllowed):
            new_repository(wrong, publisher.now)
    fewer = type(keys)(keys.signers, keys.root, keys.freshness, 1, (("pilot", 1),), keys.days)
    with pytest.raises(NotAllowed, match="can't be taken away"):
        rotation(publisher.folder.state(), fewer, publisher.now)


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    with pytest.raises(NoRepository, match="policy init"):
        RepositoryFolder(tmp_path).state()
