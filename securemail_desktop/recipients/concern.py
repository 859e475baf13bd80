"""A concern: one recipient who is probably wrong, why, and what the author can do about it."""

from dataclasses import dataclass
from enum import IntEnum


class Tier(IntEnum):
    """How a concern is shown (warnings.md, 3): the smaller the number, the more it interrupts."""

    SHEET = 1
    BAR = 2
    CHIP = 3


@dataclass(frozen=True, slots=True)
class Concern:
    """What a check has to say of a recipient.

    `check` is the check's name (`lookalike`, `first-contact` ...). `recipient` is the `Address.key` concerned, empty for the whole message.
    `message` is one sentence that holds the real address. `suggestion` is the address that was probably meant, or empty.
    `choices` are `keep`, `remove`, `replace:ADDRESS`, `bcc`; the first is never chosen for the author. `risk` is 0..1.
    """

    check: str
    tier: Tier
    recipient: str
    message: str
    choices: tuple[str, ...]
    suggestion: str = ""
    risk: float = 0.0
