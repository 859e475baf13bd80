"""The facts of one message, indexed by value: each question about the recipients is answered by a bitmask over them.

Bit i stands for recipient i of the facts. A draft without recipients has one bit, for the message itself, so that rules about its content
can already speak.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from securemail_desktop.policy.facts import Facts, RecipientFacts
from securemail_desktop.policy.pattern import searchable


class Truth(NamedTuple):
    """For which recipients something holds for certain, and for which it may hold because a fact is unknown. definite <= possible."""

    definite: int
    possible: int


@dataclass(frozen=True, slots=True)
class Lists:
    """What the policy itself says of addresses and domains: groups by member, consumer domains, domains behind a gateway."""

    groups: Mapping[str, frozenset[str]]
    directory_groups: frozenset[str]
    webmail: frozenset[str]
    gateways: frozenset[str]

    def groups_of(self, key: str, domain: str) -> frozenset[str]:
        """Return the policy's own groups of a mailbox."""
        return self.groups.get(key, frozenset()) | self.groups.get(domain, frozenset())


NO_LISTS = Lists({}, frozenset(), frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class FactsIndex:
    """Facts with a mask for each value that a recipient can have. `texts` are (field, searchable bytes)."""

    facts: Facts
    everyone: int
    masks: Mapping[str, Mapping[str, int]]
    unknown_groups: int
    sender_groups: frozenset[str]
    texts: tuple[tuple[str, bytes], ...]

    def mask(self, attribute: str, value: str) -> int:
        """Return the recipients whose attribute has the value."""
        return self.masks[attribute].get(value, 0)

    def certain(self, *, holds: bool) -> Truth:
        """Return the truth of something about the whole message."""
        mask = self.everyone if holds else 0
        return Truth(mask, mask)

    @property
    def nobody_knows(self) -> Truth:
        """Return the truth of something about the whole message that is unknown."""
        return Truth(0, self.everyone)


def index_facts(lists: Lists, facts: Facts) -> FactsIndex:
    """Index the facts of one message."""
    masks: dict[str, dict[str, int]] = {a: defaultdict(int) for a in _ATTRIBUTES}
    unknown = 0
    for position, recipient in enumerate(facts.recipients):
        bit = 1 << position
        unknown |= bit if recipient.groups is None else 0
        for attribute, value in _values(lists, recipient):
            masks[attribute][value] |= bit
    everyone = (1 << max(1, len(facts.recipients))) - 1
    texts = tuple((field, searchable(text)) for field, text in facts.text)
    own = lists.groups_of(facts.sender, facts.sender_domain) | (facts.sender_groups or frozenset())
    return FactsIndex(facts, everyone, {a: dict(m) for a, m in masks.items()}, unknown, own, texts)


def domain_forms(domain: str) -> tuple[str, ...]:
    """Return the patterns that a domain fulfils: itself, and `*.` with each parent domain."""
    labels = domain.split(".")
    return (domain, *("*." + ".".join(labels[i:]) for i in range(1, len(labels))))


_ATTRIBUTES = ("address", "domain", "inside", "field", "group", "webmail", "gateway", "concern", "capability")


def _values(lists: Lists, recipient: RecipientFacts) -> Iterable[tuple[str, str]]:
    yield "address", recipient.key
    yield "field", recipient.field
    yield "inside", _word(recipient.inside)
    yield "webmail", _word(recipient.domain in lists.webmail)
    yield "gateway", _word(recipient.domain in lists.gateways)
    for form in domain_forms(recipient.domain):
        yield "domain", form
    for group in lists.groups_of(recipient.key, recipient.domain) | (recipient.groups or frozenset()):
        yield "group", group
    for concern in recipient.concerns:
        yield "concern", concern
    for capability in recipient.capabilities:
        yield "capability", capability


def _word(flag: bool) -> str:
    return "true" if flag else "false"
