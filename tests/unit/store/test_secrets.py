import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService, chainer, fail, null
from keyring.backends.Windows import WinVaultKeyring
from keyring.errors import KeyringLocked

from securemail_desktop.store import passphrase
from securemail_desktop.store.database import Database, store_path
from securemail_desktop.store.errors import NoKeyring, PassphraseNeeded, WrongKey, WrongPassphrase
from securemail_desktop.store.passphrase import unwrap, wrap
from securemail_desktop.store.secrets import SERVICE, has_passphrase, rewrap, store_key, system_keyrings
from securemail_desktop.store.tries import Tries


class MemoryKeyring(KeyringBackend):
    """A keyring that keeps what it is given."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password


class ForgetfulKeyring(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class LockedKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("canary-detail")


class BrokenKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("canary-detail")


class WindowsKeyring(WinVaultKeyring):
    priority = 1
    persist = "enterprise"

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept if hasattr(self, "kept") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept = password
        self.persisted = self.persist


class PlaintextKeyring(MemoryKeyring):
    """Stands for keyrings of other packages that write files."""


def only(*backends: KeyringBackend) -> Callable[[], tuple[KeyringBackend, ...]]:
    return lambda: backends


def make_store(data: Path, key: bytes) -> None:
    Database(store_path(data), key).close()


def test_one_key_a_data_folder_is_made_and_found_again(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    one, other = (store_key(tmp_path / name, None, only(backend)) for name in ("one", "other"))
    assert len(one) == 32
    assert one != other
    make_store(tmp_path / "one", one)
    assert store_key(tmp_path / "one", None, only(backend)) == one
    assert {service for service, _ in backend.entries} == {SERVICE}


def test_every_keyring_is_searched_before_a_key_is_made(tmp_path: Path) -> None:
    first, second = MemoryKeyring(), MemoryKeyring()
    key = store_key(tmp_path, None, only(second))
    assert store_key(tmp_path, None, only(first, second)) == key
    assert first.entries == {}


def test_a_lost_key_is_never_replaced(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    make_store(tmp_path, store_key(tmp_path, None, only(backend)))
    backend.entries.clear()
    with pytest.raises(WrongKey, match="no longer holds the key"):
        store_key(tmp_path, None, only(backend))
    assert backend.entries == {}


@pytest.mark.parametrize(
    ("backends", "sentence"),
    [
        ((), "no safe keyring"),
        ((ForgetfulKeyring(),), "did not keep"),
        ((LockedKeyring(),), "is locked"),
        ((BrokenKeyring(),), "does not answer"),
    ],
)
def test_no_keyring_names_the_remedy_and_no_detail(tmp_path: Path, backends: tuple[KeyringBackend, ...], sentence: str) -> None:
    with pytest.raises(NoKeyring, match=sentence) as caught:
        store_key(tmp_path, None, only(*backends))
    assert "--key-file" in str(caught.value)
    assert "canary-detail" not in str(caught.value)


def test_windows_keys_do_not_roam(tmp_path: Path) -> None:
    backend = WindowsKeyring()
    store_key(tmp_path, None, only(backend))
    assert backend.persisted == "local machine"


@pytest.mark.parametrize(
    ("configured", "allowed"),
    [
        (fail.Keyring(), False),
        (null.Keyring(), False),
        (PlaintextKeyring(), False),
        (SecretService.Keyring(), True),
    ],
)
def test_only_keyrings_of_the_operating_system_are_used(monkeypatch: pytest.MonkeyPatch, configured: KeyringBackend, allowed: bool) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: configured)
    assert system_keyrings() == ((configured,) if allowed else ())


def test_a_chain_of_keyrings_is_reduced_to_the_safe_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    safe = SecretService.Keyring()
    monkeypatch.setattr(chainer.ChainerBackend, "backends", [PlaintextKeyring(), safe, null.Keyring()])
    monkeypatch.setattr(keyring, "get_keyring", chainer.ChainerBackend)
    assert system_keyrings() == (safe,)


def test_a_key_file_is_made_for_the_owner_alone_and_found_again(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "store.key"
    key = store_key(tmp_path / "data", path, only())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["store.key"]
    make_store(tmp_path / "data", key)
    assert store_key(tmp_path / "data", path, only()) == key


@pytest.mark.parametrize(
    ("content", "key"), [(b"\xab" * 32, b"\xab" * 32), (b"AB" * 32, b"\xab" * 32), (b"ab" * 32 + b"\r\n", b"\xab" * 32)]
)
def test_key_file_formats(tmp_path: Path, content: bytes, key: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    assert store_key(tmp_path / "data", path, only()) == key


@pytest.mark.parametrize("content", [b"", b"ab" * 31, b"zz" * 32, b"\xff" * 64, b"ab" * 33])
def test_what_is_no_key_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(WrongKey, match="64 hexadecimal digits"):
        store_key(tmp_path / "data", path, only())
    assert path.read_bytes() == content


@pytest.mark.skipif(os.name != "posix", reason="Windows has access lists in place of modes")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    path.write_bytes(b"ab" * 32)
    path.chmod(mode)
    with pytest.raises(WrongKey, match="chmod 600"):
        store_key(tmp_path / "data", path, only())


def test_a_missing_key_file_is_not_made_anew_for_a_store(tmp_path: Path) -> None:
    make_store(tmp_path / "data", b"k" * 32)
    with pytest.raises(WrongKey, match="is missing"):
        store_key(tmp_path / "data", tmp_path / "key", only())
    assert not (tmp_path / "key").exists()


def test_a_folder_is_no_key_file(tmp_path: Path) -> None:
    with pytest.raises(WrongKey, match="cannot be read"):
        store_key(tmp_path / "data", tmp_path, only())


def test_programs_that_start_together_get_one_key(tmp_path: Path) -> None:
    backend = MemoryKeyring()
    keys: list[bytes] = []
    start = threading.Barrier(4)

    def ask() -> None:
        start.wait()
        keys.append(store_key(tmp_path, None, only(backend)))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 4
    assert len(set(keys)) == 1


class WholeKeyring(MemoryKeyring):
    """Counts changes, and dies at the one that a test names."""

    def __init__(self) -> None:
        super().__init__()
        self.changes, self.dies_at = 0, 0

    def set_password(self, service: str, username: str, password: str) -> None:
        self._change()
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self._change()
        del self.entries[service, username]

    def _change(self) -> None:
        self.changes += 1
        if self.changes == self.dies_at:
            raise KeyboardInterrupt


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "_COST", 2**10)


def typed(passphrase: str) -> Callable[[], str]:
    return lambda: passphrase


@pytest.mark.parametrize("in_file", [True, False])
def test_a_passphrase_stands_before_the_key_and_can_be_removed(tmp_path: Path, cheap: None, in_file: bool) -> None:
    backend = WholeKeyring()
    place = (tmp_path / "data", tmp_path / "key" if in_file else None, only(backend))
    key = store_key(*place)
    rewrap(place[0], place[1], key, "correct horse", place[2])
    kept = (tmp_path / "key").read_text() if in_file else "".join(backend.entries.values())
    assert key.hex() not in kept
    assert len(backend.entries) == (0 if in_file else 1)
    assert has_passphrase(*place)
    with pytest.raises(PassphraseNeeded, match="--passphrase-file"):
        store_key(*place)
    with pytest.raises(WrongPassphrase):
        store_key(*place, typed("battery staple"))
    assert store_key(*place, typed("correct horse")) == key
    rewrap(place[0], place[1], key, "", place[2])
    assert store_key(*place) == key


def test_the_same_letters_open_however_they_were_typed(tmp_path: Path) -> None:
    key = store_key(tmp_path, tmp_path / "key")
    rewrap(tmp_path, tmp_path / "key", key, "caf\u00e9 au lait")
    assert store_key(tmp_path, tmp_path / "key", passphrase=typed("cafe\u0301 au lait")) == key


@pytest.mark.parametrize("step", [1, 2, 3])
def test_setting_a_passphrase_that_dies_at_any_step_never_loses_the_key(tmp_path: Path, cheap: None, step: int) -> None:
    backend = WholeKeyring()
    key = store_key(tmp_path, None, only(backend))
    backend.changes, backend.dies_at = 0, step
    with pytest.raises(KeyboardInterrupt):
        rewrap(tmp_path, None, key, "correct horse", only(backend))
    assert store_key(tmp_path, None, only(backend), typed("correct horse")) == key
    for name in [name for name in backend.entries if not name[1].endswith(" (new)")] if step > 1 else []:
        del backend.entries[name]  # as if the keyring had lost it in the middle of the change
    assert store_key(tmp_path, None, only(backend), typed("correct horse")) == key


def test_wrong_passphrases_make_the_next_try_wait(tmp_path: Path) -> None:
    seconds = [1000.0]
    tries = Tries(tmp_path, lambda: seconds[0])
    for wait in (0, 0, 5, 10, 20):
        tries.failed()
        if wait:
            seconds[0] += wait - 1
            with pytest.raises(WrongPassphrase, match="wait"):
                Tries(tmp_path, lambda: seconds[0]).check()
            seconds[0] += 1
        tries.check()
    for _ in range(20):
        tries.failed()
    seconds[0] -= 10_000
    with pytest.raises(WrongPassphrase, match="wait 301 seconds"):
        tries.check()
    tries.succeeded()
    tries.check()


@pytest.mark.parametrize("damage", [("131072", "1073741824"), ('"salt": "', '"salt": "zz'), ('"r": 8', '"r": 800'), ('"box"', '"bax"')])
def test_a_damaged_wrapped_key_is_said_and_costs_nothing(tmp_path: Path, damage: tuple[str, str]) -> None:
    text = wrap(b"k" * 32, "correct horse")
    assert damage[0] in text
    with pytest.raises(WrongKey, match="damaged"):
        unwrap(text.replace(*damage), "correct horse")
