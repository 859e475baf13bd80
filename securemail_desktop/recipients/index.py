"""What is known of the people the user writes to: built from sent and received mail, exported as rows of primitives.

It learns from what was sent and received, never from drafts. It holds addresses, names, times, and digests of Message-IDs and words; no text.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.log import Entry, MessageLog, buckets, digest, subject_number
from securemail_desktop.recipients.person import Person
from securemail_desktop.recipients.similar import Lookup, Similar, SimilarDomain
from securemail_desktop.recipients.thread import Thread

Row = tuple[str | int | float, ...]
# The number is the rows' form; rows of another form are left out, and the mailbox is read again.
PERSON, MESSAGE, REFUSED = "person-2", "message-2", "refused-1"


@dataclass(frozen=True, slots=True)
class Correspondence:
    """One message that was sent or received, as the index learns it. `text` is what its author wrote, where it is at hand."""

    sender: Address
    to: tuple[Address, ...]
    date: datetime
    cc: tuple[Address, ...] = ()
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""


class RecipientIndex:
    """The user's correspondents. `own` are the user's addresses, `inside` the organisation's domains (their subdomains too).

    `replayed` keeps what `calibrate` found for sent messages, by position.
    """

    def __init__(self, own: Sequence[Address], inside: Sequence[str]) -> None:
        """Start empty."""
        self.own = frozenset(address.key for address in own)
        self.inside = tuple(domain.casefold() for domain in inside)
        self.log = MessageLog()
        self.replayed: dict[int, float] = {}
        self._people: list[Person] = []
        self._numbers: dict[str, int] = {}
        self._lookup = Lookup()
        self._sent_to: Counter[str] = Counter()
        self._kept = (0, 0)
        self._changed: set[int] = set()
        self._refusals: set[int] = set()

    def learn_sent(self, message: Correspondence) -> None:
        """Take in one message that was truly sent; a Message-ID that is already known is not counted twice."""
        self._learn(message, sent=True)

    def learn_received(self, message: Correspondence) -> None:
        """Take in the headers of one received message; a Message-ID that is already known is not counted twice."""
        self._learn(message, sent=False)

    def add_contacts(self, contacts: Iterable[Address]) -> None:
        """Take in the address book: known, without having been written to."""
        for address in contacts:
            person = self._person(address)
            self._become_known(person)
            if not person.contact:
                self._changed.add(person.number)
            person.contact = True

    def note_refusal(self, address: Address, when: datetime) -> None:
        """Take in that a server refused the address for good (RFC 3463: no such mailbox or domain, moved, switched off)."""
        self._refuse(self._person(address), int(when.timestamp()))

    def rows(self) -> Iterator[Row]:
        """Return the index as rows that `from_rows` reads, for the encrypted store: people in order, then messages in order.

        A message's row never changes; (kind, number) names a row.
        """
        refused = [person.number for person in self._people if person.refused]
        return self._rows(range(len(self._people)), range(len(self.log)), refused)

    @property
    def kept(self) -> tuple[int, int]:
        """Return how many people and messages the encrypted store has, as far as is known here."""
        return self._kept

    def unkept(self) -> Iterator[Row]:
        """Return the rows that are new or changed since the index was read or `mark_kept` was called."""
        people, messages = self._kept
        changed = sorted(number for number in self._changed if number < people)
        return self._rows((*changed, *range(people, len(self._people))), range(messages, len(self.log)), sorted(self._refusals))

    def mark_kept(self) -> None:
        """Note that the store has everything."""
        self._kept = (len(self._people), len(self.log))
        self._changed.clear()
        self._refusals.clear()

    def _rows(self, people: Iterable[int], messages: Iterable[int], refused: Iterable[int]) -> Iterator[Row]:
        for p in map(self.by_number, people):
            yield (PERSON, p.number, p.local, p.domain, p.name, int(p.contact))
        log = self.log
        for at in messages:
            flat = (" ".join(map(str, log.people(at))), " ".join(map(str, log.words(at))))
            yield (MESSAGE, at, log.times[at], log.digests[at], log.parents[at], int(log.was_sent(at)), log.subjects[at], *flat)
        for p in map(self.by_number, refused):
            yield (REFUSED, p.number, p.refused)

    @classmethod
    def from_rows(cls, own: Sequence[Address], inside: Sequence[str], rows: Iterable[Row]) -> "RecipientIndex":
        """Return the index that `rows` described; each kind is in order, whichever comes first."""
        index = cls(own, inside)
        kept = list(rows)
        for row in kept:
            if row[0] == PERSON:
                index._restore_person(row)
        for row in kept:
            if row[0] == MESSAGE:
                index._restore_message(row)
        for row in kept:
            if row[0] == REFUSED:
                index.by_number(int(row[1])).refused = int(row[2])
        index.mark_kept()
        return index

    def person(self, key: str) -> Person | None:
        """Return what is known of an address by its key, None for one never seen."""
        number = self._numbers.get(key)
        return None if number is None else self._people[number]

    def numbers(self, keys: Iterable[str]) -> set[int]:
        """Return the numbers of the people that were seen among the keys."""
        return {self._numbers[key] for key in keys if key in self._numbers}

    def by_number(self, number: int) -> Person:
        """Return a person by his number."""
        return self._people[number]

    def is_inside(self, domain: str) -> bool:
        """Return whether a domain is the organisation's, or below one of its domains."""
        return any(domain == own or domain.endswith(f".{own}") for own in self.inside)

    def similar(self, address: Address) -> list[Similar]:
        """Return the known people that the address resembles, surest first."""
        return self._lookup.similar(address)

    def similar_domains(self, domain: str) -> list[SimilarDomain]:
        """Return the known domains, and mail providers, that the domain resembles."""
        return self._lookup.similar_domains(domain)

    def at(self, domain: str) -> list[Person]:
        """Return the known people of a domain."""
        return self._lookup.at(domain)

    def sent_to(self, domain: str) -> int:
        """Return how many copies of messages the user sent to people of a domain, his own addresses apart."""
        return self._sent_to[domain]

    def called(self, name: str) -> list[Person]:
        """Return the known people of exactly this name, in whatever order its words stand."""
        return self._lookup.called(name)

    def named(self, word: str) -> list[Person]:
        """Return the known people whose name holds a word as `person.words` gives it."""
        return self._lookup.named(word)

    def completions(self, start: str) -> list[Person]:
        """Return the known people whom a completion list shows for two typed letters: a word of name or address begins so."""
        return self._lookup.completions(start)

    def namesakes(self, name: str) -> list[str]:
        """Return the domains of known people whose organisation is called so (`organisation_name.core`)."""
        return self._lookup.namesakes(name)

    def thread(self, in_reply_to: str, references: Sequence[str] = ()) -> Thread:
        """Return who takes part in the conversation of the Message-IDs, as far as it was sent or received here."""
        parent = self.log.find(digest(in_reply_to))
        positions = {self.log.find(digest(reference)) for reference in references} | {parent}
        people = {self._people[n].key for position in positions if position is not None for n in self.log.people(position)}
        if parent is None:
            return Thread(known=False, people=frozenset(people))
        keys = [self._people[n].key for n in self.log.people(parent)]
        return Thread(known=True, author=keys[0], parent=frozenset(keys), people=frozenset(people))

    def _person(self, address: Address) -> Person:
        key = address.key
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._people)
            self._people.append(Person(number, key, address.local, address.domain, address.name))
        person = self._people[number]
        if address.name and not person.name:
            person.name = address.name
            self._changed.add(number)
            if person.known:
                self._lookup.add_name(person)
        return person

    def _become_known(self, person: Person) -> None:
        if not person.known and person.key not in self.own:
            self._lookup.add(person)

    def _learn(self, message: Correspondence, *, sent: bool) -> None:
        number = digest(message.message_id)
        if self.log.find(number) is not None:
            return
        people = list({p.number: p for p in map(self._person, (message.sender, *message.to, *message.cc))}.values())
        numbers = [person.number for person in people]
        entry = Entry(int(message.date.timestamp()), number, digest(message.in_reply_to), sent, subject_number(message.subject))
        position = self.log.append(entry, numbers, buckets(message.subject, message.text))
        self._note(people, position, sent=sent)

    def _note(self, people: Sequence[Person], position: int, *, sent: bool) -> None:
        """Write the message's position at everybody in it; the first is its author."""
        author, others = people[0], people[1:]
        if not sent:
            self._become_known(author)
            author.heard.append(position)
            self._take_back_refusal(author, position)
        for person in others:
            if sent:
                self._become_known(person)
                self._sent_to[person.domain] += person.key not in self.own
            (person.written if sent else person.beside).append(position)
            if sent:
                self._take_back_refusal(person, position)

    def _refuse(self, person: Person, when: int) -> None:
        person.refused = when
        self._refusals.add(person.number)

    def _take_back_refusal(self, person: Person, position: int) -> None:
        """Forget a refusal when the address took or wrote a later message."""
        if person.refused and self.log.times[position] > person.refused:
            self._refuse(person, 0)

    def _restore_person(self, row: Row) -> None:
        _, number, local, domain, name, contact = row
        address = Address(str(local), str(domain), str(name))
        person = Person(int(number), address.key, address.local, address.domain, address.name)
        self._numbers[person.key] = person.number
        self._people.append(person)
        if contact:
            self._become_known(person)
            person.contact = True

    def _restore_message(self, row: Row) -> None:
        _, _, when, number, parent, sent, subject, people, words = row
        numbers = array("I", map(int, str(people).split()))
        entry = Entry(int(when), int(number), int(parent), bool(sent), int(subject))
        position = self.log.append(entry, numbers, array("H", map(int, str(words).split())))
        self._note([self._people[n] for n in numbers], position, sent=bool(sent))
