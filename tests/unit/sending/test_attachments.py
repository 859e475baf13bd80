"""An attachment that was not read yet counts as one that could not be read: nothing goes out in clear because a file was slow."""

from dataclasses import replace

from securemail_desktop.message.draft import Attachment, Draft
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.passage import Place
from securemail_desktop.message.text.reading import BEING_READ, LOCKED_FILE
from securemail_desktop.phi.scan import scan
from securemail_desktop.policy.decision import Decision
from securemail_desktop.policy.evaluate import evaluate
from securemail_desktop.policy.facts import Facts
from securemail_desktop.policy.load import builtin_policy
from securemail_desktop.sending.checks import Checks
from securemail_desktop.sending.pipeline import review
from securemail_desktop.sending.state import Verdict
from tests.support.office import package
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


def with_archive(parts: dict[str, str | bytes], *, locked: bool = False) -> Draft:
    content = package(parts)
    if locked:
        content = content.replace(b"PK\x01\x02\x14\x03\x14\0\0", b"PK\x01\x02\x14\x03\x14\0\x01")
    return replace(with_file(""), attachments=(Attachment("letters.zip", "application/zip", content),))


def test_what_lies_in_an_archive_is_found_in_its_file() -> None:
    found = review(with_archive({"soup.txt": "The canteen has soup today.", "report.pdf": pdf(RECORD)}), known(read=True))
    assert (found.verdict, found.scan.phi, found.unreadable) == (Verdict.HELD, True, ())
    assert [place.label for place in found.places["attachment:0"]] == ["soup.txt", "report.pdf, page 1", "report.pdf", ""]


def test_an_archive_of_harmless_texts_goes_out() -> None:
    assert review(with_archive({"soup.txt": "The canteen has soup today."}), known(read=True)).verdict is Verdict.SEND


def test_an_archive_with_a_password_is_held_and_known_as_such_to_policy() -> None:
    asked: list[Facts] = []

    def decide(facts: Facts) -> Decision:
        asked.append(facts)
        return evaluate(POLICY, facts)

    found = review(with_archive({"soup.txt": "The canteen has soup today."}, locked=True), replace(known(read=True), decide=decide))
    assert (found.verdict, found.unreadable) == (Verdict.HELD, (f"attachment:0: soup.txt: {LOCKED_FILE}",))
    assert {(file.unreadable, file.password_protected, file.incomplete) for facts in asked for file in facts.attachments} == {
        (True, True, True)
    }
