"""What stands about a name ("Pt", "Mr.", "her son", a room's number) and what a word may be: a name that no list has, a health term, a cry."""

from securemail_desktop.phi.identifiers.pattern import words
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.terms.vocabulary import NameKind
from securemail_desktop.phi.word import Word, lettered, strange

GIVEN, FAMILY, COMMON, WORD = (int(kind) for kind in (NameKind.GIVEN, NameKind.FAMILY, NameKind.COMMON, NameKind.WORD))
TITLES = words("mr mrs ms miss mister master mx herr frau señor señora sra mme madame monsieur")
DOCTORS = words("dr doctor prof professor drs nurse np rn pa")
DOES = words(  # what a person does or suffers
    "told tells says said asks asked wants wanted needs called calls cancelled canceled refused refuses failed fails passed denies "
    "denied reports reported complains vomited vomiting fell missed misses stopped stops forgot feels felt took takes ate slept voided "
    "coded died woke walked ambulated tolerated tolerating spiked desatted seized aspirated pulled has had hasn't hadn't doesn't didn't "
    "isn't wasn't relapsed overdosed bled delivered presented presents returned returns attended came went started starts broke tested "
    "lost left still keeps cannot can't won't got gets slipped tripped wandered rang phoned texted cried choked coughed fainted collapsed settled "
    "owes finished swallowed bit burned burnt banged cant couldnt didnt doesnt wont hasnt isnt wasnt couldn't hat tiene tem ha souffre est ist está"
)
KIN = words(
    "dependent son daughter husband wife mother father mom mum dad brother sister child uncle aunt grandmother grandfather grandson "
    "granddaughter grandma grandpa neighbor neighbour nephew niece roommate spouse partner toddler infant newborn twin girl boy"
)
_HEADS = words("name subscriber insured member client")
_CRIES = words("fyi hey hi ok okay pls please so also but btw update question urgent stat heads just")
_MOST_CRIES = 3
_ROOMS = words("rm room bed bay pod")
_PATIENT_WORDS = words("pts patient patients client member resident baby regarding re name insured subscriber paciente")
_CUES = TITLES | DOCTORS | KIN | _HEADS | _PATIENT_WORDS | {"pt"}


def opens(page: Page, index: int) -> bool:
    """Return whether a sentence begins with the word, or with a cry before it: "fyi olsen ..."."""
    for _ in range(_MOST_CRIES):
        if index == 0 or page.words[index - 1].lower not in _CRIES:
            break
        index -= 1
    return index == 0 or page.sentence(page.words[index].start) != page.sentence(page.words[index - 1].start)


def cued(page: Page, index: int) -> bool:
    """Return whether only a name stands here: after a title, "Pt", "Patient:", "Name:", "Re:", "her son"."""
    if index == 0:
        return False
    before, word = page.words[index - 1], page.words[index]
    if before.lower not in _CUES and not before.text.isdigit():
        return False
    gap = page.text[before.end : word.start].strip(" \t")
    if before.lower in TITLES or before.lower in DOCTORS or before.lower == "pt":
        milliseconds = before.text == "ms" and index > 1 and page.words[index - 2].text.isdigit()
        return not milliseconds and _addressed(before, word) and (gap in {"", "."} or (gap == ":" and before.lower == "pt"))
    if before.lower in KIN:
        return gap in {"", ","} and word.text[0].isupper()
    gaps = {"re": {"", ":"}}.get(before.lower) or ({":"} if before.lower in _HEADS else {"", ":", "-"})
    return gap in gaps and (before.lower in _PATIENT_WORDS or _in_room(page, index)) and (before.lower != "re" or page.field != "subject")


def _addressed(title: Word, word: Word) -> bool:
    """Return whether a title is one: "MS" before a word in small letters is a firm or a disease."""
    shouted = len(title.text) > 1 and title.text.isupper() and title.lower in TITLES
    return not shouted or (word.text.isupper() and len(word.text) > 3)


def _in_room(page: Page, index: int) -> bool:
    """Return whether the number of a room or bed stands before."""
    return index > 1 and page.words[index - 1].text.isdigit() and page.words[index - 2].lower in _ROOMS


def odd(word: Word) -> bool:
    """Return whether a word may be a name that no list knows, though it looks like the form of an ordinary word ("Naveed")."""
    return strange(word) or (word.entry.formed and lettered(word.text) and not word.entry.category)


def health(word: Word) -> bool:
    """Return whether the word is a health term."""
    return bool(word.entry.category)


def lone(kinds: int) -> bool:
    """Return whether a word of these kinds is a name when it stands alone."""
    return bool(kinds & (GIVEN | COMMON)) and not kinds & WORD


def shouted(word: Word) -> bool:
    """Return whether the word is short and in capitals, as abbreviations are."""
    return word.text.isupper() and len(word.text) < 5
