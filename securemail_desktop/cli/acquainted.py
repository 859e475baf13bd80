"""Whom the author of an old message knew when he wrote it: by the mail before it. For trying policies on mail that went."""

import pickle
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from securemail_desktop.message.address import Address
from securemail_desktop.recipients.index import Correspondence, RecipientIndex


class Acquainted:
    """Who wrote to whom, asked in order of time: then each author's index only grows."""

    def __init__(self, history: Iterable[Correspondence]) -> None:
        """Sort it by whom it concerns; `history` may be of many authors."""
        self._of: dict[str, list[Correspondence]] = defaultdict(list)
        for message in sorted(history, key=lambda m: m.date, reverse=True):
            for key in {address.key for address in (message.sender, *message.to, *message.cc)}:
                self._of[key].append(message)
        self._grown: dict[tuple[str, tuple[str, ...]], tuple[RecipientIndex, list[Correspondence]]] = {}

    def before(self, when: datetime, author: Address, inside: tuple[str, ...]) -> RecipientIndex:
        """Return the author's index as it was then; `when` is aware, `inside` are the organisation's domains."""
        index, waiting = self._grown.get((author.key, inside), (None, []))
        if index is None or (index.log.times and index.log.times[-1] >= when.timestamp()):
            index, waiting = RecipientIndex((author,), inside), list(self._of[author.key])
            self._grown[author.key, inside] = (index, waiting)
        while waiting and waiting[-1].date < when:
            message = waiting.pop()
            (index.learn_sent if message.sender.key == author.key else index.learn_received)(message)
        return index


def packed(history: Iterable[Correspondence]) -> bytes:
    """Return mail for `acquainted`, in another process too."""
    return pickle.dumps(tuple(history))


@lru_cache(maxsize=1)
def acquainted(history: bytes) -> Acquainted:
    """Return what `packed` made of mail, unpacked once a process: bytes are cheaply known again."""
    messages: tuple[Correspondence, ...] = pickle.loads(history) if history else ()  # noqa: S301 - made by `packed` in this program's own parent
    return Acquainted(messages)
