"""One correspondent as the index knows him: counts and times only, no content."""

import re
import unicodedata
from array import array
from dataclasses import dataclass, field

from securemail_desktop.message.address import Address

WORDS = re.compile(r"[^\W\d_]{2,}")


@dataclass(slots=True)
class Person:
    """An address and what happened with it. Times are UTC seconds, 0 for never; `sent` counts messages the user wrote to it.

    `copied` counts received messages in which it stood beside the user; `messages` are positions in the index's log, oldest first.
    """

    number: int
    key: str
    local: str
    domain: str
    name: str = ""
    sent: int = 0
    received: int = 0
    copied: int = 0
    last_sent: int = 0
    last_received: int = 0
    contact: bool = False
    messages: "array[int]" = field(default_factory=lambda: array("I"))

    @property
    def address(self) -> Address:
        """Return the mailbox with its name."""
        return Address(self.local, self.domain, self.name)

    @property
    def known(self) -> bool:
        """Return whether the user has dealt with the address: written to it, heard from it, or keeps it as a contact."""
        return self.contact or self.sent > 0 or self.received > 0

    @property
    def weight(self) -> int:
        """Return how much the user deals with the address: what is written counts twice."""
        return 2 * self.sent + self.received + self.contact


def words(name: str) -> tuple[str, ...]:
    """Return the words of a person's name, case-folded and without accents: "Müller, Anna" gives muller, anna."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return tuple(WORDS.findall(plain.replace("ß", "ss").replace("ø", "o").replace("ł", "l")))
