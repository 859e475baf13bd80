"""The words of a condition as they stand in YAML (`when`, `unless`), as pydantic models.

A condition is a mapping; all its words must hold. `all`, `any`, `not` nest. What stands inside `recipient` is asked of each recipient by
himself, what stands inside `attachment` of each attachment; everything else is asked of the message. `any_recipient`, `every_recipient` and
`only_recipient` turn a question about recipients into one about the message.
Words of the language that this version cannot measure are in `later`: the loader refuses them, they are never ignored.
"""

import unicodedata
from collections.abc import Callable
from typing import Annotated, ClassVar, Literal

import idna
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from securemail_desktop.encryption.method import Method
from securemail_desktop.phi.finding import IdentifierType
from securemail_desktop.policy.pattern import PatternError, compile_pattern

HEALTH_CATEGORIES = ("condition", "drug", "lab", "procedure", "care", "payment")


class Words(BaseModel):
    """A mapping of the policy file: unknown words are errors, values are never coerced."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)
    later: ClassVar[frozenset[str]] = frozenset()


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _named(key: str) -> Callable[[object], object]:
    return lambda value: {key: value} if isinstance(value, str | list) else value


def _domain(text: str) -> str:
    wildcard, rest = ("*.", text[2:]) if text.startswith("*.") else ("", text)
    try:
        return wildcard + idna.encode(rest, uts46=True).decode().lower()
    except idna.IDNAError as error:
        raise PydanticCustomError("domain", "expected a domain such as clinic.example, got '{text}'", {"text": text}) from error


def _plain_domain(text: str) -> str:
    if text.startswith("*."):
        raise PydanticCustomError("domain", "expected one domain without '*.', got '{text}'", {"text": text})
    return _domain(text)


def _address(text: str) -> str:
    local, at, domain = text.rpartition("@")
    if not at or not local or any(c.isspace() for c in text):
        raise PydanticCustomError("address", "expected an address such as alice@clinic.example, got '{text}'", {"text": text})
    return unicodedata.normalize("NFC", f"{local}@{_plain_domain(domain)}").casefold()


def _member(text: str) -> str:
    return _address(text) if "@" in text else _plain_domain(text)


def _pattern(text: str) -> str:
    try:
        compile_pattern(text)
    except PatternError as error:
        raise PydanticCustomError("pattern", "{reason}", {"reason": str(error)}) from error
    return text


def _category(text: str) -> str:
    known = [t.value for t in IdentifierType] + list(HEALTH_CATEGORIES)
    if text not in known:
        raise PydanticCustomError("category", "expected a category of findings, got '{text}'", {"text": text, "words": tuple(known)})
    return text


def _bytes(value: object) -> object:
    units = {"kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
    number, _, unit = value.partition(" ") if isinstance(value, str) else ("", "", "")
    return int(number) * units[unit] if number.isascii() and number.isdigit() and unit in units else value


Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=80)]
Domain = Annotated[Short, AfterValidator(_plain_domain)]
DomainPattern = Annotated[Short, AfterValidator(_domain)]
Mailbox = Annotated[Short, AfterValidator(_address)]
Member = Annotated[Short, AfterValidator(_member)]
Pattern = Annotated[Annotated[str, StringConstraints(min_length=1, max_length=1000)], AfterValidator(_pattern)]
Category = Annotated[Short, AfterValidator(_category)]
Bytes = Annotated[int, BeforeValidator(_bytes, json_schema_input_type=int | str), Field(ge=0)]
Where = Literal["subject", "body", "attachment"]

_LISTED = BeforeValidator(_listed)
Shorts = Annotated[tuple[Short, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str]), Field(min_length=1)]
Slugs = Annotated[tuple[Slug, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str]), Field(min_length=1)]
DomainPatterns = Annotated[tuple[DomainPattern, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str]), Field(min_length=1)]
Mailboxes = Annotated[tuple[Mailbox, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str]), Field(min_length=1)]
Categories = Annotated[tuple[Category, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str]), Field(min_length=1)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_listed, json_schema_input_type=str | list[str]), Field(min_length=1)]


class _Bounds(Words):
    @model_validator(mode="after")
    def _some_bound(self) -> "_Bounds":
        if not self.model_fields_set & {"at_least", "at_most"}:
            raise PydanticCustomError("bounds", "expected at_least, at_most or both", {})
        return self


class Amount(_Bounds):
    """How many: both ends belong to it."""

    at_least: Annotated[int, Field(ge=0)] | None = None
    at_most: Annotated[int, Field(ge=0)] | None = None


class Size(_Bounds):
    """How large, in bytes or as `25 MB`: both ends belong to it."""

    at_least: Bytes | None = None
    at_most: Bytes | None = None


class Score(_Bounds):
    """How sure detection is, 0 to 1: both ends belong to it."""

    at_least: Annotated[float, Field(ge=0, le=1)] | None = None
    at_most: Annotated[float, Field(ge=0, le=1)] | None = None


class WordList(Words):
    """Whole words or phrases, upper and lower case alike, found at least so many times."""

    any: Shorts
    where: Annotated[tuple[Where, ...], _LISTED] = Field(default=("subject", "body", "attachment"), alias="in", min_length=1)
    at_least: Annotated[int, Field(ge=1, le=1000)] = 1


class PatternList(Words):
    """RE2 patterns (linear time), upper and lower case distinguished unless `(?i)`, found at least so many times."""

    match: Patterns
    where: Annotated[tuple[Where, ...], _LISTED] = Field(default=("subject", "body", "attachment"), alias="in", min_length=1)
    at_least: Annotated[int, Field(ge=1, le=1000)] = 1


class HeaderTest(Words):
    """A header of the draft: there at all, or holding a text (upper and lower case alike), or matching a pattern."""

    name: Short
    contains: Short | None = None
    match: Pattern | None = None


class FindingCount(Words):
    """Number of findings of these categories together."""

    of: Categories
    at_least: Annotated[int, Field(ge=1)]


class SenderTest(Words):
    """Who sends."""

    address: Mailboxes | None = None
    domain: DomainPatterns | None = None
    group: Slugs | None = None
    later: ClassVar[frozenset[str]] = frozenset({"role", "identity", "posture", "session_age", "offline"})


class RecipientTest(Words):
    """What is asked of each recipient by himself; all words must hold for the same recipient."""

    address: Mailboxes | None = None
    domain: DomainPatterns | None = None
    inside: bool | None = None
    field: Annotated[tuple[Literal["to", "cc", "bcc"], ...], _LISTED] | None = Field(default=None, min_length=1)
    group: Slugs | None = None
    webmail: bool | None = None
    gateway: bool | None = None
    concern: Slugs | None = None
    capability: Annotated[tuple[Method, ...], _LISTED] | None = Field(default=None, min_length=1)
    later: ClassVar[frozenset[str]] = frozenset({"partner", "baa", "wall", "consent", "unencrypted_request"})


class AttachmentTest(Words):
    """What is asked of each attachment by itself; true when all words hold for the same attachment."""

    name: Shorts | None = None
    extension: Shorts | None = None
    type: Shorts | None = None
    size: Size | None = None
    unreadable: bool | None = None
    executable: bool | None = None
    later: ClassVar[frozenset[str]] = frozenset({"real_type", "password_protected", "incomplete"})


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
    phi: bool | None = None
    score: Score | None = None
    categories: Categories | None = None
    count: FindingCount | None = None
    words: Annotated[WordList, BeforeValidator(_named("any"), json_schema_input_type=WordList | str | list[str])] | None = None
    pattern: Annotated[PatternList, BeforeValidator(_named("match"), json_schema_input_type=PatternList | str | list[str])] | None = None
    marker: Short | None = None
    header: HeaderTest | None = None
    size: Size | None = None
    channel: Shorts | None = None
    unknown: Literal["recipient.group", "sender.group", "score"] | None = None
    later: ClassVar[frozenset[str]] = frozenset({"invitation", "pasted", "label", "time"})
