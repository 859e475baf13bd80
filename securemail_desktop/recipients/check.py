"""All checks in their order: a draft and the index in, concerns out. Pure.

The behaviour model says how probably each recipient is a mistake; each check says what it sees, so that the doubt has words. How loudly it is said
follows warnings.md: a sheet only where the recipient is really likely wrong (1 of 100 clean drafts), and, except for a sure typo, only when the
message holds patient data. The model knows letters, not circulars: a list of more than `LISTED` recipients was not typed by hand, and there the
checks speak for themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.text.body import FieldText
from securemail_desktop.phi.finding import Scan
from securemail_desktop.recipients import (
    added_in_reply,
    bulk,
    display_name,
    first_contact,
    former_address,
    greeting,
    invited,
    lookalike,
    mixed_scripts,
    named_absent,
    odd_one_out,
    open_list,
    organisation,
    other_thread,
    outside,
    outside_together,
    refused,
    sender_identity,
    telling_name,
    webmail,
    wrong_patient,
)
from securemail_desktop.recipients.calibrate import log_odds, shift
from securemail_desktop.recipients.case import Case, case_of
from securemail_desktop.recipients.concern import Concern, Tier
from securemail_desktop.recipients.index import RecipientIndex
from securemail_desktop.recipients.model import probability, thresholds
from securemail_desktop.recipients.past import Past
from securemail_desktop.recipients.patients import Named, patients_of
from securemail_desktop.recipients.reading import Reading, read
from securemail_desktop.recipients.thread import Thread
from securemail_desktop.recipients.told import NOTHING, Told

PER_RECIPIENT = (
    lookalike.check,
    display_name.check,
    mixed_scripts.check,
    organisation.check,
    refused.check,
    former_address.check,
    added_in_reply.check,
    first_contact.check,
    open_list.check,
    webmail.check,
    outside.check,
)
PER_MESSAGE = (
    wrong_patient.check,
    sender_identity.check,
    named_absent.check,
    other_thread.check,
    greeting.check,
    bulk.check,
    outside_together.check,
    invited.check,
)
# What a check alone must be sure of before it speaks louder than a chip, the model's doubt apart.
EVIDENCE = 0.5
SURE_EVIDENCE = 0.85
# Mistakes that the development data does not have, and slips that a mailbox is too young for: here a check may interrupt against the model.
QUIET = frozenset({first_contact.NAME, outside.NAME, webmail.NAME})
ALONE = frozenset({greeting.NAME, lookalike.NAME, wrong_patient.NAME})
# More recipients than this are a list: each is checked, in a time that grows with their number only, and none is weighed against the others.
LISTED = 200
# What a check sees beyond doubt needs neither the model nor patient data.
CERTAIN = 0.98
# In place of the model's log odds where it was not asked.
NO_ODDS = -99.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The concerns about a draft, worst first, and the probability that each recipient is a mistake, by key."""

    concerns: tuple[Concern, ...]
    risks: Mapping[str, float]


def check_recipients(
    draft: Draft, index: RecipientIndex, scan: Scan, texts: Sequence[FieldText] = (), known: Told = NOTHING
) -> tuple[Concern, ...]:
    """Return the concerns about the draft's recipients, worst first: of tier SHEET or BAR at most one a recipient, and a check of the whole message.

    `scan` raises or lowers tiers: a message with patient data deserves a sheet where ordinary mail deserves a chip. `texts` are the fields that
    it was made of, `known` is what the organisation tells of addresses.
    """
    thread = index.thread(draft.in_reply_to, draft.references)
    told = tuple(telling_name.check(draft, texts))
    return judge(draft, thread, index, phi=scan.phi, patients=patients_of(texts, scan), told=told, known=known).concerns


def judge(
    draft: Draft,
    thread: Thread,
    index: RecipientIndex,
    *,
    phi: bool,
    patients: tuple[Named, ...] = (),
    told: tuple[Concern, ...] = (),
    known: Told = NOTHING,
) -> Verdict:
    """Return the verdict when the conversation is given: for callers that know it without the index. `told` is what was seen before."""
    case = case_of(draft, thread, Past(index, int(draft.date.timestamp())), patients, known)
    found, risks = _checked(case, phi=phi) if len(case.keys) > LISTED else _weighed(case, phi=phi)
    found += [*told, *(_unweighed(c, phi=phi) for check in PER_MESSAGE for c in check(case))]
    ordered = sorted(found, key=lambda c: (c.tier, -risks.get(c.recipient, c.risk), -c.risk))
    return Verdict(tuple(_one_loud_each(ordered)), risks)


def _weighed(case: Case, *, phi: bool) -> tuple[list[Concern], dict[str, float]]:
    """Return the concerns about each recipient and the model's probabilities that he is a mistake."""
    reading, moved = read(case), shift(case.index)
    odds = {key: value - moved for key, value in log_odds(reading).items()}
    found = [c for address, value in zip(case.others, odds.values(), strict=True) for c in _about(address, value, reading, phi=phi)]
    return found, {key: probability(value) for key, value in odds.items()}


def _checked(case: Case, *, phi: bool) -> tuple[list[Concern], dict[str, float]]:
    """Return what the checks see of each recipient of a long list, and as probability the risk of what is worst."""
    found: list[Concern] = []
    risks: dict[str, float] = {}
    for address, key in zip(case.others, case.keys, strict=True):
        seen = [concern for check in PER_RECIPIENT for concern in check(address, case)]
        best = max(seen, key=lambda c: c.risk, default=None)
        risks[key] = best.risk if best else 0.0
        found += (replace(_loud(c, NO_ODDS, phi=phi), risk=c.risk) if c is best else replace(c, tier=Tier.CHIP) for c in seen)
    return found, risks


def _about(address: Address, odds: float, reading: Reading, *, phi: bool) -> Iterator[Concern]:
    """Yield what the checks see of a recipient; the one that explains best carries the model's doubt."""
    seen = [concern for check in PER_RECIPIENT for concern in check(address, reading.case)]
    best = max(seen, key=lambda c: c.risk, default=None)
    if (best is None or best.risk < EVIDENCE) and _doubted(address, odds, reading):
        best = odd_one_out.explain(address, reading)
        seen = [best, *seen]
    for concern in seen:
        yield _loud(concern, odds, phi=phi) if concern is best else replace(concern, tier=Tier.CHIP)


def _doubted(address: Address, odds: float, reading: Reading) -> bool:
    if odds < thresholds()["bar"]:
        return False
    return odds >= thresholds()["bar" if odd_one_out.stands_out(address, reading) else "sheet"]


def _loud(concern: Concern, odds: float, *, phi: bool) -> Concern:
    """Return the concern with its tier: the model's doubt, or the check's own evidence where the model was not taught."""
    certain = concern.risk >= CERTAIN
    sure = concern.check == lookalike.NAME and concern.risk >= SURE_EVIDENCE and odds >= thresholds()["sheet"]
    alone = concern.check in ALONE and concern.risk >= SURE_EVIDENCE
    if certain or sure or (phi and (alone or odds >= thresholds()["sheet"])):
        tier = Tier.SHEET
    elif concern.risk >= EVIDENCE or (odds >= thresholds()["bar"] and concern.check not in QUIET):
        tier = Tier.BAR
    else:
        tier = Tier.CHIP
    if tier is Tier.CHIP and concern.check in QUIET:
        return replace(concern, tier=tier)  # it is true of most recipients: no doubt that the author could read out of it
    return replace(concern, tier=tier, risk=round(max(probability(odds), concern.risk if certain or alone else 0.0), 4))


def _unweighed(concern: Concern, *, phi: bool) -> Concern:
    """Return a concern that no model weighs with its tier; a loud one keeps its check's evidence, or it would stand behind all others."""
    told = _loud(concern, NO_ODDS, phi=phi)
    return told if told.tier is Tier.CHIP else replace(told, risk=concern.risk)


def _one_loud_each(ordered: list[Concern]) -> Iterator[Concern]:
    """Yield them with all but the worst about one recipient made quiet; about the whole message each check is heard, for it has no chip."""
    heard: set[tuple[str, str]] = set()
    for concern in ordered:
        about = (concern.recipient, "" if concern.recipient else concern.check)
        yield replace(concern, tier=Tier.CHIP) if about in heard else concern
        if concern.tier is not Tier.CHIP:
            heard.add(about)
