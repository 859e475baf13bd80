"""Whose name it is: a patient's, a provider's, an organisation's, or unknown; and what is no person at all (eponyms, streets, firms).

Provider signs go first: a title, credentials, a signature, a header. Patient signs: "Pt", a title of address, age, birth date, record number, bed.
"""

import re
from dataclasses import dataclass

from securemail_desktop.phi.finding import PersonRole
from securemail_desktop.phi.page import Page, Zone

_CREDENTIALS = re.compile(
    r"^(?:,? \(?|\s?\()(?:M\.?D\b|D\.?O\b|R\.?N\b|N\.?P\b|PA(?:-C)?\b|Ph\.?D|Pharm\.?D|DDS\b|DMD\b|DPM\b|OD\b|LCSW|"
    r"LPN\b|CNA\b|MSN|BSN|APRN|FNP|CRNA|MPH\b|MBA\b|RPh\b|FACP|FACS|"
    r"FACC|PT\b|DPT\b|OT\b|SLP\b|RD\b|MSW\b|MBBS|MRCP|FRCS|BCPS|CPA\b|Esq)"
)
_PROVIDER_BEFORE = re.compile(
    r"(?:\b(?:dr|drs|doctor|prof|professor|nurse|attending|resident|surgeon|hospitalist|intern|fellow|np|pa|rn|pi|"
    r"investigator|coordinator|manager|director|trainer|instructor|"
    r"speaker|presenter|presented by|speakers|moderator|host|chair|captain|president|ceo|cfo|author|authors|editor|"
    r"contact|thank|congratulate|congratulations|congrats|welcome|"
    r"welcomes|cc|from|sent by|signed|signed by|dictated by|electronically signed by|written by|regards|sincerely|"
    r"thanks|cheers|best|by|rep|recruiter|"
    r"mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|on call|"
    r"oncall|covering|cover|backup|days|nights|pay|"
    r"text|email|e-mail|ask|ping|cosigned by|referring|ordering|provider|physician|employee|supervisor|staff|colleague))[\s:.,-]{0,3}$",
    re.IGNORECASE,
)
_PATIENT_BEFORE = re.compile(
    r"(?:\b(?:pt|pts|patient|patients|patient name|pt name|name|client|member|resident|inmate|regarding|re|baby|"
    r"note for|chart for|records? for|labs? (?:for|on)|results? (?:for|on)|"
    r"refill for|appointment for|appt for|referral for|order for|rx for|auth for|claim for|start of care for|admit|"
    r"admitting|saw|seen|discharged|admitted|transferred|consulted on|"
    r"consult on|called about|update on|insured|subscriber|beneficiary|son|daughter|mother|father|wife|husband|spouse|"
    r"caregiver|next of kin|paciente|mr|mrs|ms|miss|mx|master|herr|frau|"
    r"sra|señora|mme|madame))[\s:.-]{0,3}(?:is )?$",
    re.IGNORECASE,
)
_PATIENT_AFTER = re.compile(
    r"^(?:[,;:|\s(/–-]{0,4}(?:d\.?o\.?b|born|geb|mrn?\b|nhs\b|ssn|\d{1,3} ?(?:y/?o|yo\b|yr|year|m\b|f\b|month)|age\b|"
    r"aged\b|\(?[mf]\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|(?:19|20)\d\d-\d\d|"
    r"r(?:oo)?m ?\d|bed ?\d)|'?s? (?:s/p|h/o|c/o|rm \d|bed \d|is (?:a|an) (?:\w+ )?\d{1,3}[ -]y)|,? (?:a|an) \d{1,3}[ -]year|\^)",
    re.IGNORECASE,
)
_NO_PERSON_AFTER = re.compile(
    r"^(?:'s?)?[ -](?:syndrome|disease|hospital|hospitals|clinic|clinics|medical|center|centre|university|college|"
    r"school|street|st\b|ave|avenue|road|rd\b|drive|lane|blvd|inc\b|llc|corp|"
    r"company|foundation|institute|county|city|health|healthcare|pharmacy|building|hall|tower|wing|sign|test|score|"
    r"scale|criteria|classification|palsy|catheter|procedure|"
    r"position|maneuver|bank|group|press|journal|award|lecture|library|park|airport|church|associates|partners|"
    r"insurance|systems|technologies|international|community|memorial|general|"
    r"cells?|bodies|virus|reaction|tube|drain|stain|esophagus|contracture|fracture|lymphoma|sarcoma|walk\b|run\b)",
    re.IGNORECASE,
)
_NO_PERSON_BEFORE = re.compile(
    r"(?:\b(?:saint|university of|mount|fort|lake|port|san|santa|los|las|the|new|north|"
    r"south|east|west|at|city of)|[@/.]|https?:\S*) ?$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:^|\n)[>\s]*(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)|greetings|hallo|"
    r"liebe[r]?|hola|bonjour)[ ,]{1,2}(?:mr|mrs|ms|miss|mx)?\.? ?$",
    re.IGNORECASE,
)
_HEALTH_YOU = re.compile(
    r"\b(?:your (?:[\w-]+ ){0,3}(?:appointment|appt|visit|results?|labs?|tests?|surgery|procedure|prescription|refill|"
    r"biopsy|scan|mri|ct|x-ray|mammogram|colonoscopy|blood|a1c|tsh|cholesterol|"
    r"medication|medicine|dose|pill|inhaler|insulin|symptoms?|treatment|therapy|check|exam|screening|vaccine|referral|"
    r"recovery|pain|infection|pregnancy|baby|kidney|liver|heart|thyroid|"
    r"sugar|pressure|claim|bill|statement|balance|copay|insurance|account|ultrasound|echo|dialysis|session|consult|"
    r"provider|doctor|level|count|numbers|culture|swab|pap)\b|"
    r"(?:stop|start|stay on|continue|take|taking|increase|decrease|keep taking) (?:the |your |on )?\w+|you (?:owe|"
    r"are due|tested|have an appointment|should (?:take|stop|start)|were seen|can stop))",
    re.IGNORECASE,
)
_OTHERS_CARE = re.compile(r"\b(?:the pt|pt|pts|patient|patients|the patient|this patient|his|her|she|he|mrn|dob)\b", re.IGNORECASE)
_ALONE = re.compile(r"^[\s.,!-]*$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name stands: the page and the indexes of its first and last word."""

    page: Page
    first: int
    last: int

    @property
    def start(self) -> int:
        """Return the offset of the name's first letter."""
        return self.page.words[self.first].start

    @property
    def end(self) -> int:
        """Return the offset after the name's last letter, without a possessive."""
        word = self.page.words[self.last]
        return word.end - 2 if word.lower.endswith("'s") else word.end

    @property
    def before(self) -> str:
        """Return the forty characters before the name."""
        return self.page.text[max(0, self.start - 40) : self.start]

    @property
    def after(self) -> str:
        """Return the forty characters after the name."""
        return self.page.text[self.end : self.end + 40]


def role_of(place: Place) -> tuple[PersonRole, str, float] | None:
    """Return role, evidence in words and the least confidence that the evidence gives; None when it is no person's name."""
    if _NO_PERSON_AFTER.match(place.after) or _NO_PERSON_BEFORE.search(place.before):
        return None
    return _provider(place) or _greeted(place) or _patient(place) or _signer(place) or (PersonRole.UNKNOWN, "a person's name", 0.0)


def _provider(place: Place) -> tuple[PersonRole, str, float] | None:
    if place.page.zone(place.start) is Zone.HEADER:
        return PersonRole.PROVIDER, "a name in a quoted header", 0.0
    return (PersonRole.PROVIDER, "a name with credentials", 0.9) if _CREDENTIALS.match(place.after) else None


def _patient(place: Place) -> tuple[PersonRole, str, float] | None:
    if _PATIENT_AFTER.match(place.after):
        return PersonRole.PATIENT, "a name with age, birth date, record number or bed", 0.9
    return (PersonRole.PATIENT, "a name after words for a patient", 0.9) if _PATIENT_BEFORE.search(place.before) else None


def _signer(place: Place) -> tuple[PersonRole, str, float] | None:
    if place.page.zone(place.start) is Zone.SIGNATURE or _signs(place) or _PROVIDER_BEFORE.search(place.before):
        return PersonRole.PROVIDER, "a name in a signature or with a provider's part", 0.0
    return None


def _greeted(place: Place) -> tuple[PersonRole, str, float] | None:
    """Judge the recipient of a greeting: a patient when the text speaks of his own care, else a colleague."""
    text = place.page.text
    if not _GREETING.search(text, max(0, place.start - 40), place.start):
        return None
    following = text[place.end : place.end + 600]
    if _HEALTH_YOU.search(following) and not _OTHERS_CARE.search(following):
        return PersonRole.PATIENT, "a greeting to someone about his own care", 0.9
    return PersonRole.PROVIDER, "a greeting", 0.0


def _signs(place: Place) -> bool:
    """Return whether the name alone ends the text, as a signature does."""
    text, words = place.page.text, place.page.words
    if text[place.end :].strip(" \n\r\t.!-"):
        return False
    before = text[max(0, place.start - 60) : place.start].rstrip(" ")
    return (
        place.first > 0 and before[-1:] in {".", "?", "!", "\n", "-", "–", "—", "/", ",", "~"} and len(words) > place.last - place.first + 3
    )
