"""Which messages of a folder a list shows, and in which order."""

from dataclasses import dataclass
from enum import StrEnum


class Order(StrEnum):
    """What the rows are ordered by; names and subjects alphabetically, sizes from the largest."""

    NEWEST = "newest"
    OLDEST = "oldest"
    SENDER = "sender"
    RECIPIENT = "recipient"
    SUBJECT = "subject"
    SIZE = "size"


class Only(StrEnum):
    """Which messages are shown."""

    ALL = "all"
    UNREAD = "unread"
    FLAGGED = "flagged"
    ATTACHED = "attached"


@dataclass(frozen=True, slots=True)
class Shown:
    """One view of a folder. `kept` is the id of a message that stays though it does not belong to the view any more: it is being read."""

    order: Order = Order.NEWEST
    only: Only = Only.ALL
    kept: int = -1


NEWEST_FIRST = Shown()
