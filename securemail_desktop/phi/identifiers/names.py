"""Names of persons: runs of words that the name lists know, or that stand where only a name stands ("Pt ...", "Mr. ...", "..., DOB").

Whose name it is, `roles` decides. A name's confidence says how sure it is that these words are a person's name at all.
"""

import re
from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType
from securemail_desktop.phi.identifiers.roles import Place, patient_follows, role_of
from securemail_desktop.phi.page import Page, Word
from securemail_desktop.phi.terms.vocabulary import NameKind

FULL, CUED, SHAPED, LONE, WORDY, UNLISTED = 0.85, 0.9, 0.7, 0.5, 0.4, 0.35
_GIVEN, _FAMILY, _COMMON, _WORD = (int(kind) for kind in (NameKind.GIVEN, NameKind.FAMILY, NameKind.COMMON, NameKind.WORD))
_LETTERS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SPOKEN_OF = frozenset(
    {
        "on",
        "following",
        "accepting",
        "restart",
        "hold",
        "resume",
        "check",
        "bed",
        "rm",
        "regarding",
        "for",
        "with",
        "about",
        "tell",
        "call",
        "called",
        "move",
        "moving",
        "see",
        "saw",
        "seeing",
        "holding",
        "discharge",
        "admit",
        "admitting",
        "and",
        "is",
    }
)
_JOINTS = frozenset({" ", ". ", "  ", "-", ".", "\xa0"})
_PARTICLES = frozenset(
    {"de", "la", "del", "van", "von", "der", "den", "bin", "ibn", "al", "el", "da", "dos", "di", "du", "le", "st", "mc", "abu"}
)
_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "mister", "master", "mx", "herr", "frau", "señor", "señora", "sra", "mme", "madame", "monsieur"}
)
_DOCTORS = frozenset({"dr", "doctor", "prof", "professor", "drs", "nurse", "np", "rn", "pa"})
_GREETINGS = frozenset({"dear", "hi", "hello", "hey", "thanks", "hallo", "liebe", "lieber", "hola", "bonjour"})
_ROOMS = frozenset({"rm", "room", "bed", "bay", "pod"})
_PATIENT_WORDS = frozenset(
    {
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
    cued = _cued(page, index)
    titled = cued and page.words[index - 1].lower in _TITLES
    if (word.entry.never_name and not titled) or not word.text[0].isalpha() or word.lower in _TITLES or word.lower in _DOCTORS:
        return None
    if word.text[0].isupper():
        return _capital(page, index, cued)
    return _small(page, index, cued)


def _capital(page: Page, index: int, cued: bool) -> tuple[int, float] | None:
    run, first = _run(page, index), page.words[index]
    reversed_last = _reversed(page, index, cued)
    if reversed_last is not None:
        return reversed_last, CUED if cued else FULL
    titled = cued and page.words[index - 1].lower in _TITLES
    if cued and not _health(first) and (titled or first.entry.kinds or _strange(first)):
        return _trim(page, index, run), CUED
    pair = _pair(page, index, run) if run > index else None
    return pair or _unlisted(page, index, run) or _alone(page, index)


def _unlisted(page: Page, index: int, run: int) -> tuple[int, float] | None:
    """Return a run of words that no list knows: a name when a birth date, an age or a record number follows, perhaps one otherwise."""
    last = index
    while last < run and last < index + 2 and _strange(page.words[last + 1]):
        last += 1
    if last == index or not (_strange(page.words[index]) or page.words[index].entry.kinds & (_GIVEN | _FAMILY)):
        return None
    if patient_follows(Place(page, index, last)):
        return last, CUED
    return (last, WORDY) if not page.words[index].text.isupper() and not page.words[index].entry.known else None


def _alone(page: Page, index: int) -> tuple[int, float] | None:
    word = page.words[index]
    if _health(word) or len(word.lower) < 3 or _shouted(word):
        return None
    if _lone(word.entry.kinds):
        return index, LONE
    listed = word.entry.kinds & (_GIVEN | _FAMILY)
    if ((listed and not word.entry.kinds & _WORD) or _strange(word)) and patient_follows(Place(page, index, index)):
        return index, LONE
    possessive = word.lower.endswith("'s") and not word.entry.known
    spoken_of = index > 0 and page.words[index - 1].lower in _SPOKEN_OF
    rare = bool(listed) and not word.entry.kinds & _WORD
    return (
        (index, UNLISTED)
        if (_strange(word) or rare or (listed and spoken_of)) and (spoken_of or possessive or _opens(page, index))
        else None
    )


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
    """Return a given and a family name side by side; words that are both are less sure."""
    words, second = page.words, index + 1
    while second < run and (len(words[second].text) == 1 or words[second].lower in _PARTICLES):
        second += 1
    first, family = words[index], words[second]
    if len(family.text) == 1:
        return None
    last = second
    while last < run and words[last + 1].entry.kinds & _FAMILY and not words[last + 1].entry.kinds & _WORD:
        last += 1
    confidence = _paired(first, family)
    return (last, confidence) if confidence else None


def _paired(first: Word, family: Word) -> float:
    given, named = first.entry.kinds & _GIVEN, family.entry.kinds & _FAMILY
    words = bool(first.entry.kinds & _WORD) + bool(family.entry.kinds & _WORD)
    if given and named:
        return WORDY if words == 2 or _health(first) or _health(family) else FULL
    if given and not words and _strange(family) and not first.text.isupper():
        return SHAPED
    either_way = first.entry.kinds & _FAMILY and family.entry.kinds & (_FAMILY | _GIVEN)
    if either_way and not words and not _health(first) and not _health(family):
        return SHAPED
    return WORDY if _strange(first) and named and not words and not first.text.isupper() else 0.0


def _reversed(page: Page, index: int, cued: bool) -> int | None:
    """Return the last word's index of "Family, Given" or HL7's "FAMILY^GIVEN" that begins here."""
    words, second = page.words, index + 1
    gap = page.text[words[index].end : words[second].start] if second < len(words) else ""
    if gap not in {", ", ",", "^"} or not words[second].text[0].isupper() or words[second].entry.never_name:
        return None
    if index > 0 and words[index - 1].lower in _GREETINGS:
        return None  # "Dear Bob, Helen Fairweather ..." greets one and speaks of another
    if gap != "^" and not _family_first(words[index], words[second], cued or _opens(page, index)):
        return None
    third = second + 1
    initial = third < len(words) and len(words[third].text) == 1 and words[third].text.isupper()
    return third if initial and page.text[words[second].end : words[third].start] in {" ", "^"} else second


def _family_first(family: Word, given: Word, opens: bool) -> bool:
    words = bool(family.entry.kinds & _WORD) + bool(given.entry.kinds & _WORD)
    named = family.entry.kinds & _FAMILY or _strange(family)
    listed = given.entry.kinds & _GIVEN or (opens and _strange(given))
    return bool(named and listed and not _health(family) and (words == 0 or (words == 1 and opens)))


def _small(page: Page, index: int, cued: bool) -> tuple[int, float] | None:
    """Return a name in small letters: given and family name side by side, or a family name where a sentence begins or a cue stands."""
    words, first = page.words, page.words[index]
    kinds = first.entry.kinds
    if first.entry.category or not (kinds or (cued and _strange(first))):
        return None
    if not kinds:
        return index, LONE
    second = index + 1
    if second < len(words) and page.text[first.end : words[second].start] == " " and kinds & _GIVEN:
        family = words[second]
        words_among = bool(kinds & _WORD) + bool(family.entry.kinds & _WORD)
        sure = words_among == 0 or (words_among == 1 and (cued or not kinds & _WORD or _opens(page, index)))
        if family.entry.kinds & _FAMILY and not _health(family) and not family.entry.never_name and sure:
            return second, LONE if words_among else SHAPED
        if _strange(family) and not words_among and (cued or _opens(page, index)):
            return second, LONE
    spoken_of = index > 0 and words[index - 1].lower in _SPOKEN_OF
    plain = _lone(kinds) and len(first.lower) > 3
    return (index, LONE if cued else WORDY) if plain and (cued or spoken_of or _opens(page, index)) else None


def _opens(page: Page, index: int) -> bool:
    return index == 0 or page.sentence(page.words[index].start) != page.sentence(page.words[index - 1].start)


def _cued(page: Page, index: int) -> bool:
    """Return whether only a name stands here: after a title, "Pt", "Patient:", "Name:", "Re:"."""
    if index == 0:
        return False
    before = page.words[index - 1]
    gap = page.text[before.end : page.words[index].start].strip(" \t")
    if before.lower in _TITLES or before.lower in _DOCTORS or before.lower == "pt":
        return _addressed(before, page.words[index]) and (gap in {"", "."} or (gap == ":" and before.lower == "pt"))
    if before.lower == "re":
        return page.field != "subject" and gap in {"", ":"}
    if before.lower in {"name", "subscriber", "insured", "member", "client"}:
        return gap == ":"
    return (before.lower in _PATIENT_WORDS or _in_room(page, index)) and gap in {"", ":", "-"}


def _addressed(title: Word, word: Word) -> bool:
    """Return whether a title is one: "MS" before a word in small letters is a firm or a disease."""
    return not (len(title.text) > 1 and title.text.isupper() and title.lower in _TITLES) or word.text.isupper()


def _in_room(page: Page, index: int) -> bool:
    """Return whether the number of a room or bed stands before."""
    return index > 1 and page.words[index - 1].text.isdigit() and page.words[index - 2].lower in _ROOMS


def _trim(page: Page, index: int, run: int) -> int:
    """Return the last word of a cued run that can belong to a name: at most four, none a health term or shouted abbreviation."""
    last = index
    for following in range(index + 1, min(run, index + 3) + 1):
        if _health(page.words[following]) and not page.words[following].entry.kinds:
            break
        last = following
    return last


def _strange(word: Word) -> bool:
    """Return whether a word may be a name that no list knows: neither an ordinary word nor a term."""
    entry = word.entry
    return (
        len(word.text) > 2
        and not (entry.kinds or entry.known or entry.category or entry.phrase)
        and _LETTERS.fullmatch(word.text) is not None
    )


def _health(word: Word) -> bool:
    return bool(word.entry.category)


def _lone(kinds: int) -> bool:
    return bool(kinds & (_GIVEN | _COMMON)) and not kinds & _WORD


def _shouted(word: Word) -> bool:
    return word.text.isupper() and len(word.text) < 5
