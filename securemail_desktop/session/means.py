"""What recipients of one sender can open, after the key ring, the policy, and what their domains were found to promise."""

from collections.abc import Callable
from datetime import datetime
from functools import cache

from securemail_desktop.encryption.capability import Capabilities
from securemail_desktop.encryption.discover import capabilities_of
from securemail_desktop.encryption.promise import Promises, Ways
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.address import Address
from securemail_desktop.policy.model import Policy


def means_for(sender: Address, ring: KeyRing, policy: Policy, promises: Promises, now: datetime) -> Callable[[Address], Capabilities]:
    """Return what tells a recipient's means; each domain's promises are read once."""
    own, gateways, promised = ring.own(sender, now), dict(policy.gateways), cache(promises.of)

    def means(address: Address) -> Capabilities:
        inside = policy.inside_for(address.key)
        ways = Ways(gateways, inside, () if address.domain in inside else promised(address.domain), policy.tls.enforced)
        return capabilities_of(address, own, ring, ways, now)

    return means
