"""All checks and rules together on clean drafts of a clinic: whoever is asked more often than twice in a hundred switches the asking off."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from securemail_desktop.encryption.capability import Capabilities, Capability
from securemail_desktop.encryption.method import Method
from securemail_desktop.message.address import Address
from securemail_desktop.message.text.passage import Line
from securemail_desktop.message.text.reading import AttachmentText
from securemail_desktop.phi.scan import Scanner
from securemail_desktop.policy.evaluate import evaluate
from securemail_desktop.policy.load import load_policy
from securemail_desktop.policy.model import Policy
from securemail_desktop.recipients.check import check_recipients
from securemail_desktop.resources import policies_dir
from securemail_desktop.sending.checks import Checks
from securemail_desktop.sending.pipeline import review
from securemail_desktop.sending.state import Review
from tests.unit.recipients.test_clinic_mail import CORPUS, draft, mailbox

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
INSIDE = ("hospital.example",)


def opens(address: Address) -> Capabilities:
    """A gateway reaches every organisation, and a portal whoever has a private mailbox: who cannot be reached is another question."""
    methods = (Method.TLS,) if address.domain.endswith(".example") else (Method.SMIME,)
    return Capabilities(tuple(Capability(method, "gateway", "of a test", NOW) for method in methods))


def reviews(policy: Policy) -> list[Review]:
    box, scanner = mailbox(), Scanner()
    checks = Checks(
        attachment_text=lambda file: AttachmentText(tuple(map(Line, file.content.decode().split("\n")))),
        scan=scanner.scan,
        concerns=lambda made, scan, texts: check_recipients(made, box.index, scan, texts),
        capabilities=opens,
        decide=partial(evaluate, policy),
        calls_himself=lambda _: False,
        inside=INSIDE,
        channel="window",
        now=NOW,
    )
    return [review(draft(box, line), checks) for line in CORPUS.read_text("utf-8").splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["hospital", "hipaa-baseline", "small-practice"])
def test_a_shipped_policy_asks_at_most_twice_in_a_hundred_clean_drafts(name: str) -> None:
    found = reviews(replace(load_policy(policies_dir() / name), inside=INSIDE))
    asked = Counter(question.check for one in found for question in one.questions)
    assert sum(bool(one.questions) for one in found) <= 0.02 * len(found), asked
    assert any(one.scan.phi for one in found)
