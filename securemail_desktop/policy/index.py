"""The facts of one message, indexed by value: each question about the recipients is answered by a bitmask over them.

Bit i stands for recipient i of the facts. A draft without recipients has one bit, for the message itself, so that rules about its content
can already speak.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from securemail_desktop.policy.facts import Facts, RecipientFacts
from securemail_desktop.policy.pattern import Searchable, searchable


class Truth(NamedTuple):
    """For which recipients something holds for certain, and for which it may hold because a fact is unknown. definite <= possible."""

    definite: int
    possible: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """A business associate agreement (45 CFR 164.504(e)): the first and the last day on which it holds, None where it has no such day."""

    signed: date | None = None
    until: date | None = None

    def state(self, today: date) -> str:
        """Return `current`, `expired`, or `none` before it begins."""
        if self.until and today > self.until:
            return "expired"
        return "none" if self.signed and today < self.signed else "current"


@dataclass(frozen=True, slots=True)
class Lists:
    """What the policy itself says of addresses and domains: groups by member, consumer domains, domains behind a gateway, agreements by domain.

    `walls` are the groups on the sides of each ethical wall.
    """

    groups: Mapping[str, frozenset[str]]
    directory_groups: frozenset[str]
    webmail: frozenset[str]
    gateways: frozenset[str]
    agreements: Mapping[str, Agreement] = field(default_factory=dict)
    walls: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def groups_of(self, key: str, domain: str) -> frozenset[str]:
        """Return the policy's own groups of a mailbox."""
        return self.groups.get(key, frozenset()) | self.groups.get(domain, frozenset())


NO_LISTS = Lists({}, frozenset(), frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class FactsIndex:
    """Facts with a mask for each value that a recipient can have, and for each attribute a mask of those of whom it is unknown."""

    facts: Facts
    everyone: int
    masks: Mapping[str, Mapping[str, int]]
    unknown: Mapping[str, int]
    sender_groups: frozenset[str]
    texts: tuple[tuple[str, Searchable], ...]
    _keys: dict[int, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    def mask(self, attribute: str, value: str) -> int:
        """Return the recipients whose attribute has the value."""
        return self.masks[attribute].get(value, 0)

    def keys(self, mask: int) -> tuple[str, ...]:
        """Return the keys of the recipients of a mask."""
        known = self._keys.get(mask)
        if known is None:
            known = self._keys[mask] = tuple(r.key for i, r in enumerate(self.facts.recipients) if mask >> i & 1)
        return known

    def certain(self, *, holds: bool) -> Truth:
        """Return the truth of something about the whole message."""
        mask = self.everyone if holds else 0
        return Truth(mask, mask)

    @property
    def unknown_groups(self) -> int:
        """Return the recipients whose groups in the directory are unknown."""
        return self.unknown.get("group", 0)

    @property
    def nobody_knows(self) -> Truth:
        """Return the truth of something about the whole message that is unknown."""
        return Truth(0, self.everyone)


def index_facts(lists: Lists, facts: Facts) -> FactsIndex:
    """Index the facts of one message."""
    masks: dict[str, dict[str, int]] = {a: defaultdict(int) for a in _ATTRIBUTES}
    unknown: dict[str, int] = defaultdict(int)
    for position, recipient in enumerate(facts.recipients):
        bit = 1 << position
        for name in _unknown(recipient):
            unknown[name] |= bit
        for attribute, value in _values(lists, recipient, facts.now.date()):
            masks[attribute][value] |= bit
    everyone = (1 << max(1, len(facts.recipients))) - 1
    texts = tuple((field, searchable(text)) for field, text in facts.text)
    own = lists.groups_of(facts.sender, facts.sender_domain) | (facts.sender_groups or frozenset())
    return FactsIndex(facts, everyone, {a: dict(m) for a, m in masks.items()}, dict(unknown), own, texts)


def domain_forms(domain: str) -> tuple[str, ...]:
    """Return the patterns that a domain fulfils: itself, and `*.` with each parent domain."""
    labels = domain.split(".")
    return (domain, *("*." + ".".join(labels[i:]) for i in range(1, len(labels))))


_ATTRIBUTES = (
    *("address", "domain", "inside", "field", "group", "webmail", "gateway", "concern", "capability"),
    *("uncertain", "baa", "unencrypted_request"),
)


def _unknown(recipient: RecipientFacts) -> Iterable[str]:
    if recipient.groups is None:
        yield "group"
    if recipient.consents is None:
        yield "consent"
    if recipient.asked_unencrypted is None:
        yield "unencrypted_request"


def _values(lists: Lists, recipient: RecipientFacts, today: date) -> Iterable[tuple[str, str]]:
    agreement = lists.agreements.get(recipient.domain)
    yield "baa", agreement.state(today) if agreement else "none"
    if recipient.asked_unencrypted is not None:
        yield "unencrypted_request", _word(recipient.asked_unencrypted)
    for capability in recipient.uncertain:
        yield "uncertain", capability
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
