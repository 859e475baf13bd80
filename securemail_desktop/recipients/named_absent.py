"""Named but absent: the text says that somebody gets a copy, and he is not among the recipients."""

import re
from collections.abc import Iterator

from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.greeting import TITLES, names_match
from securemail_desktop.recipients.person import Person, words

NAME = "named-absent"
# What is said of a copy, then one to three words with a capital: "copying Dr. Anna Keller", "I've added Bob in cc".
_SAID = re.compile(
    r"\b(?:cc['’]?(?:ing|ed|d)|copying|copied|looping in|adding|(?:have|['’]ve) (?:added|copied|included)|in (?:cc|copy):)\s+"
    r"(?P<who>(?:(?:Dr|Mr|Mrs|Ms|Prof)\.?\s+)?[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){0,2})"
)
_READ = 4000  # characters of the author's text


def check(case: Case) -> Iterator[Concern]:
    """Yield a concern for each person who is said to get a copy, is a correspondent, and gets none."""
    for match in _SAID.finditer(case.draft.text[:_READ]):
        name = tuple(word for word in words(match["who"]) if word not in TITLES)
        meant = _meant(name, case)
        if meant is not None and not any(names_match(name, a, _known(a.key, case)) for a in case.others):
            yield Concern(
                NAME, Tier.BAR, "", f"You write that {match['who']} gets a copy, but {meant.address.spec} does not.", ("keep",), risk=0.6
            )
            return


def _meant(name: tuple[str, ...], case: Case) -> Person | None:
    """Return the correspondent who has every word of the name."""
    found = list(case.index.named(name[-1])) if name else []
    fitting = [person for person in found if set(name) <= set(words(person.name)) and person.sent]
    return max(fitting, key=lambda person: person.weight, default=None)


def _known(key: str, case: Case) -> str:
    person = case.index.person(key)
    return person.name if person else ""
