"""All checks in their order: a draft and the index in, concerns out. Pure.

Each check says what it sees and how probably it is a mistake; here is decided how loudly it is said (warnings.md): a sheet only where the
recipient is really likely wrong, and, except for a sure typo, only when the message holds patient data.
"""

from collections.abc import Iterator
from dataclasses import replace

from securemail_desktop.message.draft import Draft
from securemail_desktop.phi.finding import Scan
from securemail_desktop.recipients import added_in_reply, first_contact, greeting, lookalike, odd_one_out, organisation, outside, webmail
from securemail_desktop.recipients.case import Case
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.index import RecipientIndex
from securemail_desktop.recipients.thread import Thread

SHEET_RISK = 0.7
SURE_RISK = 0.9
PER_RECIPIENT = (
    lookalike.check,
    organisation.check,
    odd_one_out.check,
    added_in_reply.check,
    first_contact.check,
    webmail.check,
    outside.check,
)


def check_recipients(draft: Draft, index: RecipientIndex, scan: Scan) -> tuple[Concern, ...]:
    """Return the concerns about the draft's recipients, worst first, at most one of tier SHEET or BAR a recipient.

    `scan` raises or lowers tiers: a message with patient data deserves a sheet where ordinary mail deserves a chip.
    """
    return concerns(draft, index.thread(draft.in_reply_to, draft.references), index, phi=scan.phi)


def concerns(draft: Draft, thread: Thread, index: RecipientIndex, *, phi: bool) -> tuple[Concern, ...]:
    """Return the concerns when the conversation is given: for callers that know it without the index."""
    case = Case(draft, thread, index)
    loud = [_loudness(concern, phi=phi) for concern in _all(case)]
    return tuple(_one_loud_each(sorted(loud, key=lambda c: (c.tier, -c.risk))))


def _all(case: Case) -> Iterator[Concern]:
    for address in case.others:
        for check in PER_RECIPIENT:
            yield from check(address, case)
    yield from greeting.check(case)


def _loudness(concern: Concern, *, phi: bool) -> Concern:
    sure = concern.check == lookalike.NAME and concern.risk >= SURE_RISK
    if sure or (phi and concern.risk >= SHEET_RISK):
        return replace(concern, tier=Tier.SHEET)
    return concern if phi or concern.risk >= SHEET_RISK or concern.check == lookalike.NAME else replace(concern, tier=Tier.CHIP)


def _one_loud_each(ordered: list[Concern]) -> Iterator[Concern]:
    heard: set[str] = set()
    for concern in ordered:
        if concern.tier is not Tier.CHIP and concern.recipient in heard:
            yield replace(concern, tier=Tier.CHIP)
        else:
            yield concern
        if concern.tier is not Tier.CHIP:
            heard.add(concern.recipient)
