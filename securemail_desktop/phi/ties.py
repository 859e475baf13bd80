"""What ties health, care or payment to one identifier: the features of the pair, in the order of the trained weights.

How well the identifier identifies a patient, which terms stand in its sentence or near it, how dense health is around it, and whether the text
speaks of a person or of nobody in particular (shifts, courses, shortages, marketing). All of it is local, so that a sentence about a patient
counts as much above a long quoted discussion as it does alone.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

from securemail_desktop.phi.finding import Finding, HealthTerm, IdentifierType, PersonRole, by_field
from securemail_desktop.phi.genre import Genre
from securemail_desktop.phi.greeting import GREETED, SPOKEN_TO, spoken_to
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.setting import Setting
from securemail_desktop.phi.writer import WRITER
from securemail_desktop.phi.zones import Zone

NEAR, MOST, AROUND = 300, 40, 400  # characters, terms, characters
IDENTITY = {
    IdentifierType.SSN: 2.6,
    IdentifierType.MRN: 2.6,
    IdentifierType.HEALTH_PLAN_ID: 2.2,
    IdentifierType.NATIONAL_ID: 2.4,
    IdentifierType.DEVICE: 1.6,
    IdentifierType.AGE: 1.3,
    IdentifierType.ACCOUNT: 1.0,
    IdentifierType.ADDRESS: 1.0,
    IdentifierType.PHONE: 0.3,
    IdentifierType.EMAIL: 0.6,
    IdentifierType.URL: 0.2,
    IdentifierType.PHOTO: 0.5,
    IdentifierType.BIOMETRIC: 1.5,
    IdentifierType.LICENSE: 0.8,
    IdentifierType.OTHER: 1.2,
    IdentifierType.VEHICLE: 0.6,
    IdentifierType.IP: 0.2,
}
LOOSE = frozenset({IdentifierType.PHONE, IdentifierType.EMAIL, IdentifierType.ADDRESS, IdentifierType.URL})
HEALTH = {
    "result": 2.6,
    "dose": 2.2,
    "shorthand": 1.9,
    "drug": 2.0,
    "condition": 1.9,
    "procedure": 1.8,
    "lab": 1.6,
    "bed": 1.6,
    "vital": 1.6,
    "age": 1.2,
    "symptom": 1.5,
    "care": 1.2,
    "payment": 1.1,
    "general": 0.5,
    "place": 0.9,
}
_CLINICAL = frozenset({"result", "dose", "drug", "condition", "procedure", "lab", "vital", "symptom", "bed"})
_FAR, _EACH_FAR = 0.8, 0.12
_SUBJECT_OF = re.compile(
    r"^(?:'s?\b|,? (?:is|was|has|had|needs?|wants?|called|calling|refus\w+|reports?|denies|complain\w*|presents?|fell|"
    r"came|due|missed|tolerat\w+|asking|asked|"
    r"picked|scheduled|admitted|seen|started|stopped|still|took|takes|taking|ran|forgot|says|said|states|feels|"
    r"developed|tested|got|gets|spik\w+|dropped|"
    r"in (?:rm|room|bed|\d)|with|w/|s/p|on|to|for|did|didn't|didnt|used|back|having|reaching|going|agreed|disputes|"
    r"attended|delivered|shows|signed|wrote)\b|"
    r"[:;|] ?| ?- | \d)",
    re.IGNORECASE,
)
_OBJECT_OF = re.compile(
    r"\b(?:on|for|with|about|of|to|tell|call|move|see|saw|seen|transfer|holding|discharge|admit|"
    r"sched|schedule|is|and|my|neighbor) \Z",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:his|her|hers|she|he|him|pt|she's|he's)\b")
_PATIENT_NEAR = re.compile(r"\b(?:pts?|patients?|she|he|his|her|him|pregnan\w+|lady|gentleman|caller|mom|resident|client)\b", re.IGNORECASE)
_SPEAKS = 60  # characters
_PRONOUN, _LONGEST_PRONOUN = 160, 8  # characters: how far behind a finding one counts, and more than any has
_TIES = {0: 1.0, 1: 0.8}  # by how many sentences lie between
_LONG = 1000  # words: training saw no longer block, and a sentence about a patient must not drown in a longer one
_SHORT = 3  # letters: shorter words are health terms by chance
_EVIDENCE = (
    "a name with age",
    "a name with a title",
    "a name after words for a patient",
    "a greeting to someone",
    "a greeting before",
    GREETED,
    "a person's name",
    "a part of a name",
    "a patient's name that stands",
    "a writer about",
    "a family's name",
)
FEATURES = (
    *("bias", "identity", "confidence", "doubtful", "patient", "number", "loose", "date", "age", "subject", "attachment", "quoted"),
    *("strongest", "further", "far", "short", "worded", "around", "kinds", "density", "length", "names"),
    *("pronoun", "spoken_of", "impersonal", "clinical"),
    *("hiring", "working", "learning", "press", "trade"),
    *("closeness", "rival", "personal"),
    *_EVIDENCE,
    *("genre", "record", "case"),
    *(f"greeted: {sign}" for sign in SPOKEN_TO),
)
_NUMBERS = frozenset({IdentifierType.MRN, IdentifierType.SSN, IdentifierType.HEALTH_PLAN_ID, IdentifierType.NATIONAL_ID})
_TOLD = _NUMBERS | {IdentifierType.NAME}  # what is judged by how the text is worded where no health term is near


@dataclass(frozen=True, slots=True)
class Pair:
    """An identifier, the health term that ties most, and the features of both (`FEATURES`).

    Without a term near, how the text is worded may speak of somebody's care all the same: "Ana fell off the ladder and cannot move her arm".
    """

    finding: Finding
    term: HealthTerm | None
    features: tuple[float, ...]


def pairs_of(
    pages: Sequence[Page], findings: Sequence[Finding], terms: Sequence[HealthTerm], setting: Setting, genre: Genre
) -> Iterator[Pair]:
    """Yield the pairs of one message."""
    whole, found, known = _Whole(terms, setting, genre), by_field(findings), by_field(terms)
    for page in pages:
        if page.field in found:
            around = _Around(page, found[page.field], known.get(page.field, []), whole)
            for finding in found[page.field]:
                yield from around.pair(finding)


class _Whole:
    """What the whole message says to each of its findings."""

    def __init__(self, terms: Sequence[HealthTerm], setting: Setting, genre: Genre) -> None:
        self.setting, self.genre = setting, genre
        self.opening = [term for term in terms if term.field == "body" and term.start < NEAR][:MOST]
        self.strongest = max(terms, key=lambda term: HEALTH[term.category], default=None)
        self.far = HEALTH[self.strongest.category] * _FAR + min(len(terms), 6) * _EACH_FAR if self.strongest else 0.0


class _Around:
    """What surrounds the findings of one page: those of the page, its terms, and the whole message."""

    def __init__(self, page: Page, findings: Sequence[Finding], terms: Sequence[HealthTerm], whole: _Whole) -> None:
        self._page, self._setting, self._genre = page, whole.setting, whole.genre
        self._opening, self._strongest, self._far = whole.opening, whole.strongest, whole.far
        self._terms = terms
        self._starts = [term.start for term in self._terms]
        self._homes = [page.sentence(start) for start in self._starts]
        self._worth = [HEALTH[term.category] for term in self._terms]
        self._sure = ["" if _short(term) else term.category for term in self._terms]
        self._words = page.starts
        self._blocks = [*_blocks(page.text), len(page.text) + 1]
        self._pronouns = [match.start() for match in _PERSON.finditer(page.small)]
        self._personal = [(f.start, f.type) for f in findings if f.role is PersonRole.PATIENT]
        self._named = [finding.start for finding in findings if finding.type is IdentifierType.NAME]

    def pair(self, finding: Finding) -> Iterator[Pair]:
        identity = _identity(finding, self._page)
        if identity <= 0:
            return
        tied, points = self._tied(finding)
        patient = finding.role is PersonRole.PATIENT
        points.sort(reverse=True)
        near = points[0][0] + 0.35 * sum(p for p, _ in points[1:4]) if points else 0.0
        far = patient and self._far > near
        if not points and not far and finding.type not in _TOLD:
            return
        term = self._strongest if far else tied[-points[0][1]] if points else None
        yield Pair(
            finding,
            term,
            (
                *self._identifier(finding, identity, patient=patient),
                points[0][0] if points else 0.0,
                min(sum(p for p, _ in points[1:4]), 6.0),
                self._far if far else 0.0,
                float(term is not None and _short(term)),
                float(term is None),
                *self._density(finding),
                *self._person(finding, patient=patient),
                *self._setting.topics,
                *self._place(finding, term),
                *_evidence(finding.evidence),
                self._genre.at(finding),
                *self._record(finding, patient=patient),
                *spoken_to(self._page, finding, self._terms),
            ),
        )

    def _record(self, finding: Finding, *, patient: bool) -> tuple[float, float]:
        """Return how many kinds of a patient's identifiers stand near (logarithm), and how many kinds of clinical terms near what is a patient's."""
        low, high = (bisect_left(self._personal, end, key=itemgetter(0)) for end in (finding.start - NEAR, finding.end + NEAR))
        kinds = {kind for _, kind in self._personal[low:high]} | {finding.type}
        low, high = (bisect_left(self._starts, end) for end in (finding.start - AROUND, finding.end + AROUND))
        clinical = _CLINICAL.intersection(self._sure[low:high]) if patient else ()
        return math.log(len(kinds)), float(min(len(clinical), 4))

    def _place(self, finding: Finding, term: HealthTerm | None) -> tuple[float, ...]:
        """Return how near the term is (1 beside it), whether another name is nearer to it, and whether a loose number has a patient near."""
        if term is None or term.field != finding.field:
            return 0.0, 0.0, 0.0
        gap = max(term.start - finding.end, finding.start - term.end, 0)
        low, high = bisect_left(self._named, term.start - gap + 1), bisect_left(self._named, term.end + gap)
        rival = any(start != finding.start for start in self._named[low:high]) if gap else False
        before = self._page.text[max(0, finding.start - _SPEAKS) : finding.end + _SPEAKS] if finding.type in LOOSE else ""
        return math.exp(-gap / _SPEAKS), float(rival), float(bool(before) and _PATIENT_NEAR.search(before) is not None)

    def _identifier(self, finding: Finding, identity: float, *, patient: bool) -> tuple[float, ...]:
        name = finding.type is IdentifierType.NAME
        line = self._page.text.rfind("\n", 0, finding.start) + 1
        signs = (
            name and finding.confidence <= 0.5,
            patient,
            finding.type in _NUMBERS,
            finding.type in LOOSE,
            finding.type is IdentifierType.DATE,
            finding.type is IdentifierType.AGE,
            finding.field == "subject",
            finding.field.startswith("attachment"),
            self._page.text[line : line + 1] == ">",
        )
        return (1.0, identity, finding.confidence if name else 0.0, *map(float, signs))

    def _tied(self, finding: Finding) -> tuple[list[HealthTerm], list[tuple[float, int]]]:
        """Return the terms near the finding, and how much each ties with its place there negated: all of it in its sentence, less beyond."""
        low, high = bisect_left(self._starts, finding.start - NEAR), bisect_left(self._starts, finding.end + NEAR)
        home, high = self._page.sentence(finding.start), min(high, low + MOST)
        tied: list[HealthTerm] = []
        points: list[tuple[float, int]] = []
        for term, sentence, worth in zip(self._terms[low:high], self._homes[low:high], self._worth[low:high], strict=True):
            if term.start >= finding.end or term.end <= finding.start:
                points.append((worth * _TIES.get(abs(sentence - home), 0.5), -len(tied)))
                tied.append(term)
        if finding.field == "subject":
            points += [(HEALTH[term.category] * 0.8, -n) for n, term in enumerate(self._opening, len(tied))]
            tied += self._opening
        return tied, points

    def _density(self, finding: Finding) -> tuple[float, ...]:
        low, high = finding.start - AROUND, finding.end + AROUND
        categories = self._sure[bisect_left(self._starts, low) : bisect_left(self._starts, high)]
        if finding.field == "subject":
            categories += ["" if _short(term) else term.category for term in self._opening]
        sure = len(categories) - categories.count("")
        words = bisect_left(self._words, high) - bisect_left(self._words, low)
        kinds = len(_CLINICAL.intersection(categories))
        return math.log1p(sure), float(kinds), 4 * min(sure / max(words, 8), 0.5), *self._block(finding)

    def _block(self, finding: Finding) -> tuple[float, float]:
        """Return the logarithms of the words and of the names of the block: what one author wrote, apart from what he quotes."""
        block = max(0, bisect_right(self._blocks, finding.start) - 1)
        start, end = self._blocks[block], self._blocks[min(block + 1, len(self._blocks) - 1)]
        words = bisect_left(self._words, end) - bisect_left(self._words, start)
        names = bisect_left(self._named, end) - bisect_left(self._named, start)
        return math.log(min(max(words, 1), _LONG) + 1), math.log1p(names)

    def _person(self, finding: Finding, *, patient: bool) -> tuple[float, ...]:
        text = self._page.text
        spoken_of = (
            finding.type is IdentifierType.NAME
            and not patient
            and (
                _SUBJECT_OF.match(text[finding.end : finding.end + 24])
                or _OBJECT_OF.search(text, max(0, finding.start - 16), finding.start)
            )
        )
        return (
            float(self._has_pronoun(finding.end, finding.end + _PRONOUN)),
            float(bool(spoken_of)),
            self._setting.impersonal,
            self._setting.clinical,
        )

    def _has_pronoun(self, start: int, end: int) -> bool:
        sure = max(start, end - _LONGEST_PRONOUN)  # up to here a pronoun ends before `end`
        place = bisect_left(self._pronouns, start)
        return (place < len(self._pronouns) and self._pronouns[place] < sure) or _PERSON.search(self._page.small, sure, end) is not None


def _identity(finding: Finding, page: Page) -> float:
    """Return how well a finding identifies a patient, in points; 0 for what is a provider's or stands in headers and signatures."""
    if finding.role in {PersonRole.PROVIDER, PersonRole.ORGANIZATION} and finding.evidence != GREETED:
        return 0.0
    if page.zone(finding.start) is not Zone.CONTENT and not finding.evidence.startswith(WRITER):
        return 0.0
    patient = finding.role is PersonRole.PATIENT
    if finding.type is IdentifierType.NAME:
        return 2 * finding.confidence + (0.8 if patient else 0.0)
    if finding.type is IdentifierType.DATE:
        return 1.8 if patient else 0.0
    return IDENTITY.get(finding.type, 0.0) * (1.0 if patient or finding.type in LOOSE else 0.8)


@cache
def _evidence(evidence: str) -> tuple[float, ...]:
    return tuple(float(evidence.startswith(known)) for known in _EVIDENCE)


def _short(term: HealthTerm) -> bool:
    length = term.end - term.start
    return (length <= _SHORT and term.category not in {"result", "dose", "vital"}) or (
        term.category == "shorthand" and length <= _SHORT + 1
    )


def _blocks(text: str) -> list[int]:
    """Return where runs of quoted and of unquoted lines begin."""
    starts, offset, quoted = [], 0, None
    for line in text.split("\n"):
        if line.strip() and (line[:1] == ">") is not quoted:
            starts.append(offset)
            quoted = line[:1] == ">"
        offset += len(line) + 1
    return starts or [0]
