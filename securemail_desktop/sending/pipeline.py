"""The send path: every way out of the program calls these two functions.

    Draft --review()--> Review --author's answers--> Approved --deliver()--> [Receipt]

`review` decides and changes nothing. `deliver` protects, submits and records: it makes the protected bytes of every copy durable, then an
audit intent, then hands over; it can be repeated after a crash without losing or doubling a message.
"""

from securemail_desktop.message.draft import Draft
from securemail_desktop.message.text.body import field_texts
from securemail_desktop.sending.channel import Channel
from securemail_desktop.sending.checks import Checks
from securemail_desktop.sending.entry import held_entry, protected_entry
from securemail_desktop.sending.errors import ProtectionFailed
from securemail_desktop.sending.facts import build_facts
from securemail_desktop.sending.outlook import foresee, verdict_of
from securemail_desktop.sending.questions import questions_of
from securemail_desktop.sending.recheck import objection
from securemail_desktop.sending.state import Approved, Receipt, Review
from securemail_desktop.sending.transmit import transmit
from securemail_desktop.store.outbox import EntryRow


def review(draft: Draft, checks: Checks) -> Review:
    """Return everything that is known of a draft before it is sent: pure, fast, safe while the author types."""
    texts = field_texts(draft)
    scan = checks.scan([(text.field, text.text) for text in texts])
    concerns = checks.concerns(draft, scan)
    capabilities = {r.address.key: checks.capabilities(r.address) for r in draft.recipients}
    decision = checks.decide(build_facts(draft, texts, scan, concerns, capabilities, checks.inside, checks.now, checks.channel))
    questions = questions_of(concerns, decision)
    outlooks = foresee(draft, decision, capabilities)
    unreadable = tuple(f"{text.field}: {text.unreadable}" for text in texts if text.unreadable)
    return Review(draft, scan, concerns, decision, questions, outlooks, verdict_of(outlooks, questions), unreadable)


def deliver(approved: Approved, channel: Channel) -> tuple[Receipt, ...]:
    """Protect, submit and record an approved message; what cannot go is held in the outbox with its reason. Raise `StoreError`."""
    again = channel.review(approved.review.draft)
    problem = objection(approved, again)
    if problem:
        return _send_off(held_entry(again, approved.answers, problem, channel), channel)
    try:
        entry = protected_entry(again, approved.answers, channel)
    except ProtectionFailed as error:
        entry = held_entry(again, approved.answers, str(error), channel)
    return _send_off(entry, channel)


def _send_off(entry: EntryRow, channel: Channel) -> tuple[Receipt, ...]:
    channel.outbox.add(entry)
    return transmit(entry.id, channel)
