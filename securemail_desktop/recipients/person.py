"""One correspondent as the index knows him: positions in the log only, no content."""

import re
import unicodedata
from array import array
from dataclasses import dataclass, field

from securemail_desktop.message.address import Address

WORDS = re.compile(r"[^\W\d_]{2,}")


def _positions() -> "array[int]":
    return array("I")


@dataclass(slots=True, eq=False)
class Person:
    """An address and the messages with it, as positions in the log, oldest first.

    `written` are messages the user sent to it, `heard` those it sent to the user, `beside` those in which it stood next to the user.
    `refused` is when a server last said that the mailbox does not exist, in UTC seconds; 0 for never, and once it was heard of again.
    """

    number: int
    key: str
    local: str
    domain: str
    name: str = ""
    contact: bool = False
    refused: int = 0
    written: "array[int]" = field(default_factory=_positions)
    heard: "array[int]" = field(default_factory=_positions)
    beside: "array[int]" = field(default_factory=_positions)

    @property
    def address(self) -> Address:
        """Return the mailbox with its name."""
        return Address(self.local, self.domain, self.name)

    @property
    def sent(self) -> int:
        """Return how many messages the user wrote to it."""
        return len(self.written)

    @property
    def received(self) -> int:
        """Return how many messages of it the user got."""
        return len(self.heard)

    @property
    def known(self) -> bool:
        """Return whether the user has dealt with the address: written to it, heard from it, or keeps it as a contact."""
        return self.contact or bool(self.written) or bool(self.heard)

    @property
    def introduced_himself(self) -> bool:
        """Return whether the user heard of it before writing to it, or keeping it as a contact: the name is its own then."""
        return bool(self.heard) and not self.contact and (not self.written or self.heard[0] < self.written[0])

    @property
    def weight(self) -> int:
        """Return how much the user deals with the address: what is written counts twice."""
        return 2 * len(self.written) + len(self.heard) + self.contact


def words(name: str) -> tuple[str, ...]:
    """Return the words of a person's name, case-folded and without accents: "Müller, Anna" gives muller, anna."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return tuple(WORDS.findall(plain.replace("ß", "ss").replace("ø", "o").replace("ł", "l")))
