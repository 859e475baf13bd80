"""Odd one out: the behaviour model doubts a recipient whom no other check explains; here is said why, and who was probably meant."""

from collections.abc import Iterator

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.features import best_rival
from securemail_desktop.recipients.person import Person
from securemail_desktop.recipients.reading import Reading

NAME = "odd-one-out"


def explain(address: Address, reading: Reading) -> Concern:
    """Return the concern about a recipient in words: what the user usually does, and the person who fits better."""
    rival = best_rival(address, reading)
    reasons = [*_strange(address, reading), _habit(reading.person(address), reading)]
    text = f"{address.spec} {' and '.join(reasons[:2]) or 'does not fit this message'}"
    if rival is None:
        return Concern(NAME, Tier.BAR, address.key, f"{text}.", ("keep", "remove"))
    meant = rival.address
    text = (
        f"{text}; you usually write to {rival.name or meant.spec} <{meant.spec}>."
        if rival.name
        else f"{text}; you usually write to {meant.spec}."
    )
    return Concern(NAME, Tier.BAR, address.key, text, ("keep", f"replace:{meant.spec}", "remove"), meant.spec)


def stands_out(address: Address, reading: Reading) -> bool:
    """Return whether conversation or company speak against a recipient; that he is new alone is no reason to doubt him aloud."""
    return any(_strange(address, reading))


def _strange(address: Address, reading: Reading) -> Iterator[str]:
    person = reading.person(address)
    if reading.case.thread.known and address.key not in reading.case.thread.people:
        yield "was not in this conversation"
    others = [n for n in reading.recipients if person is None or n != person.number]
    if others and not (person and any(reading.past.company(person.number).shared[n] for n in others)):
        yield "was never in a message together with the others"


def _habit(person: Person | None, reading: Reading) -> str:
    written = reading.past.count(person.written) if person else 0
    if person is None or not written:
        return "was never written to"
    days = reading.past.days_since(person.written)
    if days > 60:
        return f"was last written to {round(days / 30)} months ago"
    return (
        f"gets about {written * 30 / max(30.0, _span(person, reading)):.0f} messages a month from you"
        if written > 2
        else "was hardly ever written to"
    )


def _span(person: Person, reading: Reading) -> float:
    return (reading.past.now - reading.past.index.log.times[person.written[0]]) / 86400
