"""Each question of the language, asked of one message: a table of (condition, recipients for whom it holds, unknown for whom)."""

from dataclasses import replace
from pathlib import Path

import pytest

from securemail_desktop.policy.facts import AttachmentFacts, Facts
from securemail_desktop.policy.index import index_facts
from securemail_desktop.policy.tree import Answers
from tests.support.policies import BOB, COLLEAGUE, PATIENT, facts_of, rule_policy

LISTS = """
consumer_domains: [gmail.com]
gateways: {partner.example: outbound}
groups: {partners: [partner.example], privacy: [alice@clinic.example, maria@gmail.com]}
directory_groups: [clinicians]
"""
MESSAGE = facts_of(
    replace(BOB, concerns=frozenset({"lookalike"}), capabilities=frozenset({"smime", "tls"}), groups=frozenset({"clinicians"})),
    replace(COLLEAGUE, groups=frozenset()),
    PATIENT,
    phi=True,
    score=0.7,
    counts={"MRN": 3, "drug": 2},
    text=(("subject", "Result +Encrypt+"), ("body", "Biopsy of MRN1234567 and mrn7654321"), ("attachment:0", "biopsy")),
    headers=(("Subject", "Result +Encrypt+"), ("X-Class", "Internal use")),
    attachments=(
        AttachmentFacts("Scan 1.PDF", "pdf", "application/pdf", 2_000_000, unreadable=False),
        AttachmentFacts("run.exe", "exe", "application/octet-stream", 10, unreadable=True),
    ),
    size=2_100_000,
    channel="relay",
)
ALL, NONE = "bcm", ""
TABLE = [
    ("{recipient: {address: BOB@Partner.example}}", "b", ""),
    ("{recipient: {address: [maria@gmail.com, carol@clinic.example]}}", "cm", ""),
    ("{recipient: {domain: partner.example}}", "b", ""),
    ("{recipient: {domain: '*.example'}}", "bc", ""),
    ("{recipient: {domain: '*.partner.example'}}", NONE, ""),
    ("{recipient: {inside: true}}", "c", ""),
    ("{recipient: {inside: false}}", "bm", ""),
    ("{recipient: {field: [cc, bcc]}}", "cm", ""),
    ("{recipient: {group: partners}}", "b", ""),
    ("{recipient: {group: privacy}}", "m", ""),
    ("{recipient: {group: clinicians}}", "b", "m"),
    ("{not: {recipient: {group: clinicians}}}", "c", "m"),
    ("{recipient: {webmail: true}}", "m", ""),
    ("{recipient: {webmail: false}}", "bc", ""),
    ("{recipient: {gateway: true}}", "b", ""),
    ("{recipient: {concern: [lookalike, first-contact]}}", "b", ""),
    ("{recipient: {capability: smime}}", "b", ""),
    ("{recipient: {capability: portal}}", NONE, ""),
    ("{recipient: {inside: false, webmail: false}}", "b", ""),
    ("{not: {recipient: {inside: true}}}", "bm", ""),
    ("{any_recipient: {inside: true}}", ALL, ""),
    ("{any_recipient: {domain: nowhere.example}}", NONE, ""),
    ("{any_recipient: {group: clinicians}}", ALL, ""),
    ("{every_recipient: {inside: false}}", NONE, ""),
    ("{every_recipient: {domain: ['*.example', gmail.com]}}", ALL, ""),
    ("{every_recipient: {group: [clinicians, privacy], field: bcc}}", NONE, ""),
    ("{only_recipient: {inside: true}}", ALL, ""),
    ("{only_recipient: {inside: false}}", NONE, ""),
    ("{only_recipient: {group: clinicians}}", NONE, ALL),
    ("{sender: {address: alice@clinic.example}}", ALL, ""),
    ("{sender: {domain: '*.example'}}", ALL, ""),
    ("{sender: {domain: other.example}}", NONE, ""),
    ("{sender: {group: privacy}}", ALL, ""),
    ("{sender: {group: partners}}", NONE, ""),
    ("{sender: {group: clinicians}}", NONE, ALL),
    ("{phi: true}", ALL, ""),
    ("{phi: false}", NONE, ""),
    ("{score: {at_least: 0.7}}", ALL, ""),
    ("{score: {at_most: 0.69}}", NONE, ""),
    ("{score: {at_least: 0.5, at_most: 0.8}}", ALL, ""),
    ("{size: {at_least: 2 MB}}", ALL, ""),
    ("{size: {at_most: 2000 kB}}", NONE, ""),
    ("{attachments: {at_least: 2}}", ALL, ""),
    ("{attachments: {at_most: 1}}", NONE, ""),
    ("{recipients: {at_least: 4}}", NONE, ""),
    ("{recipients: {at_most: 3}}", ALL, ""),
    ("{domains: {at_least: 3}}", ALL, ""),
    ("{outside_domains: {at_least: 3}}", NONE, ""),
    ("{outside_domains: {at_least: 2}}", ALL, ""),
    ("{categories: [MRN, SSN]}", ALL, ""),
    ("{categories: SSN}", NONE, ""),
    ("{count: {of: [MRN, drug], at_least: 5}}", ALL, ""),
    ("{count: {of: [MRN, drug], at_least: 6}}", NONE, ""),
    ("{words: biopsy}", ALL, ""),
    ("{words: {any: biopsy, in: subject}}", NONE, ""),
    ("{words: {any: biopsy, in: [body, attachment], at_least: 2}}", ALL, ""),
    ("{words: {any: biopsy, at_least: 3}}", NONE, ""),
    (r"{pattern: 'MRN\d{7}'}", ALL, ""),
    (r"{pattern: {match: 'MRN\d{7}', at_least: 2}}", NONE, ""),
    (r"{pattern: {match: ['MRN\d{7}', 'mrn\d{7}'], in: body, at_least: 2}}", ALL, ""),
    ("{marker: +encrypt+}", ALL, ""),
    ("{marker: +secure+}", NONE, ""),
    ("{header: {name: x-class}}", ALL, ""),
    ("{header: {name: X-Class, contains: INTERNAL}}", ALL, ""),
    ("{header: {name: X-Class, match: '^Public'}}", NONE, ""),
    ("{header: {name: X-Other}}", NONE, ""),
    ("{channel: [relay, cli]}", ALL, ""),
    ("{channel: window}", NONE, ""),
    ("{attachment: {name: 'scan*.pdf'}}", ALL, ""),
    ("{attachment: {extension: .PDF}}", ALL, ""),
    ("{attachment: {type: 'application/pdf'}}", ALL, ""),
    ("{attachment: {type: 'image/*'}}", NONE, ""),
    ("{attachment: {size: {at_least: 1 MB}}}", ALL, ""),
    ("{attachment: {unreadable: true}}", ALL, ""),
    ("{attachment: {executable: true}}", ALL, ""),
    ("{attachment: {executable: true, extension: pdf}}", NONE, ""),
    ("{attachment: {unreadable: false, executable: true}}", NONE, ""),
    ("{unknown: recipient.group}", "m", ""),
    ("{unknown: sender.group}", ALL, ""),
    ("{unknown: score}", NONE, ""),
    ("{all: [{phi: true}, {recipient: {inside: true}}]}", "c", ""),
    ("{any: [{recipient: {inside: true}}, {recipient: {webmail: true}}]}", "cm", ""),
    ("{any: [{phi: true}, {sender: {group: clinicians}}]}", ALL, ""),
    ("{all: [{phi: false}, {sender: {group: clinicians}}]}", NONE, ""),
    ("{not: {any: [{recipient: {inside: true}}, {words: absent}]}}", "bm", ""),
    ("{phi: true, recipient: {inside: false}, marker: +encrypt+}", "bm", ""),
    ("{}", ALL, ""),
]


def truth(tmp_path: Path, condition: str, facts: Facts) -> tuple[str, str]:
    ruleset = rule_policy(tmp_path, condition, rest=LISTS).ruleset
    answer = ruleset.rules[0].condition.truth(Answers(ruleset.predicates, index_facts(ruleset.lists, facts)))
    initials = [r.key[0] for r in facts.recipients]
    certain = "".join(c for i, c in enumerate(initials) if answer.definite >> i & 1)
    unknown = "".join(c for i, c in enumerate(initials) if (answer.possible & ~answer.definite) >> i & 1)
    return certain, unknown


@pytest.mark.parametrize(("condition", "holds", "unknown"), TABLE)
def test_condition(tmp_path: Path, condition: str, holds: str, unknown: str) -> None:
    assert truth(tmp_path, condition, MESSAGE) == (holds, unknown)


@pytest.mark.parametrize("condition", ["{score: {at_least: 0.5}}", "{score: {at_most: 0.5}}", "{not: {score: {at_least: 0.5}}}"])
def test_a_score_that_is_no_number_is_unknown(tmp_path: Path, condition: str) -> None:
    assert truth(tmp_path, condition, replace(MESSAGE, score=float("nan"))) == (NONE, ALL)
    assert truth(tmp_path, "{unknown: score}", replace(MESSAGE, score=float("inf"))) == (ALL, NONE)


def test_a_question_that_fails_is_unknown(tmp_path: Path) -> None:
    broken = replace(MESSAGE, counts={"MRN": "many"})  # type: ignore[dict-item]
    assert truth(tmp_path, "{categories: MRN}", broken) == (NONE, ALL)


def test_equal_questions_are_asked_once(tmp_path: Path) -> None:
    policy = rule_policy(tmp_path, "{any: [{phi: true, words: [a, b]}, {words: {any: [b, a]}, recipient: {inside: true}}, {phi: true}]}")
    assert len(policy.ruleset.predicates) == 3
