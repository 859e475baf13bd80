"""The health category of one word: as the vocabulary lists it, by its ending ("-ectomy", "-itis", "-mab"), or as a misspelling of a term."""

import re

from securemail_desktop.phi.terms.vocabulary import Entry, Vocabulary

_ENDING = re.compile(
    r"(?:(?P<procedure>ectom(?:y|ies)|otomy|ostomy|oscop(?:y|ies)|plasty|centesis)|(?P<condition>itis|emia|aemia|uria|"
    r"plegia|paresis|algia|opathy|penia|megaly|rrhea)"
    r"|(?P<drug>mab|tinib|sartan|statin|cillin|mycin|floxacin|gliptin|gliflozin|prazole|conazole|triptan|oxetine|"
    r"azepam|xaban|parin|olol))$"
)


def category_of(word: str, entry: Entry, vocabulary: Vocabulary) -> str:
    """Return a word's health category, '' where it has none: as listed, in capitals, by its ending, or misspelt."""
    if entry.category:
        return entry.category
    if word.isupper():
        exact = vocabulary.category(word)
        if exact:
            return exact
    if entry.kinds or entry.known:
        return ""
    return _formed(word.lower()) or (vocabulary.misspelt(word.lower()) if _plain(word) else "")


def _plain(word: str) -> bool:
    return word.isalpha() and word.isascii() and word[1:].islower()


def _formed(word: str) -> str:
    """Judge a word that no list has by its ending, as in "xyzectomy", "xyzitis", "xyzmab"."""
    match = _ENDING.search(word) if len(word) > 6 else None
    return (match.lastgroup or "") if match else ""
