"""What an address looks like: the skeleton of UTS #39, section 4, for addresses, and mixed scripts of section 5.1.

Both strings of a pair go through it; equal skeletons mean that people cannot tell them apart. `vv` for w and `cl` for d are ours: the table
of Unicode compares single characters and has only `rn` for m.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

import idna

PAIRS = (("vv", "w"), ("cl", "d"))
# Japanese and Korean write several scripts in one word (UTS #39, table 1a: Highly Restrictive).
TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})


@cache
def confusables() -> Mapping[str, str]:
    """Return the prototypes by character, from the package's data."""
    source = (files("securemail_desktop.recipients") / "data" / "confusables.tsv").read_text(encoding="utf-8")
    lines = (line.partition("\t") for line in source.splitlines() if not line.startswith("#"))
    return {character: prototype for character, _, prototype in lines}


@lru_cache(maxsize=1 << 15)
def skeleton(text: str) -> str:
    """Return the shape of a text: decomposed, case-folded, look-alikes replaced, accents dropped."""
    table = confusables()
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    shape = "".join(table.get(c, c) for c in plain)
    for pair, letter in PAIRS:
        shape = shape.replace(pair, letter)
    # Sans-serif 1, l and i are one stroke; the table joins only the capital I with l.
    return shape.replace("i", "l")


@lru_cache(maxsize=1 << 15)
def unicode_domain(domain: str) -> str:
    """Return a domain in U-labels, label by label; an A-label that cannot be decoded stays."""
    return ".".join(_label(label) for label in domain.split(".")) if "xn--" in domain else domain


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return idna.ulabel(label)
    except (idna.IDNAError, UnicodeError):
        return _punycode(label)


def _punycode(label: str) -> str:
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def mixed_scripts(text: str) -> bool:
    """Return whether one label or word mixes alphabets that no language writes together."""
    return not text.isascii() and any(len(_scripts(label)) > 1 for label in text.replace("@", ".").replace("-", ".").split("."))


def _scripts(label: str) -> set[str]:
    scripts = {unicodedata.name(c, "UNKNOWN").split(" ")[0].split("-")[0] for c in label if c.isalpha()}
    together = scripts & TOGETHER
    return (scripts - TOGETHER - {"LATIN"}) | {"CJK"} if together else scripts
