"""Where a text holds what somebody looks for, as a reader sees it: small and capital letters, accents, line ends and invisible signs do not matter.

Pure; no Qt. Offsets are UTF-16 code units, in which Qt counts.
"""

import unicodedata

MOST = 1000  # more than anybody steps through
_LEFT_OUT = frozenset({"Cf", "Mn"})


def occurrences(text: str, wanted: str) -> tuple[tuple[int, int], ...]:
    """Return (start, end) of the first `MOST` places that hold the wanted words, none within another; linear in the length."""
    looked_for = _folded(wanted)[0].strip()
    if not looked_for:
        return ()
    folded, starts, ends = _folded(text)
    found: list[tuple[int, int]] = []
    at = folded.find(looked_for)
    while at >= 0 and len(found) < MOST:
        last = at + len(looked_for) - 1
        found.append((starts[at], ends[last]))
        at = folded.find(looked_for, last + 1)
    return tuple(found)


def _folded(text: str) -> tuple[str, list[int], list[int]]:
    """Return what is compared, and for each of its characters the units where the original one starts and ends."""
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    unit = 0
    for character in text:
        width = 2 if ord(character) > 0xFFFF else 1
        for sign in _signs(character):
            if sign == " " and signs[-1:] == [" "]:
                ends[-1] = unit + width
                continue
            signs.append(sign)
            starts.append(unit)
            ends.append(unit + width)
        unit += width
    return "".join(signs), starts, ends


def _signs(character: str) -> str:
    if character.isascii():
        return " " if character.isspace() else character.lower()
    if character.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", character.casefold())
    return "".join(sign for sign in plain if unicodedata.category(sign) not in _LEFT_OUT)
