"""What is known of the people the user writes to: built from sent and received mail, exported as rows of primitives.

It learns from what was sent and received, never from drafts. It holds addresses, names, counts, times and digests of Message-IDs; no content.
"""

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.person import Person
from securemail_desktop.recipients.similar import Lookup, Similar, SimilarDomain
from securemail_desktop.recipients.thread import Thread

Row = tuple[str | int | float, ...]
PERSON, MESSAGE = "person", "message"


@dataclass(frozen=True, slots=True)
class Correspondence:
    """One message that was sent or received, as the index learns it."""

    sender: Address
    to: tuple[Address, ...]
    date: datetime
    cc: tuple[Address, ...] = ()
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


class RecipientIndex:
    """The user's correspondents. `own` are the user's addresses, `inside` the organisation's domains (their subdomains too)."""

    def __init__(self, own: Sequence[Address], inside: Sequence[str]) -> None:
        """Start empty."""
        self.own = frozenset(address.key for address in own)
        self.inside = tuple(domain.casefold() for domain in inside)
        self._people: list[Person] = []
        self._numbers: dict[str, int] = {}
        self._lookup = Lookup()
        self._positions: dict[int, int] = {}
        self._starts = array("I", [0])
        self._participants = array("I")
        self._digests = array("q")

    def learn_sent(self, message: Correspondence) -> None:
        """Take in one message that was truly sent; a Message-ID that is already known is not counted twice."""
        people = self._log(message)
        when = int(message.date.timestamp())
        for person in people[1:]:
            self._become_known(person)
            person.sent += 1
            person.last_sent = max(person.last_sent, when)

    def learn_received(self, message: Correspondence) -> None:
        """Take in the headers of one received message; a Message-ID that is already known is not counted twice."""
        people = self._log(message)
        when = int(message.date.timestamp())
        for person in people[:1]:
            self._become_known(person)
            person.received += 1
            person.last_received = max(person.last_received, when)
        for person in people[1:]:
            person.copied += 1

    def add_contacts(self, contacts: Iterable[Address]) -> None:
        """Take in the address book: known, without having been written to."""
        for address in contacts:
            person = self._person(address)
            self._become_known(person)
            person.contact = True

    def rows(self) -> Iterator[Row]:
        """Return the index as rows that `from_rows` reads, for the encrypted store."""
        for p in self._people:
            counts = (p.sent, p.received, p.copied, p.last_sent, p.last_received, int(p.contact))
            yield (PERSON, p.local, p.domain, p.name, *counts)
        for position, digest in enumerate(self._digests):
            yield (MESSAGE, digest, " ".join(map(str, self._numbers_of(position))))

    @classmethod
    def from_rows(cls, own: Sequence[Address], inside: Sequence[str], rows: Iterable[Row]) -> "RecipientIndex":
        """Return the index that `rows` described."""
        index = cls(own, inside)
        for row in rows:
            if row[0] == PERSON:
                index._restore_person(row)
            else:
                index._append(int(row[1]), array("I", map(int, str(row[2]).split())))
        return index

    def person(self, key: str) -> Person | None:
        """Return what is known of an address by its key, None for one never seen."""
        number = self._numbers.get(key)
        return None if number is None else self._people[number]

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

    def named(self, word: str) -> list[Person]:
        """Return the known people whose name holds a word as `person.words` gives it."""
        return self._lookup.named(word)

    def namesakes(self, name: str) -> list[str]:
        """Return the domains of known people whose organisation is called so (`organisation_name.core`)."""
        return self._lookup.namesakes(name)

    def thread(self, in_reply_to: str, references: Sequence[str] = ()) -> Thread:
        """Return who takes part in the conversation of the Message-IDs, as far as it was sent or received here."""
        parent = self._positions.get(_digest(in_reply_to)) if in_reply_to else None
        found = [self._positions.get(_digest(reference)) for reference in references]
        people = {self._people[n].key for position in (*found, parent) if position is not None for n in self._numbers_of(position)}
        if parent is None:
            return Thread(known=False, people=frozenset(people))
        keys = [self._people[n].key for n in self._numbers_of(parent)]
        return Thread(known=True, author=keys[0], parent=frozenset(keys), people=frozenset(people))

    def together(self, key: str, others: Iterable[str], limit: int = 200) -> int:
        """Return in how many of the last `limit` messages with the address any of the others stood as well."""
        person = self.person(key)
        wanted = {self._numbers[other] for other in others if other in self._numbers} - self._own_numbers()
        if person is None or not wanted:
            return 0
        return sum(not wanted.isdisjoint(self._numbers_of(position)) for position in person.messages[-limit:])

    def _own_numbers(self) -> set[int]:
        return {self._numbers[key] for key in self.own if key in self._numbers}

    def _numbers_of(self, position: int) -> "array[int]":
        return self._participants[self._starts[position] : self._starts[position + 1]]

    def _person(self, address: Address) -> Person:
        key = address.key
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._people)
            self._people.append(Person(number, key, address.local, address.domain, address.name))
        person = self._people[number]
        if address.name and not person.name:
            person.name = address.name
            if person.known:
                self._lookup.add_name(person)
        return person

    def _become_known(self, person: Person) -> None:
        if not person.known and person.key not in self.own:
            self._lookup.add(person)

    def _log(self, message: Correspondence) -> list[Person]:
        """Write a message into the log; return its people, the author first, or none when the message is already there."""
        digest = _digest(message.message_id) if message.message_id else 0
        if digest and digest in self._positions:
            return []
        people = list({person.number: person for person in map(self._person, (message.sender, *message.to, *message.cc))}.values())
        self._append(digest, array("I", [person.number for person in people]))
        return people

    def _append(self, digest: int, numbers: "array[int]") -> None:
        position = len(self._digests)
        self._digests.append(digest)
        self._participants.extend(numbers)
        self._starts.append(len(self._participants))
        if digest:
            self._positions[digest] = position
        for number in numbers:
            self._people[number].messages.append(position)

    def _restore_person(self, row: Row) -> None:
        _, local, domain, name, sent, received, copied, last_sent, last_received, contact = row
        address = Address(str(local), str(domain), str(name))
        person = Person(len(self._people), address.key, address.local, address.domain, address.name, int(sent), int(received))
        person.copied, person.last_sent, person.last_received = int(copied), int(last_sent), int(last_received)
        person.contact = bool(contact)
        self._numbers[person.key] = person.number
        self._people.append(person)
        if person.known and person.key not in self.own:
            self._lookup.add(person)


def _digest(message_id: str) -> int:
    """Return 62 bits of a Message-ID: enough to tell millions apart, and not readable."""
    return (int.from_bytes(hashlib.blake2b(message_id.strip().encode(), digest_size=8).digest()) >> 2) or 1
