"""Health terms of a page: words and phrases of the vocabulary, results with their value, doses, vital signs, codes.

A value beside a laboratory test, a dose or a vital sign is a result of a person; the word alone is not.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from securemail_desktop.phi.finding import HealthTerm
from securemail_desktop.phi.identifiers.pattern import words as listed
from securemail_desktop.phi.page import Page, joined
from securemail_desktop.phi.terms.vocabulary import IDIOM, LONGEST_AMBIGUOUS, LONGEST_PHRASE, Vocabulary
from securemail_desktop.phi.word import Word
from securemail_desktop.phi.zones import Zone

_SHORTHAND = re.compile(r"(?<![\w/])(?:s/p|f/u|h/o|c/o|r/o|w/u|b/l|n/v|d/c(?:'?d)?|y/o|i&d|a&o|a/ox?\d?|w/o)(?![\w/])", re.IGNORECASE)
_SHORTENED = re.compile("[/&]")  # the second letter of each shorthand
_DOSE = re.compile(
    r"(?<![\w.])\d{1,5}(?:[.,]\d{1,3})? ?(?:mg|mcg|µg|ug|meq|units?|iu|tabs?|tablets?|caps(?:ules)?|"
    r"puffs?|gtts?|mg/kg|ml/hr)(?![\w])",
    re.IGNORECASE,
)
_VITAL = re.compile(
    r"\b(?:bp|b/p|hr|rr|spo2|o2 ?sats?|sats?|temp|tmax|t|pulse|rate|wt|ef|fio2|pain|gcs|map)\b[ :=]{0,3}(?:is |was |of |now |at )?"
    r"(?:\d{2,3}/\d{2,3}|\d{2,3}(?:\.\d)?(?:s\b|%|\b(?!:))|\d{1,2}/10\b)",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"\s{0,2}(?:[:=+><]|level|is|was|of|at|now|came back|back at|result|result:|"
    r"\s){0,4}\s{0,2}[<>~]?\d{1,5}(?:[.,]\d{1,3})?(?!\d|[/-]\d)",
    re.IGNORECASE,
)
_ELECTROLYTE = re.compile(
    r"(?<![\w.])(?:K\+?|Na\+?|Mg|Phos|Ca|Cl|CO2|Cr|BUN)[ :=]{1,2}(?:is |was |"
    r"of )?\d{1,3}(?:\.\d{1,2})?(?![\w.]*\w)"
)
_AGE = re.compile(
    r"\b\d{1,3}[- ]?(?:y/?o|yo|yr[- ]?old|year[- ]?olds?|years? old|month[- ]?old|week[- ]?old|day[- ]?old|"
    r"y\.o\.)[- ]?(?:m|f|male|female|man|woman|boy|girl)?\b"
    r"|(?<![\w-])\d{1,2} ?[MF](?= |,|\.|$)"
)
_AGES = listed("y yo yr yrold year years yearold yearolds month monthold week weekold day dayold")
_SEXES = ("", *["m", "f", "male", "female", "man", "woman", "boy", "girl"])
_CODED = re.compile(
    r"^(?:OBX|DG1|PR1|RXE|RXO|AL1)\||\bSV[12]\*HC:\d{5}|\bHI\*A?BK:|\bCLM\*|"
    r'"resourceType"\s{0,3}:\s{0,3}"(?:Condition|Observation|Medication\w+|Procedure|AllergyIntolerance|Encounter|Immunization|Claim|'
    r'DiagnosticReport|CarePlan)"',
    re.MULTILINE,
)
_SCALE = re.compile(
    r"\b(?:gcs|nihss|rass|ciwa(?:-ar)?|cows|phq-?9|gad-?7|mmse|moca|apgars?|braden|ecog|meld|bishop|mrs|iop|va|ef|esi|bg|fsbs|fsbg|fs|inr|hgb|hb)"
    r"[ :=]{1,2}(?:score |of |is |was |at |od |os )?\d{1,3}(?:[./+-]\d{1,3})?(?![\w/]|\.\d)",
    re.IGNORECASE,
)
_MEASURED = re.compile(
    r"(?<![\w.])[<>]?\d{1,6}(?:[.,]\d{1,3})? ?(?:mg/d[lL]|mmol/[lL]|g/d[lL]|ng/m[lL]|pg/m[lL]|mcg/d[lL]|mEq/[lL]|[mMkK]?I?U/m?[lL]|copies/m[lL]|mmHg|"
    r"cells/\S{1,5}|bpm|/hpf)(?!\w)"
    r"|\b\d{1,2}(?:\.\d)? ?[xX] ?\d{1,2}(?:\.\d)? ?(?:cm|mm) (?:\w+ ){0,2}(?:wound|ulcer|mass|nodule|lesion|cyst|stone|laceration|node)\b"
    r"|\b\d{1,2}(?:\.\d)? ?(?:cm|mm) (?:\w+ ){0,2}(?:mass|nodule|lesion|cyst|stone|laceration|node|aneurysm|polyp|tumou?r|opacity|ulcer|wound)s?\b"
)
_PREGNANT = re.compile(r"\bG\d{1,2} ?P\d{1,4}\b|\b[1-4]?\d ?(?:w(?:ee)?ks?|w)[ ,]{1,2}(?:pregnan\w+|gest\w*|ctx|G\dP\d|gravid)")
_WEEKS = re.compile(r"(?<![\w.])[2-4]\d ?\+ ?[0-6](?![\w.])")
_SIGHT = re.compile(r"\b20/(?:15|20|25|30|40|50|60|70|80|100|125|150|200|400)(?![\d/])(?= |,|\.|$| [oO][dDsSuU])")
_ICD = re.compile(r"\b[A-TV-Z]\d[0-9AB]\.[0-9A-Z]{1,4}\b")
_ROOM = re.compile(r"\b(?:rm|room|bed|bay) ?#?\d{1,4}[A-D]?\b", re.IGNORECASE)
_MARKS = ("resourceType", "OBX|", "DG1|", "PR1|", "RX", "AL1|", "*HC:", "HI*", "CLM*")  # without one of them nothing is coded
# A value stands beside one of these words, in small letters and cut at digits ("5mg" is "mg").
_VALUES = (
    (_DOSE, "dose", listed("mg mcg µg μg ug meq unit units iu tab tabs tablet tablets cap caps capsules puff puffs gtt gtts ml")),
    (_VITAL, "vital", listed("bp b hr rr spo o sat sats temp tmax t pulse rate wt ef fio pain gcs map")),
    (_ELECTROLYTE, "result", listed("k na mg phos ca cl co cr bun")),
    (_AGE, "age", frozenset(unit + sex for unit in _AGES for sex in _SEXES) | {"m", "f"}),
    (_ROOM, "bed", listed("rm room bed bay")),
    (
        _SCALE,
        "result",
        listed(
            "gcs nihss rass ciwa cows phq gad mmse moca apgar apgars braden ecog meld bishop mrs iop va ef esi bg fsbs fsbg fs inr hgb hb"
        ),
    ),
    (_MEASURED, "result", listed("mg mmol g ng pg mcg meq iu miu kiu u mu ku copies mmhg cells bpm hpf cm mm")),
    (_PREGNANT, "vital", listed("g w wk wks week weeks")),
)
_REACH = 80  # characters: more than any value with its word has
_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]{3,400}|[\w.+%-]{1,64}@[\w.-]{1,100}")
_COMPANY = 120  # characters within which another term vouches for an ambiguous one
_GAP = frozenset({" ", "  ", "-", "\n"})


def find_terms(page: Page, vocabulary: Vocabulary) -> list[HealthTerm]:
    """Return the page's terms in order, none overlapping another. Headers, signatures and disclaimers don't count."""
    found = [*_listed(page, vocabulary), *_patterned(page)]
    found.sort(key=lambda term: (term.start, -term.end))
    kept: list[HealthTerm] = []
    addresses = _addresses(page)
    for term in found:
        if (not kept or term.start >= kept[-1].end) and page.zone(term.start) is Zone.CONTENT and not _within(term.start, addresses):
            kept.append(term)
    return _supported(page, kept, vocabulary)


def _addresses(page: Page) -> list[tuple[int, int]]:
    """Return where web and mail addresses stand: their parts are no words of anybody."""
    stretches = sorted(stretch for mark in ("@", "://", "www.") for stretch in page.about(mark, 70, 420))
    return [match.span() for start, end in joined(stretches) for match in _ADDRESS.finditer(page.text, start, end)]


def _within(offset: int, spans: Sequence[tuple[int, int]]) -> bool:
    place = bisect_left(spans, (offset + 1, 0)) - 1
    return place >= 0 and offset < spans[place][1]


def _supported(page: Page, terms: Sequence[HealthTerm], vocabulary: Vocabulary) -> list[HealthTerm]:
    """Return the terms without the ambiguous abbreviations that stand alone: "US" and "MS" mean health only beside other terms of it."""
    doubtful = [term.end - term.start <= LONGEST_AMBIGUOUS and vocabulary.ambiguous(page.text[term.start : term.end]) for term in terms]
    if not any(doubtful):
        return list(terms)
    sure = [term.start for term, doubt in zip(terms, doubtful, strict=True) if not doubt]
    return [term for term, doubt in zip(terms, doubtful, strict=True) if not doubt or _near(sure, term.start)]


def _near(starts: Sequence[int], offset: int) -> bool:
    place = bisect_left(starts, offset)
    return any(abs(start - offset) <= _COMPANY for start in starts[max(0, place - 1) : place + 1])


def _patterned(page: Page) -> Iterator[HealthTerm]:
    coded = (_CODED,) if any(mark in page.text for mark in _MARKS) else ()
    for mark in _SHORTENED.finditer(page.text):
        match = _SHORTHAND.match(page.text, max(0, mark.start() - 1))
        if match:
            yield HealthTerm(page.field, *match.span(), "shorthand")
    for match in (match for pattern in coded for match in pattern.finditer(page.text)):
        yield HealthTerm(page.field, *match.span(), "condition")
    for pattern, category, stretches in _values(page):
        for start, end in stretches:
            for match in pattern.finditer(page.text, start, end):
                yield HealthTerm(page.field, *match.span(), category)


def _values(page: Page) -> Iterator[tuple[re.Pattern[str], str, Sequence[tuple[int, int]]]]:
    """Yield the patterns of values, their categories, and the stretches where they can stand."""
    for pattern, category, cues in _VALUES:
        yield pattern, category, page.near(cues, _REACH)
    yield _ICD, "condition", page.numeric()
    yield _WEEKS, "vital", page.about("+", 6, 8)
    yield _SIGHT, "vital", page.about("20/", 2, 12)


def _listed(page: Page, vocabulary: Vocabulary) -> Iterator[HealthTerm]:
    index, words = 0, page.words
    while index < len(words):
        word = words[index]
        length, category = _phrase(page, index, vocabulary) if word.entry.phrase else (1, "")
        if not category:
            length, category = 1, "" if word.category and _shouted(words, index) else word.category
        if category and category != IDIOM:
            yield _term(page, word.start, words[index + length - 1].end, category)
        index += length


def _shouted(words: Sequence[Word], index: int) -> bool:
    """Return whether an abbreviation stands in a line of capitals, where "OR" and "US" are words as any other."""
    word = words[index]
    if word.entry.category or not word.text.isupper() or len(word.text) > 4:
        return False
    around = (words[index - 1], words[index + 1]) if 0 < index < len(words) - 1 else ()
    return bool(around) and all(len(near.text) > 2 and near.text.isupper() for near in around)


def _phrase(page: Page, index: int, vocabulary: Vocabulary) -> tuple[int, str]:
    """Return how many words the longest listed phrase has that begins here, and its category; (1, "") where there is none."""
    words, phrase = page.words, page.words[index].lower
    lengths: dict[int, int] = {}  # words of the phrase by its letters
    for last in range(index + 1, min(index + LONGEST_PHRASE, len(words))):
        if page.text[words[last - 1].end : words[last].start] not in _GAP:
            break
        phrase += " " + words[last].lower
        if not lengths and not vocabulary.begins_phrase(phrase):
            break
        lengths[len(phrase)] = last - index + 1
    found = vocabulary.longest(phrase, lengths.keys()) if lengths else None
    return (lengths[found[0]], found[1]) if found else (1, "")


def _term(page: Page, start: int, end: int, category: str) -> HealthTerm:
    if category == "lab":
        value = _VALUE.match(page.text, end, end + 40)
        if value:
            return HealthTerm(page.field, start, value.end(), "result")
    return HealthTerm(page.field, start, end, category)
