"""A send path for tests: the real pipeline, outbox and store with a scripted server, a list as journal and a fake protector."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from securemail_desktop.accounts.protocol import Envelope, Found, Outcome, Submitted
from securemail_desktop.audit.event import Json
from securemail_desktop.encryption.capability import Capabilities, Capability
from securemail_desktop.encryption.method import Level, Method, Requirement
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import AddressField, Draft, Recipient
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.phi.finding import Scan
from securemail_desktop.policy.decision import Decision, PolicyId, RecipientDecision
from securemail_desktop.policy.facts import Facts
from securemail_desktop.sending.channel import Channel, Origin
from securemail_desktop.sending.checks import Checks
from securemail_desktop.sending.errors import ProtectionFailed
from securemail_desktop.sending.pipeline import review
from securemail_desktop.sending.state import Approved, Review
from securemail_desktop.store.database import Database
from securemail_desktop.store.outbox import OutboxTable
from securemail_desktop.store.queue import Seal, open_queue

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ALICE = parse_address("Alice Nurse <alice@clinic.example>")
PROTECT = Requirement((Method.SMIME, Method.OPENPGP, Method.TLS), Level.TRANSPORT)
ORIGIN = Origin("cli", "mail.clinic.example", frozenset({"clinic.example"}), ("clinic.example",))
IN_CLEAR = Requirement((Method.CLEAR,), Level.CLEAR)


def to(*addresses: str, field: AddressField = AddressField.TO) -> tuple[Recipient, ...]:
    return tuple(Recipient(parse_address(a), field) for a in addresses)


def draft_to(*recipients: Recipient) -> Draft:
    return Draft(ALICE, recipients, "Result", "K+ 6.1, please call.\n", "<m1@clinic.example>", NOW)


def means(method: Method, key: str = "k") -> Capabilities:
    return Capabilities((Capability(method, key, "tested", NOW),))


def decision(facts: Facts, requirement: Requirement) -> Decision:
    rows = tuple(RecipientDecision(r.key, requirement, ("r1",), "why") for r in facts.recipients)
    return Decision(PolicyId("test", 1, "0" * 64), rows)


def checks(capabilities: Mapping[str, Capabilities]) -> Checks:
    return Checks(
        attachment_text=attachment_text,
        scan=lambda _fields: Scan(True, 1.0, (), ()),
        concerns=lambda _draft, _scan, _texts: (),
        capabilities=lambda address: capabilities.get(address.key, Capabilities()),
        decide=lambda facts: decision(facts, PROTECT),
        calls_himself=lambda _: False,
        inside=("clinic.example",),
        channel="cli",
        now=NOW,
    )


class FakeProtector:
    """Writes method and keys into the bytes, so that tests see who could read a copy."""

    def __init__(self) -> None:
        self.fail = False

    def protect(self, draft: Draft, method: Method, keys: tuple[str, ...]) -> Iterable[bytes]:
        if self.fail:
            raise ProtectionFailed("The key is broken.")
        visible = ",".join(r.address.spec for r in draft.recipients if r.field is not AddressField.BCC)
        return [f"To: {visible}\r\n\r\n".encode(), f"{method} {' '.join(keys)}".encode()]

    def withdrawn(self, method: Method, keys: Sequence[str]) -> str:
        return ""

    def to_self(self, draft: Draft, *, secret: bool) -> Iterable[bytes]:
        return [b"to self ", draft.message_id.encode()]


@dataclass
class MemoryJournal:
    """A journal that keeps its records, idempotent on the rid; `fail` is raised at the next append."""

    records: dict[str, dict[str, Json]] = field(default_factory=dict)
    fail: Exception | None = None

    def append(self, rid: str, act: str, fields: dict[str, Json], sealed: dict[str, Json]) -> None:
        if self.fail:
            raise self.fail
        self.records.setdefault(rid, fields)


@dataclass
class ScriptedServer:
    """A submission whose answers are scripted by recipient; what it took is counted by (Message-ID, recipient)."""

    answers: dict[str, Submitted] = field(default_factory=dict)
    found: Found = Found.UNTOLD
    taken: list[tuple[str, str]] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    on_commit: Callable[[], None] = lambda: None

    def submit(self, message: bytes, envelope: Envelope, committing: Callable[[], None]) -> tuple[Outcome, ...]:
        states = [self.answers.get(r.key, Submitted.ACCEPTED) for r in envelope.recipients]
        if any(s in {Submitted.ACCEPTED, Submitted.UNKNOWN} for s in states):
            committing()
            self.on_commit()
            self.messages.append(message)
            self.envelopes.append(envelope)
        for recipient, state in zip(envelope.recipients, states, strict=True):
            if state in {Submitted.ACCEPTED, Submitted.UNKNOWN}:
                self.taken.append((envelope.message_id, recipient.key))
        return tuple(Outcome(r, s, 250, s.value) for r, s in zip(envelope.recipients, states, strict=True))

    def find(self, message_id: str) -> Found:
        return self.found

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


@dataclass
class MemorySent:
    """A Sent folder in memory."""

    messages: list[bytes] = field(default_factory=list)
    fail: Exception | None = None

    def holds(self, message_id: str) -> bool:
        if self.fail:
            raise self.fail
        return any(message_id.encode() in m for m in self.messages)

    def file(self, message: bytes) -> None:
        self.messages.append(message)


@dataclass
class SendPath:
    """Everything of one test's send path."""

    database: Database
    checks: Checks
    protector: FakeProtector = field(default_factory=FakeProtector)
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    server: ScriptedServer = field(default_factory=ScriptedServer)
    sent: MemorySent = field(default_factory=MemorySent)
    now: datetime = NOW

    @property
    def outbox(self) -> OutboxTable:
        return OutboxTable(self.database, Seal(bytes(32)))

    @property
    def channel(self) -> Channel:
        return Channel(
            origin=ORIGIN,
            sender=ALICE,
            review=self.review,
            protector=self.protector,
            outbox=self.outbox,
            journal=self.journal,
            submission=self.server,
            sent=self.sent,
            lock=nullcontext(),
            now=lambda: self.now,
        )

    def review(self, draft: Draft) -> Review:
        return review(draft, self.checks)

    def approved(self, draft: Draft) -> Approved:
        return Approved(self.review(draft))

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)

    def change(self, **changes: Any) -> None:
        self.checks = replace(self.checks, **changes)


def open_path(folder: Path, capabilities: Mapping[str, Capabilities]) -> SendPath:
    return SendPath(open_queue(folder, bytes(32)), checks(capabilities))
