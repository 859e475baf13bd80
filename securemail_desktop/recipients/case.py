"""What every check looks at: the draft, the conversation it answers, and the index. A check is a function of one recipient and the case."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft
from securemail_desktop.recipients.index import RecipientIndex
from securemail_desktop.recipients.past import Past
from securemail_desktop.recipients.patients import Named
from securemail_desktop.recipients.person import Person
from securemail_desktop.recipients.thread import Thread
from securemail_desktop.recipients.told import NOTHING, Told


@dataclass(frozen=True, slots=True)
class Case:
    """One draft under review. `others` are the recipients other than the user himself, each once, in their order; `keys` are theirs.

    `numbers` are those of the recipients who were seen before; `patients` are the patients that the message names, by part.
    `organisation` is what the organisation tells.
    """

    draft: Draft
    thread: Thread
    past: Past
    others: tuple[Address, ...]
    keys: tuple[str, ...]
    numbers: frozenset[int]
    patients: tuple[Named, ...] = ()
    organisation: Told = NOTHING

    @property
    def index(self) -> RecipientIndex:
        """Return the index that the past looks at."""
        return self.past.index

    def is_own(self, key: str) -> bool:
        """Return whether the key is one of the user's own addresses."""
        return key in self.index.own or key == self.draft.sender.key

    def is_inside(self, address: Address) -> bool:
        """Return whether an address is in the organisation."""
        return self.index.is_inside(address.domain)

    def in_thread(self, key: str) -> bool:
        """Return whether the conversation already has the address."""
        return key in self.thread.people

    def written(self, key: str) -> int:
        """Return how many messages the user has sent to the address."""
        person = self.index.person(key)
        return person.sent if person else 0

    def is_new(self, address: Address) -> bool:
        """Return whether the user never dealt with the address: not written to, not heard from, no contact."""
        person = self.index.person(address.key)
        return person is None or not person.known

    def together(self, key: str, others: Collection[int]) -> bool:
        """Return whether the address stood in one of its last messages with any of the others, by number; itself does not count."""
        person = self.index.person(key)
        if person is None or not others:
            return False
        return any(number in others and number != person.number for number in self.past.company(person.number).shared)

    def recipients_except(self, key: str) -> Iterator[str]:
        """Return the keys of the other recipients."""
        return (other for other in self.keys if other != key)


def case_of(draft: Draft, thread: Thread, past: Past, patients: tuple[Named, ...] = (), organisation: Told = NOTHING) -> Case:
    """Return the case of a draft."""
    own = past.index.own | {draft.sender.key}
    unique = {key: recipient.address for recipient in draft.recipients if (key := recipient.address.key) not in own}
    return Case(draft, thread, past, tuple(unique.values()), tuple(unique), frozenset(past.index.numbers(unique)), patients, organisation)


def how_often(person: Person) -> str:
    """Return in words how the user deals with a person: `you often write to`, `you write to`, `you get mail from`, `you know`."""
    if person.sent >= 5:
        return "you often write to"
    if person.sent:
        return "you write to"
    return "you get mail from" if person.received else "you know"
