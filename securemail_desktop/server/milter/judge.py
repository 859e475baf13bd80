"""Whether a message may leave: pure but for the keys and the record of what has passed, and closed: who cannot be judged does not pass.

Rules: mail within the organisation passes; mail with one recipient outside needs a device's signature for every recipient outside, made lately,
over this very message, and not used for him before. The reply says what to do, in one line that the sender's program shows or logs.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address

from securemail_desktop.central.device_signature import FIELD, DeviceSignature, Unreadable, read
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.errors import AddressError
from securemail_desktop.server.milter.device_keys import DeviceKeys
from securemail_desktop.server.milter.passed import Passed

_ROUTED = frozenset("@%!:")
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as the mail server tells it: the client's IP address or empty, recipients as in RCPT TO, header fields, the body's digest."""

    client: str
    recipients: tuple[str, ...]
    head: tuple[tuple[str, str], ...]
    body: str

    @property
    def signatures(self) -> list[str]:
        """Return the values of its signature fields."""
        return [value for name, value in self.head if name.lower() == FIELD.lower()]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message may not leave: RFC 3463 code and words."""

    enhanced: str
    text: str


@dataclass(frozen=True, slots=True)
class Rules:
    """`inside` are the organisation's domains in A-label form; clients in `exempt` may send without a signature."""

    inside: frozenset[str]
    exempt: Sequence[Network] = field(default=())


class Judge:
    """Judges messages after the organisation's rules."""

    def __init__(self, rules: Rules, keys: DeviceKeys, passed: Passed, now: Callable[[], datetime]) -> None:
        """Keep what it judges by."""
        self._rules, self._keys, self._passed, self._now = rules, keys, passed, now

    def refusal(self, seen: Seen) -> Refusal | None:
        """Return why a message may not leave, None where it may; raise `NotReady` where nobody can say now."""
        outside = [address for address in map(_address, seen.recipients) if address is None or address.domain not in self._rules.inside]
        if not outside or self._is_exempt(seen.client):
            return None
        known = [address for address in outside if address is not None]
        if len(known) < len(outside):
            return Refusal("5.1.3", "a recipient's address cannot be read")
        return self._unsigned(seen, known)

    def _unsigned(self, seen: Seen, outside: Collection[Address]) -> Refusal | None:
        if not seen.signatures:
            return Refusal("5.7.1", "mail to the outside leaves only by the organisation's SecureMail program")
        if len(seen.signatures) > 1:
            return Refusal("5.7.7", "there is more than one device signature")
        try:
            signature = read(seen.signatures[0])
        except Unreadable:
            return Refusal("5.7.7", "the device signature cannot be read")
        return self._judged(signature, seen, {address.key for address in outside})

    def _judged(self, signature: DeviceSignature, seen: Seen, outside: Collection[str]) -> Refusal | None:
        key = self._keys.of(signature.epoch)
        if key is None:
            return Refusal("5.7.1", "this device is not enrolled here any more; ask your IT to enrol it again")
        now = self._now()
        if flaw := signature.flaw(key, seen.head, seen.body, outside, now):
            return Refusal("5.7.7", f"the message may not leave: {flaw}")
        if not self._passed.claim(signature.nonce, outside, signature.ends, int(now.timestamp())):
            return Refusal("5.7.1", "this very message has left already; send it again from the program where it did not arrive")
        return None

    def _is_exempt(self, client: str) -> bool:
        try:
            address = ip_address(client)
        except ValueError:
            return False
        return any(address in network for network in self._rules.exempt)


def _address(recipient: str) -> Address | None:
    """Return the address, None for one that cannot be read or that mail servers may read as another one (RFC 5321, 3.6.1 and appendix C)."""
    try:
        address = parse_address(recipient.strip().removeprefix("<").removesuffix(">"))
    except AddressError:
        return None
    return None if _ROUTED.intersection(address.local) else address
