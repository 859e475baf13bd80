"""Tell one's own OpenPGP key in the header of what one sends, and inside of an encryption those of its other recipients (Autocrypt Level 1).

Rules: of others only those who stand in To or Cc and get this very copy, at least two, so that they can answer each other; never a hidden one. A key
that cannot be told stops no message.
"""

from collections.abc import Sequence

from securemail_desktop.encryption.autocrypt import FIELD, GOSSIP, field_value
from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.ring import KeyRing, OwnKeys
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import AddressField, Draft
from securemail_desktop.message.field import print_field


def own_field(own: OwnKeys, ring: KeyRing) -> tuple[tuple[str, str], ...]:
    """Return the header of one's own key, empty where there is none to tell."""
    if own.openpgp is None:
        return ()
    return tuple((FIELD, value) for value in _values(own.address, own.openpgp.fingerprint, ring))


def others_fields(draft: Draft, keys: Sequence[str], ring: KeyRing) -> bytes:
    """Return the header lines for the payload of a copy for the holders of these OpenPGP keys; empty unless two or more can be told of."""
    seen = {r.address.key: r.address for r in draft.recipients if r.field is not AddressField.BCC}
    hidden = {r.address.key for r in draft.recipients if r.field is AddressField.BCC}
    pairs = [(seen[key], fingerprint) for fingerprint in keys for key in _owners(fingerprint, ring) if key in seen and key not in hidden]
    values = [value for address, fingerprint in pairs for value in _values(address, fingerprint, ring)]
    return b"".join(print_field(GOSSIP, value) for value in values) if len(values) > 1 else b""


def _owners(fingerprint: str, ring: KeyRing) -> tuple[str, ...]:
    try:
        return ring.record(Method.OPENPGP, fingerprint).addresses
    except EncryptionError:
        return ()


def _values(address: Address, fingerprint: str, ring: KeyRing) -> list[str]:
    try:
        keydata = ring.home().minimal(fingerprint, address.key)
    except EncryptionError:
        return []
    return [field_value(address, keydata)] if keydata else []
