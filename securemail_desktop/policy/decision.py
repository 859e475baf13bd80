"""What policy decides: a requirement a recipient, demands on the author, blocks, and every rule that matched."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from securemail_desktop.encryption.method import Requirement


class DemandKind(StrEnum):
    """What the author must do before the message goes, weakest first."""

    CONFIRM = "confirm"
    ACKNOWLEDGE = "acknowledge"
    JUSTIFY = "justify"
    REAUTHENTICATE = "reauthenticate"
    SECOND_APPROVER = "second-approver"


class ChangeKind(StrEnum):
    """What a rule changes in a message before it goes."""

    REDACT = "redact"
    STRIP_ATTACHMENT = "strip-attachment"
    ADD_HEADER = "add-header"
    ADD_RECIPIENT = "add-recipient"
    PREFIX_SUBJECT = "prefix-subject"
    DISCLAIMER = "disclaimer"


class RuleMode(StrEnum):
    """Whether a rule acts, only records what it would have done, or is off."""

    OFF = "off"
    SIMULATE = "simulate"
    SIMULATE_WITH_TIP = "simulate-with-tip"
    ENFORCE = "enforce"


class Enforcement(StrEnum):
    """What stands behind a policy, so that no report claims more: this program alone, reconciliation that finds other mail, or the gateway."""

    ADVISORY = "advisory"
    RECORDED = "recorded"
    ENFORCED = "enforced"


@dataclass(frozen=True, slots=True)
class Demand:
    """Something that a rule asks of the author; `recipients` are keys, empty for the whole message; `min_length` of a justification in characters."""

    rule: str
    kind: DemandKind
    text: str
    recipients: tuple[str, ...] = ()
    min_length: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A rule that forbids: for these recipients, or for the whole message where there are none."""

    rule: str
    text: str
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the whole message. `values` are the categories to redact (none means all), (name, value) of a header, addresses, or a text.

    `attachments` are the numbers of those to leave out.
    """

    rule: str
    kind: ChangeKind
    values: tuple[str, ...] = ()
    attachments: tuple[int, ...] = ()

    @property
    def told(self) -> str:
        """Return what the author reads of it, one sentence, empty where it does not concern him."""
        match self.kind:
            case ChangeKind.REDACT:
                what = f" of these kinds: {', '.join(self.values)}" if self.values else ""
                return f"Before it goes, policy replaces what was found{what} by [removed]."
            case ChangeKind.STRIP_ATTACHMENT:
                count = len(self.attachments)
                return f"Before it goes, policy leaves out {count} attachment{'s' if count > 1 else ''}."
            case ChangeKind.ADD_RECIPIENT:
                return f"By policy a copy goes to {', '.join(self.values)}."
            case ChangeKind.PREFIX_SUBJECT:
                return f"By policy its subject will begin with {self.values[0].strip()}"
            case ChangeKind.DISCLAIMER:
                return "By policy a note of your organisation is added at its end."
            case ChangeKind.ADD_HEADER:
                return ""


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that matched, the mode in which it did, and the recipients concerned.

    `severity` is what the rule gives the audit record: `low`, `medium`, `high`, or empty. `undecided` when a fact that the rule asks for is
    unknown: what it does on error has been applied instead.
    """

    rule: str
    mode: RuleMode
    recipients: tuple[str, ...] = ()
    severity: str = ""
    undecided: bool = False


@dataclass(frozen=True, slots=True)
class RecipientDecision:
    """What one recipient's copy must fulfil, the rules that made it so, and the sentence that the author reads."""

    recipient: str
    requirement: Requirement
    rules: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class PolicyId:
    """Which policy decided: its name, version and the hex SHA-256 of its bytes."""

    name: str
    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The whole decision on one message; `recipients` in the order of the facts.

    `all_or_none` when nobody gets it while somebody cannot.
    """

    policy: PolicyId
    recipients: tuple[RecipientDecision, ...]
    demands: tuple[Demand, ...] = ()
    blocks: tuple[Block, ...] = ()
    matches: tuple[Match, ...] = ()
    tips: tuple[str, ...] = ()
    hold: timedelta = timedelta(0)
    changes: tuple[Change, ...] = ()
    all_or_none: bool = False
