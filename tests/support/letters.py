"""The letters of `tests/corpus/newsletters`: each is built as one maker or mail program builds them; the `.txt` is what Chromium shows of it."""

import base64
import re
from functools import cache
from pathlib import Path

from securemail_desktop.encryption.opened import Part

FOLDER = Path(__file__).resolve().parents[1] / "corpus" / "newsletters"


def names() -> list[str]:
    return sorted(file.stem for file in FOLDER.glob("*.html"))


@cache
def source(name: str) -> str:
    return (FOLDER / f"{name}.html").read_text("utf-8")


def expected(name: str) -> list[str]:
    """Return the lines that a reader must see."""
    return (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()


def parts() -> tuple[Part, ...]:
    """Return the picture that the letter `cid-images` brings along."""
    found = re.search(r"base64,([^\"]*)", source("base64-inline"))
    assert found
    return (Part("image/png", "plan.png", base64.b64decode(found[1]), content_id="<logo@clinic.example>", inline=True),)
