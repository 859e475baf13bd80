"""Names of persons: runs of words that the name lists know, or that stand where only a name stands ("Pt ...", "Mr. ...", "..., DOB").

Whose name it is, `roles` decides. A name's confidence says how sure it is that these words are a person's name at all.
"""

from collections.abc import Iterator

from securemail_desktop.phi.finding import Finding, IdentifierType
from securemail_desktop.phi.identifiers.cues import (
    DOCTORS,
    FAMILY,
    GIVEN,
    TITLES,
    WORD,
    cued,
    health,
    lone,
    opens,
    shouted,
)
from securemail_desktop.phi.identifiers.pattern import words as listed_words
from securemail_desktop.phi.identifiers.roles import Place, patient_follows, role_of
from securemail_desktop.phi.identifiers.unlisted_names import (
    BEARERS,
    LONE,
    SHAPED,
    UNLISTED,
    WORDY,
    acting,
    borne,
    families,
    greeted,
    initial,
    kin,
    terse,
    told,
    worded,
)
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.word import Word, strange

FULL, CUED = 0.85, 0.9
_SPOKEN_OF = listed_words(
    "on following accepting restart hold resume check bed rm regarding for with about tell call called move moving see saw seeing holding discharge "
    "admit admitted admitting and is dc dch discharging consented intubate intubated extubate extubated transport paged reached reorder transfuse "
    "bolus cosign did does "
    "w spoke rang phoned visited reviewed examined assessed referred treated weighed bathed washed dressed turned"
)
_JOINTS = frozenset({" ", ". ", "  ", "-", ".", "\xa0"})
_PARTICLES = listed_words("de la del van von der den bin ibn al el da dos di du le st mc abu")
_GREETINGS = listed_words("dear hi hello hey hiya g'day morning afternoon evening thanks hallo liebe lieber hola bonjour ciao hej")
_MONTHS = frozenset({"april", "june", "august"})  # a name only beside another
_NOUNS = listed_words("patient patients client member resident name re regarding")  # a word may follow that is no name


def find(page: Page) -> Iterator[Finding]:
    """Yield the page's names with their roles."""
    index, words = 0, page.words
    while index < len(words):
        word = words[index]
        # Most words are ordinary: nothing more is asked of them.
        found = _name_at(page, index) if word.named or word.lower in BEARERS else None
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
    if word.lower in BEARERS and (found := borne(page, index)) is not None:
        return found
    if not word.named:
        return None
    after_title = index > 0 and page.words[index - 1].lower in TITLES
    if (word.entry.never_name and not after_title) or word.lower in TITLES or word.lower in DOCTORS:
        return None
    marked = cued(page, index)
    if word.entry.never_name and not marked:
        return None
    return _capital(page, index, marked) if word.text[0].isupper() else _small(page, index, marked)


def _capital(page: Page, index: int, marked: bool) -> tuple[int, float] | None:
    run, first = _run(page, index), page.words[index]
    if len(first.text) == 1:
        return initial(page, index)
    reversed_last = _reversed(page, index, marked)
    if reversed_last is not None:
        return reversed_last, CUED if marked else FULL
    titled = marked and page.words[index - 1].lower in TITLES
    if marked and (not health(first) or (titled and first.entry.kinds & FAMILY)) and (titled or first.entry.kinds or strange(first)):
        return _trim(page, index, run), CUED
    if kin(page, index) or greeted(page, index):
        return _trim(page, index, run), LONE
    family = families(page, index)
    if family is not None:
        return index, family
    pair = _pair(page, index, run) if run > index else None
    return pair or _unlisted(page, index, run) or acting(page, index, run) or _alone(page, index)


def _unlisted(page: Page, index: int, run: int) -> tuple[int, float] | None:
    """Return a run of words that no list knows: a name when a birth date, an age or a record number follows, perhaps one otherwise."""
    last = index
    while last < run and last < index + 2 and strange(page.words[last + 1]):
        last += 1
    if last == index or not (strange(page.words[index]) or page.words[index].entry.kinds & (GIVEN | FAMILY)):
        return None
    if patient_follows(Place(page, index, last)):
        return last, CUED
    return (last, WORDY) if not page.words[index].text.isupper() and not page.words[index].entry.known else None


def _alone(page: Page, index: int) -> tuple[int, float] | None:
    word = page.words[index]
    if health(word) or len(word.lower) < 3 or shouted(word) or word.lower in _MONTHS:
        return None
    if told(page, index):
        return index, WORDY
    if lone(word.entry.kinds):
        return index, LONE
    listed = word.entry.kinds & (GIVEN | FAMILY)
    if ((listed and not word.entry.kinds & WORD) or strange(word)) and patient_follows(Place(page, index, index)):
        return index, LONE
    possessive = word.lower.endswith("'s") and not word.entry.known
    spoken_of = index > 0 and page.words[index - 1].lower in _SPOKEN_OF
    rare = bool(listed) and not word.entry.kinds & WORD
    return (
        (index, UNLISTED) if (strange(word) or rare or (listed and spoken_of)) and (spoken_of or possessive or opens(page, index)) else None
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
    while last < run and words[last + 1].entry.kinds & FAMILY and not words[last + 1].entry.kinds & WORD:
        last += 1
    confidence = _paired(first, family) or (WORDY if worded(page, index, family) else 0.0)
    return (last, confidence) if confidence else None


def _paired(first: Word, family: Word) -> float:
    given, named = first.entry.kinds & GIVEN, family.entry.kinds & FAMILY
    words = bool(first.entry.kinds & WORD) + bool(family.entry.kinds & WORD)
    if given and named:
        return WORDY if words == 2 or health(first) or health(family) else FULL
    if given and not words and strange(family) and not first.text.isupper():
        return SHAPED
    either_way = first.entry.kinds & FAMILY and family.entry.kinds & (FAMILY | GIVEN)
    if either_way and not words and not health(first) and not health(family):
        return SHAPED
    return WORDY if strange(first) and named and not first.entry.kinds & WORD and not first.text.isupper() else 0.0


def _reversed(page: Page, index: int, marked: bool) -> int | None:
    """Return the last word's index of "Family, Given" or HL7's "FAMILY^GIVEN" that begins here."""
    words, second = page.words, index + 1
    gap = page.text[words[index].end : words[second].start] if second < len(words) else ""
    if gap not in {", ", ",", "^"} or not words[second].text[0].isupper() or words[second].entry.never_name:
        return None
    if index > 0 and (words[index - 1].lower in _GREETINGS or (words[index - 1].lower in TITLES and words[index].text[1:].islower())):
        return None  # "Dear Bob, Helen Fairweather ..." greets one and speaks of another
    if gap != "^" and not _family_first(words[index], words[second], marked or opens(page, index)):
        return None
    third = second + 1
    initial = third < len(words) and len(words[third].text) == 1 and words[third].text.isupper()
    return third if initial and page.text[words[second].end : words[third].start] in {" ", "^"} else second


def _family_first(family: Word, given: Word, opens: bool) -> bool:
    words = bool(family.entry.kinds & WORD) + bool(given.entry.kinds & WORD)
    named = family.entry.kinds & FAMILY or strange(family)
    listed = given.entry.kinds & GIVEN or (opens and strange(given))
    return bool(named and listed and not health(family) and (words == 0 or (words == 1 and opens)))


def _small(page: Page, index: int, marked: bool) -> tuple[int, float] | None:
    """Return a name in small letters: given and family name side by side, or a family name where a sentence begins or a cue stands."""
    words, first = page.words, page.words[index]
    kinds = first.entry.kinds
    if first.entry.category or not (kinds or strange(first)):
        return None
    if not kinds:
        return (index, LONE) if marked and words[index - 1].lower not in _NOUNS else terse(page, index, begins=not marked)
    pair = _small_pair(page, index, marked) if kinds & GIVEN and index + 1 < len(words) else None
    if pair:
        return pair
    before = words[index - 1]
    if marked and kinds & FAMILY and (before.lower in TITLES or before.text.isdigit()):
        return index, LONE if before.lower in TITLES else WORDY
    spoken_of = index > 0 and words[index - 1].lower in _SPOKEN_OF
    plain = lone(kinds) and len(first.lower) > 3
    return (index, LONE if marked else WORDY) if plain and (marked or spoken_of or opens(page, index)) else None


def _small_pair(page: Page, index: int, marked: bool) -> tuple[int, float] | None:
    """Return a given and a family name side by side in small letters."""
    first, family = page.words[index : index + 2]
    if page.text[first.end : family.start] != " ":
        return None
    kinds, last = first.entry.kinds, index + 1
    words_among = bool(kinds & WORD) + bool(family.entry.kinds & WORD)
    sure = words_among == 0 or (words_among == 1 and (marked or not kinds & WORD or opens(page, index)))
    if family.entry.kinds & FAMILY and not health(family) and not family.entry.never_name and sure:
        return last, LONE if words_among else SHAPED
    return (last, LONE) if strange(family) and not words_among and (marked or opens(page, index)) else None


def _trim(page: Page, index: int, run: int) -> int:
    """Return the last word of a cued run that can belong to a name: at most four, none a health term or shouted abbreviation."""
    last = index
    for following in range(index + 1, min(run, index + 3) + 1):
        if health(page.words[following]) and not page.words[following].entry.kinds:
            break
        last = following
    return last
