import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.encryption.capability import Capabilities, Capability, Unusable
from securemail_desktop.encryption.choose import choose
from securemail_desktop.encryption.method import LEVELS, Level, Method, Requirement
from tests.support.pki import NOW

SMIME = Capability(Method.SMIME, "aa", "vouched for", NOW)
PGP = Capability(Method.OPENPGP, "bb", "accepted", NOW)
TLS = Capability(Method.TLS, "gw", "your gateway gw enforces encryption to x.example", NOW)
DOUBTED = Capability(Method.SMIME, "cc", "imported", NOW, accepted=False)
ALL = (Method.SMIME, Method.OPENPGP, Method.TLS, Method.PORTAL)


@pytest.mark.parametrize(
    ("order", "minimum", "usable", "expected"),
    [
        (ALL, Level.TRANSPORT, (TLS, PGP, SMIME), Method.SMIME),
        (ALL, Level.TRANSPORT, (TLS, PGP), Method.OPENPGP),
        (ALL, Level.TRANSPORT, (TLS,), Method.TLS),
        (ALL, Level.MESSAGE, (TLS,), Method.NONE),
        (ALL, Level.TRANSPORT, (), Method.NONE),
        (ALL, Level.TRANSPORT, (DOUBTED,), Method.NONE),
        (ALL, Level.TRANSPORT, (DOUBTED, TLS), Method.TLS),
        ((Method.TLS, Method.SMIME), Level.TRANSPORT, (SMIME, TLS), Method.TLS),
        ((Method.CLEAR,), Level.CLEAR, (), Method.CLEAR),
        ((Method.SMIME, Method.CLEAR), Level.CLEAR, (SMIME,), Method.SMIME),
        ((Method.CLEAR,), Level.TRANSPORT, (), Method.NONE),
        ((Method.NONE,), Level.CLEAR, (), Method.NONE),
        ((), Level.CLEAR, (SMIME,), Method.NONE),
    ],
)
def test_the_order_decides_above_the_minimum(
    order: tuple[Method, ...], minimum: Level, usable: tuple[Capability, ...], expected: Method
) -> None:
    choice = choose(Requirement(order, minimum), Capabilities(usable))
    assert choice.method is expected
    assert (choice.capability is None) == (expected in {Method.NONE, Method.CLEAR})


def test_the_first_usable_key_of_a_method_is_taken() -> None:
    second = Capability(Method.SMIME, "dd", "older", NOW)
    assert choose(Requirement(ALL, Level.MESSAGE), Capabilities((DOUBTED, SMIME, second))).capability == SMIME


@pytest.mark.parametrize(
    ("capabilities", "says"),
    [
        (Capabilities((), (Unusable(Method.SMIME, "aa", "bob@x.example's certificate expired on 2026-10-01"),)), "expired on 2026-10-01"),
        (Capabilities((DOUBTED,)), "nobody has vouched for it"),
        (Capabilities((TLS,)), "only the way is protected"),
        (Capabilities(), "no protected way"),
    ],
)
def test_the_reason_says_why_nothing_fits(capabilities: Capabilities, says: str) -> None:
    assert says in choose(Requirement(ALL, Level.MESSAGE), capabilities).reason


def test_the_reason_of_a_promise_about_the_way_names_who_keeps_it() -> None:
    assert choose(Requirement(ALL, Level.TRANSPORT), Capabilities((TLS,))).reason == f"Protected on the way: {TLS.evidence}"


CAPABILITY = st.builds(Capability, st.sampled_from(list(Method)), st.text(), st.text(), st.just(NOW), st.booleans())


@given(st.lists(st.sampled_from(list(Method))), st.sampled_from(list(Level)), st.lists(CAPABILITY))
def test_never_below_what_is_required(order: list[Method], minimum: Level, usable: list[Capability]) -> None:
    choice = choose(Requirement(tuple(order), minimum), Capabilities(tuple(usable)))
    assert choice.method is Method.NONE or (choice.method in order and LEVELS[choice.method] >= minimum)
    assert choice.method in {Method.NONE, Method.CLEAR} or (choice.capability is not None and choice.capability.accepted)
    assert choice.reason
