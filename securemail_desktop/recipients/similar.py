"""Which known address an address resembles, found without comparing it with all: buckets by the ends that a slip leaves alone.

One or two edits leave the first two or the last two letters of most words intact, so that a small bucket holds the address that was meant.
In a small domain everybody is compared.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.mail_domains import is_webmail, providers, real_domains
from securemail_desktop.recipients.organisation_name import core
from securemail_desktop.recipients.person import Person, words
from securemail_desktop.recipients.skeleton import skeleton, unicode_domain
from securemail_desktop.recipients.slip import slip


class Likeness(StrEnum):
    """In what way an address resembles a known one, surest first."""

    SKELETON = "it looks the same"
    LOCAL = "the part before the @ differs"
    DOMAIN = "the domain differs"
    ENDING = "the ending of the domain differs"
    LENGTHENED = "the domain is lengthened"
    WEBMAIL = "it is the same person's name at a personal mailbox"
    ELSEWHERE = "the part before the @ is the same"


ORDER = tuple(Likeness)
SMALL = 100
REMEMBERED = 1 << 14


@dataclass(frozen=True, slots=True)
class Similar:
    """The known person that an address resembles, and how. `detail` says which slip it was, empty where there is none; `edits` counts keystrokes."""

    person: Person
    likeness: Likeness
    detail: str = ""
    edits: int = 0


@dataclass(frozen=True, slots=True)
class SimilarDomain:
    """A domain that resembles another, and how."""

    domain: str
    likeness: Likeness
    detail: str = ""
    edits: int = 0


def compare_domains(typed: str, known: str) -> SimilarDomain | None:
    """Return how one domain resembles another: skeleton, slip, ending, missing dot, hyphen or added word; None when it does not."""
    shown, meant = unicode_domain(typed), unicode_domain(known)
    if shown == meant:
        return None
    if skeleton(shown) == skeleton(meant):
        return SimilarDomain(known, Likeness.SKELETON)
    head, _, ending = shown.rpartition(".")
    known_head, _, known_ending = meant.rpartition(".")
    if head == known_head and head:
        return SimilarDomain(known, Likeness.ENDING, f".{ending} instead of .{known_ending}")
    if shown.replace("-", "").replace(".", "") == meant.replace("-", "").replace(".", ""):
        return SimilarDomain(known, Likeness.DOMAIN, "a dot or hyphen differs", 1)
    slipped = slip(shown, meant, 2 if min(len(head), len(known_head)) >= 6 else 1)
    if slipped:
        return SimilarDomain(known, Likeness.DOMAIN, slipped.kind.value, slipped.edits)
    return _lengthened(head, known_head, known)


def _lengthened(head: str, known_head: str, known: str) -> SimilarDomain | None:
    labels, known_labels = head.split("."), known_head.split(".")
    differing = [(a, b) for a, b in zip(labels, known_labels, strict=False) if a != b]
    if len(labels) != len(known_labels) or len(differing) != 1:
        return None
    name, known_name = differing[0]
    if len(known_name) >= 3 and name.startswith(known_name) and len(name) - len(known_name) <= 8:
        return SimilarDomain(known, Likeness.LENGTHENED, f"{name} instead of {known_name}")
    return None


@dataclass(frozen=True, slots=True)
class Shape:
    """What tells in no time that two domains do not resemble each other: the sets of letters as bits, and how the whole looks (UTS #39)."""

    letters: int
    head: int
    looks: str

    def may_resemble(self, known: "Shape") -> bool:
        """Return False only where `compare_domains` finds nothing: two slips change four letters at most, a longer name keeps all."""
        return (self.letters ^ known.letters).bit_count() <= 4 or not known.head & ~self.letters or self.looks == known.looks


@lru_cache(maxsize=1 << 14)
def shape_of(domain: str) -> Shape:
    """Return the shape of a domain."""
    shown = unicode_domain(domain)
    return Shape(_bits(shown), _bits(shown.rpartition(".")[0]), skeleton(shown))


def _bits(text: str) -> int:
    bits = 0
    for character in text:
        if character not in ".-":
            bits |= 1 << (ord(character) & 63)
    return bits


class Lookup:
    """Known people by what a slip leaves alone. A person enters once, when he becomes known."""

    def __init__(self) -> None:
        """Start empty."""
        self._local: dict[str, list[Person]] = defaultdict(list)
        self._ends: dict[str, list[Person]] = defaultdict(list)
        self._domains: dict[str, list[Person]] = defaultdict(list)
        self._domain_ends: dict[str, set[str]] = defaultdict(set)
        self._namesakes: dict[str, list[str]] = defaultdict(list)
        self._word: dict[str, dict[int, Person]] = defaultdict(dict)
        self._called: dict[str, dict[int, Person]] = defaultdict(dict)
        self._spelled: dict[str, dict[int, Person]] = defaultdict(dict)
        self._resembling: dict[str, list[SimilarDomain]] = {}
        self._completions: dict[str, dict[int, Person]] = defaultdict(dict)

    def add(self, person: Person) -> None:
        """Take in a person who has become known."""
        self._local[person.local.casefold()].append(person)
        for end in _ends(person.local.casefold()):
            self._ends[f"{end}@{person.domain}"].append(person)
        if person.domain not in self._domains:
            for end in _domain_ends(person.domain):
                self._domain_ends[end].add(person.domain)
            self._namesakes[core(person.domain)].append(person.domain)
            self._resembling.clear()
        self._domains[person.domain].append(person)
        self._complete(person, person.local)
        self.add_name(person)

    def add_name(self, person: Person) -> None:
        """Make a person findable by the words of his display name."""
        name = words(person.name)
        for word in set(name):
            self._word[word][person.number] = person
        if len(name) >= 2:
            self._called[_sorted(name)][person.number] = person
            for spelling in _spellings(name):
                self._spelled[spelling][person.number] = person
        self._complete(person, person.name)

    def _complete(self, person: Person, text: str) -> None:
        for start in {word[:2] for word in words(text.replace("_", " "))}:
            self._completions[start][person.number] = person

    def completions(self, start: str) -> list[Person]:
        """Return the known people with a word of name or address that begins with the two letters."""
        return list(self._completions.get(start, {}).values())

    def at(self, domain: str) -> list[Person]:
        """Return the known people of a domain."""
        return self._domains.get(domain, [])

    def namesakes(self, name: str) -> list[str]:
        """Return the domains of known people whose organisation is called so."""
        return self._namesakes.get(name, []) if name else []

    def named(self, word: str) -> list[Person]:
        """Return the known people whose name holds the word (case-folded, without accents)."""
        return list(self._word.get(word, {}).values())

    def called(self, name: str) -> list[Person]:
        """Return the known people whose name has just these words; none for a single word."""
        return list(self._called.get(_sorted(words(name)), {}).values())

    def similar_domains(self, domain: str) -> list[SimilarDomain]:
        """Return the known domains, and the providers, that the domain resembles."""
        if domain not in self._resembling:
            if len(self._resembling) >= REMEMBERED:
                self._resembling.clear()
            self._resembling[domain] = self._compared(domain)
        return self._resembling[domain]

    def _compared(self, domain: str) -> list[SimilarDomain]:
        nearby = {known for end in _domain_ends(domain) for known in self._domain_ends.get(end, ())}
        if domain not in real_domains():
            nearby |= set(providers())
        typed = shape_of(domain)
        found = (compare_domains(domain, known) for known in nearby if known != domain and typed.may_resemble(shape_of(known)))
        return [similar for similar in found if similar]

    def similar(self, address: Address) -> list[Similar]:
        """Return the known people that the address resembles, surest first, then those written to most."""
        domains = self.similar_domains(address.domain)
        found = [*self._slipped_local(address), *self._other_domain(address, domains), *self._elsewhere(address), *self._webmail(address)]
        unique: dict[int, Similar] = {}
        for similar in sorted(found, key=lambda s: (ORDER.index(s.likeness), s.edits, -s.person.weight)):
            if similar.person.key != address.key:
                unique.setdefault(similar.person.number, similar)
        return list(unique.values())

    def _slipped_local(self, address: Address) -> Iterator[Similar]:
        local = address.local.casefold()
        everybody = self._domains.get(address.domain, [])
        buckets = (self._ends.get(f"{end}@{address.domain}", ()) for end in _ends(local))
        for person in everybody if len(everybody) <= SMALL else _distinct(buckets):
            yield from _local_slip(local, person)

    def _other_domain(self, address: Address, domains: list[SimilarDomain]) -> Iterator[Similar]:
        for domain in domains:
            for person in self._local.get(address.local.casefold(), ()):
                if person.domain == domain.domain:
                    yield Similar(person, domain.likeness, domain.detail, domain.edits)

    def _elsewhere(self, address: Address) -> Iterator[Similar]:
        local = address.local.casefold()
        if len(local) < 3 or is_role(local):
            return
        for person in self._local.get(local, ()):
            yield Similar(person, Likeness.WEBMAIL if is_webmail(address.domain) else Likeness.ELSEWHERE)

    def _webmail(self, address: Address) -> Iterator[Similar]:
        if not is_webmail(address.domain):
            return
        for person in self._spelled.get(_letters(address.local.casefold()), {}).values():
            if person.domain != address.domain:
                yield Similar(person, Likeness.WEBMAIL)


def _local_slip(local: str, person: Person) -> Iterator[Similar]:
    known = person.local.casefold()
    if skeleton(local) == skeleton(known):
        yield Similar(person, Likeness.SKELETON)
        return
    slipped = slip(local, known, 2 if min(len(local), len(known)) >= 6 else 1)
    if slipped and min(len(local), len(known)) >= 3 and not _numbered(local, known):
        yield Similar(person, Likeness.LOCAL, slipped.kind.value, slipped.edits)


def _numbered(local: str, known: str) -> bool:
    """Two numbered addresses (ward3, ward4) differ on purpose."""
    return local.rstrip("0123456789") == known.rstrip("0123456789")


def _ends(word: str) -> set[str]:
    return {f"{word[:2]}.", f".{word[-2:]}"}


def _domain_ends(domain: str) -> set[str]:
    labels = skeleton(unicode_domain(domain)).split(".")
    main = max(labels[:-1] or labels, key=len)
    return {f"{main[:2]}.", f".{main[-2:]}"}


def _distinct(groups: Iterable[Iterable[Person]]) -> list[Person]:
    return list({person.number: person for group in groups for person in group}.values())


def _letters(local: str) -> str:
    return "".join(c for c in local if c.isalpha())


def _sorted(name: Iterable[str]) -> str:
    return " ".join(sorted(set(name)))


def spells_name(local: str, name: tuple[str, ...]) -> bool:
    """Return whether the local part is the usual spelling of a person's name: first and last, an initial and the other, in any order."""
    return len(name) >= 2 and _letters(local) in _spellings(name)


def _spellings(name: tuple[str, ...]) -> set[str]:
    first, last = name[0], name[-1]
    spellings = {first + last, last + first, first[0] + last, last + first[0], first + last[0], last[0] + first}
    return {spelling for spelling in spellings if len(spelling) >= 4}


def is_role(local: str) -> bool:
    """Return whether a local part names a function rather than a person: the same one everywhere."""
    return local in ROLES


ROLES = frozenset(
    {"admin", "billing", "contact", "frontdesk", "help", "helpdesk", "info", "lab", "mail", "office", "postmaster", "reception", "records"}
    | {
        "referrals",
        "sales",
        "scheduling",
        "security",
        "support",
        "team",
        "webmaster",
        "appointments",
        "pharmacy",
        "abuse",
        "noreply",
        "no-reply",
    }
)
