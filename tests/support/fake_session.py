"""A session in memory: the same methods as the real one, honest about what it does, and slow or broken where a test says so.

Its means, doubts and refusals are tables that a test fills. "MRN 1234567" and the word "biopsy" are its detection: enough to have findings.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Event

from securemail_desktop.accounts.settings import Account, Security, Server
from securemail_desktop.audit.feedback import FeedbackRecord
from securemail_desktop.encryption.capability import Capability
from securemail_desktop.encryption.method import Level, Method, Requirement
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.message.signature import signed
from securemail_desktop.phi.finding import Finding, HealthTerm, IdentifierType, PersonRole, Scan
from securemail_desktop.policy.decision import Block, Decision, Demand, PolicyId, RecipientDecision
from securemail_desktop.policy.model import Policy
from securemail_desktop.recipients.completion import Suggestion
from securemail_desktop.recipients.concern import Concern
from securemail_desktop.sending.approval import amend, answers_question
from securemail_desktop.sending.outlook import verdict_of
from securemail_desktop.sending.questions import questions_of
from securemail_desktop.sending.state import Answer, OutboxEntry, Outlook, Receipt, Review, State, Verdict
from securemail_desktop.session.policy_in_force import InForce
from securemail_desktop.session.policy_updates import PolicyStatus
from securemail_desktop.session.preferences import Decision as Kept
from securemail_desktop.session.preferences import Preferences
from securemail_desktop.store.errors import StoreClosed, WrongKey, WrongPassphrase
from tests.support.fake_keys import FakeKeys
from tests.support.fake_limits import FakeLimits
from tests.support.fake_mail import FakeDrafts, FakeMail
from tests.support.fake_setup import FakeSetup

ALICE = parse_address("Alice Moreau <alice@clinic.example>")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
REASONS = {
    Method.SMIME: ("Protected: opens in their own mail program", Verdict.PROTECTED),
    Method.OPENPGP: ("Protected: opens in their own mail program", Verdict.PROTECTED),
    Method.TLS: ("Protected on the way to their mail server", Verdict.PROTECTED),
    Method.CLEAR: ("Goes as ordinary mail", Verdict.SEND),
    Method.NONE: ("Held: no way is known that only they can open", Verdict.HELD),
}


class FakeDocuments:
    """Documents in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, object] = {}

    def put(self, name: str, document: object) -> None:
        self.kept[name] = document

    def get(self, name: str) -> object | None:
        return self.kept.get(name)


class FakePolicy:
    """A policy of the organisation's folder; a test sets another status, which `check` brings."""

    def __init__(self) -> None:
        self.status = PolicyStatus(InForce(Policy(PolicyId("fake", 1, "0" * 64), (), (), (), 5, 0, "")), None, "")
        self.asked = 0

    def check(self) -> PolicyStatus:
        self.asked += 1
        return self.status


@dataclass
class FakeSession:
    """`means` by `Address.key`: how each can be reached (unknown ones get ordinary mail without patient data, nothing with it)."""

    means: dict[str, Method] = field(default_factory=dict)
    doubts: tuple[Concern, ...] = ()
    demands: tuple[Demand, ...] = ()
    blocks: tuple[Block, ...] = ()
    tips: tuple[str, ...] = ()
    hold: timedelta = timedelta(0)
    book: tuple[Address, ...] = ()
    outcomes: dict[str, tuple[State, str]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    accounts: tuple[Account, ...] = (Account("alice", ALICE, Server("smtp.clinic.example", 587, Security.STARTTLS, "alice")),)
    entries: list[OutboxEntry] = field(default_factory=list)
    sent: list[tuple[Draft, dict[str, Answer]]] = field(default_factory=list)
    attempts: list[tuple[Review, dict[str, Answer]]] = field(default_factory=list)
    reports: list[FeedbackRecord] = field(default_factory=list)
    preferences: Preferences = field(default_factory=lambda: Preferences(FakeDocuments(), lambda: NOW))
    calls: list[str] = field(default_factory=list)
    error: Exception | None = None
    unread: set[str] = field(default_factory=set)  # names of files that are read only by `read_attachments`, which waits for `files_gate`
    files_gate: Event = field(default_factory=Event)
    gate: Event = field(default_factory=Event)
    mail: FakeMail = field(default_factory=FakeMail)
    drafts: FakeDrafts = field(default_factory=FakeDrafts)
    keys: FakeKeys = field(default_factory=FakeKeys)
    closed: bool = False
    limits: FakeLimits = field(default_factory=FakeLimits)
    urgent_contact: str = ""
    policy: Policy = field(default_factory=lambda: Policy(PolicyId("fake", 1, "0" * 64), (), (), (), 5, 0, ""))
    policy_updates: FakePolicy = field(default_factory=FakePolicy)
    locked: bool = False
    passphrase: str = ""

    def __post_init__(self) -> None:
        self.gate.set()
        self.files_gate.set()
        self._drafts: dict[str, Draft] = {}
        self.setup = FakeSetup(self)

    def contacts(self, prefix: str) -> tuple[Suggestion, ...]:
        wanted = prefix.casefold()
        return tuple(
            Suggestion(a, 1, NOW)
            for a in self.book
            if a.key.startswith(wanted) or any(w.casefold().startswith(wanted) for w in a.name.split())
        )

    def new_draft(self, account: Account | None = None) -> Draft:
        chosen = account or self.accounts[0]
        fresh = Draft(chosen.address, (), "", "", f"<{len(self.calls)}.new@clinic.example>", NOW)
        return signed(fresh, self.preferences.signature(chosen.address))

    def review(self, draft: Draft) -> Review:
        self.calls.append("review")
        self.gate.wait(10)
        if self.locked:
            raise StoreClosed
        self._fail()
        scan = _scan(draft)
        keys = {r.address.key for r in draft.recipients}
        concerns = tuple(c for c in self.doubts if not c.recipient or c.recipient in keys)
        demands = tuple(d for d in self.demands if not d.recipients or keys & set(d.recipients))
        blocks = tuple(b for b in self.blocks if not b.recipients or keys & set(b.recipients))
        requirement = Requirement(tuple(REASONS), Level.CLEAR)
        decided = tuple(RecipientDecision(key, requirement, (), "") for key in keys)
        decision = Decision(PolicyId("fake", 1, "0" * 64), decided, demands, blocks, (), self.tips, self.hold)
        questions = questions_of(concerns, decision)
        outlooks = tuple(self._outlook(r, scan, blocks) for r in draft.recipients)
        reading = tuple(f"attachment:{n}" for n, a in enumerate(draft.attachments) if a.filename in self.unread)
        unreadable = tuple(f"{name}: It is being read." for name in reading)
        return Review(draft, scan, concerns, decision, questions, outlooks, verdict_of(outlooks, questions), unreadable, reading)

    def drop_review(self, message_id: str) -> None:
        self.calls.append("drop_review")

    def scan_apart(self) -> None:
        self.calls.append("scan_apart")

    def read_attachments(self, draft: Draft) -> None:
        self.calls.append("read_attachments")
        self.files_gate.wait(10)
        self.unread -= {attachment.filename for attachment in draft.attachments}

    def send(self, review: Review, answers: Mapping[str, Answer], channel: str) -> tuple[Receipt, ...]:
        self.calls.append(f"send {channel}")
        self._fail()
        draft = amend(review, answers)
        if draft != review.draft:
            self.record_attempt(review, answers, channel)
        again = self.review(draft)
        problem = next((q.message for q in again.questions if not answers_question(q, answers.get(q.id))), "")
        receipts = tuple(self._receipt(o, problem) for o in again.outlooks)
        self.sent.append((draft, dict(answers)))
        if any(receipt.state is not State.ACCEPTED for receipt in receipts):
            self.keep(draft, receipts)
        return receipts

    def record_attempt(self, review: Review, answers: Mapping[str, Answer], channel: str) -> None:
        self.calls.append(f"record_attempt {channel}")
        self._fail()
        self.attempts.append((review, dict(answers)))

    def revoke(self, decisions: Collection[Kept]) -> None:
        self.calls.append(f"revoke {len(decisions)}")
        self._fail()
        self.preferences.forget(decisions)

    def report_mistake(self, record: FeedbackRecord) -> None:
        self._fail()
        self.reports.append(record)

    def keep(self, draft: Draft, receipts: tuple[Receipt, ...]) -> OutboxEntry:
        worst = max(receipts, key=lambda r: list(State).index(r.state))
        needs_author = worst.state in {State.HELD, State.REFUSED, State.UNKNOWN}
        entry = OutboxEntry(
            f"e{len(self._drafts)}", draft.subject, worst.state, worst.reason, receipts, NOW, needs_author, bool(_scan(draft).findings)
        )
        self._drafts[entry.id] = draft
        self.entries.insert(0, entry)
        return entry

    def outbox(self) -> tuple[OutboxEntry, ...]:
        if self.locked:
            raise StoreClosed
        return tuple(self.entries)

    def retry(self, entry_id: str) -> tuple[Receipt, ...]:
        self.calls.append(f"retry {entry_id}")
        self._fail()
        return self._settle(entry_id)

    def resume(self, *, at_once: bool = False) -> None:
        self.calls.append("resume at once" if at_once else "resume")

    def send_again(self, entry_id: str) -> tuple[Receipt, ...]:
        self.calls.append(f"send_again {entry_id}")
        return self._settle(entry_id)

    def reopen(self, entry_id: str) -> Draft:
        self.calls.append(f"reopen {entry_id}")
        return self._drafts[entry_id]

    def discard(self, entry_id: str) -> None:
        self.calls.append(f"discard {entry_id}")
        self.entries = [entry for entry in self.entries if entry.id != entry_id]

    def prepare(self) -> None:
        self.calls.append("prepare")

    def lock(self) -> None:
        self.calls.append("lock")
        self.locked = True  # whatever fails
        self._fail()

    def unlock(self, passphrase: str) -> None:
        self.calls.append("unlock")
        if passphrase != self.passphrase:
            raise WrongKey("This passphrase does not open your mail: try again.")
        self.locked = False

    def needs_passphrase(self) -> bool:
        return bool(self.passphrase)

    def set_passphrase(self, former: str, new: str) -> None:
        if former != self.passphrase:
            raise WrongPassphrase("This passphrase does not open your mail: try again.")
        self._fail()
        self.passphrase = new

    def under_way(self) -> int:
        return sum(not entry.needs_author for entry in self.entries)

    def interrupt(self) -> None:
        self.calls.append("interrupt")
        self.gate.set()

    def close(self) -> None:
        self.closed = True

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error

    def _settle(self, entry_id: str) -> tuple[Receipt, ...]:
        entry = next(e for e in self.entries if e.id == entry_id)
        receipts = tuple(replace(r, state=State.ACCEPTED, reason="") for r in entry.receipts)
        self.entries = [e for e in self.entries if e.id != entry_id]
        return receipts

    def _outlook(self, recipient: Recipient, scan: Scan, blocks: tuple[Block, ...]) -> Outlook:
        block = next((b for b in blocks if not b.recipients or recipient.address.key in b.recipients), None)
        if block is not None:
            return Outlook(recipient, Method.NONE, block.text, Verdict.BLOCKED)
        method = self.means.get(recipient.address.key, Method.NONE if scan.phi else Method.CLEAR)
        capability = Capability(method, recipient.address.key, "known", NOW) if method in self.means.values() else None
        return Outlook(recipient, method, *REASONS[method], capability)

    def _receipt(self, outlook: Outlook, problem: str) -> Receipt:
        if problem or outlook.verdict is Verdict.HELD:
            return Receipt(outlook.recipient, Method.NONE, State.HELD, problem or outlook.reason)
        state, reason = self.outcomes.get(outlook.recipient.address.key, (State.ACCEPTED, ""))
        return Receipt(outlook.recipient, outlook.method, state, reason)


def _scan(draft: Draft) -> Scan:
    fields = (("subject", draft.subject), ("body", draft.text))
    found = tuple(
        Finding(name, m.start(), m.end(), IdentifierType.MRN, PersonRole.PATIENT, "mrn", 0.9)
        for name, text in fields
        for m in re.finditer(r"MRN \d{7}", text)
    )
    found += tuple(
        Finding(name, m.start(), m.end(), IdentifierType.NAME, PersonRole.PATIENT, "name", 0.8)
        for name, text in fields
        for m in re.finditer("Maria Lopez", text)
    )
    terms = tuple(HealthTerm(name, m.start(), m.end(), "lab") for name, text in fields for m in re.finditer("biopsy|HbA1c", text))
    phi = bool(found and terms)
    named = next((f for f in found if f.type is IdentifierType.NAME), found[0] if found else None)
    reason = "It names a patient together with a lab result." if phi else ""
    return Scan(phi, 0.9 if phi else 0.0, found, terms, reason, named if phi else None, terms[0] if phi else None)
