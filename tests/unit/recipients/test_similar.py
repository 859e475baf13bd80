"""Which known address an address resembles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.address import parse_address
from securemail_desktop.recipients.similar import Likeness, compare_domains, shape_of, spells_name
from tests.support.mailbox import Mailbox

KNOWN = (
    "Maria Lopez <maria.lopez@northside.example>, Eric Biggers <eb@clinic.example>, "
    "chen@lab.example, ward3@clinic.example, info@clinic.example, dora@mail.lab.example"
)


@pytest.mark.parametrize(
    ("typed", "likeness", "meant"),
    [
        ("maria.lopes@northside.example", Likeness.LOCAL, "maria.lopez@northside.example"),
        ("maria.lpoez@northside.example", Likeness.LOCAL, "maria.lopez@northside.example"),
        ("mria.lopezz@northside.example", Likeness.LOCAL, "maria.lopez@northside.example"),
        ("marla.lopez@northside.example", Likeness.SKELETON, "maria.lopez@northside.example"),
        ("maria.lopez@norhtside.example", Likeness.DOMAIN, "maria.lopez@northside.example"),
        ("maria.lopez@n0rthside.example", Likeness.SKELETON, "maria.lopez@northside.example"),
        ("maria.lopez@nоrthside.example", Likeness.SKELETON, "maria.lopez@northside.example"),  # Cyrillic o
        ("maria.lopez@northside.test", Likeness.ENDING, "maria.lopez@northside.example"),
        ("maria.lopez@north-side.example", Likeness.DOMAIN, "maria.lopez@northside.example"),
        ("maria.lopez@northside-hq.example", Likeness.LENGTHENED, "maria.lopez@northside.example"),
        ("dora@mail-hq.lab.example", Likeness.LENGTHENED, "dora@mail.lab.example"),
        ("maria.lopez@gmail.com", Likeness.WEBMAIL, "maria.lopez@northside.example"),
        ("mlopez@gmail.com", Likeness.WEBMAIL, "maria.lopez@northside.example"),
        ("ericbiggers@outlook.com", Likeness.WEBMAIL, "eb@clinic.example"),
        ("maria.lopez@elsewhere.example", Likeness.ELSEWHERE, "maria.lopez@northside.example"),
        ("chne@lab.example", Likeness.LOCAL, "chen@lab.example"),
    ],
)
def test_finds_who_was_meant(typed: str, likeness: Likeness, meant: str) -> None:
    found = Mailbox().sent(KNOWN).index.similar(parse_address(typed))
    assert (found[0].likeness, found[0].person.key) == (likeness, meant)


@pytest.mark.parametrize(
    "typed", ["ward4@clinic.example", "info@other.example", "zoe@northside.example", "xy@gmail.com", "maria@elsewhere.example"]
)
def test_resembles_nobody(typed: str) -> None:
    assert Mailbox().sent(KNOWN).index.similar(parse_address(typed)) == []


def test_an_address_does_not_resemble_itself() -> None:
    assert Mailbox().sent("chen@lab.example").index.similar(parse_address("chen@lab.example")) == []


@pytest.mark.parametrize(
    ("typed", "known"), [("a.example", "b.example"), ("mit.example", "wit-labs.example"), ("lab.example", "lab.example")]
)
def test_short_or_equal_domains_do_not_resemble(typed: str, known: str) -> None:
    found = compare_domains(typed, known)
    assert found is None or found.edits == 1


@pytest.mark.parametrize(
    ("local", "name", "expected"),
    [
        ("eric.biggers", ("eric", "biggers"), True),
        ("ebiggers", ("eric", "biggers"), True),
        ("biggers.e", ("eric", "biggers"), True),
        ("eric", ("eric", "biggers"), False),
        ("eric.smith", ("eric", "biggers"), False),
        ("biggers", ("biggers",), False),
    ],
)
def test_spells_name(local: str, name: tuple[str, ...], expected: bool) -> None:
    assert spells_name(local, name) is expected


LABELS = st.text("abcdeilmnorvwcхо0-", min_size=1, max_size=12)
DOMAINS = st.lists(LABELS, min_size=1, max_size=3).map(".".join)
SLIPS = st.lists(st.tuples(st.integers(0, 40), st.sampled_from("abcdil0.-m"), st.booleans()), max_size=3)


@given(known=DOMAINS, slips=SLIPS, longer=st.sampled_from(["", "x", "-mail", "online.test", ".example"]))
def test_what_the_shapes_tell_apart_does_not_resemble(known: str, slips: list[tuple[int, str, bool]], longer: str) -> None:
    typed = known
    for at, letter, extra in slips:
        typed = typed[: at % (len(typed) + 1)] + letter + typed[at % (len(typed) + 1) + (not extra) :]
    typed += longer
    assert compare_domains(typed, known) is None or shape_of(typed).may_resemble(shape_of(known))


def test_a_domain_that_becomes_known_is_resembled_from_then_on() -> None:
    box = Mailbox()
    assert box.index.similar_domains("northsied.example") == []
    box.sent("bob@northside.example")
    assert [s.domain for s in box.index.similar_domains("northsied.example")] == ["northside.example"]
