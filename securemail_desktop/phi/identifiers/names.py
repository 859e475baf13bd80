"""Names of persons: runs of words that the name lists know, or that stand where only a name stands ("Pt ...", "Mr. ...", "..., DOB").

Whose name it is, `roles` decides. A name's confidence says how sure it is that these words are a person's name at all.
"""

from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType
from securemail_desktop.phi.identifiers.roles import Place, role_of
from securemail_desktop.phi.page import Page, Word
from securemail_desktop.phi.terms.vocabulary import NameKind

FULL, CUED, SHAPED, LONE, WORDY = 0.85, 0.9, 0.7, 0.5, 0.4
_GIVEN, _FAMILY, _COMMON, _WORD = NameKind.GIVEN, NameKind.FAMILY, NameKind.COMMON, NameKind.WORD
_JOINTS = frozenset({" ", ". ", "  ", "-", ".", "\xa0"})
_PARTICLES = frozenset(
    {"de", "la", "del", "van", "von", "der", "den", "bin", "ibn", "al", "el", "da", "dos", "di", "du", "le", "st", "mc", "abu"}
)
_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mister", "master", "mx", "herr", "frau", "señor", "señora", "sra", "mme", "madame", "monsieur"}
)
_DOCTORS = frozenset({"dr", "doctor", "prof", "professor", "drs", "nurse", "np", "rn", "pa"})
_PATIENT_WORDS = frozenset(
    {
        "pt",
        "pts",
        "patient",
        "patients",
        "client",
        "member",
        "resident",
        "baby",
        "regarding",
        "re",
        "name",
        "insured",
        "subscriber",
        "paciente",
    }
)


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's names with their roles."""
    index, words = 0, page.words
    while index < len(words):
        found = _name_at(page, index)
        if found is None:
            index += 1
            continue
        last, confidence = found
        place = Place(page, index, last)
        decided = role_of(place)
        if decided is not None:
            role, evidence, sure = decided
            start, end = place.start, place.end
            yield Finding(page.field, start, end, IdentifierType.NAME, role, "names", max(confidence, sure), evidence)
        index = last + 1


def _name_at(page: Page, index: int) -> tuple[int, float] | None:
    """Return the last word's index of the name that begins here, and how sure it is, or None."""
    word = page.words[index]
    if word.entry.never_name or not word.text[0].isalpha() or word.lower in _TITLES or word.lower in _DOCTORS:
        return None
    cued = _cued(page, index)
    if word.text[0].isupper():
        return _capital(page, index, cued)
    return _small(page, index, cued)


def _capital(page: Page, index: int, cued: bool) -> tuple[int, float] | None:
    run = _run(page, index)
    first = page.words[index]
    kinds = first.entry.kinds
    if cued and (run > index or _free(first)):
        return _trim(page, index, run), CUED
    reversed_last = _reversed(page, index)
    if reversed_last is not None:
        return reversed_last, FULL
    if run > index:
        pair = _pair(page, index, run)
        if pair is not None:
            return pair
    return (index, LONE) if _lone(kinds) and not first.entry.category and len(first.lower) > 2 and not _shouted(first) else None


def _run(page: Page, index: int) -> int:
    """Return the index of the last word of the run of capitalised words that begins here, at most five words."""
    words, last = page.words, index
    for following in range(index + 1, min(index + 5, len(words))):
        word = words[following]
        if page.text[words[last].end : word.start] not in _JOINTS:
            break
        gap = page.text[words[last].end : word.start]
        if gap != " " and len(words[last].text) > 1 and gap != "  ":
            break
        particle = word.lower in _PARTICLES and following + 1 < len(words) and words[following + 1].text[0].isupper()
        if not particle and (not word.text[0].isupper() or word.entry.never_name or _other_case(words[index], word)):
            break
        last = following
    return last


def _other_case(first: Word, word: Word) -> bool:
    """Return whether one is all capitals and the other is not: "John MRN", "PATIENT John" are no runs."""
    return len(word.text) > 1 and len(first.text) > 1 and first.text.isupper() != word.text.isupper()


def _pair(page: Page, index: int, run: int) -> tuple[int, float] | None:
    words = page.words
    first = words[index]
    second = index + 1
    while second < run and (len(words[second].text) == 1 or words[second].lower in _PARTICLES):
        second += 1
    family = words[second]
    if len(family.text) == 1:
        return None
    given, named = first.entry.kinds & _GIVEN, family.entry.kinds & _FAMILY
    last = second
    while last < run and words[last + 1].entry.kinds & _FAMILY and not words[last + 1].entry.kinds & _WORD:
        last += 1
    if given and named:
        both_words = first.entry.kinds & _WORD and family.entry.kinds & _WORD
        return last, WORDY if both_words or _health(first) or _health(family) else FULL
    if given and _free(family) and not first.entry.kinds & _WORD and not first.text.isupper():
        return last, SHAPED
    if first.entry.kinds & _FAMILY and named and not (first.entry.kinds | family.entry.kinds) & _WORD and not _health(first):
        return last, SHAPED
    return None


def _reversed(page: Page, index: int) -> int | None:
    """Return the last word's index of "Family, Given" that begins here."""
    words, second = page.words, index + 1
    if (
        second >= len(words)
        or page.text[words[index].end : words[second].start] not in {", ", ",", "^"}
        or not words[second].text[0].isupper()
    ):
        return None
    hl7 = page.text[words[index].end] == "^"
    family, given = words[index].entry.kinds, words[second].entry.kinds
    if not hl7 and not (family & _FAMILY and not family & _WORD and given & _GIVEN and not given & _WORD):
        return None
    last = second
    if (
        last + 1 < len(words)
        and len(words[last + 1].text) == 1
        and words[last + 1].text.isupper()
        and page.text[words[last].end : words[last + 1].start] in {" ", "^"}
    ):
        last += 1
    return last


def _small(page: Page, index: int, cued: bool) -> tuple[int, float] | None:
    """Return a name in small letters: given and family name side by side, or a family name where a sentence begins or a cue stands."""
    words, first = page.words, page.words[index]
    kinds = first.entry.kinds
    if not kinds or first.entry.category:
        return None
    second = index + 1
    adjacent = second < len(words) and page.text[first.end : words[second].start] == " "
    if (
        adjacent
        and kinds & _GIVEN
        and words[second].entry.kinds & _FAMILY
        and not _health(words[second])
        and not words[second].entry.never_name
    ):
        words_among = bool(kinds & _WORD) + bool(words[second].entry.kinds & _WORD)
        if words_among == 0 or (words_among == 1 and (cued or _opens(page, index))):
            return second, SHAPED if words_among == 0 else LONE
    plain = _lone(kinds) and len(first.lower) > 3
    return (index, LONE if cued else WORDY) if plain and (cued or _opens(page, index)) else None


def _opens(page: Page, index: int) -> bool:
    return index == 0 or page.sentence(page.words[index].start) != page.sentence(page.words[index - 1].start)


def _cued(page: Page, index: int) -> bool:
    """Return whether only a name stands here: after a title, "Pt", "Patient:", "Name:", "Re:"."""
    if index == 0:
        return False
    before = page.words[index - 1]
    gap = page.text[before.end : page.words[index].start].strip(" .\t")
    if before.lower in _TITLES or before.lower in _DOCTORS:
        return gap == ""
    if before.lower in {"name", "re", "subscriber", "insured", "member", "client"}:
        return gap == ":" or (before.lower == "re" and gap == "")
    return before.lower in _PATIENT_WORDS and gap in {"", ":", "-"}


def _trim(page: Page, index: int, run: int) -> int:
    """Return the last word of a cued run that can belong to a name: at most four, none a health term or shouted abbreviation."""
    last = index
    for following in range(index + 1, min(run, index + 3) + 1):
        if _health(page.words[following]) and not page.words[following].entry.kinds:
            break
        last = following
    return last


def _free(word: Word) -> bool:
    """Return whether a word may be a name that no list knows: long enough, no health term, no ordinary word."""
    return (
        len(word.text) > 2
        and not word.entry.category
        and not word.entry.kinds & _WORD
        and word.text.isalpha() | ("-" in word.text or "'" in word.text)
    )


def _health(word: Word) -> bool:
    return bool(word.entry.category)


def _lone(kinds: NameKind) -> bool:
    return bool(kinds & (_GIVEN | _COMMON)) and not kinds & _WORD


def _shouted(word: Word) -> bool:
    return word.text.isupper() and len(word.text) < 5
