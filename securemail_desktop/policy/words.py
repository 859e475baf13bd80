"""The values that policies are written in - domains, addresses, patterns, sizes - and the base of every mapping of a policy file."""

from typing import Annotated, ClassVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from securemail_desktop.message.address import parse_address
from securemail_desktop.message.errors import AddressError
from securemail_desktop.phi.finding import IdentifierType
from securemail_desktop.policy.pattern import PatternError, compile_pattern

CONCERNS = (
    *("lookalike", "organisation", "odd-one-out", "added-in-reply", "first-contact", "webmail", "outside", "greeting"),
    *("display-name", "bulk", "outside-together", "wrong-patient", "sender-identity", "named-absent"),
    *("former-address", "other-thread", "refused", "telling-name", "open-list"),
)
"""The checks of the recipients package, by name."""

HEALTH_CATEGORIES = (
    "result",
    "dose",
    "shorthand",
    "drug",
    "condition",
    "procedure",
    "lab",
    "bed",
    "vital",
    "age",
    "symptom",
    "care",
    "payment",
    "general",
    "place",
)
"""The categories of health terms that detection knows."""

CATEGORIES = (*(t.value for t in IdentifierType), *HEALTH_CATEGORIES)


class Words(BaseModel):
    """A mapping of the policy file: unknown words are errors, values are never coerced."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)
    later: ClassVar[frozenset[str]] = frozenset()


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _domain(text: str) -> str:
    return "*." + _plain_domain(text[2:]) if text.startswith("*.") else _plain_domain(text)


def _plain_domain(text: str) -> str:
    try:
        return parse_address(f"x@{text}").domain
    except AddressError as error:
        raise PydanticCustomError("domain", "expected a domain such as clinic.example, got '{text}'", {"text": text}) from error


def _address(text: str) -> str:
    try:
        address = parse_address(text)
    except AddressError as error:
        raise PydanticCustomError("address", "expected an address such as alice@clinic.example, got '{text}'", {"text": text}) from error
    return address.key


def _member(text: str) -> str:
    return _address(text) if "@" in text else _plain_domain(text)


def _certificate(text: str) -> str:
    try:
        (certificate,) = x509.load_pem_x509_certificates(text.encode())
    except ValueError as error:
        raise PydanticCustomError("certificate", "expected one certificate in PEM form", {}) from error
    return certificate.public_bytes(Encoding.PEM).decode("ascii")


def _pattern(text: str) -> str:
    try:
        compile_pattern(text)
    except PatternError as error:
        raise PydanticCustomError("pattern", "{reason}", {"reason": str(error)}) from error
    return text


def _category(text: str) -> str:
    if text not in CATEGORIES:
        raise PydanticCustomError("category", "expected a category of findings, got '{text}'", {"text": text, "words": CATEGORIES})
    return text


def _concern(text: str) -> str:
    if text not in CONCERNS:
        raise PydanticCustomError("category", "expected a check of recipients, got '{text}'", {"text": text, "words": CONCERNS})
    return text


def _bytes(value: object) -> object:
    units = {"kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
    number, _, unit = value.partition(" ") if isinstance(value, str) else ("", "", "")
    return int(number) * units[unit] if number.isascii() and number.isdigit() and unit in units else value


def _duration(value: object) -> object:
    if not isinstance(value, str):
        return value
    number, unit = value[:-1], value[-1:]
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    return int(number) * seconds[unit] if number.isascii() and number.isdigit() and unit in seconds else value


Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*$", max_length=80)]
Certificate = Annotated[str, AfterValidator(_certificate)]
Domain = Annotated[Short, AfterValidator(_plain_domain)]
DomainPattern = Annotated[Short, AfterValidator(_domain)]
Mailbox = Annotated[Short, AfterValidator(_address)]
Member = Annotated[Short, AfterValidator(_member)]
Pattern = Annotated[Annotated[str, StringConstraints(min_length=1, max_length=1000)], AfterValidator(_pattern)]
Category = Annotated[Short, AfterValidator(_category), Field(json_schema_extra={"enum": list(CATEGORIES)})]
Check = Annotated[Short, AfterValidator(_concern), Field(json_schema_extra={"enum": list(CONCERNS)})]
Bytes = Annotated[int, BeforeValidator(_bytes, json_schema_input_type=int | str), Field(strict=True, ge=0)]
Duration = Annotated[int, BeforeValidator(_duration, json_schema_input_type=int | str), Field(strict=True, ge=0)]
"""Seconds, or `30s`, `10m`, `8h`, `2d`."""
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
Localised = Text | dict[Language, Text]
"""A text, or one for each language."""

_ONE_OR_MORE = BeforeValidator(_listed, json_schema_input_type=str | list[str])
Shorts = Annotated[tuple[Short, ...], _ONE_OR_MORE, Field(min_length=1)]
Slugs = Annotated[tuple[Slug, ...], _ONE_OR_MORE, Field(min_length=1)]
DomainPatterns = Annotated[tuple[DomainPattern, ...], _ONE_OR_MORE, Field(min_length=1)]
Mailboxes = Annotated[tuple[Mailbox, ...], _ONE_OR_MORE, Field(min_length=1)]
Categories = Annotated[tuple[Category, ...], _ONE_OR_MORE, Field(min_length=1)]
Checks = Annotated[tuple[Check, ...], _ONE_OR_MORE, Field(min_length=1)]
Patterns = Annotated[tuple[Pattern, ...], _ONE_OR_MORE, Field(min_length=1)]
