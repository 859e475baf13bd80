"""The words of a rule's `then` as they stand in YAML: what happens when the rule matches.

Notifications are in `later`: the loader refuses them, they are never ignored.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from securemail_desktop.encryption.method import Method
from securemail_desktop.policy.conditions import AttachmentTest
from securemail_desktop.policy.words import Categories, Duration, Localised, Mailboxes, Text, Words

LONGEST_HOLD = timedelta(days=7)


class LevelWord(StrEnum):
    """The levels of `encryption.method.Level` as policies write them."""

    CLEAR = "clear"
    TRANSPORT = "transport"
    MESSAGE = "message"


class Severity(StrEnum):
    """How the audit record weighs a match."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


def _at_most_a_week(seconds: int) -> int:
    if seconds > LONGEST_HOLD.total_seconds():
        raise PydanticCustomError("duration", "expected a hold of 7 days at most", {})
    return seconds


def _length(value: object) -> object:
    return {"at_least": value} if isinstance(value, int) and not isinstance(value, bool) else value


Seconds = Annotated[Duration, AfterValidator(_at_most_a_week)]
Methods = Annotated[tuple[Literal[Method.SMIME, Method.OPENPGP, Method.TLS, Method.PORTAL, Method.CLEAR], ...], Field(min_length=1)]

# Only private names: no rule may write what routes, dates or signs a message.
HeaderName = Annotated[str, StringConstraints(pattern=r"^[Xx]-[A-Za-z0-9-]{1,60}$")]
HeaderText = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


class Justification(Words):
    """A written reason of so many characters."""

    at_least: Annotated[int, Field(strict=True, ge=1, le=500)] = 10


class Actions(Words):
    """What happens when the rule matches; the most restrictive of all matching rules wins."""

    allow: Literal[True] | None = None
    tip: Literal[True] | Text | None = None
    confirm: Literal[True] | None = None
    acknowledge: Literal[True] | None = None
    justify: Annotated[Justification, BeforeValidator(_length, json_schema_input_type=Justification | int)] | None = None
    reauthenticate: Literal[True] | None = None
    second_approver: Literal[True] | None = None
    encrypt: Methods | None = None
    require: LevelWord | None = None
    forbid: Methods | None = None
    hold: Seconds | None = None
    block: Literal[True] | Text | None = None
    audit: Severity | None = None
    stop: Literal[True] | None = None
    redact: Literal[True] | Categories | None = None
    strip_attachment: Literal[True] | AttachmentTest | None = None
    add_header: Annotated[dict[HeaderName, HeaderText], Field(min_length=1)] | None = None
    add_recipient: Mailboxes | None = None
    prefix_subject: HeaderText | None = None
    disclaimer: Localised | None = None
    later: ClassVar[frozenset[str]] = frozenset({"notify"})
