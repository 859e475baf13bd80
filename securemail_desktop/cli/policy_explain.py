"""`securemail policy explain`: a message file to its facts, to the decision, and to what is printed of both.

A dry run: nothing is sent, stored or looked up in a network. With `--data` it knows the keys and correspondents of that data folder; without,
what recipients can open is what the policy's gateways, the organisation's own transport and `--can` say, and everyone is a stranger.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from securemail_desktop.cli.main import data_folder
from securemail_desktop.cli.opening_session import opened_session
from securemail_desktop.cli.policy_assumed import given_to, means_of, promised, with_inside
from securemail_desktop.cli.send import read_draft
from securemail_desktop.encryption.capability import Capabilities
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.promise import Promises
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.text.body import field_texts
from securemail_desktop.phi.finding import Scan
from securemail_desktop.phi.patient_list import NOBODY, PatientList
from securemail_desktop.phi.scan import scan
from securemail_desktop.policy.decision import Enforcement
from securemail_desktop.policy.explain import ExplainedRule, Explanation, explain
from securemail_desktop.policy.facts import Facts
from securemail_desktop.policy.load import builtin_policy, load_policy
from securemail_desktop.policy.model import Policy
from securemail_desktop.recipients.check import check_recipients
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.index import RecipientIndex
from securemail_desktop.recipients.told import Told
from securemail_desktop.sending.facts import build_facts
from securemail_desktop.sending.outlook import foresee, verdict_of
from securemail_desktop.sending.questions import questions_of
from securemail_desktop.sending.state import Outlook
from securemail_desktop.session.attachment_texts import AttachmentTexts
from securemail_desktop.session.means import means_for
from securemail_desktop.session.session import Session

Document = dict[str, Any]
_BEHIND = {
    Enforcement.ADVISORY: "this program only: mail of other programs does not pass here",
    Enforcement.RECORDED: "mail that went elsewhere is found afterwards",
    Enforcement.ENFORCED: "the organisation's gateway rejects mail that did not pass here",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides the message: the policy, concerns about recipients, what they can open, and the organisation's patients."""

    policy: Policy
    concerns: Callable[[Draft, Scan], tuple[Concern, ...]]
    means: Callable[[Address], Capabilities]
    patients: PatientList = NOBODY


def explain_file(arguments: argparse.Namespace) -> Document:
    """Return what the policy makes of the message, as one JSON document; raise `UsageError` or `PolicyError`."""
    draft = read_draft(arguments.file)
    if arguments.key_file is None and arguments.data == data_folder():
        return _explained(draft, _without_data(draft, arguments))
    with opened_session(arguments) as session:
        return _explained(draft, _with_data(draft, arguments, session))


def _explained(draft: Draft, known: Known) -> Document:
    with AttachmentTexts() as read:
        read.read(draft.attachments)
        texts = field_texts(draft, read.text)
    found = scan([(t.field, t.text) for t in texts], known.patients)
    means = {r.address.key: known.means(r.address) for r in draft.recipients}
    concerns = known.concerns(draft, found)
    facts = build_facts(draft, texts, found, concerns, means, known.policy.inside, draft.date, "cli", known.policy.open_lists)
    explanation = explain(known.policy, facts)
    outlooks = foresee(draft, explanation.decision, means)
    verdict = verdict_of(outlooks, questions_of(concerns, explanation.decision))
    sheets = [c.message for c in concerns if c.tier is Tier.SHEET]
    document = _document(explanation, outlooks, verdict.value, facts, found) | {"concerns": sheets}
    document["policy"]["enforcement"] = known.policy.enforcement.value
    return document


def _without_data(draft: Draft, arguments: argparse.Namespace) -> Known:
    policy = with_inside(load_policy(arguments.policy) if arguments.policy else builtin_policy(()), arguments.inside)
    given = promised(arguments.can)
    index, told = RecipientIndex((draft.sender,), policy.inside), Told(open_lists=policy.open_lists)
    return Known(policy, lambda d, found: check_recipients(d, index, found, (), told), lambda a: means_of(a, policy, given, draft.date))


def _with_data(draft: Draft, arguments: argparse.Namespace, session: Session) -> Known:
    policy = with_inside(load_policy(arguments.policy) if arguments.policy else session.policy, arguments.inside)
    given = promised(arguments.can)
    known = means_for(draft.sender, session.ring, policy, Promises(session.vault), draft.date)

    def means(address: Address) -> Capabilities:
        found = known(address)
        return replace(found, usable=(*given_to(address, given, draft.date), *found.usable))

    return Known(policy, lambda d, _found: session.review_in_full(d, "cli").concerns, means, session.patients.known)


def printed(document: Document) -> str:
    """Return the document for people: rules first, then recipients, the verdict last."""
    policy = document["policy"]
    head = f"policy {policy['name']} version {policy['version']} ({policy['sha256'][:12]})"
    facts = document["facts"]
    seen = f"patient data: {'yes' if facts['phi'] else 'no'} (score {facts['score']:.2f}); {facts['reason']}".rstrip("; ")
    rules = [line for rule in document["rules"] for line in _rule_lines(rule)]
    recipients = [line for r in document["recipients"] for line in _recipient_lines(r)]
    behind = f"enforcement: {policy['enforcement']} - {_BEHIND[Enforcement(policy['enforcement'])]}"
    return "\n".join([head, behind, seen, "", *rules, "", *recipients, *_asked_lines(document), "", f"verdict: {document['verdict']}"])


def _document(explanation: Explanation, outlooks: Sequence[Outlook], verdict: str, facts: Facts, found: Scan) -> Document:
    decision = explanation.decision
    return {
        "policy": {"name": decision.policy.name, "version": decision.policy.version, "sha256": decision.policy.sha256},
        "facts": {"phi": facts.phi, "score": facts.score, "reason": found.reason, "counts": dict(facts.counts)},
        "rules": [_rule(r) for r in explanation.rules],
        "recipients": [_recipient(o, r.requirement.order, r.text) for o, r in zip(outlooks, decision.recipients, strict=True)],
        "asks": [
            {"rule": d.rule, "kind": d.kind.value, "text": d.text, "recipients": list(d.recipients), "at_least": d.min_length}
            for d in decision.demands
        ],
        "blocks": [{"rule": b.rule, "text": b.text, "recipients": list(b.recipients)} for b in decision.blocks],
        "tips": list(decision.tips),
        "hold": decision.hold.total_seconds(),
        "verdict": verdict,
    }


def _rule(rule: ExplainedRule) -> Document:
    questions = [{"asked": q.asked, "seen": q.seen, "answer": q.answer, "recipients": list(q.recipients)} for q in rule.questions]
    return {
        "id": rule.id,
        "title": rule.title,
        "mode": rule.mode.value,
        "status": rule.status.value,
        "recipients": list(rule.recipients),
        "undecided": list(rule.undecided),
        "questions": questions,
    }


def _recipient(outlook: Outlook, order: Sequence[Method], text: str) -> Document:
    return {
        "address": outlook.recipient.address.key,
        "method": outlook.method.value,
        "verdict": outlook.verdict.value,
        "reason": outlook.reason,
        "accepted": [m.value for m in order],
        "rules": list(outlook.rules),
        "text": text,
    }


def _rule_lines(rule: Mapping[str, Any]) -> Iterator[str]:
    concerned = ", ".join(rule["recipients"] or rule["undecided"])
    yield f"{rule['id']} [{rule['mode']}]: {rule['status']}{' for ' + concerned if concerned else ''}"
    for q in rule["questions"]:
        answer = f"{q['answer']} {', '.join(q['recipients'])}".rstrip()
        yield f"    {q['asked']} - saw {q['seen']} - {answer}"


def _recipient_lines(recipient: Mapping[str, Any]) -> Iterator[str]:
    yield f"{recipient['address']}: {recipient['verdict']}, {recipient['method']} (accepted: {', '.join(recipient['accepted']) or 'nothing'})"
    yield f"    {recipient['text']} {recipient['reason']}."
    if recipient["rules"]:
        yield f"    rules: {', '.join(recipient['rules'])}"


def _asked_lines(document: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"asks about a recipient: {c}" for c in document["concerns"])
    yield from (f"asks the author to {a['kind']}: {a['text']} ({a['rule']})" for a in document["asks"])
    yield from (f"blocked: {b['text']} ({b['rule']})" for b in document["blocks"])
    yield from (f"tip: {t}" for t in document["tips"])
    if document["hold"]:
        yield f"held for {document['hold']:g} s"
