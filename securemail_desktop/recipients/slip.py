"""Slips of the finger: how few keystrokes separate two strings, and which slip it was. Pure; no knowledge of mail.

Distance is optimal string alignment (Damerau 1964): insertion, deletion, substitution and transposition of neighbours cost 1.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

ROWS = ("1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm.-", "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop", "yxcvbnm")


class SlipKind(StrEnum):
    """What the finger did, as it is told to people."""

    OMITTED = "a letter is missing"
    DOUBLED = "a letter is doubled"
    EXTRA = "a letter is too many"
    SWAPPED = "two letters are swapped"
    NEIGHBOUR = "a neighbouring key was hit"
    OTHER = "a letter differs"
    FAR = "more than one letter differs"


@dataclass(frozen=True, slots=True)
class Slip:
    """The kind of a slip and its distance in edits."""

    kind: SlipKind
    edits: int


def _neighbours() -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for row in ROWS:
        found |= {pair for a, b in pairwise(row) for pair in ((a, b), (b, a))}
    for upper, lower in pairwise(ROWS[:4]):
        for offset in (0, 1):
            found |= {pair for a, b in zip(upper[offset:], lower, strict=False) for pair in ((a, b), (b, a))}
    return frozenset(found)


NEIGHBOURS = _neighbours()


def distance(left: str, right: str, limit: int) -> int:
    """Return the number of edits between two strings, `limit + 1` when there are more than `limit`."""
    if abs(len(left) - len(right)) > limit or len(set(left) ^ set(right)) > 2 * limit:
        return limit + 1
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        current = [i]
        for j, b in enumerate(right, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, previous = previous, current
    return min(previous[-1], limit + 1)


def slip(typed: str, meant: str, limit: int = 2) -> Slip | None:
    """Return how `typed` came from `meant`; None when they are equal or more than `limit` edits apart."""
    edits = distance(typed, meant, limit)
    if edits == 0 or edits > limit:
        return None
    if edits > 1:
        return Slip(SlipKind.FAR, edits)
    return Slip(_single(typed, meant), 1)


def _single(typed: str, meant: str) -> SlipKind:
    at = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant)))
    if len(typed) < len(meant):
        return SlipKind.OMITTED
    if len(typed) > len(meant):
        return SlipKind.DOUBLED if typed[at] in {meant[at - 1 : at], meant[at : at + 1]} else SlipKind.EXTRA
    if typed[at + 1 :] != meant[at + 1 :]:
        return SlipKind.SWAPPED
    return SlipKind.NEIGHBOUR if (typed[at], meant[at]) in NEIGHBOURS else SlipKind.OTHER
