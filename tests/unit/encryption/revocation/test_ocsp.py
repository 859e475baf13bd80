"""Answers of responders: only sound ones about the very certificate count; any bytes are taken."""

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as library
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.encryption.revocation import crl, ocsp
from securemail_desktop.encryption.standing import Mode, Standing, State, decode, encode, objection
from tests.support.pki import NOW, Issuer, pki

BOB, OTHER, CA = pki().bob.certificate, pki().carol.certificate, pki().issuing
GOOD, REVOKED = library.OCSPCertStatus.GOOD, library.OCSPCertStatus.REVOKED


def response(
    about: x509.Certificate = BOB,
    status: library.OCSPCertStatus = GOOD,
    until: datetime | None = NOW + timedelta(days=1),
    signer: Issuer = CA,
    since: datetime = NOW - timedelta(hours=1),
) -> bytes:
    revoked_at = NOW - timedelta(days=1) if status is REVOKED else None
    builder = library.OCSPResponseBuilder().add_response(about, CA.certificate, hashes.SHA1(), status, since, until, revoked_at, None)
    builder = builder.responder_id(library.OCSPResponderEncoding.HASH, signer.certificate).certificates([signer.certificate])
    return builder.sign(signer.key, hashes.SHA256()).public_bytes(Encoding.DER)


def altered(answer: bytes) -> bytes:
    """The answer with another time of its making."""
    made = library.load_der_ocsp_response(answer).produced_at_utc
    return answer.replace(f"{made:%Y%m%d%H%M%SZ}".encode(), b"20200101000000Z", 1)


def judged(answer: bytes, at: datetime = NOW) -> Standing | None:
    return ocsp.judge(answer, BOB, CA.certificate, at)


def test_good_and_revoked_are_told_apart() -> None:
    assert judged(response()) == Standing(State.GOOD, NOW, NOW + timedelta(days=1))
    assert judged(response(status=REVOKED)) == Standing(State.REVOKED, NOW, NOW + timedelta(days=1), NOW - timedelta(days=1))


@pytest.mark.parametrize(
    "answer",
    [
        response(OTHER),
        response(signer=pki().stranger_root),
        response(status=library.OCSPCertStatus.UNKNOWN),
        response(until=NOW - timedelta(minutes=30)),
        response(until=None, since=NOW - timedelta(days=8)),
        response(since=NOW + timedelta(hours=1)),
        altered(response()),
        library.OCSPResponseBuilder.build_unsuccessful(library.OCSPResponseStatus.TRY_LATER).public_bytes(Encoding.DER),
    ],
    ids=["another's", "a stranger's", "unknown", "past its end", "too old", "of tomorrow", "altered", "try later"],
)
def test_what_is_no_sound_answer_does_not_count(answer: bytes) -> None:
    assert judged(answer) is None


@given(st.binary(max_size=400), st.integers(0, 2000), st.integers(0, 255))
def test_any_bytes_are_taken(noise: bytes, at: int, octet: int) -> None:
    assert judged(noise) is None
    assert crl.judge(noise, BOB, CA.certificate, NOW) is None
    answer = bytearray(response(OTHER))
    answer[at % len(answer)] = octet
    assert judged(bytes(answer)) is None


@pytest.mark.parametrize("standing", [Standing(State.UNKNOWN, NOW, NOW), Standing(State.REVOKED, NOW, NOW, NOW - timedelta(days=2))])
def test_a_standing_is_kept_as_it_is(standing: Standing) -> None:
    assert decode(encode(standing)) == standing


def test_what_was_good_needs_a_new_word_after_its_end_where_one_is_needed() -> None:
    good = Standing(State.GOOD, NOW, NOW + timedelta(days=1))
    assert objection(good, "it", Mode.HARD, NOW + timedelta(hours=23)) == ""
    assert objection(good, "it", Mode.HARD, NOW + timedelta(hours=25)) == "nobody could confirm that it is still valid"
    assert objection(good, "it", Mode.SOFT, NOW + timedelta(hours=25)) == ""
    assert not good.stale(NOW + timedelta(hours=11))
    assert good.stale(NOW - timedelta(hours=1)), "the clock was set back"
