"""An attachment that was not read yet counts as one that could not be read: nothing goes out in clear because a file was slow."""

from dataclasses import replace

from securemail_desktop.message.draft import Attachment, Draft
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.passage import Place
from securemail_desktop.message.text.reading import BEING_READ
from securemail_desktop.phi.scan import scan
from securemail_desktop.policy.evaluate import evaluate
from securemail_desktop.policy.load import builtin_policy
from securemail_desktop.sending.checks import Checks
from securemail_desktop.sending.pipeline import review
from securemail_desktop.sending.state import Verdict
from tests.support.pdf import pdf
from tests.support.send_path import checks, draft_to, to

POLICY = builtin_policy(("clinic.example",))
RECORD = "Patient Helen Fairweather, MRN 4471902, has potassium 6.1 mmol/L."


def with_file(text: str) -> Draft:
    file = Attachment("report.pdf", "application/pdf", pdf("Report", text))
    return replace(draft_to(*to("bob@partner.example")), text="Please find it attached.", attachments=(file,))


def known(*, read: bool) -> Checks:
    texts = attachment_text if read else lambda _: BEING_READ
    return replace(checks({}), attachment_text=texts, scan=scan, decide=lambda facts: evaluate(POLICY, facts))


def test_what_is_being_read_is_held_like_patient_data_until_it_was_read() -> None:
    draft = with_file("The canteen has soup today.")
    before, after = review(draft, known(read=False)), review(draft, known(read=True))
    assert (before.verdict, before.reading, before.unreadable) == (Verdict.HELD, ("attachment:0",), ("attachment:0: It is being read.",))
    assert (after.verdict, after.reading, after.unreadable) == (Verdict.SEND, (), ())


def test_what_was_read_is_found_on_its_page() -> None:
    found = review(with_file(RECORD), known(read=True))
    assert (found.verdict, found.scan.phi) == (Verdict.HELD, True)
    assert {finding.field for finding in found.scan.findings} == {"attachment:0"}
    assert found.places["attachment:0"][:2] == (Place(0, "page 1"), Place(7, "page 2"))
