"""An answer to protected mail never goes in clear; quoted text and forwarded files are checked like any other."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from securemail_desktop.encryption.capability import Capabilities
from securemail_desktop.encryption.method import Method
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.answer import forward, reply
from securemail_desktop.message.draft import Attachment, Draft, Recipient
from securemail_desktop.message.original import Original
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.phi.scan import scan
from securemail_desktop.policy.evaluate import evaluate
from securemail_desktop.policy.load import builtin_policy
from securemail_desktop.sending.checks import Checks
from securemail_desktop.sending.pipeline import review
from securemail_desktop.sending.state import Review, Verdict
from tests.support.send_path import means

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ALICE, BOB = parse_address("alice@clinic.example"), parse_address("bob@partner.example")
RECORD = "Patient Helen Fairweather, MRN 4471902, has potassium 6.1 mmol/L."
LUNCH = Original((BOB,), "Lunch", NOW, to=(ALICE,), message_id="<1@partner.example>", text="Shall we meet at noon?")


def reviewed(draft: Draft, capabilities: Capabilities = Capabilities()) -> Review:  # noqa: B008 - frozen
    policy = builtin_policy(("clinic.example",))
    checks = Checks(
        attachment_text=attachment_text,
        scan=scan,
        concerns=lambda _draft, _scan, _texts: (),
        capabilities=lambda _: capabilities,
        decide=lambda facts: evaluate(policy, facts),
        calls_himself=lambda _: False,
        inside=policy.inside,
        channel="window",
        now=NOW,
    )
    return review(draft, checks)


def drafts(original: Original) -> list[Draft]:
    forwarded = replace(forward(original, (ALICE,), NOW), recipients=(Recipient(BOB),))
    return [reply(original, (ALICE,), NOW, everyone=False), forwarded]


@pytest.mark.parametrize("number", [0, 1])
def test_an_answer_or_forward_of_ordinary_mail_is_ordinary(number: int) -> None:
    found = reviewed(drafts(LUNCH)[number])
    assert not found.scan.phi
    assert found.verdict is Verdict.SEND


@pytest.mark.parametrize("number", [0, 1])
def test_an_answer_or_forward_of_protected_mail_is_protected_or_held(number: int) -> None:
    draft = drafts(replace(LUNCH, protected=True))[number]
    assert reviewed(draft).outlooks[0].verdict is Verdict.HELD
    found = reviewed(draft, means(Method.SMIME))
    assert not found.scan.phi
    assert found.outlooks[0].method is Method.SMIME
    assert "answers-protected" in found.outlooks[0].rules


def test_without_its_quote_it_stays_protected() -> None:
    draft = replace(drafts(replace(LUNCH, protected=True))[0], text="Yes.")
    assert reviewed(draft).verdict is Verdict.HELD


@pytest.mark.parametrize("number", [0, 1])
def test_quoted_patient_data_is_found(number: int) -> None:
    found = reviewed(drafts(replace(LUNCH, text=RECORD))[number])
    assert found.scan.phi
    assert {f.field for f in found.scan.findings} == {"body"}


def test_quoted_html_is_found() -> None:
    assert reviewed(drafts(replace(LUNCH, text="", html=f"<p>{RECORD}</p>"))[0]).scan.phi


def test_a_forwarded_file_is_scanned_or_named_as_unreadable() -> None:
    files = (Attachment("note.txt", "text/plain", RECORD.encode()), Attachment("x.zip", "application/zip", b"PK\x03\x04"))
    found = reviewed(drafts(replace(LUNCH, files=files))[1])
    assert found.scan.phi
    assert "attachment:0" in {f.field for f in found.scan.findings}
    assert found.unreadable[0].startswith("attachment:1")
