"""What policy may look at: everything is measured before, nothing is looked up here.

A fact that nobody could measure is None ("unknown"), which policy can test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RecipientFacts:
    """One recipient. `key` is `Address.key`; `field` is to, cc or bcc; `domain` the A-label form.

    `concerns` are the names of the checks that have something to say of him; `capabilities` the methods that he can open (`smime`, `openpgp`,
    `tls`, `portal`); `groups` None where membership could not be found out.
    """

    key: str
    domain: str
    field: str
    inside: bool
    concerns: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()
    groups: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class AttachmentFacts:
    """One attachment: `extension` in small letters without dot; `unreadable` when its text could not be read."""

    name: str
    extension: str
    content_type: str
    size: int
    unreadable: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """One message. `phi`, `score` and `counts` (findings by category) come from detection; `text` is (field, text) for words and patterns."""

    sender: str
    sender_domain: str
    recipients: tuple[RecipientFacts, ...]
    phi: bool
    score: float
    now: datetime
    counts: Mapping[str, int] = field(default_factory=dict)
    text: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[AttachmentFacts, ...] = ()
    size: int = 0
    sender_groups: frozenset[str] | None = None
    channel: str = "window"
    answers_protected: bool = False
