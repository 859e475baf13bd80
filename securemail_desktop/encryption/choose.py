"""Which method each recipient gets: pure, explained, and closed: what is not required to be clear is never clear."""

from dataclasses import dataclass

from securemail_desktop.encryption.capability import Capabilities, Capability
from securemail_desktop.encryption.method import Method, Requirement


@dataclass(frozen=True, slots=True)
class Choice:
    """The method for one recipient, the capability that it uses, and the reason in one sentence without cryptography words."""

    method: Method
    reason: str
    capability: Capability | None = None


def choose(requirement: Requirement, capabilities: Capabilities) -> Choice:
    """Return the first method of the order that the recipient can open at the required level; `Method.NONE` where there is none."""
    raise NotImplementedError
