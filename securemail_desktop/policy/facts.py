"""What policy may look at: everything is measured before, nothing is looked up here.

A fact that nobody could measure is None ("unknown"), which policy can test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """What a patient agreed to: by which channel, for which purpose, and whether the time of it is over."""

    channel: str
    purpose: str
    expired: bool = False


@dataclass(frozen=True, slots=True)
class RecipientFacts:
    """One recipient. `key` is `Address.key`; `field` is to, cc or bcc; `domain` the A-label form.

    `concerns` are the names of the checks that have something to say of him; `capabilities` the methods that he can open (`smime`, `openpgp`,
    `tls`, `portal`) and how they were found (`tls.gateway`, `tls.sts`, `tls.dane`, `wkd`); `uncertain` those that nobody could look up.
    `groups`, `consents` and `asked_unencrypted` (the patient asked for unencrypted mail after he was told of the risk) are None where unknown.
    """

    key: str
    domain: str
    field: str
    inside: bool
    concerns: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()
    groups: frozenset[str] | None = None
    uncertain: frozenset[str] = frozenset()
    consents: tuple[Consent, ...] | None = None
    asked_unencrypted: bool | None = None


@dataclass(frozen=True, slots=True)
class AttachmentFacts:
    """One attachment: `extension` in small letters without dot; `unreadable` when not all of its text could be read.

    `real_type` is what its content shows, empty where it shows nothing; `password_protected` None where that is unknown; `incomplete` while
    it is being read, or when only a part of it was.
    """

    name: str
    extension: str
    content_type: str
    size: int
    unreadable: bool
    real_type: str = ""
    password_protected: bool | None = None
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class SenderState:
    """The sender's circumstances; each is None where nobody could measure it. `posture` names what holds of the device, `session` is seconds.

    `identity` is the mailbox in use: `own`, `shared` or `delegate`.
    """

    roles: frozenset[str] | None = None
    identity: str | None = None
    posture: frozenset[str] | None = None
    session: float | None = None
    offline: bool | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """One message. `phi`, `score` and `counts` (findings by category) come from detection; `text` is (field, text) for words and patterns.

    `confidences` are (category, 0..1) of single findings; one that `counts` has and they do not counts as certain. `answers`: it is an answer.
    """

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
    state: SenderState = SenderState()
    confidences: tuple[tuple[str, float], ...] = ()
    answers: bool = False
