"""Wrong sender identity: the author writes from another of his addresses than these people know him by."""

from collections import Counter
from collections.abc import Iterator

from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier

NAME = "sender-identity"
_LAST, _ENOUGH = 20, 3  # messages


def check(case: Case) -> Iterator[Concern]:
    """Yield a concern when the conversation, or all earlier mail to the recipients, has another address of the author."""
    own = case.index.own
    if len(own) < 2 or case.draft.sender.key not in own:
        return
    usual = _of_conversation(case) or _of_habit(case)
    if usual and case.draft.sender.key not in usual:
        where = "this conversation has you as" if case.thread.known else "they know you as"
        yield Concern(NAME, Tier.BAR, "", f"You write from {case.draft.sender.spec}; {where} {min(usual)}.", ("keep",), risk=0.6)


def _of_conversation(case: Case) -> frozenset[str]:
    return case.thread.people & case.index.own if case.thread.known else frozenset()


def _of_habit(case: Case) -> frozenset[str]:
    """Return the addresses that the author wrote from to every one of the recipients, where there is a habit."""
    used = [_used(key, case) for key in case.keys]
    if not used or not all(sum(counts.values()) >= _ENOUGH for counts in used):
        return frozenset()
    return frozenset().union(*used)


def _used(key: str, case: Case) -> Counter[str]:
    person = case.index.person(key)
    if person is None:
        return Counter()
    authors = (case.index.by_number(case.index.log.people(position)[0]).key for position in person.written[-_LAST:])
    return Counter(author for author in authors if author in case.index.own)
