"""What an address looks like."""

import pytest

from securemail_desktop.recipients.skeleton import mixed_scripts, skeleton, unicode_domain


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("pаypal.example", "paypal.example"),  # Cyrillic a
        ("c1inic.example", "clinic.example"),
        ("CLINIC.example", "clinic.example"),
        ("clinlc.example", "clinic.example"),
        ("kemel.example", "kernel.example"),
        ("vvard.example", "ward.example"),
        ("clata.example", "data.example"),
        ("mo0re.example", "moore.example"),
        ("müller.example", "muller.example"),
    ],
)
def test_what_looks_alike_has_one_skeleton(typed: str, known: str) -> None:
    assert skeleton(typed) == skeleton(known)


@pytest.mark.parametrize(("typed", "known"), [("clinic.example", "clonic.example"), ("anna", "hanna"), ("ward3", "ward4")])
def test_what_looks_different_has_two(typed: str, known: str) -> None:
    assert skeleton(typed) != skeleton(known)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("clinic", False),
        ("cliniс", True),
        ("клиника", False),
        ("müller", False),
        ("東京クリニック", False),
        ("анна.clinic", False),
        ("ward-клиника", False),
    ],
)
def test_mixed_scripts(text: str, expected: bool) -> None:
    assert mixed_scripts(text) is expected


@pytest.mark.parametrize(
    ("domain", "expected"),
    [("xn--mller-kva.example", "müller.example"), ("clinic.example", "clinic.example"), ("xn--99999999.example", "xn--99999999.example")],
)
def test_domains_are_shown_as_people_write_them(domain: str, expected: str) -> None:
    assert unicode_domain(domain) == expected
