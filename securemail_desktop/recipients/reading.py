"""One draft as the behaviour model reads it: who else is there, in the conversation, and in old messages of the same words."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.greeting import greeted
from securemail_desktop.recipients.log import buckets, subject_number
from securemail_desktop.recipients.past import Past
from securemail_desktop.recipients.person import Person, words

TEXT = 4000
NOVEL = 60
ANNOUNCED = re.compile(
    r"\b(?:cc(?:'?ing|'?ed|ed)?|adding|added|add|loop(?:ing|ed)? in|copy(?:ing)?|copied|in copy|in kopie|en copia|bringing in|\+to|\+cc)\b"
    r"|(?:^|[\s(\[])\+ ?@?[^\W\d_]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What all features of a draft share; people by number.

    `near` is the likeness of old messages that each person stood in, summed; `near_best` the greatest of them; `near_all` the sum over all.
    `groups` are recipients of old messages, with how many of the draft's they share. `announced` when the text says that somebody is added.
    `same_subject` counts messages of this subject, and `with_subject` those with each person. `novelty` is the part of the user's last
    messages that went to somebody new.
    """

    case: Case
    recipients: tuple[int, ...]
    thread: frozenset[int]
    near: Mapping[int, float]
    near_best: Mapping[int, float]
    near_all: float
    groups: tuple[tuple[frozenset[int], int], ...]
    announced: bool
    same_subject: int
    with_subject: Mapping[int, int]
    greeting: tuple[str, ...]
    text_words: frozenset[str]
    novelty: float

    @property
    def past(self) -> Past:
        """Return what was known before the draft."""
        return self.case.past

    def person(self, address: Address) -> Person | None:
        """Return the person of an address, None when nothing was seen of him before."""
        person = self.case.index.person(address.key)
        return (
            person
            if person and (person.contact or min(map(self._first, (person.written, person.heard, person.beside))) < self.past.before)
            else None
        )

    @staticmethod
    def _first(positions: "Iterable[int]") -> int:
        return next(iter(positions), 1 << 32)


def read(case: Case) -> Reading:
    """Return the reading of a draft in the light of the past."""
    return read_words(case, buckets(case.draft.subject, case.draft.text), subject_number(case.draft.subject))


def read_words(case: Case, found_words: Sequence[int], subject: int) -> Reading:
    """Return the reading of a message of which only the words' buckets and the subject's number are left."""
    past = case.past
    text = case.draft.text[:TEXT]
    near: defaultdict[int, float] = defaultdict(float)
    best: defaultdict[int, float] = defaultdict(float)
    neighbours = past.neighbours(found_words)
    for neighbour in neighbours:
        for number in case.index.log.people(neighbour.position):
            near[number] += neighbour.likeness
            best[number] = max(best[number], neighbour.likeness)
    times, with_subject = _subject(subject, past)
    recipients = tuple(p.number for p in map(case.index.person, case.keys) if p)
    return Reading(
        case=case,
        recipients=recipients,
        thread=frozenset(case.index.numbers(key for key in case.thread.people if not case.is_own(key))),
        near=near,
        near_best=best,
        groups=tuple(past.groups(frozenset(recipients))),
        announced=bool(ANNOUNCED.search(text[:600])),
        near_all=sum(n.likeness for n in neighbours),
        same_subject=times,
        with_subject=with_subject,
        greeting=greeted(text),
        text_words=frozenset(words(text)),
        novelty=_novelty(past),
    )


def _subject(subject: int, past: Past) -> tuple[int, Counter[int]]:
    people: Counter[int] = Counter()
    found = 0
    for position in past.index.log.with_subject(subject):
        if position < past.before:
            found += 1
            people.update(past.index.log.people(position))
        if found == 20:
            break
    return found, people


def _novelty(past: Past) -> float:
    log, first = past.index.log, max(0, past.messages_sent - NOVEL)
    positions = log.sent_positions[first : past.messages_sent]
    new = sum(any(_first_written(past, n) == position for n in log.people(position)[1:]) for position in positions)
    return new / (len(positions) + 5)


def _first_written(past: Past, number: int) -> int:
    person = past.index.by_number(number)
    if not person.written or (person.heard and person.heard[0] < person.written[0]):
        return -1
    return person.written[0]
