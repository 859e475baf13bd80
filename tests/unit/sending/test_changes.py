"""What policy changes in a message: everybody's copy and the one in Sent; what cannot be changed as policy wants it stays."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.encryption.method import Method
from securemail_desktop.message.compose import wire_headers
from securemail_desktop.message.draft import AddressField, Attachment, Draft
from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole, Scan
from securemail_desktop.phi.scan import scan
from securemail_desktop.policy.decision import Change, ChangeKind, Decision, PolicyId
from securemail_desktop.policy.facts import Facts
from securemail_desktop.sending.changes import changed
from securemail_desktop.sending.errors import ProtectionFailed
from securemail_desktop.sending.pipeline import deliver
from securemail_desktop.sending.state import Approved, State, Verdict
from tests.support.send_path import PROTECT, FakeProtector, SendPath, decision, draft_to, means, open_path, to

TEXT = "Patient Maria Lopez, MRN 4471182, has type 2 diabetes.\n"
DRAFT = replace(draft_to(*to("bob@lab.example")), subject="Result of Maria Lopez", text=TEXT)
PDF, CSV = Attachment("scan.pdf", "application/pdf", b"%PDF-"), Attachment("list.csv", "text/csv", b"MRN 4471182")


def deciding(*changes: Change) -> Decision:
    return Decision(PolicyId("p", 1, "0" * 64), (), changes=changes)


def found(draft: Draft) -> Scan:
    return scan(
        [("subject", draft.subject), ("body", draft.text), *((f"attachment:{n}", "MRN 4471182") for n in range(len(draft.attachments)))]
    )


def test_what_was_found_is_replaced_in_subject_and_text() -> None:
    new = changed(DRAFT, deciding(Change("r", ChangeKind.REDACT)), found(DRAFT))
    assert (new.subject, new.text) == ("Result of [removed]", "Patient [removed], MRN [removed], has type 2 diabetes.\n")


def test_only_the_kinds_that_policy_names_are_replaced() -> None:
    new = changed(DRAFT, deciding(Change("r", ChangeKind.REDACT, ("MRN", "condition"))), found(DRAFT))
    assert new.subject == DRAFT.subject
    assert "4471182" not in new.text
    assert "diabetes" not in new.text
    assert "Maria Lopez" in new.text


def test_what_cannot_be_redacted_stays_here() -> None:
    redact, with_file = Change("r", ChangeKind.REDACT), replace(DRAFT, attachments=(CSV,))
    with pytest.raises(ProtectionFailed, match="attachment"):
        changed(with_file, deciding(redact), found(with_file))
    with pytest.raises(ProtectionFailed, match="formatted text"):
        changed(replace(DRAFT, html="<p>Maria Lopez</p>"), deciding(redact), found(DRAFT))
    stripped = deciding(redact, Change("r", ChangeKind.STRIP_ATTACHMENT, attachments=(0,)))
    assert changed(with_file, stripped, found(with_file)).attachments == ()


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), max_size=5))
def test_no_character_of_a_finding_survives(text: str, spans: list[tuple[int, int]]) -> None:
    inside = [(s, min(s + n, len(text))) for s, n in spans if s < len(text)]
    findings = tuple(Finding("body", s, e, IdentifierType.MRN, PersonRole.PATIENT, "t", 1.0) for s, e in inside)
    new = changed(replace(DRAFT, text=text), deciding(Change("r", ChangeKind.REDACT)), Scan(True, 1.0, findings, ()))
    covered = {n for s, e in inside for n in range(s, e)}
    assert new.text.replace("[removed]", "") == "".join(c for n, c in enumerate(text) if n not in covered).replace("[removed]", "")


def test_attachments_are_left_out_by_number() -> None:
    new = changed(
        replace(DRAFT, attachments=(PDF, CSV)), deciding(Change("r", ChangeKind.STRIP_ATTACHMENT, attachments=(0,))), found(DRAFT)
    )
    assert new.attachments == (CSV,)


def test_subject_note_and_header_are_added_once() -> None:
    plan = deciding(
        Change("r", ChangeKind.PREFIX_SUBJECT, ("[External] ",)),
        Change("r", ChangeKind.DISCLAIMER, ("Sent by the clinic.",)),
        Change("r", ChangeKind.ADD_HEADER, ("X-Class", "internal")),
    )
    new = changed(DRAFT, plan, found(DRAFT))
    assert new.subject == "[External] Result of Maria Lopez"
    assert new.text == TEXT + "\nSent by the clinic.\n"
    assert wire_headers(new)[-1] == ("X-Class", "internal")
    again = changed(replace(new, headers=()), plan, found(new))
    assert (again.subject, again.text) == (new.subject, new.text)


class Everything(FakeProtector):
    """Writes what the copy holds."""

    def protect(self, draft: Draft, method: Method, keys: tuple[str, ...]) -> Iterable[bytes]:
        return [f"{method} {draft.subject} {draft.text}".encode()]

    def withdrawn(self, method: Method, keys: Sequence[str]) -> str:
        return ""

    def to_self(self, draft: Draft, *, secret: bool) -> Iterable[bytes]:
        return self.protect(draft, Method.CLEAR, ())


def path_of(folder: Path, decide: Callable[[Facts], Decision], *known: str) -> SendPath:
    path = open_path(folder, {key: means(Method.SMIME) for key in known})
    path.checks = replace(path.checks, scan=scan, decide=decide)
    path.protector = Everything()
    return path


def test_copies_and_sent_hold_what_policy_made_of_the_message_and_the_author_keeps_his(tmp_path: Path) -> None:
    change = Change("r", ChangeKind.PREFIX_SUBJECT, ("[External] ",))
    path = path_of(tmp_path, lambda facts: replace(decision(facts, PROTECT), changes=(change,)), "bob@lab.example")
    review = path.review(DRAFT)
    assert review.draft.subject == DRAFT.subject
    assert [r.state for r in deliver(Approved(review), path.channel)] == [State.ACCEPTED]
    assert [m.startswith(b"smime [External] Result") for m in path.server.messages] == [True]
    assert [m.startswith(b"clear [External] Result") for m in path.sent.messages] == [True]


def test_a_message_that_cannot_be_changed_waits_with_the_reason(tmp_path: Path) -> None:
    redact = Change("r", ChangeKind.REDACT)
    path = path_of(tmp_path, lambda facts: replace(decision(facts, PROTECT), changes=(redact,)), "bob@lab.example")
    receipts = deliver(Approved(path.review(replace(DRAFT, attachments=(CSV,)))), path.channel)
    assert [(r.state, "in an attachment" in r.reason) for r in receipts] == [(State.HELD, True)]
    assert path.server.messages == []


def test_who_gets_a_copy_by_policy_is_a_blind_recipient_like_any_other(tmp_path: Path) -> None:
    journal = Change("r", ChangeKind.ADD_RECIPIENT, ("journal@clinic.example",))
    path = path_of(
        tmp_path, lambda facts: replace(decision(facts, PROTECT), changes=(journal,)), "bob@lab.example", "journal@clinic.example"
    )
    review = path.review(DRAFT)
    assert [(o.recipient.address.spec, o.recipient.field, o.verdict) for o in review.outlooks] == [
        ("bob@lab.example", AddressField.TO, Verdict.PROTECTED),
        ("journal@clinic.example", AddressField.BCC, Verdict.PROTECTED),
    ]
    assert path.review(review.draft).outlooks == review.outlooks
    receipts = deliver(Approved(review), path.channel)
    assert [r.state for r in receipts] == [State.ACCEPTED, State.ACCEPTED]


def test_nobody_gets_it_while_somebody_cannot_where_policy_says_so(tmp_path: Path) -> None:
    draft = replace(DRAFT, recipients=to("bob@lab.example", "carol@lab.example"))
    path = path_of(tmp_path, lambda facts: replace(decision(facts, PROTECT), all_or_none=True), "bob@lab.example")
    outlooks = path.review(draft).outlooks
    assert [o.verdict for o in outlooks] == [Verdict.HELD, Verdict.HELD]
    assert "carol@lab.example cannot get it" in outlooks[0].reason
    deliver(Approved(path.review(draft)), path.channel)
    assert path.server.messages == []
    both = path_of(
        tmp_path / "2", lambda facts: replace(decision(facts, PROTECT), all_or_none=True), "bob@lab.example", "carol@lab.example"
    )
    assert {o.verdict for o in both.review(draft).outlooks} == {Verdict.PROTECTED}
