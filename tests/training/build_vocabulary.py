"""Build the compact vocabulary of `securemail_desktop.phi.terms` from public-domain lists and our own.

Sources: the U.S. Census Bureau's 1990 name files (public domain; `dist.all.last`, `dist.male.first`, `dist.female.first`, carried by the
package `names` 0.3.0) and the hand-written lists in `vocabulary/` (Apache-2.0, ours). `name_words.txt` lists the names that are also ordinary
words; `--dictionary` renews it from a word list such as /usr/share/dict/american-english-small.

    python tests/training/build_vocabulary.py --census FOLDER [--dictionary FILE]
"""

import argparse
from collections.abc import Iterator
from pathlib import Path

import marisa_trie

from securemail_desktop.phi.terms.vocabulary import CATEGORIES, RECORD, NameKind, WordFlag

HERE = Path(__file__).parent / "vocabulary"
TARGET = Path(__file__).parents[2] / "securemail_desktop" / "phi" / "terms"
FAMILY_NAMES = 30_000
COMMON_FAMILY_NAMES = 8_000
GIVEN_NAMES = 3_000


def main() -> None:
    """Write the tries."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--census", type=Path, required=True)
    parser.add_argument("--dictionary", type=Path)
    arguments = parser.parse_args()
    names = census(arguments.census)
    if arguments.dictionary:
        renew_name_words(names, arguments.dictionary)
    words = records(names, own_terms())
    marisa_trie.RecordTrie(RECORD, sorted((word, record) for word, record in words.items())).save(str(TARGET / "words.marisa"))


def lines(name: str) -> Iterator[str]:
    """Yield a list's entries without comments."""
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def census(folder: Path) -> dict[str, int]:
    """Return each name with its kinds as flags."""
    names: dict[str, int] = {}

    def add(words: list[str], kind: NameKind) -> None:
        for word in words:
            names[word] = names.get(word, 0) | kind

    family = ranked(folder / "dist.all.last")
    add(family[:FAMILY_NAMES], NameKind.FAMILY)
    add(family[:COMMON_FAMILY_NAMES], NameKind.COMMON)
    for file in ("dist.male.first", "dist.female.first"):
        add(ranked(folder / file)[:GIVEN_NAMES], NameKind.GIVEN)
    add([word for line in lines("names_given.txt") for word in line.split()], NameKind.GIVEN)
    add([word for line in lines("names_family.txt") for word in line.split()], NameKind.FAMILY | NameKind.COMMON)
    return names


def ranked(file: Path) -> list[str]:
    """Return the names of a Census file, the most frequent first."""
    return [line.split()[0].lower() for line in file.read_text(encoding="ascii").splitlines() if line.strip()]


def renew_name_words(names: dict[str, int], dictionary: Path) -> None:
    """Write the names that the dictionary knows as ordinary words, less our exceptions."""
    words = {word for word in dictionary.read_text(encoding="utf-8").splitlines() if word.isalpha() and word.islower()}
    names_only = {word for line in lines("names_not_words.txt") for word in line.split()}
    both = sorted((words & set(names)) - names_only)
    head = "# Names that are also ordinary words: they need more evidence than others. Written by build_vocabulary.py.\n"
    (HERE / "name_words.txt").write_text(head + "\n".join(both) + "\n", encoding="utf-8")


def own_terms() -> dict[str, str]:
    """Return our terms with their category; the first category that lists a term keeps it."""
    terms: dict[str, str] = {}
    for category in CATEGORIES[1:]:
        for term in lines(f"{category}.txt"):
            terms.setdefault(term, category)
    return terms


def records(names: dict[str, int], terms: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Return the record of every word and phrase: name kinds and word flags, category."""
    ordinary = set(lines("name_words.txt"))
    words = {name: [kinds | (NameKind.WORD if name in ordinary else 0), 0] for name, kinds in names.items()}
    for term, category in terms.items():
        words.setdefault(term, [0, 0])[1] = CATEGORIES.index(category)
        tokens = term.split()
        if len(tokens) > 1:
            words.setdefault(tokens[0], [0, 0])[0] |= WordFlag.PHRASE
    for word in (word for line in lines("never_names.txt") for word in line.split()):
        words.setdefault(word, [0, 0])[0] |= WordFlag.NEVER_NAME
    return {word: (flags, category) for word, (flags, category) in words.items()}


if __name__ == "__main__":
    main()
