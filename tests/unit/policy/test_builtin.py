"""The built-in strict policy, and what holds when not even that can be read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from securemail_desktop.encryption.method import Level, Method, Requirement
from securemail_desktop.policy import load
from securemail_desktop.policy.evaluate import evaluate
from securemail_desktop.policy.facts import AttachmentFacts, Facts, RecipientFacts
from securemail_desktop.policy.load import builtin_policy

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BOB = RecipientFacts("bob@partner.example", "partner.example", "to", inside=False)
COLLEAGUE = RecipientFacts("carol@clinic.example", "clinic.example", "cc", inside=True)
PATIENT = RecipientFacts("maria@gmail.com", "gmail.com", "to", inside=False)
SCAN = AttachmentFacts("scan.zip", "zip", "application/zip", 10, unreadable=True)
PROTECTED = Requirement((Method.SMIME, Method.OPENPGP, Method.TLS, Method.PORTAL), Level.TRANSPORT)
PRIVATE = Requirement((Method.SMIME, Method.OPENPGP, Method.PORTAL), Level.TRANSPORT)
OWN_TRANSPORT = Requirement((Method.TLS, Method.CLEAR), Level.CLEAR)
INSIDE_PROTECTED = Requirement((Method.TLS, Method.SMIME, Method.OPENPGP, Method.PORTAL), Level.TRANSPORT)
CLEAR = Requirement((Method.CLEAR,), Level.CLEAR)


def facts(
    *recipients: RecipientFacts,
    phi: bool = False,
    attachments: tuple[AttachmentFacts, ...] = (),
    subject: str = "",
    answers_protected: bool = False,
) -> Facts:
    return Facts(
        "alice@clinic.example",
        "clinic.example",
        recipients,
        phi,
        0.9 if phi else 0.1,
        NOW,
        text=(("subject", subject),),
        attachments=attachments,
        answers_protected=answers_protected,
    )


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (facts(BOB), CLEAR),
        (facts(BOB, phi=True), PROTECTED),
        (facts(COLLEAGUE, phi=True), OWN_TRANSPORT),
        (facts(COLLEAGUE), CLEAR),
        (facts(PATIENT, phi=True), PRIVATE),
        (facts(PATIENT), CLEAR),
        (facts(BOB, attachments=(SCAN,)), PROTECTED),
        (facts(COLLEAGUE, attachments=(SCAN,)), CLEAR),
        (facts(BOB, subject="Lunch +Encrypt+"), PROTECTED),
        (facts(BOB, answers_protected=True), PROTECTED),
        (facts(PATIENT, answers_protected=True), PRIVATE),
        (facts(COLLEAGUE, answers_protected=True), INSIDE_PROTECTED),
        (facts(COLLEAGUE, answers_protected=True, phi=True), INSIDE_PROTECTED),
    ],
)
def test_requirement(message: Facts, expected: Requirement) -> None:
    decision = evaluate(builtin_policy(("clinic.example",)), message)
    assert [r.requirement for r in decision.recipients] == [expected]
    assert decision.blocks == ()
    assert decision.demands == ()


def test_what_answers_a_protected_message_says_why_it_is_protected() -> None:
    decision = evaluate(builtin_policy(("clinic.example",)), facts(BOB, answers_protected=True))
    assert "came protected" in decision.recipients[0].text
    assert [m.rule for m in decision.matches] == ["answers-protected"]


def test_it_names_the_inside_domains_and_the_policy() -> None:
    policy = builtin_policy(("clinic.example",))
    assert policy.inside == ("clinic.example",)
    assert policy.id.name == "strict"
    assert len(policy.id.sha256) == 64


def test_without_the_shipped_file_everything_outside_is_protected(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(load, "policies_dir", lambda: tmp_path)
    policy = builtin_policy(("clinic.example",))
    decision = evaluate(policy, facts(BOB, COLLEAGUE))
    assert policy.id.name == "fail-closed"
    assert [r.requirement for r in decision.recipients] == [PROTECTED, CLEAR]
