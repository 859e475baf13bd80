"""What a look-up brings is checked, waits, and replaces nothing that somebody decided on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from securemail_desktop.encryption.deciding import accept, revoke
from securemail_desktop.encryption.discovery.answer import Answer, Memory, Outcome
from securemail_desktop.encryption.discovery.keeping import Kept, keep
from securemail_desktop.encryption.discovery.looking_up import look_up
from securemail_desktop.encryption.discovery.source import Found
from securemail_desktop.encryption.errors import LookUpFailed
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import Origin
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.identity import sha256_of
from securemail_desktop.encryption.status import differs, status_of, waits
from securemail_desktop.message.address import Address, parse_address
from tests.support.keys import MemoryVault, Peer, put
from tests.support.pki import NOW, Wish, pem, person, pki

BOB = parse_address("bob@hospital.example")
DORA = parse_address("dora@practice.example")


@pytest.fixture(scope="module")
def dora(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    peer = Peer(tmp_path_factory.mktemp("dora") / "gpg")
    yield peer
    peer.close()


@pytest.fixture
def ring(tmp_path: Path) -> Iterator[KeyRing]:
    ring = KeyRing(MemoryVault(), tmp_path / "gpg", [pem(pki().root.certificate)])
    yield ring
    ring.close()


def certificate(wish: Wish | None = None) -> Found:
    identity = person(wish, pki().stranger_root) if wish else pki().bob
    return Found(Method.SMIME, identity.certificate.public_bytes(Encoding.DER))


def taken(ring: KeyRing, *found: Found, address: Address = BOB, origin: Origin = Origin.LDAP) -> Kept:
    return keep(found, address, origin, "was found", ring, NOW)


class Source:
    """Says the next of its answers."""

    origin, whom = Origin.LDAP, "the directory ldap.hospital.example"

    def __init__(self, *answers: tuple[Found, ...] | Exception) -> None:
        self.answers = list(answers)

    def look_up(self, address: Address) -> tuple[Found, ...]:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_certificate_is_kept_and_not_accepted(ring: KeyRing) -> None:
    (record,) = taken(ring, certificate()).new
    assert (record.key, record.accepted, record.origin) == (sha256_of(pki().bob.certificate), False, Origin.LDAP)
    assert ring.records_of(BOB) == (record,)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (certificate(Wish(first_day=-2, last_day=-1)), "expired"),
        (certificate(Wish("mallory@x.example")), "someone else"),
        (Found(Method.SMIME, b"\x30\x03junk"), "cannot be read"),
        (Found(Method.OPENPGP, b"-----BEGIN PGP PRIVATE KEY BLOCK-----"), "does not read"),
    ],
    ids=["expired", "somebody else's", "no certificate", "no public key"],
)
def test_what_may_not_protect_mail_to_the_address_is_not_kept(ring: KeyRing, found: Found, why: str) -> None:
    kept = taken(ring, found)
    assert (kept.records, ring.records()) == ((), ())
    assert why in kept.problems[0]


def test_a_decision_stands_whatever_is_found(ring: KeyRing) -> None:
    (record,) = taken(ring, certificate()).new
    revoke(record, ring, NOW)
    taken(ring, certificate(), origin=Origin.FILE)
    assert ring.records_of(BOB)[0].refused
    accept(record, ring, NOW)
    taken(ring, certificate())
    assert ring.records_of(BOB)[0].accepted


def test_another_key_than_the_accepted_one_waits_and_says_so(ring: KeyRing) -> None:
    put(ring, pem(pki().bob.certificate))
    (other,) = taken(ring, certificate(Wish())).new
    status = status_of(other, ring, NOW)
    assert waits(status)
    assert differs(status)
    assert status_of(ring.record(Method.SMIME, sha256_of(pki().bob.certificate)), ring, NOW) == ""


def test_of_undecided_keys_a_source_has_its_newest_only(ring: KeyRing) -> None:
    taken(ring, certificate(Wish()))
    (mail,) = taken(ring, certificate(Wish(last_day=20)), origin=Origin.DNS).new
    (newest,) = taken(ring, certificate(Wish(last_day=30))).new
    assert set(ring.records_of(BOB)) == {mail, newest}


def test_a_worthier_source_is_noted(ring: KeyRing) -> None:
    taken(ring, certificate(), origin=Origin.DNS)
    assert taken(ring, certificate()) == replace(Kept(), records=ring.records_of(BOB))
    assert ring.records_of(BOB)[0].origin is Origin.LDAP
    taken(ring, certificate(), origin=Origin.WKD)
    assert ring.records_of(BOB)[0].origin is Origin.LDAP


def test_an_openpgp_key_speaks_for_nobody_but_the_one_who_was_asked_for(ring: KeyRing, dora: Peer) -> None:
    fingerprint = dora.make_key("Dora <dora@practice.example>")
    dora.gpg("--quick-add-uid", fingerprint, "Alice <alice@clinic.example>")
    (record,) = taken(ring, Found(Method.OPENPGP, dora.public(fingerprint)), address=DORA).new
    assert (record.addresses, record.accepted) == (("dora@practice.example",), False)
    key = ring.home().key(fingerprint)
    assert key is not None
    assert key.addresses == ("dora@practice.example",)


def test_a_private_key_from_elsewhere_is_not_taken_in(ring: KeyRing, dora: Peer) -> None:
    fingerprint = dora.make_key("Dora Two <dora@practice.example>")
    kept = taken(ring, Found(Method.OPENPGP, dora.gpg("--export-secret-keys", fingerprint)), address=DORA)
    assert kept.problems
    assert ring.home().listing() == ()


def test_a_key_that_its_owner_revoked_is_known_as_revoked_from_then_on(ring: KeyRing, dora: Peer) -> None:
    fingerprint = dora.make_key("Dora Three <dora@practice.example>")
    (record,) = taken(ring, Found(Method.OPENPGP, dora.public(fingerprint)), address=DORA).new
    accept(record, ring, NOW)
    revocation = (dora.folder / "openpgp-revocs.d" / f"{fingerprint}.rev").read_text().replace(":-----", "-----")
    dora.gpg("--import", stdin=revocation.encode())
    taken(ring, Found(Method.OPENPGP, dora.public(fingerprint)), address=DORA)
    assert "revoked" in status_of(ring.record(Method.OPENPGP, fingerprint), ring, NOW)


def test_a_source_is_asked_once_a_day_and_an_hour_after_a_failure(ring: KeyRing) -> None:
    memory, source = Memory(MemoryVault()), Source(LookUpFailed("It is down."), (certificate(),), ())

    def said(hours: float) -> Outcome:
        (answer,) = look_up(BOB, [source], ring, memory, NOW + timedelta(hours=hours))
        return answer.outcome

    assert [said(0), said(0.9), said(1.1), said(25), said(25.2)] == [*[Outcome.FAILED] * 2, *[Outcome.FOUND] * 2, Outcome.NOTHING]


def test_whoever_asks_anew_hears_it_now(ring: KeyRing) -> None:
    memory, source = Memory(MemoryVault()), Source((), (certificate(),))
    look_up(BOB, [source], ring, memory, NOW)
    (answer,) = look_up(BOB, [source], ring, memory, NOW, anew=True)
    assert answer == Answer(Origin.LDAP, Outcome.FOUND, "A key is there, new to this machine.", (ring.records_of(BOB)[0].name,), NOW)
    assert memory.of(BOB) == {Origin.LDAP: answer}


def test_nobody_is_asked_when_it_is_not_wanted_any_more(ring: KeyRing) -> None:
    assert look_up(BOB, [Source()], ring, Memory(MemoryVault()), NOW, lambda: False) == ()
