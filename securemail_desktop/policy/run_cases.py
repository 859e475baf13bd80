"""Runs the cases of a policy folder against its policy: a line a case, with the differences between expected and actual."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from securemail_desktop.encryption.capability import Capabilities, Capability
from securemail_desktop.encryption.choose import choose
from securemail_desktop.encryption.method import Method
from securemail_desktop.phi.scan import scan
from securemail_desktop.policy.cases import Case, CaseAttachment, CaseExpectation, CaseFile, CaseMessage, CaseState
from securemail_desktop.policy.decision import Decision
from securemail_desktop.policy.evaluate import evaluate
from securemail_desktop.policy.facts import AttachmentFacts, Consent, Facts, RecipientFacts, SenderState
from securemail_desktop.policy.folder import read_file
from securemail_desktop.policy.model import Policy
from securemail_desktop.policy.source import read_yaml
from securemail_desktop.policy.validate import validate

_SEVERITY = ("send", "protected", "held", "blocked")


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of one case; without differences it passed."""

    file: str
    name: str
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Actual:
    """What policy made of a case."""

    verdict: str
    methods: dict[str, Method]
    decision: Decision


def run_cases(policy: Policy, folder: Path) -> tuple[CaseResult, ...]:
    """Run all cases of the folder's `tests/`; raise `PolicyError` where a file of cases cannot be read."""
    return run_case_files(policy, case_files(folder))


def case_files(folder: Path) -> dict[str, bytes]:
    """Return the folder's files of cases by name (`tests/...`); raise `PolicyError` where one cannot be read."""
    names = sorted(f"tests/{path.name}" for path in (folder / "tests").glob("*.yaml"))
    return {name: read_file(folder / name, name) for name in names}


def run_case_files(policy: Policy, files: Mapping[str, bytes]) -> tuple[CaseResult, ...]:
    """Run the cases of files by name; raise `PolicyError` where they are none."""
    results: list[CaseResult] = []
    for name, content in files.items():
        file = validate(CaseFile, read_yaml(name, content))
        local = replace(policy, inside=file.inside) if file.inside else policy
        results += [CaseResult(name, case.name, tuple(_differences(case.expect, decide(local, case)))) for case in file.cases]
    return tuple(results)


def decide(policy: Policy, case: Case) -> Actual:
    """Evaluate one case; methods are chosen as the send path chooses them."""
    facts = case_facts(policy, case.message)
    decision = evaluate(policy, facts)
    methods = {
        r.recipient: choose(r.requirement, _means(f, case.message)).method
        for r, f in zip(decision.recipients, facts.recipients, strict=True)
    }
    return Actual(_verdict(decision, methods.values()), methods, decision)


def case_facts(policy: Policy, message: CaseMessage) -> Facts:
    """Return the facts of a case."""
    fields = [("subject", message.subject), ("body", message.body)]
    fields += [(f"attachment:{n}", a.text) for n, a in enumerate(message.attachments)]
    phi, score = _detected(message, fields)
    return Facts(
        sender=message.sender,
        sender_domain=_domain(message.sender),
        recipients=tuple(_recipients(policy, message)),
        phi=phi,
        score=score,
        now=message.now,
        counts=message.findings,
        text=tuple(fields),
        headers=(("Subject", message.subject), *message.headers.items()),
        attachments=tuple(_attachment(a) for a in message.attachments),
        size=message.size,
        sender_groups=None if message.sender_groups is None else frozenset(message.sender_groups),
        channel=message.channel,
        answers_protected=message.answers_protected,
        state=_state(message.state),
        confidences=tuple((category, sure) for category, every in message.confidences.items() for sure in every),
        answers=message.answer,
    )


def _attachment(attachment: CaseAttachment) -> AttachmentFacts:
    a = attachment
    return AttachmentFacts(a.name, _extension(a.name), a.type, a.size, a.unreadable, a.real_type, a.password_protected, a.incomplete)


def _state(state: CaseState) -> SenderState:
    roles, posture = (None if names is None else frozenset(names) for names in (state.roles, state.posture))
    return SenderState(roles, state.identity, posture, state.session_age, state.offline)


def _detected(message: CaseMessage, fields: Sequence[tuple[str, str]]) -> tuple[bool, float]:
    if message.phi is not None:
        return message.phi, message.score if message.score is not None else float(message.phi)
    found = scan(fields)
    return found.phi, found.score if message.score is None else message.score


def _recipients(policy: Policy, message: CaseMessage) -> Iterator[RecipientFacts]:
    for field in ("to", "cc", "bcc"):
        for key in getattr(message, field):
            domain = _domain(key)
            inside = any(domain == own or domain.endswith(f".{own}") for own in policy.inside_for(key))
            groups = frozenset(message.groups[key]) if key in message.groups else None
            yield RecipientFacts(
                key,
                domain,
                field,
                inside,
                frozenset(message.concerns.get(key, ())),
                _capabilities(policy, message, key, inside=inside),
                groups,
                frozenset(message.unknown_capabilities.get(key, ())),
                _consents(message, key),
                message.unencrypted_request.get(key),
            )


def _consents(message: CaseMessage, key: str) -> tuple[Consent, ...] | None:
    given = message.consents.get(key)
    return None if given is None else tuple(Consent(c.channel, c.purpose, c.expired) for c in given)


def _capabilities(policy: Policy, message: CaseMessage, key: str, *, inside: bool) -> frozenset[str]:
    """Return what the case says; by itself there is TLS within the organisation and to the domains of a gateway."""
    transport = {"tls"} if inside or _domain(key) in dict(policy.gateways) else set()
    return frozenset({*message.capabilities.get(key, ()), *transport})


def _means(facts: RecipientFacts, message: CaseMessage) -> Capabilities:
    methods = [name for name in sorted(facts.capabilities) if name in {m.value for m in Method}]
    return Capabilities(tuple(Capability(Method(name), name, "given by the case", message.now) for name in methods))


def _verdict(decision: Decision, methods: Iterable[Method]) -> str:
    verdicts = ["held" if m is Method.NONE else "send" if m is Method.CLEAR else "protected" for m in methods]
    verdicts += ["held"] if decision.demands else []
    verdicts += ["blocked"] if decision.blocks else []
    return max(verdicts, key=_SEVERITY.index, default="held")


def _differences(expect: CaseExpectation, actual: Actual) -> Iterator[str]:
    matched = {m.rule for m in actual.decision.matches if not m.undecided}
    if expect.verdict != actual.verdict:
        yield f"verdict: expected {expect.verdict}, got {actual.verdict}"
    for key, method in expect.methods.items():
        if actual.methods.get(key) != method:
            yield f"method for {key}: expected {method}, got {actual.methods.get(key, 'no such recipient')}"
    yield from (f"rule {r}: expected to match, did not" for r in expect.rules if r not in matched)
    yield from (f"rule {r}: expected not to match, did" for r in expect.not_rules if r in matched)
    asked = {d.kind for d in actual.decision.demands}
    if expect.asks is not None and set(expect.asks) != asked:
        yield f"asks: expected {_listed(expect.asks)}, got {_listed(asked)}"
    if expect.hold is not None and expect.hold != actual.decision.hold.total_seconds():
        yield f"hold: expected {expect.hold} s, got {actual.decision.hold.total_seconds():g} s"
    made = {c.kind for c in actual.decision.changes}
    if expect.changes is not None and set(expect.changes) != made:
        yield f"changes: expected {_listed(expect.changes)}, got {_listed(made)}"


def _listed(values: Iterable[str]) -> str:
    return ", ".join(sorted(values)) or "nothing"


def _domain(key: str) -> str:
    return key.rpartition("@")[2]


def _extension(name: str) -> str:
    return PurePath(name).suffix.lstrip(".").lower()
