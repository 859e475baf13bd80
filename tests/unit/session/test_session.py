"""What the window asks the session for without a network."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from securemail_desktop.accounts.settings import Account, Security, Server, accounts_document
from securemail_desktop.audit.feedback import FeedbackRecord
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Recipient
from securemail_desktop.phi.errors import NotScanned
from securemail_desktop.recipients.concern import Tier
from securemail_desktop.sending.errors import NoRecipient
from securemail_desktop.sending.questions import concern_id
from securemail_desktop.sending.state import Answer
from securemail_desktop.session.preferences import LASTS, Preferences
from securemail_desktop.session.session import NoAccount, Session
from securemail_desktop.store.errors import StoreClosed, WrongPassphrase
from tests.support.policies import HEAD, policy_folder
from tests.support.send_path import draft_to

DRAFT = draft_to()
KNOWN = (
    "Maria López <maria.lopez@hospital.example>",
    "Mario Lopes <m.lopes@clinic.example>",
    "bob@hospital.example",
    "Ann_Lee <ann_lee@x.example>",
)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(Session(tmp_path / "data", tmp_path / "key")) as session:
        session.remember(map(parse_address, KNOWN))
        yield session


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", []),
        ("m", []),
        ("ma", ["maria.lopez", "m.lopes"]),
        ("mari", ["maria.lopez", "m.lopes"]),
        ("MARIA", ["maria.lopez"]),
        ("maria lo", ["maria.lopez"]),
        ("Lope", ["maria.lopez", "m.lopes"]),
        ("lópez", ["maria.lopez"]),
        ("maria.lopez@hos", ["maria.lopez"]),
        ("bob@hospital.example", ["bob"]),
        ("hosp", []),
        ("lee", ["ann_lee"]),
        ("maria xu", []),
        ("zz", []),
    ],
)
def test_completion(session: Session, typed: str, found: list[str]) -> None:
    assert sorted(s.address.local for s in session.contacts(typed)) == sorted(found)


def test_an_answer_that_takes_out_the_only_recipient_is_recorded_although_nothing_can_go(session: Session) -> None:
    alice = parse_address("alice@clinic.example")
    session.settings.put("accounts", accounts_document([Account("a", alice, Server("127.0.0.1", 9, Security.STARTTLS, "alice"))]))
    session.refresh()
    draft = replace(
        session.new_draft(), recipients=(Recipient(parse_address("maria.lopez@hospitai.example")),), text="Her HbA1c, MRN 1234567."
    )
    review = session.review(draft)
    (doubt,) = [c for c in review.concerns if c.check == "lookalike" and c.tier is Tier.SHEET]
    with pytest.raises(NoRecipient):
        session.send(review, {concern_id(doubt): Answer("remove", shown_ms=800)}, "cli")
    record = json.loads(session.journal.records()[-1].record)
    assert (record["act"], record["phase"], record["out"], record["channel"]) == ("send", "outcome", "held", "cli")
    assert [(w["id"], w["choice"], w["shown_ms"]) for w in record["warn"]] == [("lookalike", "remove", 800)]
    assert b"lopez" not in session.journal.records()[-1].record


def test_an_attempt_without_an_account_says_so(session: Session) -> None:
    review = session.review(replace(DRAFT, recipients=(Recipient(parse_address("bob@hospital.example")),)))
    with pytest.raises(NoAccount, match="add one"):
        session.record_attempt(review, {}, "window")


def test_report_of_a_false_finding_is_in_the_journal_without_its_text(session: Session) -> None:
    session.report_mistake(FeedbackRecord("mrn", "MRN", "body", "0000000"))
    members = json.loads(session.journal.records()[-1].record)
    assert (members["act"], members["fb"]["det"], members["fb"]["shape"]) == ("feedback", "mrn", "0000000")


def test_a_decision_taken_back_is_in_the_journal_without_the_address_in_clear(session: Session) -> None:
    until = (session.now() + LASTS).isoformat()
    session.settings.put(
        "decisions", [["lookalike", "bob@partner.example", True, until], ["outside", "carol@imaging.example", False, until]]
    )
    preferences = Preferences(session.settings, session.now)
    session._opened.preferences = preferences
    first, second = preferences.decisions()
    session.revoke((first,))
    record = session.journal.records()[-1].record
    members = json.loads(record)
    assert (members["act"], members["dec"]) == ("decision-revoked", {"check": "lookalike", "phi": True, "until": until})
    assert b"partner.example" not in (record if isinstance(record, bytes) else record.encode())
    assert session.preferences.decisions() == (second,)
    assert Preferences(session.settings, session.now).decisions() == (second,), "it is kept"


def test_patient_data_in_a_signature_is_found(session: Session) -> None:
    alice = parse_address("alice@clinic.example")
    session.settings.put("accounts", accounts_document([Account("a", alice, Server("127.0.0.1", 9, Security.STARTTLS, "alice"))]))
    session.refresh()
    session.preferences.set_signature(alice, "Maria Lopez (MRN 4821193) has diabetes.")
    draft = replace(session.new_draft(), recipients=(Recipient(parse_address("bob@partner.example")),), subject="Hello")
    assert draft.text.startswith("\n\n-- \nMaria")
    assert session.review(draft).scan.phi


@pytest.mark.parametrize(("wanted", "told"), [("999.0", True), ("0.0.1", False)])
def test_a_program_older_than_the_organisation_wants_says_so(session: Session, tmp_path: Path, wanted: str, told: bool) -> None:
    session.settings.put("policy-folder", str(policy_folder(tmp_path / "policy", HEAD + f'minimum_version: "{wanted}"\n')))
    session.refresh()
    assert any(f"asks for version {wanted} of this program" in notice for notice in session.notices) is told


@pytest.mark.parametrize(("enforcement", "told"), [("enforced", True), ("recorded", False)])
def test_a_device_that_the_gateway_does_not_know_is_told_of(session: Session, tmp_path: Path, enforcement: str, told: bool) -> None:
    session.settings.put("policy-folder", str(policy_folder(tmp_path / "policy", HEAD + f"enforcement: {enforcement}\n")))
    session.refresh()
    assert any("takes no mail to the outside from this computer" in notice for notice in session.notices) is told


def test_preferences_are_in_the_store(session: Session) -> None:
    session.preferences.set("scheme", "dark")
    assert session.settings.get("preferences") == {"scheme": "dark"}


def test_what_the_policy_says_of_undo_lock_and_urgent_mail_reaches_the_window(session: Session, tmp_path: Path) -> None:
    assert (session.limits.undo, session.limits.lock_after, session.urgent_contact) == (timedelta(seconds=10), timedelta(0), ""), (
        "the built-in policy"
    )
    folder = policy_folder(tmp_path / "policy", HEAD + "undo: 30\nlock_after: 5\nurgent_contact: Ward desk\n")
    session.settings.put("policy-folder", str(folder))
    session.refresh()
    assert (session.limits.undo, session.limits.lock_after, session.urgent_contact) == (
        timedelta(seconds=30),
        timedelta(minutes=5),
        "Ward desk",
    )


@pytest.mark.slow  # starts processes
def test_a_process_scans_drafts_until_a_lock_and_again_after_it(session: Session) -> None:
    draft = replace(DRAFT, text="See you at lunch.\n" * 20 + "Maria Lopez, MRN 4711882, has pneumonia.")
    alone = session.review(draft).scan
    session.scan_apart()
    for _ in range(2):
        process = session._opened._scanning
        session.review(draft)  # starts it after a lock
        assert process._ready.result(60)
        assert session.review(draft).scan == alone
        assert process._worker.asked == 1
        session.lock()
        assert not process._worker.running
        session.unlock()


def test_what_could_not_be_scanned_is_not_reviewed(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object, owner: str) -> None:
        raise NotScanned("Looking for patient data failed.")

    monkeypatch.setattr(session._opened, "_apart", True)
    monkeypatch.setattr(session._opened._scanning, "scan", broken)
    with pytest.raises(NotScanned):
        session.review(DRAFT)


@pytest.mark.slow
def test_a_passphrase_is_set_changed_and_removed_while_the_store_is_open(tmp_path: Path) -> None:
    data, key = tmp_path / "data", tmp_path / "key"
    with closing(Session(data, key)) as session:
        session.set_passphrase("", "correct horse")
        assert session.needs_passphrase()
        with pytest.raises(WrongPassphrase):
            session.set_passphrase("wrong", "battery staple")
        session.set_passphrase("correct horse", "battery staple")
        session.lock()
        with pytest.raises(StoreClosed):
            session.set_passphrase("battery staple", "")
        session.unlock("battery staple")
    with closing(Session(data, key, passphrase=lambda: "battery staple")) as again:
        again.set_passphrase("battery staple", "")
        assert not again.needs_passphrase()
    Session(data, key).close()


def test_a_patient_list_that_another_program_takes_counts_at_the_next_review_and_after_a_lock(session: Session, tmp_path: Path) -> None:
    draft = replace(DRAFT, text="Please look at 448213 again.")

    def found() -> list[str]:
        return [f.detector for f in session.review(draft).scan.findings]

    assert found() == []
    with closing(Session(tmp_path / "data", tmp_path / "key")) as other:
        other.patients.take(["mrn\n", "448213\n"])
    assert found() == ["listed"]
    session.lock()
    session.unlock()
    assert found() == ["listed"]
    session.patients.remove()
    assert found() == []
