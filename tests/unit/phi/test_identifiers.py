"""Every kind of identifier on tables of our own: `identifiers/*.txt`, one text a line, with what must be found marked."""

from pathlib import Path

import pytest

from securemail_desktop.phi.scan import scan
from tests.support.marked import cases, marked

TABLES = Path(__file__).parent / "identifiers"
CASES = [(kind or file.stem.upper(), text) for file in sorted(TABLES.glob("*.txt")) for kind, text in cases(file)]


@pytest.mark.parametrize(("kind", "text"), CASES)
def test_identifiers(kind, text):
    plain, expected = marked(text)
    assert [plain[f.start : f.end] for f in scan([("body", plain)]).findings if f.type.value == kind] == expected
