"""The key ring as the window manages it, over the real store."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from securemail_desktop.encryption.discovery.answer import Outcome
from securemail_desktop.encryption.errors import NoKey, NotImportable
from securemail_desktop.encryption.record import Role
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.gui.keys_port import KeysPort
from securemail_desktop.message.address import parse_address
from securemail_desktop.policy.load import builtin_policy
from securemail_desktop.policy.model import Policy
from securemail_desktop.session.keys import Keys
from securemail_desktop.session.look_ups import LookUps
from securemail_desktop.session.recovery import Kept, Safety
from securemail_desktop.store.database import Database
from securemail_desktop.store.vault import Vault
from tests.support.pki import Wish, pem, person, pkcs12, pki

pytestmark = pytest.mark.slow  # several seconds together

ALICE = parse_address("alice@clinic.example")


@dataclass
class Store:
    """What look-ups need of the open store."""

    ring: KeyRing
    vault: Vault
    policy: Policy = field(default_factory=lambda: builtin_policy(("clinic.example",)))


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def keys(tmp_path: Path) -> Iterator[Keys]:
    with closing(Database(tmp_path / "store.db", b"k" * 32)) as database:
        ring = KeyRing(Vault(database), tmp_path / "gpg", [pem(pki().root.certificate)])
        yield Keys(lambda: ring, clock, LookUps(Store(ring, Vault(database)), clock), lambda: Kept(Safety.NONE))
        ring.close()


def test_it_is_the_port_of_the_window(keys: Keys) -> None:
    port: KeysPort = keys
    assert port.all() == ()


def test_own_keys_come_first_and_say_until_when(keys: Keys) -> None:
    keys.import_file((pem(pki().issuing.certificate) + pem(pki().bob.certificate)).encode(), "")
    keys.import_file(pkcs12(pki().alice, "pw"), "pw")
    assert [(k.role, k.addresses, k.reason) for k in keys.all()] == [
        (Role.OWN, ("alice@clinic.example",), ""),
        (Role.OTHER, ("bob@hospital.example",), ""),
        (Role.AUTHORITY, (), ""),
    ]
    assert keys.all()[0].expires == pki().alice.certificate.not_valid_after_utc


def test_a_key_that_nobody_vouches_for_waits_until_it_is_accepted(keys: Keys) -> None:
    (stranger,) = keys.import_file(pem(person(Wish("eve@x.example"), pki().stranger_root).certificate).encode(), "")
    assert stranger.waits
    keys.accept(stranger.id)
    assert [(k.waits, k.reason) for k in keys.all()] == [(False, "")]
    keys.give_up(stranger.id)
    assert [(k.refused, k.waits) for k in keys.all()] == [(True, False)]


def test_an_own_key_is_told_of_before_it_expires(keys: Keys) -> None:
    old, new = (person(Wish("alice@clinic.example", last_day=days), pki().issuing) for days in (20, 300))
    keys.import_file(pkcs12(old, "pw"), "pw")
    assert keys.notice == ""
    keys.look()
    assert keys.notice.startswith("Your certificate for alice@clinic.example expires on ")
    keys.import_file(pkcs12(new, "pw"), "pw")
    keys.look()
    assert keys.notice == "", "there is a newer one"


def test_another_key_than_the_one_in_use_is_told_of(keys: Keys) -> None:
    keys.import_file(pem(pki().stranger_root.certificate).encode(), "")
    in_use, other = (
        keys.import_file(pem(person(Wish("eve@x.example", last_day=days), pki().stranger_root).certificate).encode(), "")[0]
        for days in (30, 40)
    )
    assert not other.differs
    keys.accept(in_use.id)
    keys.look()
    assert keys.notice.startswith("Another key for eve@x.example than the one you use waits for your decision")
    assert [key.differs for key in keys.all() if key.id == other.id] == [True]
    keys.give_up(other.id)
    keys.look()
    assert keys.notice == ""


def test_a_key_whose_owner_cannot_open_it_is_passed_over_until_it_is_accepted_anew(keys: Keys) -> None:
    (bob,) = keys.import_file(pem(person(Wish(), pki().stranger_root).certificate).encode(), "")
    keys.accept(bob.id)
    assert keys.cannot_open(bob.id)
    day = f"{clock():%Y-%m-%d}"
    assert [k.reason for k in keys.all()] == [
        f"bob@hospital.example could not open it, as was said on {day}; Keys and certificates takes that back"
    ]
    keys.accept(bob.id)
    assert [k.reason for k in keys.all()] == [""]


def test_of_domains_that_are_none_of_the_internet_nobody_is_asked(keys: Keys) -> None:
    assert not keys.discover([parse_address("bob@hospital.example"), parse_address("chen@clinic.example")])
    assert {answer.outcome for answer in keys.look_ups.ask(parse_address("bob@hospital.example"))} == {Outcome.OFF}


def test_what_cannot_be_done_is_said(keys: Keys) -> None:
    with pytest.raises(NotImportable):
        keys.import_file(b"\x00nothing", "")
    for act in (keys.accept, keys.give_up, keys.public):
        with pytest.raises(NoKey):
            act("smime:00")


def test_a_request_and_a_backup_come_out(keys: Keys) -> None:
    assert keys.request(ALICE).startswith(b"-----BEGIN CERTIFICATE REQUEST-----")
    (own,) = [k for k in keys.import_file(pkcs12(pki().bob, "pw"), "pw") if k.role is Role.OWN]
    assert keys.public(own.id) == pem(pki().bob.certificate).encode()
    assert keys.backup(own.id, "correct horse")[:1] == b"\x30"
