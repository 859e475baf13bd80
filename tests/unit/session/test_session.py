"""What the window asks the session for without a network."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from securemail_desktop.message.address import parse_address
from securemail_desktop.session.session import Session

KNOWN = (
    "Maria López <maria.lopez@hospital.example>",
    "Mario Lopes <m.lopes@clinic.example>",
    "bob@hospital.example",
    "Ann_Lee <ann_lee@x.example>",
)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(Session(tmp_path / "data", tmp_path / "key")) as session:
        session.remember(map(parse_address, KNOWN))
        yield session


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", []),
        ("m", []),
        ("ma", ["maria.lopez", "m.lopes"]),
        ("mari", ["maria.lopez", "m.lopes"]),
        ("MARIA", ["maria.lopez"]),
        ("maria lo", ["maria.lopez"]),
        ("Lope", ["maria.lopez", "m.lopes"]),
        ("lópez", ["maria.lopez"]),
        ("maria.lopez@hos", ["maria.lopez"]),
        ("bob@hospital.example", ["bob"]),
        ("hosp", []),
        ("lee", ["ann_lee"]),
        ("maria xu", []),
        ("zz", []),
    ],
)
def test_completion(session: Session, typed: str, found: list[str]) -> None:
    assert sorted(a.local for a in session.contacts(typed)) == sorted(found)
