"""Invitations through a real Postfix and Dovecot: found, protected and audited like any mail; received, read and answered."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from securemail_desktop.accounts.line import Timeouts
from securemail_desktop.encryption.entity import parse_entity, split_multipart
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.smime.decrypt import open_envelope
from securemail_desktop.encryption.smime.identity import Identity
from securemail_desktop.message.draft import Attachment, Draft
from securemail_desktop.message.invitation import Answer, Invitation, read_invitation
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.sending.state import State
from securemail_desktop.session.session import Session
from tests.support.alice import ALICE, BOB, CANARY, CHEN, PETER, Office, Scene, clear, states
from tests.support.clinic import running, wait_for
from tests.support.pki import pki

_PATIENT = Timeouts(10, 120, 600)
_TYPE = "text/calendar; method=REQUEST; charset=utf-8"
PATIENT_DATA = f"{CANARY}, MRN 99317742, potassium 6.1 mmol/L"


def calendar(*more: str, organizer: str = ALICE.spec, attendees: Sequence[str] = (BOB,)) -> bytes:
    lines = [
        "BEGIN:VCALENDAR",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "UID:board-1",
        "DTSTAMP:20261124T090000Z",
        "DTSTART:20261126T080000Z",
        "DTEND:20261126T090000Z",
        f"ORGANIZER:mailto:{organizer}",
        *(f"ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{address}" for address in attendees),
        *more,
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    return "\r\n".join(lines).encode()


def inviting(draft: Draft, content: bytes) -> Draft:
    return replace(draft, subject="Board", text="Please come.", attachments=(Attachment("", _TYPE, content),))


@pytest.mark.parametrize("name", ["SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "X-ALT-DESC;FMTTYPE=text/html", "ATTENDEE;CN"])
def test_patient_data_anywhere_in_an_invitation_is_found_and_protects_it(scene: Scene, name: str) -> None:
    alice = scene()
    line = f'{name}="{PATIENT_DATA}":mailto:{BOB}' if name.endswith("CN") else f"{name}:{PATIENT_DATA}"
    with alice.session() as session:
        clean = session.review_in_full(inviting(alice.draft(BOB, PETER), calendar(attendees=(BOB, PETER))), "cli")
        assert not clean.scan.phi
        review = session.review_in_full(inviting(alice.draft(BOB, PETER), calendar(line, attendees=(BOB, PETER))), "cli")
        assert review.scan.phi
        assert {finding.field for finding in review.scan.findings} == {"attachment:0"}
        methods = {outlook.recipient.address.key: outlook.method for outlook in review.outlooks}
        assert methods[BOB] is Method.SMIME
        receipts = session.send(review, {}, "cli")
        assert states(receipts) == {BOB: State.ACCEPTED, PETER: State.HELD}
    assert [address for _, address in alice.server.taken] == [BOB]
    assert not any(clear(message.content) for message in alice.server.messages)


def test_whom_an_invitation_names_but_who_does_not_get_it_is_told(scene: Scene) -> None:
    alice = scene()
    with alice.session() as session:
        review = session.review(inviting(alice.draft(BOB), calendar(attendees=(BOB, CHEN))))
        (told,) = [concern.message for concern in review.concerns if concern.check == "invited"]
        assert told == f"The invitation also names {CHEN}, to whom this message does not go."
        review = session.review(inviting(alice.draft(BOB, CHEN), calendar(attendees=(BOB, CHEN))))
        assert not [concern for concern in review.concerns if concern.check == "invited"]


def invitation_in(message: bytes, reader: Identity) -> tuple[Draft, Invitation]:
    inner = parse_entity(open_envelope(parse_entity(message).content(), [reader]).content)
    draft = parse_draft(split_multipart(inner)[0])
    (attachment,) = draft.attachments
    found = read_invitation(attachment.content.decode())
    assert found is not None
    return draft, found


@pytest.mark.timeout(300)
def test_an_invitation_goes_to_an_outsider_protected_audited_and_still_one_that_can_be_answered(office: Office, tmp_path: Path) -> None:
    content = calendar(f"SUMMARY:{PATIENT_DATA}", f"DESCRIPTION:{PATIENT_DATA}", f"LOCATION:{PATIENT_DATA}")
    with running(office, tmp_path) as clinic:
        with closing(Session(clinic.alice.data, clinic.alice.key_file, _PATIENT)) as session:
            review = session.review_in_full(inviting(clinic.alice.draft(BOB), content), "window")
            (receipt,) = session.send(review, {}, "window")
            assert (receipt.state, receipt.method) == (State.ACCEPTED, Method.SMIME)
            assert session.journal.verify().problem == ""
            intent, outcome = (record.record for record in session.journal.records() if b'"act":"send"' in record.record)
            assert b'"phase":"intent"' in intent
            assert b'"phase":"outcome"' in outcome
            assert sha256(content).hexdigest().encode() in intent
            assert b'"mrn"' in intent
            assert CANARY.encode() not in intent + outcome
        wait_for(lambda: bool(clinic.arrived()) and bool(clinic.filed()))
        (message,) = [path.read_bytes() for path in clinic.arrived()]
        (copy,) = [path.read_bytes() for path in clinic.filed()]
        assert not clear(message)
        assert not clear(copy)
        draft, found = invitation_in(message, pki().bob)
        assert draft.attachments[0].content == content
        assert "method=REQUEST" in draft.attachments[0].content_type
        assert (found.summary, found.organizer, found.can_be_answered) == (PATIENT_DATA, replace(ALICE, name=""), True)


@pytest.mark.timeout(300)
def test_a_received_invitation_is_read_and_its_answer_goes_the_way_of_all_mail(office: Office, tmp_path: Path) -> None:
    body = calendar("SUMMARY:Board of Ward 3", organizer=BOB, attendees=(ALICE.spec, CHEN)).decode()
    head = f"From: {BOB}\r\nTo: {ALICE.spec}\r\nSubject: Board of Ward 3\r\nMessage-ID: <board@hospital.example>\r\nMIME-Version: 1.0\r\n"
    with running(office, tmp_path) as clinic:
        clinic.inbox.file(f"{head}Content-Type: {_TYPE}\r\n\r\n{body}".encode())
        with closing(Session(clinic.alice.data, clinic.alice.key_file, _PATIENT)) as session:
            session.mail.refresh()
            inbox = next(folder for folder in session.mail.folders() if folder.role == "inbox")
            (row,) = session.mail.listing(inbox.id, 0, 10).rows
            found = session.mail.read(row.id).invitation
            assert found is not None
            assert found.start is not None
            assert (found.summary, found.start.at) == ("Board of Ward 3", datetime(2026, 11, 26, 8, tzinfo=UTC))
            draft = session.mail.respond(row.id, Answer.ACCEPTED)
            assert [recipient.address.key for recipient in draft.recipients] == [BOB]
            review = session.review_in_full(draft, "window")
            assert not [concern for concern in review.concerns if concern.check == "invited"]
            (receipt,) = session.send(review, {}, "window")
            assert receipt.state is State.ACCEPTED
            session.mail.sent(draft)
            assert session.mail.listing(inbox.id, 0, 10).rows[0].answered
        wait_for(lambda: bool(clinic.arrived()))
        (message,) = [path.read_bytes() for path in clinic.arrived()]
        sent = parse_draft(message)
        assert (sent.subject, sent.in_reply_to) == ("Accepted: Board of Ward 3", "<board@hospital.example>")
        assert b"PARTSTAT=ACCEPTED:mailto:alice@clinic.example" in sent.attachments[0].content.replace(b"\r\n ", b"")
        assert "method=REPLY" in sent.attachments[0].content_type
