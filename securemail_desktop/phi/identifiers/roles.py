"""Whose name it is: a patient's, a provider's, an organisation's, or unknown; and what is no person at all (eponyms, streets, firms).

Provider signs go first: a title, credentials, a signature, a header. Patient signs: "Pt", a title of address, age, birth date, record number, bed.
"""

import re
from dataclasses import dataclass

from securemail_desktop.phi.finding import PersonRole
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.zones import VERBS, Zone

_CREDENTIALS = re.compile(
    r"^(?:,? \(?|\s?\()(?:M\.?D\b|D\.?O\b|R\.?N\b|N\.?P\b|PA(?:-C)?\b|Ph\.?D|Pharm\.?D|DDS\b|DMD\b|DPM\b|LCSW|"
    r"LPN\b|CNA\b|MSN|BSN|APRN|FNP|CRNA|MPH\b|MBA\b|RPh\b|FACP|FACS|"
    r"FACC|DPT\b|MSW\b|MBBS|MRCP|FRCS|BCPS|CPA\b|Esq)|^(?:, \(?|\s?\()(?:PT|OT|OD|SLP|RD)\b(?! ?\d| (?:eval|consult|recs|to|for|and)\b)"
)
_DOCTOR_BEFORE = re.compile(r"\b(?:dr|drs|doctor|prof|professor|nurse|matron)s?\.? \Z", re.IGNORECASE)
_SISTER_BEFORE = re.compile(r"(?:^|[.!?:\n] ?|\b(?:and|ask|by|from|tell|thank|to|with) )(?:Sister|Brother|Father|Coach) \Z")
_WORK_AFTER = re.compile(  # what somebody does for the care of others, or for a firm; where he is not told of
    r"^(?:, | \(| - )(?:the |our |your |her |his )?(?:[\w&-]+ ){0,2}(?:nurse|matron|sister|midwife|health visitor|social worker|case worker|"
    r"pharmacist|physio|physiotherapist|therapist|counsell?or|dieti[ct]ian|hygienist|radiographer|sonographer|phlebotomist|paramedic|optometrist|"
    r"optician|podiatrist|chiropractor|surgeon|consultant|registrar|practitioner|physician|hospitalist|psychiatrist|psychologist|head ?teacher|"
    r"principal|administrator|secretary|receptionist|coordinator|co-ordinator|manager|director|supervisor|inspector|auditor|sales|rep|"
    r"representative|account executive|qa|accounts|billing|reception|head of [\w ]{2,20}|"
    r"chair of [\w ]{2,20}|vet|farrier|librarian|trainer|buyer|clerk|porter)"
    r"(?=[.;:)\n]|,? (?:at|of|for|from|on|will|can|to|has (?:the|asked|sent))\b|,(?! (?:who|aged|age|is|was|has|had|with|admitted|seen))|\s*\Z)",
    re.IGNORECASE,
)
_TITLE_BEFORE = re.compile(r"(?<!\d )\b(?:mr|mrs|ms|miss|mx|master|herrn?|frau|sra?|señora?|mme|madame|monsieur)\.? \Z", re.IGNORECASE)
_WORK_BEFORE = re.compile(
    r"\b(?:broker|engineer|inspector|driver|builder|plumber|electrician|solicitor|lawyer|auditor|rep|representative|agent|supplier|salesman|"
    r"manager|director|secretary|administrator|consultant|surgeon|physio|pharmacist|matron|teacher|headteacher|landlord|caretaker|vet),? "
    r"(?:mr|mrs|ms|miss)\.? \Z",
    re.IGNORECASE,
)
_OFFICE_AFTER = re.compile(
    r"^,? (?:in|from|at|of) (?:the )?(?:reception|stores|front desk|switchboard|accounts|payroll|comms|communications|procurement|purchasing|"
    r"estates|facilities|catering|kitchen|library|laundry|medical records|human resources|occupational health|infection control|[A-Z][\w&]+ "
    r"(?:Ltd|Inc|GmbH|plc|Corp)|head office|the office|hr|it|finance|billing|legal|marketing|compliance)\b(?! with| for (?:his|her))"
)
_PROVIDER_BEFORE = re.compile(
    r"(?:\b(?:attending|surgeon|hospitalist|intern|fellow|np|pa|rn|pi|co-i|investigator|coordinator|manager|director|trainer|instructor|"
    r"speaker|speakers|presenter|presented by|moderator|host|chair|captain|president|ceo|cfo|author|authors|editor|"
    r"judge|engineer|officer|"
    r"students?|residents|interns|fellows|techs?|nurses|medics|badge for|card for|kudos to|well done|great work|"
    r"great job|nice work|charge|poster by|talk to|"
    r"speak to|speak with|go to|not to|love|xoxo|contact|questions(?: to)?|(?:super ?)?users?|thank|thanks to|"
    r"congratulate|congratulations|congratulations to|congrats|welcome|welcomes|honors|"
    r"cc|thank you|doula|midwife|pastor|chaplain|dj|candidate|analyst|champions?|contractor|illustrator|technician|handler|steward|attorney|"
    r"coach|chef|actor|actress|singer|senator|"
    r"governor|mayor|king|queen|superintendent|councill?or|owner|canon|reverend|rabbi|imam|constable|leaflets from|posters? (?:by|from)|keys from|"
    r"minutes by|report by|slides (?:by|from)|forms to|meet with|cv of|application of|"
    r"reference|references|recommend|locum|sent by|signed|signed by|dictated by|"
    r"electronically signed by|written by|led by|taught by|chaired by|reviewed by|hosted by|"
    r"regards|sincerely|thanks|cheers|best|by|per|rep|recruiter|learners|scrub|circulator|anesthesia|cv to|"
    r"mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    r"on call|oncall|covering|cover|backup|days|nights|pay|swap with|sign up with|book with|access to|interview|"
    r"text|email|e-mail|ask|ping|cosigned by|referring (?:provider|physician)|ordering|provider|physician|employee|supervisor|staff|colleague))"
    r"[\s:.,-]{0,3}(?:is |are )?\Z",
    re.IGNORECASE,
)
_PROVIDER_AFTER = re.compile(
    r"^,? (?:(?:and \w+ )?(?:will|to|is going to|can) (?:present|summari[sz]e|review|lead|speak|talk|teach|"
    r"organi[sz]e|moderate|host|chair|cover|run|bring|send|join|demo|train|"
    r"draft|update|handle|order|arrange|coordinate|book|collect|pitch|be (?:on site|covering|out|presenting|away|"
    r"in or))|leads?|joins?|presents?|presented|organi[sz]es?|organi[sz]ed|"
    r"chairs?|speaks?|teaches|hosts|moderates|authored|published|reviewed|heads|covers|seeks|is covering|is on call|"
    r"is out|starts? (?:\w+ )?as|starts? (?:in|on)|is the (?:new|pi|lead|contact|charge)|"
    r"from (?:pharmacy|it|hr|finance|legal|quality|biomed|facilities|marketing|compliance|security|billing|stryker|"
    r"medtronic|pfizer)|our (?:new|own)|"
    r"retires?|is retiring|et al|at ext|x\d{3})\b|^,? (?:and|&) (?:colleagues|team)|^ ?(?:<[^<>\s]{3,60}@|\[mailto:)",
    re.IGNORECASE,
)
_PATIENT_BEFORE = re.compile(
    r"(?:\b(?:pt|pts|patient|patients|patient name|pt name|name|client|member|inmate|regarding|baby|baby (?:boy|girl)|"
    r"parents? of|family of|"
    r"note for|chart for|records? for|labs? (?:for|on)|results? (?:for|on)|refill for|appointment for|appt for|"
    r"referral for|order for|rx for|"
    r"auth for|claim for|start of care for|eob for|admit|admitting|saw|discharged|admitted|transferred|consulted on|"
    r"consult on|called about|"
    r"update on|insured|subscriber|beneficiary|son|daughter|mother|father|mom|dad|wife|husband|spouse|sister|brother|roommate|neighbou?r|"
    r"child|uncle|aunt|grand(?:mother|father|son|daughter|ma|pa)|"
    r"mother in law|father in law|caregiver|next of kin|paciente|for referring|referring (?:mr|mrs|ms)|evaluate and treat|subject \d+|guarantor))"
    r"(?:[ \t]|\. |\.?: ?| - |, )(?:is )?(?:(?:mr|mrs|ms|miss)\.? )?\Z",
    re.IGNORECASE,
)
_END = re.compile(r"[ \n\r\t.!-]*\Z")
_PUBLIC_BEFORE = re.compile(
    r"\b(?:senator|governor|president|minister|congressman|congresswoman|golfer|boxer|cyclist|swimmer|footballer|"
    r"actor|actress|singer|pop star|pianist|poet|painter|novelist|comedian|rapper|midfielder|striker|quarterback|pitcher|goalkeeper|celebrity|"
    r"former mayor|prime minister|king|queen|prince|princess) \Z",
    re.IGNORECASE,
)
_FROM = re.compile(r"(?:^|\n)[>\s]*from:? \Z", re.IGNORECASE)
_OUR_PATIENT = re.compile(r"^,? \(?(?:our|my|a|his|her) (?:\w+ )?patient\b", re.IGNORECASE)
_ABOUT_BEFORE = re.compile(r"(?:^|\n)[>\s]*re:? (?:mr|mrs|ms|miss)?\.? ?\Z", re.IGNORECASE)
_PATIENT_AFTER = re.compile(
    r"^(?:[,;:|\s(/–-]{0,4}(?:d\.?o\.?b|born|geb|mrn?\b|nhs\b|ssn|\d{1,3} ?(?:y/?o|yo\b|yr|year|m\b|f\b|month)|age\b|"
    r"aged\b|\(?[mf]\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|(?:19|20)\d\d-\d\d-\d\d|"
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
    r"cells?|bodies|virus|reaction|tube|drain|stain|esophagus|contracture|fracture|lymphoma|sarcoma|walk|run)\b",
    re.IGNORECASE,
)
_NO_PERSON_BEFORE = re.compile(
    r"(?:\b(?:saint|university of|mount|fort|lake|port|san|santa|los|las|north|"
    r"south|east|west|at|city of)|https?:\S*) \Z|[@/.=]\Z|://\S*\Z",
    re.IGNORECASE,
)
_PLACES = frozenset(
    {"san", "santa", "los", "las", "fort", "mount", "lake", "port", "new", "north", "south", "east", "west"}
)  # of "Santa Cruz"
_NOBODY = re.compile(r"j(?:ohn|ane|oe) (?:q\. ?)?(?:doe|public)|(?:mickey|minnie) mouse|donald duck", re.IGNORECASE)
_NEXT = 3  # words within which the verb of a name's sentence stands


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


def patient_follows(place: Place) -> bool:
    """Return whether a birth date, an age, a record number or a bed stands right after the name."""
    return _PATIENT_AFTER.match(place.after) is not None


def role_of(place: Place) -> tuple[PersonRole, str, float] | None:
    """Return role, evidence in words and the least confidence that the evidence gives; None when it is no person's name."""
    if _NOBODY.fullmatch(place.page.text, place.start, place.end):
        return None
    somewhere = _NO_PERSON_BEFORE.search(place.before) or (place.last > place.first and place.page.words[place.first].lower in _PLACES)
    if _NO_PERSON_AFTER.match(place.after) or (somewhere and not patient_follows(place)):
        return None
    return _provider(place) or _patient(place) or _signer(place) or _family(place) or (PersonRole.UNKNOWN, "a person's name", 0.0)


def _family(place: Place) -> tuple[PersonRole, str, float] | None:
    named = place.first == place.last and place.before.endswith("the ") and place.page.words[place.last].lower.endswith("s")
    return (PersonRole.UNKNOWN, "a family's name", 0.0) if named else None


def _provider(place: Place) -> tuple[PersonRole, str, float] | None:
    if place.page.zone(place.start) is Zone.HEADER:
        return PersonRole.PROVIDER, "a name in a quoted header", 0.0
    if _OUR_PATIENT.match(place.after):
        return None
    if _PUBLIC_BEFORE.search(place.before):
        return PersonRole.PROVIDER, "the name of somebody public", 0.0
    titled = _DOCTOR_BEFORE.search(place.before) or _SISTER_BEFORE.search(place.before) or _WORK_BEFORE.search(place.before)
    if titled or _CREDENTIALS.match(place.after) or _WORK_AFTER.match(place.after) or _OFFICE_AFTER.match(place.after):
        return PersonRole.PROVIDER, "a name with a doctor's or nurse's title", 0.9
    return None


def _patient(place: Place) -> tuple[PersonRole, str, float] | None:
    if patient_follows(place) and not _PROVIDER_BEFORE.search(place.before):
        return PersonRole.PATIENT, "a name with age, birth date, record number or bed", 0.9
    title = _TITLE_BEFORE.search(place.before)
    if title and _PATIENT_BEFORE.search(place.before):
        return PersonRole.PATIENT, "a name after words for a patient", 0.9
    if title and (not title.group().strip(". ").isupper() or place.page.words[place.first].text.isupper()):
        return PersonRole.UNKNOWN, "a name with a title of address", 0.8
    about = (place.page.field != "subject" and _ABOUT_BEFORE.search(place.before)) or _OUR_PATIENT.match(place.after)
    return (PersonRole.PATIENT, "a name after words for a patient", 0.9) if about or _PATIENT_BEFORE.search(place.before) else None


def _signer(place: Place) -> tuple[PersonRole, str, float] | None:
    if _told_of(place):  # whoever signs is not spoken of in the same line
        return None
    if (
        place.page.zone(place.start) is Zone.SIGNATURE
        or _signs(place)
        or _PROVIDER_BEFORE.search(place.before)
        or _FROM.search(place.before)
        or _PROVIDER_AFTER.match(place.after)
    ):
        return PersonRole.PROVIDER, "a name in a signature or with a provider's part", 0.0
    return None


def _told_of(place: Place) -> bool:
    """Return whether a verb follows in the name's own line: a sentence about him, and no signature."""
    end = place.page.text.find("\n", place.end)
    following = place.page.words[place.last + 1 : place.last + 1 + _NEXT]
    return any(word.lower in VERBS for word in following if end < 0 or word.start < end)


def _signs(place: Place) -> bool:
    """Return whether the name alone ends the text, as a signature does."""
    text, words = place.page.text, place.page.words
    if _END.match(text, place.end) is None:
        return False
    before = text[max(0, place.start - 60) : place.start].rstrip(" ")
    return (
        place.first > 0 and before[-1:] in {".", "?", "!", "\n", "-", "–", "—", "/", ",", "~"} and len(words) > place.last - place.first + 3
    )
