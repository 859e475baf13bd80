"""The organisation's own patients as keyed digests: who holds the list can ask it about a text, but read no patient out of it.

Each entry is the first 48 bits of BLAKE2b (RFC 7693) under a key of this device. The lists lie in the encrypted store only; whoever has both list and
key can still guess: names and record numbers are few enough to be tried out. A number or name that is on no list is taken for one with a
probability of its length in entries / 2**48, below 1 in 100 million for a million patients.
"""

import json
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import blake2b

from securemail_desktop.phi.errors import PatientListBroken

KEY_SIZE, DIGEST_SIZE = 32, 6  # octets
VERSION = 1
NAMELESS = bytes(DIGEST_SIZE)  # stands for the name of an owner whose name the organisation did not tell
FEWEST_CHARACTERS = 5  # of a record number: shorter ones are years, rooms and doses


class Kind(IntEnum):
    """What an entry is made of."""

    RECORD = 0
    NAME = 1
    BIRTH = 2  # a name with the day of birth
    EMAIL = 3


def folded(text: str) -> str:
    """Return a name, number or address as it is compared: no accents, no case."""
    if text.isascii():  # most are, and a list has a million
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.replace("’", "'")).casefold() if not unicodedata.combining(c))


def record_form(text: str) -> str:
    """Return a record number as it is compared: no punctuation, no leading zeros; empty when it is too short to be told from other numbers."""
    number = "".join(c for c in folded(text) if c.isalnum()).lstrip("0")
    return number if len(number) >= FEWEST_CHARACTERS and any(c.isdigit() for c in number) else ""


def digest(key: bytes, kind: Kind, *parts: str) -> bytes:
    """Return the entry of these parts."""
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=DIGEST_SIZE, key=key, person=bytes([kind])).digest()


@dataclass(frozen=True, slots=True)
class Head:
    """What a list says of itself: how many patients, when it was made (ISO 8601, UTC), and the octets of each kind's table."""

    patients: int
    made: str
    sizes: tuple[int, ...]


class PatientList:
    """The list, asked from any thread; it takes 6 octets an entry, and an address 12."""

    def __init__(self, octets: bytes = b"") -> None:
        """Take a list as `patient_list_building.build` makes it, empty for none; raise `PatientListBroken`."""
        self.head, start = _head(octets)
        view = memoryview(octets)
        self._key = bytes(view[start : start + KEY_SIZE])
        self._tables: list[memoryview] = []
        start += KEY_SIZE
        for size in self.head.sizes:
            self._tables.append(view[start : start + size])
            start += size

    def __len__(self) -> int:
        return self.head.patients

    def has_record(self, number: str) -> bool:
        """Say whether a record number is a patient's."""
        form = record_form(number)
        return bool(form) and self._has(Kind.RECORD, form)

    def has_name(self, given: str, family: str) -> bool:
        """Say whether a patient is called so."""
        return self._has(Kind.NAME, folded(given), folded(family))

    def has_birth(self, given: str, family: str, birth: Sequence[int]) -> bool:
        """Say whether a patient is called so and was born on that day, as `birth_numbers` has it."""
        return self._has(Kind.BIRTH, folded(given), folded(family), *map(str, birth))

    def has_email(self, address: str) -> bool:
        """Say whether an address is a patient's own."""
        return bool(self) and next(self._owners(address), None) is not None

    def has_owner(self, address: str) -> bool:
        """Say whether an address is the own one of a patient whose name is known."""
        return bool(self._named_owners(address))

    def is_of(self, address: str, words: Sequence[str]) -> bool:
        """Say whether a patient of whom these are the names has this address, or shares it."""
        owners = self._named_owners(address)
        names = [folded(word) for word in words] if owners else []
        return any(digest(self._key, Kind.NAME, one, two) in owners for one in names for two in names if one != two)

    def _named_owners(self, address: str) -> frozenset[bytes]:
        return frozenset(self._owners(address)) - {NAMELESS} if self else frozenset()

    def _has(self, kind: Kind, *parts: str) -> bool:
        if not self:
            return False
        table, wanted = self._tables[kind], digest(self._key, kind, *parts)
        place = bisect_left(range(len(table) // DIGEST_SIZE), wanted, key=lambda n: bytes(table[n * DIGEST_SIZE : (n + 1) * DIGEST_SIZE]))
        return bytes(table[place * DIGEST_SIZE : (place + 1) * DIGEST_SIZE]) == wanted

    def _owners(self, address: str) -> Iterator[bytes]:
        """Yield the names of those who have the address."""
        table, wanted, width = self._tables[Kind.EMAIL], digest(self._key, Kind.EMAIL, folded(address)), 2 * DIGEST_SIZE
        place = bisect_left(range(len(table) // width), wanted, key=lambda n: bytes(table[n * width : n * width + DIGEST_SIZE]))
        while bytes(table[place * width : place * width + DIGEST_SIZE]) == wanted:
            yield bytes(table[place * width + DIGEST_SIZE : (place + 1) * width])
            place += 1


def encode(head: Head, key: bytes, tables: Sequence[bytes]) -> bytes:
    """Return the octets of a list."""
    line = json.dumps([VERSION, head.patients, head.made, head.sizes]).encode() + b"\n"
    return b"".join([line, key, *tables])


def _head(octets: bytes) -> tuple[Head, int]:
    """Return what the list says of itself and where its key begins."""
    if not octets:
        return Head(0, "", (0,) * len(Kind)), 0
    try:
        end = octets.index(b"\n") + 1
        version, patients, made, sizes = json.loads(octets[:end])
        head = Head(int(patients), str(made), tuple(int(size) for size in sizes))
    except (ValueError, TypeError) as error:
        raise PatientListBroken from error
    if version != VERSION or len(head.sizes) != len(Kind) or len(octets) != end + KEY_SIZE + sum(head.sizes):
        raise PatientListBroken
    return head, end


NOBODY = PatientList()
