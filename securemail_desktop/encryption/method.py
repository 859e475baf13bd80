"""Methods of protection, their strength, and what policy may require of them."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Method(StrEnum):
    """How a recipient's copy travels, named as in the contract."""

    SMIME = "smime"
    OPENPGP = "openpgp"
    TLS = "tls"
    PORTAL = "portal"
    CLEAR = "clear"
    NONE = "none"


class Level(IntEnum):
    """What a method protects: nothing that is promised, the way, or the message itself."""

    CLEAR = 0
    TRANSPORT = 1
    MESSAGE = 2


LEVELS = {
    Method.NONE: Level.CLEAR,
    Method.CLEAR: Level.CLEAR,
    Method.TLS: Level.TRANSPORT,
    Method.PORTAL: Level.MESSAGE,
    Method.OPENPGP: Level.MESSAGE,
    Method.SMIME: Level.MESSAGE,
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """What policy asks for one recipient: the methods it accepts in their order, and the least level.

    `order` never holds CLEAR unless the message may go in clear; CLEAR below `minimum` is never chosen, whatever `order` says.
    """

    order: tuple[Method, ...]
    minimum: Level
