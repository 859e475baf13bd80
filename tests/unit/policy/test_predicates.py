"""Each question of the language, asked of one message: a table of (condition, recipients for whom it holds, unknown for whom)."""

from dataclasses import replace
from pathlib import Path

import pytest

from securemail_desktop.policy.facts import AttachmentFacts, Consent, Facts, SenderState
from securemail_desktop.policy.index import index_facts
from securemail_desktop.policy.tree import Answers
from tests.support.policies import BOB, COLLEAGUE, PATIENT, facts_of, rule_policy

LISTS = """
consumer_domains: [gmail.com]
gateways: {partner.example: outbound}
groups: {partners: [partner.example], privacy: [alice@clinic.example, maria@gmail.com], research: [carol@clinic.example]}
directory_groups: [clinicians]
walls: {trial: [privacy, partners, research], ward: [privacy, clinicians], two: [partners, research]}
partners:
  partner.example: {name: Partner, signed: 2025-01-01, until: 2026-11-02}
  clinic.example: {name: Ourselves, until: 2026-11-01}
  gmail.com: {name: Nobody, signed: 2026-11-03}
"""
MESSAGE = facts_of(
    replace(
        BOB,
        concerns=frozenset({"lookalike", "other-thread"}),
        capabilities=frozenset({"smime", "tls", "tls.gateway"}),
        groups=frozenset({"clinicians"}),
        uncertain=frozenset({"wkd"}),
        asked_unencrypted=False,
    ),
    replace(COLLEAGUE, groups=frozenset(), consents=()),
    replace(PATIENT, consents=(Consent("email", "treatment"), Consent("email", "study", expired=True)), asked_unencrypted=True),
    phi=True,
    score=0.7,
    counts={"MRN": 3, "drug": 2},
    confidences=(("MRN", 0.9), ("MRN", 0.5), ("MRN", 0.95)),
    text=(("subject", "Result +Encrypt+"), ("body", "Biopsy of MRN1234567 and mrn7654321"), ("attachment:0", "biopsy")),
    headers=(("Subject", "Result +Encrypt+"), ("X-Class", "Internal use")),
    attachments=(
        AttachmentFacts("Scan 1.PDF", "pdf", "application/pdf", 2_000_000, unreadable=False),
        AttachmentFacts("run.exe", "exe", "application/octet-stream", 10, True, "application/x-elf", False, True),
    ),
    answers=True,
    state=SenderState(frozenset({"nurse"}), "shared", frozenset({"managed", "disk-encrypted"}), 7200.0, offline=False),
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
    ("{attachment: {real_type: application/x-elf}}", ALL, ""),
    ("{attachment: {real_type: 'image/*'}}", NONE, NONE),
    ("{attachment: {real_type: 'image/*', extension: exe}}", NONE, NONE),
    ("{attachment: {password_protected: true}}", NONE, ALL),
    ("{attachment: {password_protected: true, extension: exe}}", NONE, NONE),
    ("{attachment: {password_protected: false}}", ALL, ""),
    ("{attachment: {incomplete: true}}", ALL, ""),
    ("{attachment: {incomplete: true, extension: pdf}}", NONE, ""),
    ("{count: {of: MRN, at_least: 2, confidence: 0.9}}", ALL, ""),
    ("{count: {of: MRN, at_least: 3, confidence: 0.9}}", NONE, ""),
    ("{invitation: true}", NONE, ""),
    ("{invitation: false}", ALL, ""),
    ("{pasted: true}", ALL, ""),
    ("{answer: true}", ALL, ""),
    ("{answer: false}", NONE, ""),
    ("{sender: {role: [nurse, doctor]}}", ALL, ""),
    ("{sender: {role: doctor}}", NONE, ""),
    ("{sender: {identity: shared}}", ALL, ""),
    ("{sender: {identity: [own, delegate]}}", NONE, ""),
    ("{sender: {posture: managed}}", ALL, ""),
    ("{not: {sender: {posture: managed}}}", NONE, ""),
    ("{sender: {session_age: {at_least: 2h}}}", ALL, ""),
    ("{sender: {session_age: {at_most: 7199}}}", NONE, ""),
    ("{sender: {offline: true}}", NONE, ""),
    ("{sender: {offline: false}}", ALL, ""),
    ("{recipient: {baa: current}}", "b", ""),
    ("{recipient: {baa: expired}}", "c", ""),
    ("{recipient: {baa: none}}", "m", ""),
    ("{recipient: {baa: [none, expired]}}", "cm", ""),
    ("{recipient: {wall: trial}}", "bc", ""),
    ("{recipient: {wall: two}}", "", ""),
    ("{recipient: {wall: ward}}", "", "b"),
    ("{recipient: {consent: given}}", "m", "b"),
    ("{recipient: {consent: {state: given, purpose: treatment}}}", "m", "b"),
    ("{recipient: {consent: {state: expired, purpose: study, channel: email}}}", "m", "b"),
    ("{recipient: {consent: {state: none, channel: sms}}}", "cm", "b"),
    ("{not: {recipient: {consent: given}}}", "c", "b"),
    ("{recipient: {unencrypted_request: true}}", "m", "c"),
    ("{recipient: {unencrypted_request: false}}", "b", "c"),
    ("{recipient: {capability: tls.gateway}}", "b", ""),
    ("{recipient: {capability: [wkd, portal]}}", "", "b"),
    ("{any_recipient: {wall: trial}}", ALL, ""),
    ("{unknown: recipient.consent}", "b", ""),
    ("{unknown: recipient.unencrypted_request}", "c", ""),
    ("{unknown: sender.role}", NONE, ""),
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


@pytest.mark.parametrize(
    ("condition", "fact"),
    [
        ("{role: nurse}", "role"),
        ("{identity: own}", "identity"),
        ("{posture: managed}", "posture"),
        ("{session_age: {at_least: 1}}", "session_age"),
        ("{offline: true}", "offline"),
    ],
)
def test_what_nobody_measured_of_the_sender_is_neither_yes_nor_no(tmp_path: Path, condition: str, fact: str) -> None:
    nothing = replace(MESSAGE, state=SenderState())
    assert truth(tmp_path, f"{{sender: {condition}}}", nothing) == (NONE, ALL)
    assert truth(tmp_path, f"{{not: {{sender: {condition}}}}}", nothing) == (NONE, ALL)
    assert truth(tmp_path, f"{{unknown: sender.{fact}}}", nothing) == (ALL, NONE)


def test_a_wall_is_open_where_the_directory_could_not_be_asked_for_the_sender(tmp_path: Path) -> None:
    stranger = replace(MESSAGE, sender="dora@clinic.example")
    assert truth(tmp_path, "{recipient: {wall: ward}}", stranger) == (NONE, "m")
    assert truth(tmp_path, "{recipient: {wall: trial}}", stranger) == (NONE, NONE)


def test_a_calendar_file_is_an_invitation(tmp_path: Path) -> None:
    calendar = AttachmentFacts("meeting.ics", "ics", "application/octet-stream", 10, unreadable=False)
    assert truth(tmp_path, "{invitation: true}", replace(MESSAGE, attachments=(calendar,))) == (ALL, NONE)


@pytest.mark.slow
def test_no_question_tells_what_it_matched(tmp_path: Path) -> None:
    for condition, _, _ in TABLE:
        ruleset = rule_policy(tmp_path, condition, rest=LISTS).ruleset
        answers = Answers(ruleset.predicates, index_facts(ruleset.lists, MESSAGE))
        seen = [answers.seen(leaf.number) for leaf in ruleset.rules[0].condition.leaves()]
        assert not any("1234567" in text or "could not be measured" in text for text in seen), seen
