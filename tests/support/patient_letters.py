"""Letters about patients in thousands of variations, right and wrong: what the check for the wrong patient is measured on. All invented.

A case is a draft and whether it is a mistake. Names, families (one surname, junior and senior, twins, maiden names), carers and colleagues are
drawn by chance with a fixed seed; `templates` are cut in two halves, so that wording which was looked at is not what is measured.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Attachment, Draft, Recipient

GIVEN = (
    *("Anna", "Maria", "Harriet", "Yolanda", "Priya", "Ingrid", "Fatima", "Rosa", "Linh", "Zoe"),
    *("Beatriz", "Olga", "Sunniva", "Miriam", "Celeste", "Imani", "Nadia", "Keiko", "Agnes", "Paula"),
    *("Peter", "James", "Marcus", "Kwame", "Tobias", "Rupert", "Jonah", "Dmitri", "Hugo", "Farid"),
    *("Tomasz", "Owen", "Basil", "Levi", "Otis", "Umberto", "Stellan", "Ravi", "Diego", "Emeka"),
)
FAMILY = (
    *("Olsen", "Petrov", "Haddad", "Okafor", "Lindqvist", "Delgado", "Tran", "Abara", "Mensah", "Kowalski"),
    *("Nakamura", "Szabo", "Eberhardt", "Quintana", "Fontaine", "Marchetti", "Adeyemi", "Castellano", "Novak", "Brandvold"),
    *("Villanueva", "Ferrante", "Oyelaran", "Bhatt", "Strand", "Hollins", "Romero", "Nygaard", "Pruitt", "Wexler"),
    *("Sandhu", "Kessel", "Danvers", "Tilley"),
)
TO_PATIENT = (
    ("Your results", "Dear {title} {family},\n\nyour {test} came back at {value}. Please see the attached report.\n\nDr. Alice Moreau"),
    ("Follow-up", "Hi {given},\n\nattached is the summary of your visit on 3 March. Take {drug} once a day.\n\nAlice Moreau, MD"),
    ("Results", "Dear {given} {family}, your {test} was {value}; the report is attached. Call us with questions."),
    (
        "After your visit",
        "Hello {title} {family},\n\nplease find your {test} report attached. Your next appointment is on 4 May.\n\nRegards\nAlice",
    ),
)
REPORTS = (
    "LABORATORY REPORT\nPatient: {given} {family}\nDOB: {born}\nMRN: {mrn}\n{test} {value}\n",
    "Name: {given} {family}\nDate of birth: {born}\nMedical record number: {mrn}\n\nImpression: {condition}\n",
    "Pt {given} {family}, DOB {born}, MRN {mrn}\nDiagnosis: {condition}. Plan: {drug}.\n",
    "VISIT SUMMARY\nPatient name: {family}, {given}\nDOB {born}   MRN {mrn}\nAssessment: {condition}\n",
)
TO_COLLEAGUE = (
    ("Referral", "Dear colleague,\n\nplease see Mr. {given} {family}, DOB {born}, MRN {mrn}, with {condition}. The report is attached.\n"),
    ("Consult", "Pt {given} {family} (MRN {mrn}, DOB {born}) has {condition}. {test} {value}. Report attached, thanks for seeing them."),
    ("Question", "Could you look at {given} {family}, DOB {born}, MRN {mrn}? On {drug} for {condition}. Latest report attached."),
    ("Transfer", "Accepting {given} {family}, date of birth {born}, MRN {mrn}: {condition}. See attached report."),
)
CARER = (
    (
        "Your mother",
        "Dear {title} {family},\n\nthe report of your mother's visit is attached. Please give her the {drug} in the morning.\n",
    ),
    ("Your son's visit", "Hi {given}, attached is the summary for your son. Keep the {drug} going for five days.\n"),
    ("For your husband", "Dear {given},\n\nyour husband's {test} report is attached; he should come back in June.\n"),
    ("Your daughter", "Hello {title} {family}, your daughter's report is attached. Her {test} was {value}."),
)
TESTS = (("TSH", "9.4"), ("hemoglobin A1c", "8.1 %"), ("creatinine", "2.1"), ("ferritin", "6"))
CONDITIONS = ("hypothyroidism", "type 2 diabetes", "atrial fibrillation", "iron deficiency anemia", "asthma")
DRUGS = ("levothyroxine", "metformin", "apixaban", "albuterol", "lisinopril")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SENDER = Address("alice", "clinic.example", "Alice Moreau")


@dataclass(frozen=True, slots=True)
class Person:
    """One invented patient."""

    given: str
    family: str
    born: str
    mrn: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One case; `kind` says what was drawn."""

    kind: str
    wrong: bool
    draft: Draft


def letters(number: int, half: int, seed: int = 11) -> Iterator[Letter]:
    """Yield as many cases of each kind from one half (0 or 1) of the templates."""
    chance = random.Random(seed + half)
    for _ in range(number):
        for make in (_to_patient, _to_colleague, _to_carer, _to_family, _in_thread):
            yield from make(chance, half)


def _half(templates: tuple, half: int) -> tuple:
    return templates[half::2]


def _person(chance: random.Random, family: str = "") -> Person:
    year, month, day = chance.randint(1930, 2020), chance.randint(1, 12), chance.randint(13, 28)
    born = chance.choice((f"{month}/{day}/{year}", f"{year}-{month:02}-{day:02}", f"{day} March {year}"))
    return Person(chance.choice(GIVEN), family or chance.choice(FAMILY), born, f"{chance.randint(100000, 9999999):08}")


def _other(chance: random.Random, person: Person, **same: str) -> Person:
    while True:
        other = _person(chance, same.get("family", ""))
        if other.given != person.given and (same or other.family != person.family):
            return other


def _fill(text: str, person: Person, chance: random.Random) -> str:
    test, value = chance.choice(TESTS)
    return text.format(
        given=person.given,
        family=person.family,
        born=person.born,
        mrn=person.mrn,
        title=chance.choice(("Mr.", "Mrs.", "Ms.")),
        test=test,
        value=value,
        condition=chance.choice(CONDITIONS),
        drug=chance.choice(DRUGS),
    )


def _draft(to: Address, subject: str, text: str, report: str, **more: str) -> Draft:
    file = Attachment("report.txt", "text/plain", report.encode())
    return Draft(SENDER, (Recipient(to),), subject, text + more.get("quoted", ""), "<1@clinic.example>", NOW, attachments=(file,))


def _mailbox(person: Person, chance: random.Random) -> Address:
    local = (
        chance.choice(("{g}.{f}", "{g}{f}{n}", "{f}{g}", "{g}_{f}"))
        .format(g=person.given, f=person.family, n=chance.randint(1, 99))
        .lower()
    )
    return Address(local, chance.choice(("gmail.com", "yahoo.com", "outlook.com")), chance.choice(("", f"{person.given} {person.family}")))


def _case(kind: str, chance: random.Random, to: Address, template: tuple[str, str], person: Person, about: Person, half: int) -> Letter:
    report = _fill(chance.choice(_half(REPORTS, half)), about, chance)
    return Letter(kind, about != person, _draft(to, template[0], _fill(template[1], person, chance), report))


def _to_patient(chance: random.Random, half: int) -> Iterator[Letter]:
    person = _person(chance)
    template, to = chance.choice(_half(TO_PATIENT, half)), _mailbox(person, chance)
    yield _case("patient, his own report", chance, to, template, person, person, half)
    yield _case("patient, another one's report", chance, to, template, person, _other(chance, person), half)


def _to_colleague(chance: random.Random, half: int) -> Iterator[Letter]:
    person, template = _person(chance), chance.choice(_half(TO_COLLEAGUE, half))
    to = Address("bob.weiss", "hospital.example", "Bob Weiss")
    yield _case("colleague, the same patient", chance, to, template, person, person, half)
    yield _case("colleague, another patient's report", chance, to, template, person, _other(chance, person), half)
    twin = Person(person.given, person.family, _person(chance).born, _person(chance).mrn)
    yield _case("colleague, a namesake's report", chance, to, template, person, twin, half)


def _to_carer(chance: random.Random, half: int) -> Iterator[Letter]:
    carer = _person(chance)
    child = _other(chance, carer)
    report = _fill(chance.choice(_half(REPORTS, half)), child, chance)
    subject, text = chance.choice(_half(CARER, half))
    yield Letter("carer of another name", False, _draft(_mailbox(carer, chance), subject, _fill(text, carer, chance), report))


def _to_family(chance: random.Random, half: int) -> Iterator[Letter]:
    parent = _person(chance)
    child = _other(chance, parent, family=parent.family)
    subject, text = chance.choice(_half(CARER, half))
    report = _fill(chance.choice(_half(REPORTS, half)), child, chance)
    yield Letter("family of one name", False, _draft(_mailbox(parent, chance), subject, _fill(text, parent, chance), report))


def _in_thread(chance: random.Random, half: int) -> Iterator[Letter]:
    person = _person(chance)
    asked = _fill(chance.choice(_half(TO_COLLEAGUE, half))[1], person, chance).replace("\n", "\n> ")
    quoted = f"\n\nOn 2026-11-23 at 17:05 +0100, Bob Weiss <bob.weiss@hospital.example> wrote:\n> {asked}"
    to = Address("bob.weiss", "hospital.example", "Bob Weiss")
    for about in (person, _other(chance, person)):
        report = _fill(chance.choice(_half(REPORTS, half)), about, chance)
        kind = "thread, its patient's report" if about == person else "thread, another patient's report"
        yield Letter(kind, about != person, _draft(to, "Re: Consult", "Hi Bob, here is the report you asked for.", report, quoted=quoted))
