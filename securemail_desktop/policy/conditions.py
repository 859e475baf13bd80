"""The words of a condition as they stand in YAML (`when`, `unless`), as pydantic models.

A condition is a mapping; all its words must hold. `all`, `any`, `not` nest. What stands inside `recipient` is asked of each recipient by
himself, what stands inside `attachment` of each attachment; everything else is asked of the message. `any_recipient`, `every_recipient` and
`only_recipient` turn a question about recipients into one about the message.
What nobody can measure yet is an unknown fact. Words that are planned are in `later`: the loader refuses them, they are never ignored.
"""

from collections.abc import Callable
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from securemail_desktop.policy.circumstances import Unmeasured
from securemail_desktop.policy.words import (
    Bytes,
    Categories,
    Checks,
    DomainPatterns,
    Duration,
    Mailboxes,
    Pattern,
    Patterns,
    Short,
    Shorts,
    Slug,
    Slugs,
    Words,
)

Where = Literal["subject", "body", "attachment"]
Means = Literal["smime", "openpgp", "tls", "portal", "clear", "none", "wkd", "tls.gateway", "tls.sts", "tls.dane"]
"""What a recipient can open, and how it was found out."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _named(key: str) -> Callable[[object], object]:
    return lambda value: {key: value} if isinstance(value, str | list) else value


_LISTED = BeforeValidator(_listed)


class _Bounds(Words):
    @model_validator(mode="after")
    def _some_bound(self) -> "_Bounds":
        if not self.model_fields_set & {"at_least", "at_most"}:
            raise PydanticCustomError("bounds", "expected at_least, at_most or both", {})
        return self


class Amount(_Bounds):
    """How many: both ends belong to it."""

    at_least: Annotated[int, Field(strict=True, ge=0)] | None = None
    at_most: Annotated[int, Field(strict=True, ge=0)] | None = None


class Size(_Bounds):
    """How large, in bytes or as `25 MB`: both ends belong to it."""

    at_least: Bytes | None = None
    at_most: Bytes | None = None


class Score(_Bounds):
    """How sure detection is, 0 to 1: both ends belong to it."""

    at_least: Annotated[float, Field(strict=True, ge=0, le=1)] | None = None
    at_most: Annotated[float, Field(strict=True, ge=0, le=1)] | None = None


class WordList(Words):
    """Whole words or phrases, upper and lower case alike, found at least so many times."""

    any: Shorts
    where: Annotated[tuple[Where, ...], _LISTED] = Field(default=("subject", "body", "attachment"), alias="in", min_length=1)
    at_least: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1


class PatternList(Words):
    """RE2 patterns (linear time), upper and lower case distinguished unless `(?i)`, found at least so many times."""

    match: Patterns
    where: Annotated[tuple[Where, ...], _LISTED] = Field(default=("subject", "body", "attachment"), alias="in", min_length=1)
    at_least: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1


class HeaderTest(Words):
    """A header of the draft: there at all, or holding a text (upper and lower case alike), or matching a pattern."""

    name: Short
    contains: Short | None = None
    match: Pattern | None = None


class FindingCount(Words):
    """Number of findings of these categories together; less sure ones than `confidence` do not count."""

    of: Categories
    at_least: Annotated[int, Field(strict=True, ge=1)]
    confidence: Annotated[float, Field(strict=True, ge=0, le=1)] = 0.0


class Age(_Bounds):
    """How long, in seconds or as `8h`: both ends belong to it."""

    at_least: Duration | None = None
    at_most: Duration | None = None


class SenderTest(Words):
    """Who sends, and in which circumstances: what nobody could measure is unknown."""

    address: Mailboxes | None = None
    domain: DomainPatterns | None = None
    group: Slugs | None = None
    role: Slugs | None = None
    identity: Annotated[tuple[Literal["own", "shared", "delegate"], ...], _LISTED] | None = Field(default=None, min_length=1)
    posture: Slugs | None = None
    session_age: Age | None = None
    offline: StrictBool | None = None


class ConsentTest(Words):
    """Whether the recipient agreed to this channel and purpose (any, where none is named)."""

    state: Annotated[tuple[Literal["given", "expired", "none"], ...], _LISTED] = Field(min_length=1)
    channel: Slug = ""
    purpose: Slug = ""


class RecipientTest(Words):
    """What is asked of each recipient by himself; all words must hold for the same recipient."""

    address: Mailboxes | None = None
    domain: DomainPatterns | None = None
    inside: StrictBool | None = None
    field: Annotated[tuple[Literal["to", "cc", "bcc"], ...], _LISTED] | None = Field(default=None, min_length=1)
    group: Slugs | None = None
    webmail: StrictBool | None = None
    gateway: StrictBool | None = None
    concern: Checks | None = None
    capability: Annotated[tuple[Means, ...], _LISTED] | None = Field(default=None, min_length=1)
    baa: Annotated[tuple[Literal["current", "expired", "none"], ...], _LISTED] | None = Field(default=None, min_length=1)
    wall: Slug | None = None
    consent: Annotated[ConsentTest, BeforeValidator(_named("state"), json_schema_input_type=ConsentTest | str | list[str])] | None = None
    unencrypted_request: StrictBool | None = None


class AttachmentTest(Words):
    """What is asked of each attachment by itself; true when all words hold for the same attachment."""

    name: Shorts | None = None
    extension: Shorts | None = None
    type: Shorts | None = None
    size: Size | None = None
    unreadable: StrictBool | None = None
    executable: StrictBool | None = None
    real_type: Shorts | None = None
    password_protected: StrictBool | None = None
    incomplete: StrictBool | None = None


class Condition(Words):
    """What must hold for a rule to match."""

    all: "Annotated[tuple[Condition, ...], Field(min_length=1)] | None" = None
    any: "Annotated[tuple[Condition, ...], Field(min_length=1)] | None" = None
    not_: "Condition | None" = Field(default=None, alias="not")
    recipient: RecipientTest | None = None
    any_recipient: RecipientTest | None = None
    every_recipient: RecipientTest | None = None
    only_recipient: RecipientTest | None = None
    sender: SenderTest | None = None
    attachment: AttachmentTest | None = None
    attachments: Amount | None = None
    recipients: Amount | None = None
    domains: Amount | None = None
    outside_domains: Amount | None = None
    phi: StrictBool | None = None
    score: Score | None = None
    categories: Categories | None = None
    count: FindingCount | None = None
    words: Annotated[WordList, BeforeValidator(_named("any"), json_schema_input_type=WordList | str | list[str])] | None = None
    pattern: Annotated[PatternList, BeforeValidator(_named("match"), json_schema_input_type=PatternList | str | list[str])] | None = None
    marker: Short | None = None
    header: HeaderTest | None = None
    size: Size | None = None
    channel: Shorts | None = None
    invitation: StrictBool | None = None
    pasted: StrictBool | None = None
    answer: StrictBool | None = None
    unknown: Unmeasured | None = None
    later: ClassVar[frozenset[str]] = frozenset({"label", "time"})
