"""One layer of a policy as it stands in its files, as pydantic models: settings, groups and rules.

Unknown words, wrong types and impossible values are errors; the loader gives them file, line and column.
"""

import re
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, StrictBool, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.promise import Kind
from securemail_desktop.encryption.standing import Mode
from securemail_desktop.policy.actions import Actions, LevelWord, Methods
from securemail_desktop.policy.conditions import Condition
from securemail_desktop.policy.decision import Enforcement, RuleMode
from securemail_desktop.policy.words import Certificate, Domain, Localised, Mailbox, Member, Short, Slug, Text, Words

DEFAULT_ORDER: Methods = (Method.SMIME, Method.OPENPGP, Method.TLS, Method.PORTAL)
Moment = Annotated[AwareDatetime, Field(strict=True)] | Annotated[date, Field(strict=True)]


Line = Annotated[str, StringConstraints(max_length=200)]


class Outside(Words):
    """How patient data travels to the outside: the methods in their order, and the least level. Clear is never among them."""

    encrypt: Methods = DEFAULT_ORDER
    require: Literal[LevelWord.TRANSPORT, LevelWord.MESSAGE] = LevelWord.TRANSPORT

    @model_validator(mode="after")
    def _never_clear(self) -> "Outside":
        if Method.CLEAR in self.encrypt:
            raise PydanticCustomError("clear", "expected methods that protect: patient data never goes outside in clear", {})
        return self


class Inside(Words):
    """How patient data travels within the organisation: by its own transport unless more is asked."""

    require: LevelWord = LevelWord.CLEAR


class PatientData(Words):
    """What holds for patient data before any rule is asked; rules can only raise it."""

    outside: Outside = Outside()
    inside: Inside = Inside()


class Contacts(Words):
    """Whom authors can ask, in the organisation's words: information, nothing is sent there."""

    privacy_officer: Line = ""
    security: Line = ""
    helpdesk: Line = ""


class Keys(Words):
    """Whom this program may ask for recipients' certificates and keys, and whether it tells one's own.

    Whoever is asked learns that somebody here writes to them.
    """

    wkd: StrictBool = True
    dns: StrictBool = True
    announce: StrictBool = True
    revocation: Mode = Mode.SOFT
    key_server: Annotated[Line, StringConstraints(pattern=r"^(https://[^\s/?#]+/?)?$")] = ""
    directories: dict[Domain, Annotated[Line, StringConstraints(pattern=r"^ldaps?://[^\s/?#@]+(/[^?#]*)?$")]] = Field(default_factory=dict)


class PromisedTls(Words):
    """Domains that promise to take mail over verified TLS only: whether they may be asked, and which promises the submission service enforces."""

    look_up: StrictBool = True
    enforced: tuple[Kind, ...] = ()


class Recovery(Words):
    """The organisation's recovery key, for which each device keeps what opens its user's mail; and a folder for that besides the device itself."""

    certificate: Certificate
    folder: Line = ""


Days = Annotated[int, Field(strict=True, ge=1, le=3650)]


class Freshness(Words):
    """Days without word from its source after which a signed policy is told of, protects everything to outside, and blocks (never without one)."""

    warn: Days = 7
    protect: Days = 30
    block: Days | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Freshness":
        if not self.warn <= self.protect <= (self.block or self.protect):
            raise PydanticCustomError("order", "expected 'warn' before 'protect' before 'block'", {})
        return self


def _version(value: object) -> object:
    if isinstance(value, str) and _VERSION.fullmatch(value):
        return value
    raise PydanticCustomError("version", 'expected a version in quotes, such as "0.10"', {})


_VERSION = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}", re.ASCII)
Version = Annotated[str, BeforeValidator(_version), StringConstraints(pattern=f"^{_VERSION.pattern}$")]


class Rule(Words):
    """One rule: when it matches, what it does, in which mode, and what the author reads."""

    id: Slug
    title: Short
    mode: RuleMode = RuleMode.ENFORCE
    priority: Annotated[int, Field(strict=True, ge=-1000, le=1000)] = 0
    starts: Moment | None = Field(default=None, alias="from")
    ends: Moment | None = Field(default=None, alias="until")
    on_error: Literal["hold", "strongest", "block"] = "hold"
    comment: str = ""
    text: Localised = ""
    when: Condition = Condition()
    unless: Condition | None = None
    then: Actions

    @model_validator(mode="after")
    def _starts_before_it_ends(self) -> "Rule":
        if self.starts and self.ends and _day(self.starts) > _day(self.ends):
            raise PydanticCustomError("period", "expected 'until' after 'from'", {})
        if not self.then.model_fields_set:
            raise PydanticCustomError("nothing", "expected at least one action under 'then'", {})
        return self


class Partner(Words):
    """An entry of the register of business associates (45 CFR 164.504(e)); its days belong to it."""

    name: Short
    signed: Annotated[date, Field(strict=True)] | None = None
    until: Annotated[date, Field(strict=True)] | None = None
    contact: Line = ""
    comment: str = ""

    @model_validator(mode="after")
    def _signed_before_it_ends(self) -> "Partner":
        if self.signed and self.until and self.signed > self.until:
            raise PydanticCustomError("period", "expected 'until' after 'signed'", {})
        return self


class Fragment(Words):
    """A further file of the folder: rules and lists beside those of `policy.yaml`."""

    gateways: dict[Domain, Short] = Field(default_factory=dict)
    consumer_domains: tuple[Domain, ...] = ()
    partners: dict[Domain, Partner] = Field(default_factory=dict)
    groups: dict[Slug, tuple[Member, ...]] = Field(default_factory=dict)
    lists: dict[Mailbox, tuple[Member, ...]] = Field(default_factory=dict)
    walls: dict[Slug, Annotated[tuple[Slug, ...], Field(min_length=2)]] = Field(default_factory=dict)
    directory_groups: tuple[Slug, ...] = ()
    rules: tuple[Rule, ...] = ()


class Document(Fragment):
    """`policy.yaml`: who the organisation is, how it sends, and its rules."""

    schema_version: Literal[1] = Field(alias="schema")
    name: Slug
    version: Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]
    comment: str = ""
    inside: tuple[Domain, ...] = ()
    smime_anchors: tuple[Text, ...] = ()
    undo: Annotated[int, Field(strict=True, ge=0, le=120)] = 10
    lock_after: Annotated[int, Field(strict=True, ge=0, le=480)] = 15
    urgent_contact: Line = ""
    patient_data: PatientData = PatientData()
    winner_overrides_others: StrictBool = False
    enforcement: Enforcement = Enforcement.ADVISORY
    device_signature: StrictBool = False
    tls_header: StrictBool = False
    contacts: Contacts = Contacts()
    keys: Keys = Keys()
    promised_tls: PromisedTls = PromisedTls()
    freshness: Freshness = Freshness()
    minimum_version: Version = "0"
    recovery: Recovery | None = None
    when_some_cannot: Literal["hold-those", "hold-all"] = "hold-those"
    locked: tuple[Short, ...] = ()
    later: ClassVar[frozenset[str]] = frozenset({"access", "encryption", "features", "retention", "training"})


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
