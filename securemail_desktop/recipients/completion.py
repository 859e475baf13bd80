"""The completion list: whom the typed letters may mean, the likeliest first, and how to tell those apart who could be taken for each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import nlargest
from math import exp2

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.index import RecipientIndex
from securemail_desktop.recipients.person import Person, words

SHOWN = 20
_LOOKED_AT = 20  # a person's last messages, from which his rank comes
_HALF_LIFE = 60 * 86400  # seconds
_HEARD = 0.3  # what a message from somebody counts, where one to him counts 1


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A known address. `written` are the messages the user sent to it, `last` is when, or when it last wrote; None for a mere contact.

    `twin` is another known address that could be taken for this one, of a namesake or spelled alike; empty for none.
    """

    address: Address
    written: int
    last: datetime | None
    twin: str = ""


def complete(typed: str, index: RecipientIndex, now: datetime) -> tuple[Suggestion, ...]:
    """Return the known people of whose name or address a word, or the whole, starts with the text; from two letters on, `SHOWN` at most."""
    start = words(typed)
    if not start or len(start[0]) < 2:
        return ()
    found = [p for p in index.completions(start[0][:2]) if _begins(start, p.name) or _begins(start, f"{p.local}@{p.domain}")]
    best = nlargest(SHOWN, found, key=lambda person: (_rank(person, index, now.timestamp()), person.contact))
    return tuple(Suggestion(p.address, p.sent, _last(p, index), _twin(p, index)) for p in best)


def _rank(person: Person, index: RecipientIndex, now: float) -> float:
    return _fresh(person.written, index, now) + _HEARD * _fresh(person.heard, index, now)


def _fresh(positions: Sequence[int], index: RecipientIndex, now: float) -> float:
    return sum(exp2(min(0.0, index.log.times[at] - now) / _HALF_LIFE) for at in positions[-_LOOKED_AT:])


def _last(person: Person, index: RecipientIndex) -> datetime | None:
    filed = person.written or person.heard
    return datetime.fromtimestamp(index.log.times[filed[-1]], UTC) if filed else None


def _twin(person: Person, index: RecipientIndex) -> str:
    namesakes = index.called(person.name) if len(words(person.name)) > 1 else []
    alike = [*namesakes, *(similar.person for similar in index.similar(person.address))]
    others = [other for other in alike if other.key != person.key and other.known]
    return max(others, key=lambda other: other.weight).address.spec if others else ""


def _begins(typed: Sequence[str], text: str) -> bool:
    """Say whether the typed words stand in the text one after the other, the last of them perhaps unfinished."""
    found = words(text.replace("_", " "))
    starts = range(len(found) - len(typed) + 1)
    return any(found[n : n + len(typed) - 1] == typed[:-1] and found[n + len(typed) - 1].startswith(typed[-1]) for n in starts)
