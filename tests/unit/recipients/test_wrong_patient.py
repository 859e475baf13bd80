"""The wrong patient: invented letters of many kinds, and single cases that a rule by words alone would get wrong."""

from datetime import UTC, datetime

import pytest

from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.draft import Attachment, Draft, Recipient
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.body import field_texts
from securemail_desktop.phi.patient_list import NOBODY, PatientList
from securemail_desktop.phi.patient_list_building import build
from securemail_desktop.phi.scan import scan
from securemail_desktop.recipients.check import check_recipients
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.index import RecipientIndex
from securemail_desktop.recipients.told import Told
from securemail_desktop.recipients.wrong_patient import NAME
from tests.support.patient_letters import letters

ALICE = Address("alice", "clinic.example", "Alice Moreau")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def concerns(draft: Draft, registry: PatientList = NOBODY) -> list[Concern]:
    texts = field_texts(draft, attachment_text)
    found = scan([(text.field, text.text) for text in texts], registry)
    index = RecipientIndex.from_rows([ALICE], ("clinic.example",), [])
    return [concern for concern in check_recipients(draft, index, found, texts, Told(registry)) if concern.check == NAME]


def mail(to: str, text: str, *files: str) -> Draft:
    attachments = tuple(Attachment(f"report{n}.txt", "text/plain", file.encode()) for n, file in enumerate(files))
    return Draft(ALICE, (Recipient(parse_address(to)),), "Report", text, "<1@clinic.example>", NOW, attachments=attachments)


@pytest.mark.slow
@pytest.mark.parametrize("half", [0, 1])
def test_letters_by_kind(half: int) -> None:
    cases = list(letters(25, half))
    wrong = [case for case in cases if case.wrong]
    assert sum(bool(concerns(case.draft)) for case in wrong) >= 0.95 * len(wrong)
    assert [case.kind for case in cases if not case.wrong and concerns(case.draft)] == []


@pytest.mark.parametrize(
    ("to", "text", "file"),
    [
        ("bob@hospital.example", "Pt Anna Keller, DOB 3/14/1975, has asthma.", "Patient: Anna Keller\nDOB: 1975-03-14\nasthma"),
        ("bob@hospital.example", "Pt Anna Keller, DOB 14 March 1975, has asthma.", "Patient: KELLER, ANNA M\nDOB: 03/14/75\nasthma"),
        ("bob@hospital.example", "Pt Bob Keller, DOB 3/14/1975, has asthma.", "Patient: Robert Keller\nDOB 3/14/1975\nasthma"),
        ("bob@hospital.example", "Pt Anna Keller, MRN 00482913, has asthma.", "Patient: Anna Keller\nMRN: 482913\nasthma"),
        ("bob@hospital.example", "Pt Zoë Müller, DOB 3/14/1975, has asthma.", "Patient: Zoe Muller\nDOB 3/14/1975\nasthma"),
        ("bob@hospital.example", "Pt Anna Keller-Haddad has asthma.", "Patient: Anna Keller\nDOB 3/14/1975\nasthma"),
        ("anna.keller@gmail.com", "Dear Mrs. Keller, your biopsy was benign.", "Patient: Anna Keller\nDOB 3/14/1975\nbiopsy: benign"),
        ("keller77@gmail.com", "Dear Mr. Keller, the report of your father is attached.", "Patient: Omar Haddad\nDOB 3/14/1945\nasthma"),
        (
            "bob@hospital.example",
            "Tonight's list is attached.",
            "Pt Anna Keller, asthma\nPt Omar Haddad, COPD\nPt Linh Tran, CHF\nPt Rosa Petrov, AKI",
        ),
        ("bob@hospital.example", "Could you look at this?", "Patient: Anna Keller\nDOB 3/14/1975\nasthma"),
    ],
)
def test_what_only_looks_different_is_left_alone(to: str, text: str, file: str) -> None:
    assert concerns(mail(to, text, file)) == []


@pytest.mark.parametrize(
    ("to", "text", "file", "said"),
    [
        (
            "bob@hospital.example",
            "Pt Anna Keller, DOB 3/14/1975, has asthma.",
            "Patient: Anna Keller\nDOB: 4/14/1975\nasthma",
            "birth date",
        ),
        ("bob@hospital.example", "Pt Anna Keller, MRN 482913, has asthma.", "Patient: Anna Keller\nMRN: 482931\nasthma", "record number"),
        ("bob@hospital.example", "Pt Anna Keller, DOB 3/14/1975, has asthma.", "Patient: Omar Haddad\nDOB: 3/2/1945\nCOPD", "Omar Haddad"),
        (
            "anna.keller@gmail.com",
            "Dear Mrs. Keller, your biopsy was benign.",
            "Patient: Omar Haddad\nbiopsy: benign",
            "anna.keller@gmail.com",
        ),
    ],
)
def test_what_is_about_somebody_else_is_doubted(to: str, text: str, file: str, said: str) -> None:
    (concern,) = concerns(mail(to, text, file))
    assert concern.tier is Tier.SHEET
    assert said in concern.message


def test_a_report_of_another_patient_than_the_conversation_gets_a_bar() -> None:
    quoted = "\n\nOn 2026-11-23 at 17:05 +0100, Bob <bob@hospital.example> wrote:\n> Pt Anna Keller, DOB 3/14/1975, has asthma."
    (concern,) = concerns(mail("bob@hospital.example", "Here is the report." + quoted, "Patient: Omar Haddad\nDOB: 3/2/1945\nCOPD"))
    assert concern.tier is Tier.BAR
    assert "Anna Keller" in concern.message
    assert "Omar Haddad" in concern.message


def registry() -> PatientList:
    """Two patients, one of whom shares her mailbox with her mother, whose name is another one."""
    table = [
        "given,family,email\n",
        "Anna,Keller,starlight9@gmail.com\n",
        "Ruth,Moss,starlight9@gmail.com\n",
        "Omar,Haddad,oh@post.example\n",
    ]
    return PatientList(build(table, bytes(32), NOW).octets)


def test_whose_an_address_is_the_patient_list_knows() -> None:
    letter = "Dear patient, your biopsy was benign. Patient: Omar Haddad, DOB 3/2/1945."
    (concern,) = concerns(mail("starlight9@gmail.com", letter), registry())
    assert concern.tier is Tier.SHEET
    assert concern.message == "Your text is about Omar Haddad, but starlight9@gmail.com is another patient's address."
    assert concerns(mail("starlight9@gmail.com", letter)) == []


@pytest.mark.parametrize("name", ["Anna Keller", "Ruth Moss"])
def test_whoever_has_the_address_gets_his_own_letter(name: str) -> None:
    assert concerns(mail("starlight9@gmail.com", f"Dear patient, the biopsy of {name}, DOB 3/2/1945, was benign."), registry()) == []


def test_an_address_of_a_patient_outside_webmail_counts_too() -> None:
    letter = "Dear patient, your biopsy was benign. Patient: Anna Keller, DOB 3/2/1975."
    assert [c.recipient for c in concerns(mail("oh@post.example", letter), registry())] == ["oh@post.example"]
