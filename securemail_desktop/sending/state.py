"""The types that travel along the send path, named as in the contract."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from securemail_desktop.encryption.capability import Capability
from securemail_desktop.encryption.method import Method
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.message.text.passage import Place
from securemail_desktop.phi.finding import Scan
from securemail_desktop.policy.decision import Decision
from securemail_desktop.recipients.concern import Concern, Tier

# Under this id stands what the author answered when policy forbade the message: a block is no question.
BLOCK = "block"


class Verdict(StrEnum):
    """What happens to a message: the worst over its recipients, weakest first."""

    SEND = "send"
    PROTECTED = "protected"
    HELD = "held"
    BLOCKED = "blocked"


class State(StrEnum):
    """Where one recipient's copy stands. The first two are of the outbox only: protected and stored; handed over right now."""

    READY = "ready"
    COMMITTING = "committing"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    HELD = "held"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the author must answer before the message goes: a concern of tier SHEET, or a demand of a rule.

    `id` is stable: the same concern about the same recipient has the same id in every review. `min_reason` is the least length of a
    written reason, 0 where none is asked. `answerable` is False where this program cannot take the answer (second approver): it holds.
    """

    id: str
    tier: Tier
    check: str
    recipient: str
    message: str
    choices: tuple[str, ...]
    min_reason: int = 0
    answerable: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What the author chose for one question, and his reason where one was asked. `shown_ms` is how long he had the question before him."""

    choice: str
    reason: str = ""
    shown_ms: int = 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """What will happen to one recipient's copy, and why, in words: "Protected: opens in their own mail program"."""

    recipient: Recipient
    method: Method
    reason: str
    verdict: Verdict
    capability: Capability | None = None
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that is known of a draft before it is sent. `verdict` takes no answers into account: an open question means HELD.

    `unreadable` has "field: reason" of attachments that could not be read, `reading` the fields that are being read: they count as unreadable.
    `places` are the pages or parts of attachments, by field.
    """

    draft: Draft
    scan: Scan
    concerns: tuple[Concern, ...]
    decision: Decision
    questions: tuple[Question, ...]
    outlooks: tuple[Outlook, ...]
    verdict: Verdict
    unreadable: tuple[str, ...] = ()
    reading: tuple[str, ...] = ()
    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Approved:
    """A review with the author's answers, by question id. `deliver` holds it when an answer is missing."""

    review: Review
    answers: Mapping[str, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one recipient; `intent` and `outcome` are the rids of the audit records that tell of it, empty where there is none.

    `no_mailbox` when the server said that the address itself does not exist (any more).
    """

    recipient: Recipient
    method: Method
    state: State
    reason: str
    intent: str = ""
    outcome: str = ""
    no_mailbox: bool = False


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One message of the outbox as it is shown: `state` is the worst of its recipients', `reason` one sentence for people.

    `id` is the outbox's own name for it. `needs_author` when waiting alone will not settle it. `findings` when something was found in it.
    """

    id: str
    subject: str
    state: State
    reason: str
    receipts: tuple[Receipt, ...]
    updated: datetime
    needs_author: bool
    findings: bool = False
