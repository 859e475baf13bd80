"""Explanations: the same decision as evaluate, every rule with its status, every question with the value seen and never the text."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from securemail_desktop.policy.evaluate import evaluate
from securemail_desktop.policy.explain import AskedQuestion, explain
from securemail_desktop.policy.facts import AttachmentFacts, Facts
from securemail_desktop.policy.matching import Status
from tests.support.policies import BOB, COLLEAGUE, facts_of, policy_of, rule_policy

RULES = """
rules:
  - {id: first, title: F, priority: 9, when: {recipient: {inside: false}}, then: {stop: true}}
  - {id: second, title: S, when: {phi: true}, then: {tip: true}}
  - {id: absent, title: A, when: {words: biopsy, recipient: {inside: true}}, then: {tip: true}}
  - {id: off, title: O, mode: off, then: {block: true}}
  - {id: later, title: L, from: 2027-01-01, then: {block: true}}
  - {id: over, title: V, until: 2026-01-01, then: {block: true}}
  - {id: open, title: G, when: {recipient: {group: staff, inside: true}}, then: {block: true}}
  - {id: outside, title: X, when: {recipient: {inside: false}}, then: {block: true}}
directory_groups: [staff]
"""


def test_every_rule_with_its_status(tmp_path: Path) -> None:
    policy, message = policy_of(tmp_path, RULES), facts_of(BOB, COLLEAGUE, phi=True)
    explanation = explain(policy, message)
    assert explanation.decision == evaluate(policy, message)
    assert {r.id: (r.status, r.recipients, r.undecided) for r in explanation.rules} == {
        "first": (Status.MATCHED, (BOB.key,), ()),
        "second": (Status.MATCHED, (COLLEAGUE.key,), ()),
        "absent": (Status.NOT_MATCHED, (), ()),
        "off": (Status.OFF, (), ()),
        "later": (Status.NOT_YET, (), ()),
        "over": (Status.EXPIRED, (), ()),
        "open": (Status.UNDECIDED, (), (COLLEAGUE.key,)),
        "outside": (Status.STOPPED, (), ()),
    }


MESSAGE = facts_of(
    replace(BOB, concerns=frozenset({"lookalike"})),
    COLLEAGUE,
    phi=True,
    score=0.85,
    counts={"MRN": 2},
    text=(("subject", "Secret name +encrypt+"), ("body", "MRN1234567 biopsy Biopsy")),
    headers=(("X-Class", "Secret"),),
    attachments=(AttachmentFacts("Secret name.exe", "exe", "application/x-msdownload", 7, unreadable=True),),
    size=99,
)


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{phi: true}", AskedQuestion("phi is true", "true", "yes")),
        ("{phi: false}", AskedQuestion("phi is false", "true", "no")),
        ("{score: {at_least: 0.9}}", AskedQuestion("score at least 0.9", "0.85", "no")),
        ("{size: {at_most: 1 kB}}", AskedQuestion("size at most 1000", "99", "yes")),
        (
            "{recipient: {inside: true}}",
            AskedQuestion("recipient.inside is true", f"{BOB.key}: false; {COLLEAGUE.key}: true", "for", (COLLEAGUE.key,)),
        ),
        (
            "{recipient: {concern: lookalike}}",
            AskedQuestion("recipient.concern is lookalike", f"{BOB.key}: lookalike; {COLLEAGUE.key}: none", "for", (BOB.key,)),
        ),
        (
            "{recipient: {group: staff}}",
            AskedQuestion(
                "recipient.group is staff",
                f"{BOB.key}: directory unknown; {COLLEAGUE.key}: directory unknown",
                "unknown",
                (BOB.key, COLLEAGUE.key),
            ),
        ),
        (
            "{sender: {address: alice@clinic.example}}",
            AskedQuestion("sender.address is alice@clinic.example", "alice@clinic.example", "yes"),
        ),
        ("{sender: {domain: x.example}}", AskedQuestion("sender.domain is x.example", "clinic.example", "no")),
        ("{channel: relay}", AskedQuestion("channel is relay", "window", "no")),
        ("{unknown: recipient.group}", AskedQuestion("recipient.group is unknown", f"unknown for {BOB.key}, {COLLEAGUE.key}", "yes")),
        ("{words: biopsy}", AskedQuestion("words biopsy: at least 1 in subject, body, attachment", "1 in body", "yes")),
        ("{words: {any: biopsy, at_least: 2}}", AskedQuestion("words biopsy: at least 2 in subject, body, attachment", "2 in body", "yes")),
        ("{marker: +encrypt+}", AskedQuestion("marker +encrypt+", "there", "yes")),
        ("{header: {name: x-class}}", AskedQuestion("header x-class", "1 of that name", "yes")),
        ("{categories: [MRN, SSN]}", AskedQuestion("categories is MRN or SSN", "2 MRN", "yes")),
        (
            "{attachment: {executable: true}}",
            AskedQuestion(
                "attachment executable: true", "attachment 0: .exe application/x-msdownload 7 bytes unreadable executable", "yes"
            ),
        ),
    ],
)
def test_question(tmp_path: Path, when: str, expected: AskedQuestion) -> None:
    explanation = explain(rule_policy(tmp_path, when, rest="directory_groups: [staff]"), MESSAGE)
    assert explanation.rules[0].questions == (expected,)
    assert "Secret" not in str(explanation)
    assert "1234567" not in str(explanation)


def test_questions_stand_in_the_order_of_the_policy_and_all_are_shown(tmp_path: Path) -> None:
    policy = rule_policy(tmp_path, "{all: [{words: absent}, {phi: false}]}", more="    unless: {channel: cli}\n")
    asked = [(q.asked.partition(" ")[0], q.answer) for q in explain(policy, MESSAGE).rules[0].questions]
    assert asked == [("words", "no"), ("phi", "no"), ("channel", "no")]


def test_a_fact_of_the_wrong_kind_is_shown_as_unmeasured(tmp_path: Path) -> None:
    broken: Facts = replace(MESSAGE, counts=None, now=datetime(2026, 1, 1, tzinfo=UTC))  # type: ignore[arg-type]
    question = explain(rule_policy(tmp_path, "{categories: MRN}"), broken).rules[0].questions[0]
    assert (question.seen, question.answer) == ("could not be measured (AttributeError)", "unknown")
