"""Table tests that lie beside the rules: `tests/*.yaml` in a policy folder, each case a message in facts and the verdict expected of it.

What a case does not say is nothing: no attachment, no capability, groups unknown to the directory. Where it does not say whether the message
holds patient data, detection reads subject, body and attachments' text, as it would in the window.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StrictBool

from securemail_desktop.encryption.method import Method
from securemail_desktop.policy.conditions import Means
from securemail_desktop.policy.decision import ChangeKind, DemandKind
from securemail_desktop.policy.words import Bytes, Category, Check, Domain, Duration, Mailbox, Short, Slug, Words

DEFAULT_NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
MethodWord = Literal[Method.SMIME, Method.OPENPGP, Method.TLS, Method.PORTAL, Method.CLEAR, Method.NONE]


class CaseAttachment(Words):
    """An attachment of a case; `text` is what could be read of it."""

    name: Short
    type: Short = "application/octet-stream"
    size: Bytes = 0
    unreadable: StrictBool = False
    real_type: str = ""
    password_protected: StrictBool | None = None
    incomplete: StrictBool = False
    text: str = ""


class CaseConsent(Words):
    """What a recipient agreed to."""

    channel: Slug
    purpose: Slug
    expired: StrictBool = False


class CaseState(Words):
    """The sender's circumstances; what is left out is unknown."""

    roles: tuple[Slug, ...] | None = None
    identity: Literal["own", "shared", "delegate"] | None = None
    posture: tuple[Slug, ...] | None = None
    session_age: Duration | None = None
    offline: StrictBool | None = None


class CaseMessage(Words):
    """A message in facts. `findings` counts by category; `groups` are the directory's, `consents` and `unencrypted_request` by recipient.

    `unknown_capabilities` are what could not be looked up of a recipient; `confidences` the single findings that are not certain.
    """

    sender: Mailbox = Field(alias="from")
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    bcc: tuple[Mailbox, ...] = ()
    subject: str = ""
    body: str = ""
    phi: StrictBool | None = None
    score: Annotated[float, Field(strict=True, ge=0, le=1)] | None = None
    findings: dict[Category, Annotated[int, Field(strict=True, ge=1)]] = Field(default_factory=dict)
    attachments: tuple[CaseAttachment, ...] = ()
    headers: dict[Short, str] = Field(default_factory=dict)
    size: Bytes = 0
    capabilities: dict[Mailbox, tuple[Means, ...]] = Field(default_factory=dict)
    unknown_capabilities: dict[Mailbox, tuple[Means, ...]] = Field(default_factory=dict)
    consents: dict[Mailbox, tuple[CaseConsent, ...]] = Field(default_factory=dict)
    unencrypted_request: dict[Mailbox, StrictBool] = Field(default_factory=dict)
    confidences: dict[Category, tuple[Annotated[float, Field(strict=True, ge=0, le=1)], ...]] = Field(default_factory=dict)
    answer: StrictBool = False
    answers_protected: StrictBool = False
    state: CaseState = CaseState()
    concerns: dict[Mailbox, tuple[Check, ...]] = Field(default_factory=dict)
    groups: dict[Mailbox, tuple[Slug, ...]] = Field(default_factory=dict)
    sender_groups: tuple[Slug, ...] | None = None
    channel: Short = "window"
    now: AwareDatetime = DEFAULT_NOW


class CaseExpectation(Words):
    """What must come out; what is left out is not looked at. `not_rules` must not have matched; `hold` in seconds."""

    verdict: Literal["send", "protected", "held", "blocked"]
    methods: dict[Mailbox, MethodWord] = Field(default_factory=dict)
    rules: tuple[Slug, ...] = ()
    not_rules: tuple[Slug, ...] = ()
    asks: tuple[DemandKind, ...] | None = None
    hold: Annotated[int, Field(strict=True, ge=0)] | None = None
    changes: tuple[ChangeKind, ...] | None = None


class Case(Words):
    """One case."""

    name: Short
    comment: str = ""
    message: CaseMessage
    expect: CaseExpectation


class CaseFile(Words):
    """A file of cases; `inside` stands for the organisation's domains where the policy is a template without any."""

    comment: str = ""
    inside: tuple[Domain, ...] = ()
    cases: tuple[Case, ...] = Field(min_length=1)
