"""Certificates that their authority has taken back, by `openssl ocsp` and by lists: refused with the reason, unless policy says otherwise."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from securemail_desktop.encryption.discover import capabilities_of
from securemail_desktop.encryption.errors import KeyRefused
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import SignatureVerdict
from securemail_desktop.encryption.promise import Ways
from securemail_desktop.encryption.protect import protect_entity
from securemail_desktop.encryption.receive import open_message
from securemail_desktop.encryption.revocation.checking import check
from securemail_desktop.encryption.revocation.fetching import Fetcher, is_public
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.identity import Identity, sha256_of
from securemail_desktop.encryption.smime.protect import sign
from securemail_desktop.encryption.standing import Mode, State
from securemail_desktop.encryption.status import status_of
from securemail_desktop.message.address import parse_address
from tests.support.authority_server import AuthorityServer
from tests.support.keys import MemoryVault, put
from tests.support.mail import BODY, message
from tests.support.pki import NOW, authority, pem, pkcs12, pki

LATER = NOW + timedelta(hours=1)  # a long run may come here late, and openssl answers of its own time
ALICE, BOB = parse_address("alice@clinic.example"), parse_address("bob@hospital.example")
ANYWHERE = Fetcher(lambda _host, _port: True)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AuthorityServer]:
    folder = tmp_path / "authority"
    folder.mkdir()
    with AuthorityServer(folder, authority("Hospital CA")) as server:
        yield server


@pytest.fixture
def ring(tmp_path: Path, server: AuthorityServer) -> Iterator[KeyRing]:
    ring = KeyRing(MemoryVault(), tmp_path / "gpg", [pem(server.issuer.certificate), pem(pki().root.certificate)])
    put(ring, pkcs12(pki().alice, "pw"), "pw")
    yield ring
    ring.close()


def known(ring: KeyRing, identity: Identity) -> str:
    put(ring, pem(identity.certificate), accept=False)
    return sha256_of(identity.certificate)


def asked(ring: KeyRing, identity: Identity, fetcher: Fetcher = ANYWHERE) -> State:
    check([identity.certificate], ring, fetcher, LATER)
    standing = ring.standing(sha256_of(identity.certificate))
    assert standing is not None
    return standing.state


def protected(ring: KeyRing, key: str) -> bytes:
    return protect_entity(Method.SMIME, BODY, (key,), ring.own(ALICE, LATER), ring, LATER)


def unusable(ring: KeyRing) -> list[str]:
    return [u.reason for u in capabilities_of(BOB, ring.own(ALICE, LATER), ring, Ways(), LATER).unusable]


@pytest.mark.parametrize("by", ["ocsp", "crl"])
def test_what_was_taken_back_is_refused_with_the_reason(ring: KeyRing, server: AuthorityServer, by: str) -> None:
    bob = server.person(BOB.spec, ocsp=by == "ocsp", crl=by == "crl")
    key = known(ring, bob)
    assert protected(ring, key)
    if by == "ocsp":
        server.revoke(bob.certificate)
        server.answers = True
    else:
        server.publish(bob.certificate)
    assert asked(ring, bob) is State.REVOKED
    day = f"{NOW - timedelta(days=1):%Y-%m-%d}"
    assert unusable(ring) == [f"bob@hospital.example's certificate was revoked by its authority on {day}"]
    assert status_of(ring.record(Method.SMIME, key), ring, LATER) == f"the certificate was revoked by its authority on {day}"
    with pytest.raises(KeyRefused, match="revoked"):
        protected(ring, key)
    ring.reload()
    assert unusable(ring), "it is kept"


def test_a_signature_with_what_was_taken_back_does_not_count_whenever_it_claims_to_be_made(ring: KeyRing, server: AuthorityServer) -> None:
    bob = server.person(BOB.spec, ocsp=False)
    signed = message(sign(BODY, bob), BOB.spec)
    assert open_message(signed, ring, LATER).signature is SignatureVerdict.VALID
    server.publish(bob.certificate)
    asked(ring, bob)
    opened = open_message(signed, ring, LATER)
    assert (opened.signature, opened.from_matches) == (SignatureVerdict.INVALID, False)
    assert "revoked by its authority" in opened.warnings[0]


def test_one_that_is_still_good_is_used_and_not_asked_about_for_hours(ring: KeyRing, server: AuthorityServer) -> None:
    bob = server.person(BOB.spec)
    key = known(ring, bob)
    server.answers = True
    assert asked(ring, bob) is State.GOOD
    server.answers = False
    ring.revocation = Mode.HARD
    assert protected(ring, key)
    assert not check([bob.certificate], ring, ANYWHERE, LATER + timedelta(hours=11))


def test_where_nobody_answers_soft_goes_on_and_hard_does_not(ring: KeyRing, server: AuthorityServer) -> None:
    bob = server.person(BOB.spec)
    key = known(ring, bob)
    assert asked(ring, bob) is State.UNKNOWN
    assert protected(ring, key)
    ring.revocation = Mode.HARD
    assert unusable(ring) == ["nobody could confirm that bob@hospital.example's certificate is still valid"]
    with pytest.raises(KeyRefused, match="confirm"):
        protected(ring, key)


def test_off_asks_for_nothing_and_refuses_nothing(ring: KeyRing, server: AuthorityServer) -> None:
    bob = server.person(BOB.spec, ocsp=False)
    key = known(ring, bob)
    server.publish(bob.certificate)
    asked(ring, bob)
    ring.revocation = Mode.OFF
    assert protected(ring, key)


def test_hard_exempts_what_a_person_accepted_and_no_authority_issued(ring: KeyRing) -> None:
    (record,) = put(ring, pem(pki().mallory.certificate))
    ring.revocation = Mode.HARD
    assert ring.objection(ring.certificate(record.key), "it", LATER) == ""


def test_a_revoked_authority_takes_its_people_with_it(tmp_path: Path, server: AuthorityServer) -> None:
    issuing = server.person("not-used@x.example")
    below = authority("Below CA", server.issuer)
    ring = KeyRing(MemoryVault(), tmp_path / "own", [pem(server.issuer.certificate)])
    put(ring, pem(below.certificate), accept=False)
    other = tmp_path / "below"
    other.mkdir()
    with AuthorityServer(other, below) as lower:
        bob = lower.person(BOB.spec, ocsp=False, crl=False)
    known(ring, bob)
    assert ring.objection(bob.certificate, "it", LATER) == ""
    server.publish(below.certificate, issuing.certificate)
    standing = asked(ring, issuing)
    ring.note(sha256_of(below.certificate), replace(ring.standing(sha256_of(issuing.certificate)), state=standing))  # type: ignore[type-var]
    assert "the authority of it was revoked" in ring.objection(bob.certificate, "it", LATER)
    assert status_of(ring.record(Method.SMIME, sha256_of(bob.certificate)), ring, LATER)
    ring.close()


@pytest.mark.parametrize("fault", ["old", "forged", "none"])
def test_a_list_that_is_old_or_not_the_authoritys_is_no_answer(ring: KeyRing, server: AuthorityServer, fault: str) -> None:
    bob = server.person(BOB.spec, ocsp=False)
    known(ring, bob)
    if fault == "old":
        server.publish(until=timedelta(days=-1))
    elif fault == "forged":
        server.publish(issuer=pki().stranger_root)
    assert asked(ring, bob) is State.UNKNOWN


def test_what_was_revoked_stays_so_when_nobody_answers_any_more(ring: KeyRing, server: AuthorityServer) -> None:
    bob = server.person(BOB.spec, ocsp=False)
    known(ring, bob)
    server.publish(bob.certificate)
    asked(ring, bob)
    server.list = b""
    check([bob.certificate], ring, ANYWHERE, LATER + timedelta(days=3))
    assert unusable(ring)


def test_nobody_is_asked_for_a_strangers_certificate_nor_within_the_house(ring: KeyRing, server: AuthorityServer) -> None:
    bob = server.person(BOB.spec, ocsp=False)
    known(ring, bob)
    server.publish(bob.certificate)
    assert asked(ring, bob, Fetcher()) is State.UNKNOWN, "it is on loopback"
    assert not is_public("127.0.0.1", 80)
    assert not is_public("169.254.169.254", 80)
    assert not is_public("::1", 80)
    check([pki().mallory.certificate], ring, ANYWHERE, LATER)
    assert ring.standing(sha256_of(pki().mallory.certificate)) is None
