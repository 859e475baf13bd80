"""How far a mailbox differs from the average one: its last sent messages are replayed, each seen with what was known before it.

They count as right, so that what they score tells how often the model would cry wolf here. The shift is drawn towards none.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.recipients.case import case_of
from securemail_desktop.recipients.features import features
from securemail_desktop.recipients.index import RecipientIndex
from securemail_desktop.recipients.model import situation, thresholds, weights
from securemail_desktop.recipients.past import Past
from securemail_desktop.recipients.reading import Reading, read_words
from securemail_desktop.recipients.thread import Thread

REPLAYED = 150
TRUST = 0.5
MOST = 2.0


def log_odds(reading: Reading) -> dict[str, float]:
    """Return the model's log-odds of each recipient of a draft, by key."""
    model = weights(situation(reading.case))
    return {address.key: model.log_odds(features(address, reading)) for address in reading.case.others}


def stale(index: RecipientIndex) -> bool:
    """Return whether none of the last sent messages was replayed: for callers without idle time, who replay seldom and then all."""
    return not any(position in index.replayed for position in index.log.sent_positions[-REPLAYED:])


def prepare(index: RecipientIndex, most: int = REPLAYED) -> bool:
    """Replay those of the last sent messages that were not yet, `most` of them: about 5 ms each; return whether there are more.

    For idle time: nothing else waits for it.
    """
    waiting = [p for p in index.log.sent_positions[-REPLAYED:] if p not in index.replayed]
    for position in waiting[:most]:
        index.replayed[position] = max(log_odds(old_message(index, position)).values(), default=-10.0)
    return len(waiting) > most


def shift(index: RecipientIndex) -> float:
    """Return by how much the mailbox's clean mail scores above the average mailbox's, in log-odds."""
    scores = [index.replayed[p] for p in index.log.sent_positions[-REPLAYED:] if p in index.replayed]
    return shift_of(scores, thresholds()["sheet"], thresholds()["bar"])


def shift_of(scores: Sequence[float], sheet: float, bar: float) -> float:
    """Return the shift that replayed scores call for, bounded and drawn towards 0; `sheet` and `bar` are what 1 and 3 of 100 drafts reach."""
    if len(scores) < 30:
        return 0.0
    ranked = sorted(scores, reverse=True)
    excess = (ranked[len(ranked) // 100] - sheet + ranked[len(ranked) // 33] - bar) / 2
    return max(-MOST, min(MOST, TRUST * excess * len(ranked) / (len(ranked) + 50)))


def old_message(index: RecipientIndex, position: int) -> Reading:
    """Return the reading of a sent message as its draft would have been read: text and display names are not kept."""
    log = index.log
    people = [index.by_number(number).address for number in log.people(position)]
    when = datetime.fromtimestamp(log.times[position], UTC)
    answers = "<replayed@message.invalid>" if log.parents[position] else ""
    draft = Draft(people[0], tuple(Recipient(a) for a in people[1:]), "", "", "", when, in_reply_to=answers)
    case = case_of(draft, _thread(index, position, people[0]), Past(index, log.times[position], position))
    return read_words(case, log.words(position), log.subjects[position])


def _thread(index: RecipientIndex, position: int, author: Address) -> Thread:
    parent = index.log.find(index.log.parents[position])
    if parent is None or parent >= position:
        return Thread()
    keys = [index.by_number(number).key for number in index.log.people(parent)]
    return Thread(known=True, author=keys[0] or author.key, parent=frozenset(keys), people=frozenset(keys))
