"""Decisions: each action, modes, periods, priorities and stop, what cannot be found out, and which text the author reads."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from securemail_desktop.encryption.method import Level, Method, Requirement
from securemail_desktop.policy.decision import Block, Change, ChangeKind, Decision, Demand, DemandKind, Match, RuleMode
from securemail_desktop.policy.evaluate import evaluate
from securemail_desktop.policy.facts import AttachmentFacts, Facts
from tests.support.policies import BOB, COLLEAGUE, PATIENT, facts_of, policy_of, rule_policy

S, O, T, P, C = Method.SMIME, Method.OPENPGP, Method.TLS, Method.PORTAL, Method.CLEAR  # noqa: E741
OUTSIDE = facts_of(BOB, phi=True)
INSIDE = facts_of(COLLEAGUE, phi=True)
PLAIN = facts_of(BOB)


def decide(tmp_path: Path, then: str, facts: Facts, more: str = "", when: str = "{}") -> Decision:
    return evaluate(rule_policy(tmp_path, when, then, more), facts)


@pytest.mark.parametrize(
    ("then", "facts", "order", "minimum"),
    [
        ("{allow: true}", OUTSIDE, (S, O, T, P), Level.TRANSPORT),
        ("{allow: true}", INSIDE, (T, C), Level.CLEAR),
        ("{allow: true}", PLAIN, (C,), Level.CLEAR),
        ("{require: transport}", PLAIN, (S, O, T, P), Level.TRANSPORT),
        ("{require: message}", PLAIN, (S, O, P), Level.MESSAGE),
        ("{require: message}", OUTSIDE, (S, O, P), Level.MESSAGE),
        ("{require: message}", INSIDE, (S, O, P), Level.MESSAGE),
        ("{require: clear}", OUTSIDE, (S, O, T, P), Level.TRANSPORT),
        ("{encrypt: [portal, smime]}", PLAIN, (P, S), Level.TRANSPORT),
        ("{encrypt: [portal, smime]}", OUTSIDE, (P, S), Level.TRANSPORT),
        ("{encrypt: [openpgp, clear]}", PLAIN, (O, C), Level.CLEAR),
        ("{encrypt: [openpgp, clear]}", OUTSIDE, (O, S, T, P), Level.TRANSPORT),
        ("{encrypt: [openpgp, clear]}", INSIDE, (O, T, C), Level.CLEAR),
        ("{encrypt: [tls], require: message}", PLAIN, (), Level.MESSAGE),
        ("{forbid: [tls]}", OUTSIDE, (S, O, P), Level.TRANSPORT),
        ("{forbid: [tls]}", INSIDE, (S, O, P), Level.TRANSPORT),
        ("{forbid: [tls]}", PLAIN, (C,), Level.CLEAR),
        ("{forbid: [clear]}", PLAIN, (S, O, T, P), Level.TRANSPORT),
        ("{forbid: [clear]}", INSIDE, (T, S, O, P), Level.TRANSPORT),
        ("{forbid: [smime, openpgp, tls, portal]}", OUTSIDE, (), Level.TRANSPORT),
        ("{tip: true}", PLAIN, (C,), Level.CLEAR),
    ],
)
def test_requirement(tmp_path: Path, then: str, facts: Facts, order: tuple[Method, ...], minimum: Level) -> None:
    assert decide(tmp_path, then, facts).recipients[0].requirement == Requirement(order, minimum)


@pytest.mark.parametrize(
    ("then", "kind", "length"),
    [
        ("{confirm: true}", DemandKind.CONFIRM, 0),
        ("{acknowledge: true}", DemandKind.ACKNOWLEDGE, 0),
        ("{justify: 20}", DemandKind.JUSTIFY, 20),
        ("{justify: {at_least: 5}}", DemandKind.JUSTIFY, 5),
        ("{justify: {}}", DemandKind.JUSTIFY, 10),
        ("{reauthenticate: true}", DemandKind.REAUTHENTICATE, 0),
        ("{second_approver: true}", DemandKind.SECOND_APPROVER, 0),
        ("{confirm: true, justify: 15}", DemandKind.JUSTIFY, 15),
    ],
)
def test_demand(tmp_path: Path, then: str, kind: DemandKind, length: int) -> None:
    assert decide(tmp_path, then, PLAIN).demands == (Demand("r", kind, "The rule", (), length),)


def test_a_demand_or_block_names_the_recipients_where_the_rule_is_about_them(tmp_path: Path) -> None:
    message = facts_of(BOB, COLLEAGUE, PATIENT)
    decision = decide(tmp_path, "{confirm: true, block: Not to them}", message, when="{recipient: {inside: false}}")
    assert decision.demands[0].recipients == (BOB.key, PATIENT.key)
    assert decision.blocks == (Block("r", "Not to them", (BOB.key, PATIENT.key)),)


def test_hold_audit_and_tip(tmp_path: Path) -> None:
    decision = decide(tmp_path, "{hold: 5m, audit: high, tip: Look twice}", PLAIN)
    assert decision.hold == timedelta(minutes=5)
    assert decision.tips == ("Look twice",)
    assert decision.matches == (Match("r", RuleMode.ENFORCE, (), "high"),)


@pytest.mark.parametrize(
    ("mode", "matches", "blocks", "tips"),
    [("off", 0, 0, 0), ("simulate", 1, 0, 0), ("simulate-with-tip", 1, 0, 1), ("enforce", 1, 1, 0)],
)
def test_mode(tmp_path: Path, mode: str, matches: int, blocks: int, tips: int) -> None:
    decision = decide(tmp_path, "{block: true}", PLAIN, f"    mode: {mode}")
    assert (len(decision.matches), len(decision.blocks), len(decision.tips)) == (matches, blocks, tips)


@pytest.mark.parametrize(
    ("period", "now", "holds"),
    [
        ("from: 2026-11-02", datetime(2026, 11, 1, 23, 59, tzinfo=UTC), False),
        ("from: 2026-11-02", datetime(2026, 11, 2, 0, 0, tzinfo=UTC), True),
        ("until: 2026-11-02", datetime(2026, 11, 2, 23, 59, tzinfo=UTC), True),
        ("until: 2026-11-02", datetime(2026, 11, 3, 0, 0, tzinfo=UTC), False),
        ("until: 2026-11-02T10:00:00+01:00", datetime(2026, 11, 2, 8, 59, tzinfo=UTC), True),
        ("until: 2026-11-02T10:00:00+01:00", datetime(2026, 11, 2, 9, 0, tzinfo=UTC), False),
    ],
)
def test_period(tmp_path: Path, period: str, now: datetime, holds: bool) -> None:
    assert bool(decide(tmp_path, "{block: true}", replace(PLAIN, now=now), f"    {period}").blocks) is holds


THREE = """
rules:
  - {id: high, title: High, priority: 10, when: {recipient: {inside: false}}, then: {stop: true}}
  - {id: equal, title: Equal, priority: 10, then: {tip: true}}
  - {id: low, title: Low, priority: 1, then: {confirm: true}}
"""


def test_stop_takes_its_recipients_out_of_later_rules_and_leaves_equal_ones(tmp_path: Path) -> None:
    decision = evaluate(policy_of(tmp_path, THREE), facts_of(BOB, COLLEAGUE))
    assert [(m.rule, m.recipients) for m in decision.matches] == [("equal", ()), ("high", (BOB.key,)), ("low", (COLLEAGUE.key,))]
    assert [d.recipients for d in decision.demands] == [(COLLEAGUE.key,)]


def test_a_simulated_stop_stops_nothing(tmp_path: Path) -> None:
    decision = evaluate(policy_of(tmp_path, THREE.replace("title: High,", "title: High, mode: simulate,")), facts_of(BOB, COLLEAGUE))
    assert [d.recipients for d in decision.demands] == [()]


UNKNOWN_GROUP = "{recipient: {group: clinicians}}"


@pytest.mark.parametrize(
    ("on_error", "requirement", "blocked"),
    [
        ("hold", Requirement((), Level.MESSAGE), False),
        ("strongest", Requirement((S, O, P), Level.MESSAGE), False),
        ("block", Requirement((C,), Level.CLEAR), True),
    ],
)
def test_what_cannot_be_found_out(tmp_path: Path, on_error: str, requirement: Requirement, blocked: bool) -> None:
    more = f"    on_error: {on_error}"
    policy = rule_policy(tmp_path, UNKNOWN_GROUP, "{require: transport}", more, rest="directory_groups: [clinicians]")
    decision = evaluate(policy, facts_of(BOB, replace(COLLEAGUE, groups=frozenset())))
    assert decision.recipients[0].requirement == requirement
    assert [b.recipients for b in decision.blocks] == ([(BOB.key,)] if blocked else [])
    assert decision.recipients[1].requirement == Requirement((C,), Level.CLEAR)
    assert decision.matches == (Match("r", RuleMode.ENFORCE, (BOB.key,), "", undecided=True),)


@pytest.mark.parametrize("then", ["{tip: true}", "{audit: high}", "{allow: true, stop: true}", "{encrypt: [smime, clear]}"])
def test_a_rule_that_asks_nothing_does_nothing_where_it_is_undecided(tmp_path: Path, then: str) -> None:
    policy = rule_policy(tmp_path, UNKNOWN_GROUP, then, rest="directory_groups: [clinicians]")
    decision = evaluate(policy, facts_of(BOB))
    assert decision.recipients[0].requirement == Requirement((C,), Level.CLEAR)
    assert (decision.tips, decision.blocks, decision.demands) == ((), (), ())


@pytest.mark.parametrize(
    ("rules", "facts", "text"),
    [
        ("", PLAIN, "No patient data was found and no rule asks for protection."),
        ("", OUTSIDE, "Patient data leaves the organisation only protected."),
        ("", INSIDE, "Patient data stays within the organisation."),
        ("- {id: a, title: Own words, then: {require: transport}}", PLAIN, "Own words"),
        ("- {id: a, title: A, text: {en: English, es: Español}, then: {confirm: true}}", PLAIN, "English"),
        ("- {id: a, title: A, then: {encrypt: [tls]}}\n- {id: b, title: B, then: {forbid: [tls]}}", PLAIN, "No way of sending satisfies"),
        ("- {id: a, title: A, priority: 9, then: {require: message}}\n- {id: b, title: B, then: {block: Never}}", PLAIN, "Never"),
        ("- {id: a, title: A, then: {confirm: true}}\n- {id: b, title: B, then: {justify: 5}}", PLAIN, "B"),
    ],
)
def test_text(tmp_path: Path, rules: str, facts: Facts, text: str) -> None:
    policy = policy_of(tmp_path, f"rules:\n{rules}" if rules else "")
    assert evaluate(policy, facts).recipients[0].text.startswith(text)


def test_the_policy_raises_what_holds_for_patient_data(tmp_path: Path) -> None:
    policy = policy_of(tmp_path, "patient_data: {outside: {encrypt: [openpgp, smime], require: message}, inside: {require: transport}}")
    decision = evaluate(policy, facts_of(BOB, COLLEAGUE, phi=True))
    assert [r.requirement for r in decision.recipients] == [
        Requirement((O, S), Level.MESSAGE),
        Requirement((T, S, O, P), Level.TRANSPORT),
    ]


BOTH = "- {id: a, title: A, then: {confirm: true}}\n- {id: b, title: B, when: {recipient: {inside: false}}, then: {justify: 5}}"


@pytest.mark.parametrize(("setting", "asked"), [("false", ["b", "a"]), ("true", ["b", "a"])])
def test_the_answer_to_the_winner_stands_for_others_only_about_the_same_recipients(tmp_path: Path, setting: str, asked: list[str]) -> None:
    policy = policy_of(tmp_path, f"winner_overrides_others: {setting}\nrules:\n{BOTH}")
    assert [d.rule for d in evaluate(policy, facts_of(BOB, COLLEAGUE)).demands] == asked
    alone = ["b"] if setting == "true" else ["b", "a"]
    assert [d.rule for d in evaluate(policy, facts_of(BOB)).demands] == alone


def test_a_draft_without_recipients_already_has_tips(tmp_path: Path) -> None:
    message = facts_of(text=(("body", "biopsy"),))
    assert decide(tmp_path, "{tip: true, block: true}", message, when="{words: biopsy}").tips == ("The rule",)
    assert decide(tmp_path, "{tip: true}", message, when="{not: {recipient: {inside: true}}}").tips == ()
    assert decide(tmp_path, "{tip: true}", message, when="{every_recipient: {inside: true}}").tips == ()


FILES = (AttachmentFacts("a.pdf", "pdf", "application/pdf", 1, unreadable=False), AttachmentFacts("b.exe", "exe", "application/x", 1, True))


@pytest.mark.parametrize(
    ("then", "changes"),
    [
        ("{redact: true}", [Change("r", ChangeKind.REDACT)]),
        ("{redact: [MRN, SSN]}", [Change("r", ChangeKind.REDACT, ("MRN", "SSN"))]),
        ("{strip_attachment: true}", [Change("r", ChangeKind.STRIP_ATTACHMENT, (), (0, 1))]),
        ("{strip_attachment: {executable: true}}", [Change("r", ChangeKind.STRIP_ATTACHMENT, (), (1,))]),
        ("{strip_attachment: {extension: zip}}", []),
        ("{add_header: {X-Class: internal}}", [Change("r", ChangeKind.ADD_HEADER, ("X-Class", "internal"))]),
        ("{add_recipient: Journal@clinic.example}", [Change("r", ChangeKind.ADD_RECIPIENT, ("journal@clinic.example",))]),
        ("{prefix_subject: '[External] '}", [Change("r", ChangeKind.PREFIX_SUBJECT, ("[External] ",))]),
        ("{disclaimer: {en: Note, es: Nota}}", [Change("r", ChangeKind.DISCLAIMER, ("Note",))]),
    ],
)
def test_change(tmp_path: Path, then: str, changes: list[Change]) -> None:
    decision = decide(tmp_path, then, replace(PLAIN, attachments=FILES))
    assert list(decision.changes) == changes
    assert decision.tips == tuple(c.told for c in changes if c.told)
    assert not decide(tmp_path, then, replace(PLAIN, attachments=FILES), "    mode: simulate\n").changes


def test_what_is_open_is_held_where_a_change_must_not_be_left_out(tmp_path: Path) -> None:
    when = "{sender: {role: nurse}}"
    assert decide(tmp_path, "{redact: true}", PLAIN, when=when).recipients[0].requirement.order == ()
    assert decide(tmp_path, "{add_recipient: journal@clinic.example}", PLAIN, when=when).recipients[0].requirement.order == ()
    assert decide(tmp_path, "{prefix_subject: x}", PLAIN, when=when).recipients[0].requirement.order == (C,)


@pytest.mark.parametrize(("word", "expected"), [("hold-all", True), ("hold-those", False)])
def test_whether_everybody_waits_for_whom_it_cannot_reach(tmp_path: Path, word: str, expected: bool) -> None:
    assert evaluate(rule_policy(tmp_path, "{}", rest=f"when_some_cannot: {word}"), PLAIN).all_or_none is expected
