"""Which method each recipient gets: pure, explained, and closed: what is not required to be clear is never clear.

Rules: the order of the requirement decides; a method below its minimum is passed over; material that nobody has vouched for never counts;
opportunistic TLS is no method at all.
"""

from dataclasses import dataclass

from securemail_desktop.encryption.capability import Capabilities, Capability
from securemail_desktop.encryption.method import LEVELS, Method, Requirement

_PROTECTED = "Protected: opens in their own mail program"
_PLAIN = "Goes like ordinary mail, without protection of its own"
_NOTHING = "There is no protected way to reach this recipient yet"


@dataclass(frozen=True, slots=True)
class Choice:
    """The method for one recipient, the capability that it uses, and the reason in one sentence without cryptography words."""

    method: Method
    reason: str
    capability: Capability | None = None


def choose(requirement: Requirement, capabilities: Capabilities) -> Choice:
    """Return the first method of the order that the recipient can open at the required level; `Method.NONE` where there is none."""
    for method in requirement.order:
        if method is Method.NONE or LEVELS[method] < requirement.minimum:
            continue
        if method is Method.CLEAR:
            return Choice(Method.CLEAR, _PLAIN)
        capability = _first(method, capabilities)
        if capability is not None:
            return Choice(method, _reason(capability), capability)
    return Choice(Method.NONE, _why_none(requirement, capabilities))


def experience(method: Method) -> str:
    """Return what a recipient experiences of a copy that went by this method, in one sentence without the evidence."""
    match method:
        case Method.SMIME | Method.OPENPGP:
            return _PROTECTED
        case Method.PORTAL:
            return "Protected: opens in a browser"
        case Method.TLS:
            return "Protected on the way"
        case Method.CLEAR:
            return _PLAIN
        case Method.NONE:
            return _NOTHING


def _first(method: Method, capabilities: Capabilities) -> Capability | None:
    return next((c for c in capabilities.usable if c.method is method and c.accepted), None)


def _reason(capability: Capability) -> str:
    evidence = f": {capability.evidence}" if capability.method is Method.TLS else ""
    return experience(capability.method) + evidence


def _why_none(requirement: Requirement, capabilities: Capabilities) -> str:
    """Name what stands nearest to working: a flaw of a key first, then a key that waits for acceptance, then a weaker way."""
    wanted = {m for m in requirement.order if LEVELS[m] >= requirement.minimum}
    for unusable in capabilities.unusable:
        if unusable.method in wanted:
            return f"Cannot be protected: {unusable.reason}"
    if any(c.method in wanted and not c.accepted for c in capabilities.usable):
        return "Cannot be protected: there is a key for this recipient, but nobody has vouched for it yet"
    if any(c.accepted and LEVELS[c.method] < requirement.minimum for c in capabilities.usable):
        return "Cannot be protected: only the way is protected, and this message needs more"
    return _NOTHING
