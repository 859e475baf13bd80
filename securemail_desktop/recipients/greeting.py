"""Greeting: the message greets somebody who is not among the recipients."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.person import Person, words

NAME = "greeting"
OPENING = re.compile(
    r"^\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hola|querid[oa]|estimad[oa]|buen(?:os|as) \w+|hallo|liebe[r]?|sehr geehrte[r]?"
    r"|guten \w+|bonjour|ch[eè]re?)\s+(?P<who>[^\n,:;!.\-–—]{2,50}(?:\. ?[^\n,:;!.\-–—]{2,40})?)\s*[,:;!.\-–—\n]",
    re.IGNORECASE,
)
TITLES = frozenset(
    {
        "dr",
        "doctor",
        "prof",
        "professor",
        "mr",
        "mrs",
        "ms",
        "miss",
        "herr",
        "herrn",
        "frau",
        "sr",
        "sra",
        "senor",
        "senora",
        "doctora",
        "monsieur",
    }
    | {"madame", "nurse", "sir", "madam"}
)
EVERYBODY = frozenset(
    {
        "all",
        "everyone",
        "everybody",
        "team",
        "folks",
        "colleagues",
        "friends",
        "there",
        "both",
        "guys",
        "ladies",
        "gentlemen",
        "list",
        "todos",
        "alle",
        "zusammen",
    }
    | {
        "kollegen",
        "tous",
        "again",
        "group",
        "staff",
        "world",
        "patient",
        "patients",
        "customer",
        "user",
        "users",
        "maintainers",
        "maintainer",
    }
)


def greeted(text: str) -> tuple[str, ...]:
    """Return the words of the name that the text greets; empty when it greets nobody or everybody."""
    found = OPENING.match(text[:200] + "\n")
    names = tuple(word for word in words(found["who"]) if word not in TITLES) if found else ()
    return () if len(names) > 4 or EVERYBODY & set(names) else tuple(n for n in names if n not in {"and", "und", "et", "y"})


@cache
def nicknames() -> dict[str, frozenset[str]]:
    """Return for each given name those that stand for it, from the package's data."""
    source = (files("securemail_desktop.recipients") / "data" / "nicknames.txt").read_text(encoding="utf-8")
    families = [frozenset(line.split()) for line in source.splitlines() if not line.startswith("#")]
    return {name: frozenset().union(*(family for family in families if name in family)) for name in set().union(*families)}


def names_match(greeting: tuple[str, ...], address: Address, name: str = "") -> bool:
    """Return whether a word of the greeting is in a person's name or address, or a nickname of it."""
    own = {*words(address.name), *words(name), *words(address.local.replace("_", " "))}
    local = "".join(words(address.local.replace("_", " ")))
    return any(
        own & {word, *nicknames().get(word, ())}
        or (len(word) >= 3 and word in local)
        or any(len(o) >= 4 and word.startswith(o) for o in own)
        for word in greeting
    )


def check(case: Case) -> Iterator[Concern]:
    """Yield one concern when nobody among the recipients is called so, and a correspondent is."""
    greeting = greeted(case.draft.text)
    if not greeting or len(case.others) > 4 or any(names_match(greeting, a, _known_name(a, case)) for a in case.others):
        return
    meant = _meant(greeting, case)
    wrong = case.others[0] if len(case.others) == 1 else None
    if meant is None or not case.others:
        return
    text = f"You greet {' '.join(greeting).title()}, but write to {', '.join(a.spec for a in case.others)}; {meant.address.spec} is not among them."
    choices = ("keep", f"replace:{meant.address.spec}", "remove") if wrong else ("keep",)
    yield Concern(NAME, Tier.BAR, wrong.key if wrong else "", text, choices, meant.address.spec, _risk(greeting, wrong, case))


def _risk(greeting: tuple[str, ...], wrong: Address | None, case: Case) -> float:
    """Return how sure it is; one name that only another correspondent has was wrong 40 times for each time it was right (development mailboxes)."""
    if wrong is None or case.in_thread(wrong.key):
        return 0.3
    return 0.85 if len(greeting) == 1 else 0.9


def _known_name(address: Address, case: Case) -> str:
    person = case.index.person(address.key)
    return person.name if person else ""


def _meant(greeting: tuple[str, ...], case: Case) -> Person | None:
    named = [person for word in greeting for person in case.index.named(word) if person.sent]
    return max(named, key=lambda person: (sum(word in words(person.name) for word in greeting), person.weight), default=None)
