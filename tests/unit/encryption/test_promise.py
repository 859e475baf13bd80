"""What domains promise: kept, counted only while it is confirmed and where policy says that one's own server keeps to it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.encryption.capability import Capabilities
from securemail_desktop.encryption.choose import choose
from securemail_desktop.encryption.discover import capabilities_of
from securemail_desktop.encryption.method import Level, Method, Requirement
from securemail_desktop.encryption.promise import Kind, Promise, Promises, Ways
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.address import parse_address
from tests.support.keys import MemoryVault
from tests.support.pki import NOW

ALICE = parse_address("alice@clinic.example")
PETER = parse_address("peter@hospital.example")
HELD = Promise(Kind.STS, True, NOW, NOW + timedelta(days=365), NOW, "hospital.example promises to take mail only protected on the way", "1")
NONE = Promise(Kind.DANE, False, NOW, NOW, NOW, "hospital.example promises nothing by its signed DNS.")
BOTH = frozenset(Kind)
PATIENT_DATA = Requirement((Method.SMIME, Method.OPENPGP, Method.TLS), Level.TRANSPORT)


def _means(ring: KeyRing, ways: Ways, day: int = 0) -> Capabilities:
    now = NOW + timedelta(days=day)
    return capabilities_of(PETER, ring.own(ALICE, now), ring, ways, now)


def test_a_promise_counts_where_ones_own_server_keeps_to_it(ring: KeyRing) -> None:
    means = _means(ring, Ways(promises=(HELD, NONE), enforced=BOTH))
    assert choose(PATIENT_DATA, means).reason == (
        f"Protected on the way: hospital.example promises to take mail only protected on the way (last seen on {NOW:%Y-%m-%d})"
    )
    assert [(found.method, found.key, found.obtained) for found in means.usable] == [(Method.TLS, "tls.sts", NOW)]


def test_a_promise_that_nobody_enforces_protects_nothing_and_says_why(ring: KeyRing) -> None:
    for enforced in (frozenset[Kind](), frozenset({Kind.DANE})):
        choice = choose(PATIENT_DATA, _means(ring, Ways(promises=(HELD,), enforced=enforced)))
        assert choice.method is Method.NONE
        assert choice.reason.endswith("but your organisation does not say that its own mail server keeps to it")


def test_a_promise_that_was_not_seen_for_a_week_or_has_ended_counts_no_more(ring: KeyRing) -> None:
    ways = Ways(promises=(HELD,), enforced=BOTH)
    assert _means(ring, ways, day=6).usable
    assert not _means(ring, ways, day=7).usable
    short = Promise(Kind.STS, True, NOW, NOW + timedelta(days=2), NOW, "so", "1")
    assert _means(ring, Ways(promises=(short,), enforced=BOTH), day=1).usable
    assert not _means(ring, Ways(promises=(short,), enforced=BOTH), day=2).usable


def test_a_gateway_comes_before_a_promise(ring: KeyRing) -> None:
    means = _means(ring, Ways({"hospital.example": "Gate"}, promises=(HELD,), enforced=BOTH))
    assert [found.key for found in means.usable] == ["Gate", "tls.sts"]


def test_inside_nothing_is_said_of_promises(ring: KeyRing) -> None:
    means = _means(ring, Ways(inside=("hospital.example",), promises=(HELD,), enforced=BOTH))
    assert [found.key for found in means.usable] == ["own transport"]


def test_what_could_not_be_found_out_counts_as_not_asked(ring: KeyRing) -> None:
    failed = Promise(Kind.DANE, False, NOW, NOW, NOW, "DNS does not answer.", failed=True)
    assert _means(ring, Ways(promises=(HELD, NONE))).asked == BOTH
    assert _means(ring, Ways(promises=(HELD, failed))).asked == {Kind.STS}
    assert _means(ring, Ways()).asked == frozenset()


@pytest.mark.parametrize(("failed", "hours", "fresh"), [(False, 23, True), (False, 24, False), (True, 0, True), (True, 1, False)])
def test_it_is_asked_again_after_a_day_or_an_hour_after_a_failure(failed: bool, hours: int, fresh: bool) -> None:
    promise = Promise(Kind.STS, False, NOW, NOW, NOW, "so", failed=failed)
    assert promise.fresh(NOW + timedelta(hours=hours)) is fresh


@given(st.lists(st.builds(Promise, st.sampled_from(Kind), st.booleans(), st.just(NOW), st.just(NOW), st.just(NOW), st.text(), st.text())))
def test_what_is_kept_comes_back(promises: list[Promise]) -> None:
    memory = Promises(MemoryVault())
    assert memory.of("hospital.example") == ()
    memory.keep("hospital.example", promises)
    assert memory.of("hospital.example") == tuple(promises)
    assert memory.of("practice.example") == ()
