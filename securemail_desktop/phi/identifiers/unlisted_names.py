"""Names that no list has, by their shape and by what follows: an initial, a particle, the verb of a person, a result after small letters."""

from securemail_desktop.phi.identifiers.cues import DOES, FAMILY, GIVEN, KIN, TITLES, WORD, cued, health, odd, opens
from securemail_desktop.phi.identifiers.pattern import words
from securemail_desktop.phi.page import Page
from securemail_desktop.phi.word import Word, strange

SHAPED, LONE, WORDY, UNLISTED = 0.7, 0.5, 0.4, 0.35
BEARERS = words("van von der den bin ibn ter ten abu mac st de del della dos el al la")
_MOST = 4  # words: without a bound a line of particles alone would be read again from each of them
_OWN = words("his her hers their him")
_GREETINGS = words(
    "dear hi hello hey hiya g'day morning hallo liebe lieber hola bonjour querido querida estimado estimada cher chère caro cara"
)
FALLS = words("fell is was")  # of a relative, whatever the name means elsewhere
_STATES = words("is was has had needs got feels")
_ENDS = frozenset(",!:\n-.")


def kin(page: Page, index: int) -> bool:
    """Return whether a name with a capital follows a word of kinship, whatever the name means elsewhere: "Aunt Peg", "her son Art"."""
    if index == 0:
        return False
    before, word = page.words[index - 1], page.words[index]
    apart = page.text[before.end : word.start] != " "
    acts = index + 1 < len(page.words) and page.words[index + 1].lower in DOES | FALLS
    return not apart and before.lower in KIN and word.text[1:].islower() and not word.entry.never_name and (acts or bool(word.entry.kinds))


def greeted(page: Page, index: int) -> bool:
    """Return whether a word that no list has is greeted: "Hello Alasdair,"."""
    before, word = page.words[index - 1] if index else None, page.words[index]
    if before is None or before.lower not in _GREETINGS or page.text[before.end : word.start] not in {" ", ", "}:
        return False
    return odd(word) and word.text[1:].islower() and page.text[word.end : word.end + 1] in _ENDS


def families(page: Page, index: int) -> float | None:
    """Return how sure a family's name is: "the Garcias", "the Lindqvists"; None where there is none."""
    word, before = page.words[index], page.words[index - 1] if index else None
    if before is None or before.text != "the" or not word.lower.endswith("s") or not word.text[1:].islower():
        return None
    if word.entry.never_name or health(word) or (word.entry.known and not word.entry.formed):
        return None
    stems = [page.entry(word.lower[: -len(ending)]) for ending in ("s", "es") if word.lower.endswith(ending)]
    listed = any(stem.kinds & FAMILY and not stem.kinds & WORD for stem in stems)
    return LONE if listed else UNLISTED if strange(word) else None


def borne(page: Page, index: int) -> tuple[int, float] | None:
    """Return a name that begins with a particle: "van der Berg", "St. Clair", "de la Cruz"."""
    words, last = page.words, index
    while (
        last + 1 < min(len(words), index + _MOST)
        and words[last].lower in BEARERS
        and page.text[words[last].end : words[last + 1].start] in {" ", ". "}
    ):
        last += 1
    family = words[last]
    if last == index or not family.text[0].isupper() or not (family.entry.kinds & FAMILY or strange(family)):
        return None
    told = last + 1 < len(words) and (words[last + 1].lower in DOES or words[last + 1].text[0].isdigit())
    return (last, LONE) if family.text[1:].islower() and (told or cued(page, index)) else None


def initial(page: Page, index: int) -> tuple[int, float] | None:
    """Return an initial and a family name: "B. Achterberg"."""
    words = page.words
    if len(words[index].text) > 1 or index + 1 == len(words) or page.text[words[index].end : words[index + 1].start] != ". ":
        return None
    family = words[index + 1]
    shouted = family.text.isupper() and len(family.text) > 3 and index > 0 and words[index - 1].lower in TITLES
    cased = family.text[0].isupper() and (family.text[1:].islower() or shouted)
    sure = cased and not family.entry.never_name and not health(family)
    if not sure or family.entry.kinds & WORD or not (family.entry.kinds & FAMILY or strange(family)):
        return None
    return index + 1, SHAPED if family.entry.kinds & FAMILY else LONE


def acting(page: Page, index: int, run: int) -> tuple[int, float] | None:
    """Return a word that no list has, or two ordinary ones, when the verb of a person follows: "Hyacinth Bouquet took her ..."."""
    words, first = page.words, page.words[index]
    last = min(run, index + 1)
    verb = last + 1
    if verb >= len(words) or words[verb].lower not in DOES or health(first) or first.text.isupper():
        return None
    if last == index:
        return (index, LONE) if odd(first) and not first.entry.phrase else None
    own = any(word.lower in _OWN for word in words[verb + 1 : verb + 4])
    named = first.entry.kinds & GIVEN or words[last].entry.kinds & FAMILY
    return (last, WORDY) if own and named and not health(words[last]) else None


def told(page: Page, index: int) -> bool:
    """Return whether a given name that is a word, too, begins a sentence that tells of somebody's health: "Hope is bleeding again"."""
    words, first = page.words, page.words[index]
    named = first.entry.kinds & GIVEN and first.entry.kinds & WORD and first.text[1:].islower() and opens(page, index)
    if not named or index + 2 >= len(words) or words[index + 1].lower not in _STATES:
        return False
    return any(health(word) for word in words[index + 2 : index + 5])


def worded(page: Page, index: int, family: Word) -> bool:
    """Return whether a word with a capital within a sentence stands before a family name that is no word: "for Blessing Adeyemi"."""
    first = page.words[index]
    return bool(
        family.entry.kinds & FAMILY
        and not family.entry.kinds & WORD
        and first.entry.kinds & GIVEN
        and not opens(page, index)
        and first.text[1:].islower()
    )


def terse(page: Page, index: int, *, begins: bool) -> tuple[int, float] | None:
    """Return a word in small letters that no list has, when a result or the verb of a person follows: "quispe INR 6"."""
    words = page.words
    if (begins and not opens(page, index)) or index + 1 == len(words) or page.text[words[index].end : words[index + 1].start] != " ":
        return None
    following = words[index + 1]
    return (index, UNLISTED) if len(words[index].text) > 4 and (health(following) or following.lower in DOES) else None
