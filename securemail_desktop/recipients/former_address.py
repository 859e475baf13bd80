"""Former address: the person of this mailbox moved, and writes from another one since."""

from collections.abc import Iterator
from datetime import UTC, datetime

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.person import Person, words

NAME = "former-address"
_ENOUGH = 2  # messages from the new mailbox
_SILENT = 60  # days without a word from the old one
_SOON = 45  # days between the last message of the old one and the first of the new one: who has two mailboxes uses both
_YEAR = 365


def check(address: Address, case: Case) -> Iterator[Concern]:
    """Yield a concern when the old mailbox fell silent as one of the same name began, to which the user writes since."""
    person = case.index.person(address.key)
    if person is None or case.in_thread(address.key) or len(words(person.name)) < 2:
        return
    for successor in case.index.called(person.name):
        if successor is not person and _succeeds(successor, person, case):
            new = successor.address.spec
            since = datetime.fromtimestamp(case.index.log.times[successor.heard[0]], UTC)
            text = f"{person.name} writes from {new} since {since:%B %Y}, and no longer from {address.spec}."
            yield Concern(NAME, Tier.BAR, address.key, text, ("keep", f"replace:{new}", "remove"), new, risk=0.6)
            return


def _succeeds(new: Person, old: Person, case: Case) -> bool:
    if not old.heard or new.received < _ENOUGH or not new.sent or new.key in case.keys:
        return False
    day, times, now = 86400, case.index.log.times, case.past.now
    last, first = times[old.heard[-1]], times[new.heard[0]]
    began_after = 0 <= first - last <= _YEAR * day and now - last >= _SILENT * day
    return began_after and times[new.written[-1]] > max(first, last) and (not old.written or times[old.written[-1]] <= first + _SOON * day)
