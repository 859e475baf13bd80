"""National health and personal numbers beside their names, with their check digits where the number has one.

NHS and CHI (UK), Medicare, IHI and DVA (Australia), health cards and SIN (Canada), NHI (New Zealand), and those that stand on health papers of
Germany, France, Spain, Italy, the Netherlands, Poland, Sweden and India.
"""

import re
from collections.abc import Callable, Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType, PersonRole
from securemail_desktop.phi.identifiers.pattern import Pattern, anything, digits, find_all, luhn, words
from securemail_desktop.phi.page import Page

_MEDICARE_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9)
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_FIRST_LETTERS = str.maketrans("XYZ", "012")


def nhs(text: str) -> bool:
    """Return whether ten digits satisfy the NHS number's modulus 11."""
    number = digits(text)
    if len(number) != 10:
        return False
    check = 11 - sum(int(d) * w for d, w in zip(number, range(10, 1, -1), strict=False)) % 11
    return check != 10 and check % 11 == int(number[9])


def medicare(text: str) -> bool:
    """Return whether ten or eleven digits satisfy the Australian Medicare card's check digit."""
    number = digits(text)
    if len(number) not in {10, 11} or number[0] not in "23456":
        return False
    return sum(int(d) * w for d, w in zip(number, _MEDICARE_WEIGHTS, strict=False)) % 10 == int(number[8])


def dni(text: str) -> bool:
    """Return whether the letter of a Spanish DNI or NIE is the remainder of its number by 23."""
    plain = text.upper().replace("-", "")
    return plain[-1] == _DNI_LETTERS[int(plain[:-1].translate(_FIRST_LETTERS)) % 23]


def _beside(cue: str, value: str, evidence: str, cues: str, valid: Callable[[str], bool] = anything) -> Pattern:
    return Pattern(
        re.compile(rf"\b(?:{cue})(?: ?(?:card|no\.?|number|num|nr\.?|#)){{0,2}}[\s:#.-]{{0,4}}(?:is )?({value})(?!\w)", re.IGNORECASE),
        IdentifierType.NATIONAL_ID,
        "national_ids",
        0.96,
        evidence,
        PersonRole.PATIENT,
        valid,
        cues=words(cues),
    )


_PATTERNS = (
    _beside("NHS", r"\d{3}[ -]?\d{3}[ -]?\d{4}", "ten digits beside the words for an NHS number", "nhs"),
    Pattern(
        re.compile(r"(?<![\d+-])(\d{3} \d{3} \d{4})(?![\d-])"),
        IdentifierType.NATIONAL_ID,
        "national_ids",
        0.6,
        "ten digits with the check digit of an NHS number",
        valid=nhs,
    ),
    _beside("medicare", r"\d{4}[ -]?\d{5}[ -]?\d(?:[ /-]?\d)?", "the number of an Australian Medicare card", "medicare", medicare),
    _beside(r"CHI|H&C|HSC", r"\d{6}[ -]?\d{4}", "a Scottish or Northern Irish health number", "chi h hsc"),
    _beside(
        r"phn|hcn|health card|bc services|personal health|ohip|care card",
        r"\d{3,4}[ -]?\d{3}[ -]?\d{3,4}(?:[ -]?[A-Z]{2}(?![a-z]))?",
        "the number of a Canadian health card",
        "phn hcn health bc personal ohip care",
    ),
    _beside("ramq", r"[A-Z]{4} ?\d{4} ?\d{4}", "the number of a Canadian health card", "ramq"),
    _beside("ihi", r"8003 ?6\d{3} ?\d{4} ?\d{4}", "an Australian health identifier with its check digit", "ihi", luhn),
    _beside("dva(?: file)?", r"[NVQWST][A-Z ]{1,3}\d{4,6}[A-Z]?", "the number of an Australian veteran", "dva"),
    _beside("nhi", r"[A-Z]{3}\d{4}|[A-Z]{3}\d{2}[A-Z]{2}", "a New Zealand health index number", "nhi"),
    _beside("sin|social insurance", r"\d{3}[ -]?\d{3}[ -]?\d{3}", "a Canadian social insurance number", "sin social", luhn),
    _beside(
        "ni|nino|national insurance", r"[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]", "a British national insurance number", "ni nino national"
    ),
    _beside(
        "(?:kranken)?versicherten(?:nummer|nr)|kvnr|versichertennr",
        r"[A-Z]\d{9}",
        "a German health insurance number",
        "versichertennummer krankenversichertennummer versichertennr kvnr",
    ),
    _beside(
        r"nir|num[ée]ro de s[ée]curit[ée] sociale|s[ée]cu(?:rit[ée] sociale)?",
        r"[12] ?\d{2} ?\d{2} ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}",
        "a French social security number",
        "nir sécurité securite sécu secu",
    ),
    _beside("dni|nie|nif", r"(?:\d{8}|[XYZ]-?\d{7})-?[A-Z]", "a Spanish identity number with its check letter", "dni nie nif", dni),
    _beside("codice fiscale|c\\.?f\\.?", r"[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]", "an Italian tax number", "codice cf c"),
    _beside("bsn", r"\d{9}", "a Dutch citizen number", "bsn"),
    _beside("pesel", r"\d{11}", "a Polish citizen number", "pesel"),
    _beside("personnummer", r"(?:19|20)?\d{6}[-+]?\d{4}", "a Swedish personal number", "personnummer"),
    _beside("aadhaar|aadhar|abha", r"\d{4} ?\d{4} ?\d{4}(?: ?\d{2})?", "an Indian identity or health number", "aadhaar aadhar abha"),
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's national numbers."""
    return find_all(page, _PATTERNS)
