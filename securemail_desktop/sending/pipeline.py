"""The send path: every way out of the program calls these two functions.

    Draft --review()--> Review --author's answers--> Approved --deliver()--> [Receipt]

`review` decides and changes nothing. `deliver` protects, submits and records: it makes the protected bytes of every copy durable, then an
audit intent, then hands over; it can be repeated after a crash without losing or doubling a message: whose copy of this Message-ID is under way
in the outbox gets no second one.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from securemail_desktop.encryption.capability import Capabilities
from securemail_desktop.message.compose import new_message_id
from securemail_desktop.message.draft import AddressField, Draft, Recipient
from securemail_desktop.message.text.body import FieldText, field_texts
from securemail_desktop.phi.finding import Scan
from securemail_desktop.policy.decision import Decision
from securemail_desktop.recipients.concern import Concern
from securemail_desktop.sending.changes import added_recipients, with_added
from securemail_desktop.sending.channel import Channel
from securemail_desktop.sending.checks import Checks
from securemail_desktop.sending.entry import new_entry
from securemail_desktop.sending.errors import NoRecipient
from securemail_desktop.sending.facts import build_facts
from securemail_desktop.sending.names import telling_names
from securemail_desktop.sending.outbox import Former, formers_of, says_otherwise, tell
from securemail_desktop.sending.outlook import foresee, verdict_of
from securemail_desktop.sending.questions import questions_of
from securemail_desktop.sending.state import Approved, Receipt, Review
from securemail_desktop.sending.transmit import transmit

_FIELDS = list(AddressField)


def review(draft: Draft, checks: Checks) -> Review:
    """Return everything that is known of a draft before it is sent: pure, fast, safe while the author types.

    A mailbox that is named twice counts once, in its most visible field.
    """
    draft = replace(draft, recipients=_once_each(draft.recipients))
    texts = (*field_texts(draft, checks.attachment_text), *telling_names(draft, checks.scan, checks.calls_himself))
    scan = checks.scan([(text.field, text.text) for text in texts])
    concerns = checks.concerns(draft, scan, texts)
    decision, capabilities = _decide(draft, texts, scan, concerns, checks)
    added = added_recipients(decision)
    if added:
        # Who gets a copy by policy is decided like everybody else, and nobody is asked whether he is the right one.
        draft = with_added(draft, added)
        concerns = tuple(c for c in checks.concerns(draft, scan, texts) if c.recipient not in added)
        decision, capabilities = _decide(draft, texts, scan, concerns, checks)
    questions = questions_of(concerns, decision)
    outlooks = foresee(draft, decision, capabilities)
    unreadable = tuple(f"{text.field}: {text.unreadable}" for text in texts if text.unreadable)
    reading = tuple(text.field for text in texts if text.pending)
    places = {text.field: text.places for text in texts if text.places}
    return Review(draft, scan, concerns, decision, questions, outlooks, verdict_of(outlooks, questions), unreadable, reading, places)


def _decide(
    draft: Draft, texts: Sequence[FieldText], scan: Scan, concerns: Sequence[Concern], checks: Checks
) -> tuple[Decision, dict[str, Capabilities]]:
    capabilities = {r.address.key: checks.capabilities(r.address) for r in draft.recipients}
    facts = build_facts(draft, texts, scan, concerns, capabilities, checks.inside, checks.now, checks.channel, checks.open_lists)
    return checks.decide(facts), capabilities


def deliver(approved: Approved, channel: Channel, reopened: str = "", positions: Collection[int] | None = None) -> tuple[Receipt, ...]:
    """Protect, submit and record an approved message; what cannot go is held in the outbox with its reason.

    `reopened` is the entry that the draft was taken from: its recipients who wait for their author, all or those at the positions, leave it in
    the step in which the new entry comes, and so does the kept draft.
    Raise `NoRecipient`, `StoreError`, `JournalError`: then nothing was handed over, or the outbox has it.
    """
    draft = approved.review.draft
    if not draft.recipients:
        raise NoRecipient("The message has no recipient: add one.")
    again, draft_id = channel.review(draft), draft.message_id
    with channel.lock:
        formers = formers_of(draft.message_id, reopened, positions, channel)
        if any(former.under_way and says_otherwise(draft, former, channel.outbox) for former in formers):
            # Another text under the same Message-ID would be taken for the one that is under way, and never arrive.
            draft = replace(draft, message_id=new_message_id(draft.sender))
            approved, again = replace(approved, review=replace(approved.review, draft=draft)), replace(again, draft=draft)
            formers = formers_of(draft.message_id, reopened, positions, channel)
        under_way = frozenset(key for former in formers for key in former.under_way)
        receipts = _receive(
            Approved(_without(approved.review, under_way), approved.answers), _without(again, under_way), formers, channel, draft_id
        )
        begun = [r for former in formers for r in _go_on(former, channel)]
    return _in_order(draft, [*begun, *receipts])


def _receive(approved: Approved, again: Review, formers: Sequence[Former], channel: Channel, draft_id: str) -> tuple[Receipt, ...]:
    if not again.outlooks:
        return ()
    entry, bodies = new_entry(approved, again, channel)
    for former in formers:
        if former.leaving:
            tell(former.entry, "replaced", channel)
    channel.outbox.add(entry, bodies, [(former.entry.id, former.leaving) for former in formers], draft_id)
    return transmit(entry.id, channel, reviewed=True)


def _go_on(former: Former, channel: Channel) -> Iterator[Receipt]:
    for receipt in transmit(former.entry.id, channel, force=bool(former.under_way)):
        if receipt.recipient.address.key in former.under_way:
            yield receipt


def _without(review: Review, keys: Collection[str]) -> Review:
    """Return the review without the recipients whose copies are under way."""
    outlooks = tuple(o for o in review.outlooks if o.recipient.address.key not in keys)
    return replace(review, draft=replace(review.draft, recipients=tuple(o.recipient for o in outlooks)), outlooks=outlooks)


def _in_order(draft: Draft, receipts: Iterable[Receipt]) -> tuple[Receipt, ...]:
    by_key = {receipt.recipient.address.key: receipt for receipt in receipts}
    return tuple(by_key[r.address.key] for r in draft.recipients if r.address.key in by_key)


def _once_each(recipients: Sequence[Recipient]) -> tuple[Recipient, ...]:
    first: dict[str, int] = {}
    for position in sorted(range(len(recipients)), key=lambda p: _FIELDS.index(recipients[p].field)):
        first.setdefault(recipients[position].address.key, position)
    return tuple(r for position, r in enumerate(recipients) if first[r.address.key] == position)
