"""Sixty-two clean drafts of a hospital: rotas, referrals, families, threads. Whoever is warned of them switches the warnings off."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random

from securemail_desktop.message.draft import Attachment, Draft
from securemail_desktop.message.text.body import FieldText, field_texts
from securemail_desktop.message.text.passage import Line
from securemail_desktop.message.text.reading import AttachmentText
from securemail_desktop.phi.scan import Scanner
from securemail_desktop.recipients.check import check_recipients
from securemail_desktop.recipients.concern import Concern, Tier
from tests.support.mailbox import Mailbox

CORPUS = Path(__file__).parents[2] / "corpus" / "clinic_mail.jsonl"
# Whom alice writes to, and how often; all names are invented.
WRITTEN = {
    "Bob Weiss <bob.weiss@hospital.example>": 40,
    "Carol Nguyen <carol.nguyen@hospital.example>": 30,
    "Dan Okafor <dan.okafor@hospital.example>": 18,
    "Eva Lindqvist <eva.lindqvist@hospital.example>": 15,
    "Frank Russo <frank.russo@hospital.example>": 9,
    "Grace Kim <grace.kim@hospital.example>": 12,
    "HR Department <hr@hospital.example>": 6,
    "IT Helpdesk <it-help@hospital.example>": 8,
    "Reception <reception@hospital.example>": 25,
    "Theatre Bookings <theatre.bookings@hospital.example>": 14,
    "Central Lab <results@citylab.example>": 20,
    "Joanna Silva <j.silva@citylab.example>": 7,
    "Dr Martin Hall <m.hall@hallpractice.example>": 12,
    "Priya Shah <priya.shah@riverside-gp.example>": 9,
    "Oakwood Pharmacy <desk@oakwoodpharmacy.example>": 10,
    "Tom Becker <tom@beckerphysio.example>": 6,
    "Nora Field <nora.field@council.example>": 5,
    "Claims <claims@northinsure.example>": 6,
    "Maria Lopez <maria.lopez77@gmail.com>": 5,
    "jsmith1961@yahoo.com": 3,
    "Helen Carter <helencarter@outlook.com>": 4,
    "Sophie Turner <sophie.turner@gmail.com>": 4,
    "Medisupply Orders <orders@medisupply.example>": 6,
    "Prof Anne Keller <a.keller@university.example>": 4,
    "All Clinic Staff <clinic-all@hospital.example>": 8,
}
# The conversations that drafts answer: who wrote, to whom besides alice, and the copies.
THREADS = {
    "<t1@h>": ("Bob Weiss <bob.weiss@hospital.example>", "", "Carol Nguyen <carol.nguyen@hospital.example>"),
    "<t2@h>": ("Dr Martin Hall <m.hall@hallpractice.example>", "", ""),
    "<t3@h>": ("Maria Lopez <maria.lopez77@gmail.com>", "", ""),
    "<t4@h>": ("Joanna Silva <j.silva@citylab.example>", "", "Central Lab <results@citylab.example>"),
    "<t5@h>": ("Sophie Turner <sophie.turner@gmail.com>", "", ""),
    "<t6@h>": ("Nora Field <nora.field@council.example>", "", "Priya Shah <priya.shah@riverside-gp.example>"),
    "<t7@h>": (
        "Dan Okafor <dan.okafor@hospital.example>",
        ", Eva Lindqvist <eva.lindqvist@hospital.example>",
        "Grace Kim <grace.kim@hospital.example>",
    ),
    "<t8@h>": ("Peter Lopez <p.lopez@gmail.com>", "", ""),
    "<t9@h>": ("Prof Anne Keller <a.keller@university.example>", "", ""),
}


def mailbox() -> Mailbox:
    box, chance = Mailbox(), Random(5)
    people = [person for person, times in WRITTEN.items() for _ in range(times)]
    chance.shuffle(people)
    for person in people:
        box.sent(person)
        if chance.random() < 0.6:
            box.got(person)
    for name, (sender, others, cc) in THREADS.items():
        box.got(sender, f"Alice Ward <alice@hospital.example>{others}", message_id=name, cc=cc)
    return box


def draft(box: Mailbox, line: str) -> Draft:
    told = json.loads(line)
    made = box.draft(told["to"], told["text"], subject=told["subject"], cc=told["cc"], answers=told["answers"])
    files = tuple(Attachment(name, "text/plain", content.encode()) for name, content in told["files"])
    return replace(made, date=made.date.replace(hour=10), attachments=files)


def texts(made: Draft) -> tuple[FieldText, ...]:
    return field_texts(made, lambda file: AttachmentText(tuple(map(Line, file.content.decode().split("\n")))))


def loud(box: Mailbox, made: Draft, scanner: Scanner) -> list[Concern]:
    fields = texts(made)
    scan = scanner.scan([(text.field, text.text) for text in fields])
    return [c for c in check_recipients(made, box.index, scan, fields) if c.tier is not Tier.CHIP]


def test_clean_mail_is_left_alone() -> None:
    box, scanner = mailbox(), Scanner()
    drafts = [draft(box, line) for line in CORPUS.read_text("utf-8").splitlines()]
    said = [(made.subject, c.check, c.tier.name) for made in drafts for c in loud(box, made, scanner)]
    assert [one for one in said if one[2] == "SHEET"] == []
    assert len(said) <= 1, said


def test_a_result_for_one_patient_in_anothers_mailbox_interrupts() -> None:
    box, scanner = mailbox(), Scanner()
    made = box.draft("maria.lopez77@gmail.com", "Dear Helen,\n\nyour HbA1c is 6.1 %.\n\nDr Ward", subject="Your result")
    (concern,) = loud(box, made, scanner)
    assert (concern.check, concern.tier, concern.suggestion) == ("greeting", Tier.SHEET, "helencarter@outlook.com")
    ordinary = replace(made, text="Dear Helen,\n\nthe car park is closed on Friday.\n\nDr Ward", subject="Parking")
    assert [c.tier for c in loud(box, ordinary, scanner)] == [Tier.BAR], "without patient data it is said and does not interrupt"
