"""Vouches with the key of the enrolled device for what goes outside, where policy says that the organisation's gateway asks for it."""

from collections.abc import Callable, Sequence
from datetime import datetime

from securemail_desktop.audit.device import LOCAL, Device
from securemail_desktop.central.device_signature import sign
from securemail_desktop.message.address import Address
from securemail_desktop.policy.decision import Enforcement
from securemail_desktop.policy.model import Policy
from securemail_desktop.sending.channel import Voucher


class DeviceVoucher:
    """Implements `Voucher` for one device."""

    def __init__(self, device: Device, now: Callable[[], datetime]) -> None:
        """Keep who signs, and the clock."""
        self._device, self._now = device, now

    def field(self, message: bytes, recipients: Sequence[Address]) -> bytes:
        """Return the header field; each attempt gets one of its own, which the gateway takes once."""
        keys = {recipient.key for recipient in recipients}
        return sign(message, keys, self._device.epoch, self._device.signing_key, self._now())


def voucher_for(device: Device, policy: Policy, now: Callable[[], datetime]) -> Voucher | None:
    """Return what vouches under this policy; nothing where no gateway asks for it, or nobody would know the device there."""
    return DeviceVoucher(device, now) if policy.device_signature and device.organization != LOCAL else None


def unvouched(device: Device, policy: Policy) -> str:
    """Return why the gateway will refuse what this device sends outside, one sentence with the way out, or empty."""
    if policy.enforcement is not Enforcement.ENFORCED or device.organization != LOCAL:
        return ""
    return (
        "Your organisation's gateway takes no mail to the outside from this computer, because it is not enrolled: ask your IT to enrol it."
    )
