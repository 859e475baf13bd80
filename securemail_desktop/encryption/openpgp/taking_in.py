"""Take a stranger's public keys into the home: what a look-up or a header brought (RFC 4880, 4.2, 11.1).

Rules: nothing private; only user ids that name the very address, so that nobody gets to speak for another one; other people's signatures on the
key are left out.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64

from securemail_desktop.encryption.errors import NotImportable
from securemail_desktop.encryption.openpgp.home import FILTERED, GpgHome
from securemail_desktop.encryption.openpgp.key import Key
from securemail_desktop.message.address import Address

_ARMOUR = re.compile(
    rb"-----BEGIN PGP PUBLIC KEY BLOCK-----[ \t]*\r?\n(?:[^\r\n]+\r?\n)*?\r?\n([A-Za-z0-9+/=\s]+?)(?:\r?\n=[A-Za-z0-9+/]{4})?\s*-----END PGP"
)
_PUBLIC, _SECRET, _SECRET_SUBKEY = 6, 5, 7
_UNKNOWN = "The key is of a form that this program does not read."


def take_in_keys(content: bytes, address: Address, home: GpgHome) -> tuple[Key, ...]:
    """Import the public keys of a block, armoured or not, that name the address; return them. Raise `NotImportable`, `NoGnuPG`."""
    if not FILTERED.fullmatch(address.key):
        raise NotImportable(_UNKNOWN)
    block = public_block(content)
    options = ["--import-options", "import-minimal,no-import-local-sigs", "--import-filter", f"keep-uid=mbox = {address.key}"]
    result = home.gpg.import_keys(block, extra_args=options)
    home.changed()
    fingerprints = {str(found) for found in result.fingerprints if found}
    return tuple(key for key in home.listing() if key.fingerprint in fingerprints and address.key in key.addresses)


def public_block(content: bytes) -> bytes:
    """Return the binary form of a block that holds public keys and nothing private; raise `NotImportable`."""
    armour = _ARMOUR.search(content)
    try:
        block = b64decode(b"".join(armour[1].split()), validate=True) if armour else content
    except NotBase64 as error:
        raise NotImportable(_UNKNOWN) from error
    kinds = _packet_kinds(block)
    if not kinds or kinds[0] != _PUBLIC or {_SECRET, _SECRET_SUBKEY} & set(kinds):
        raise NotImportable(_UNKNOWN)
    return block


def _packet_kinds(block: bytes) -> list[int]:
    """Return the tags of all packets; raise `NotImportable` where they do not fill the block exactly."""
    kinds, at = [], 0
    while at < len(block):
        kind, start, length = _packet(block, at)
        kinds.append(kind)
        at = start + length
    if at != len(block):
        raise NotImportable(_UNKNOWN)
    return kinds


def _packet(block: bytes, at: int) -> tuple[int, int, int]:
    """Return tag, start of the body and its length; partial and indeterminate lengths, which keys never have, are refused."""
    head, rest = block[at], block[at + 1 : at + 6]
    if not head & 0x80 or not rest:
        raise NotImportable(_UNKNOWN)
    if not head & 0x40:
        octets = (1, 2, 4, 0)[head & 3]
        if not octets:
            raise NotImportable(_UNKNOWN)
        return (head >> 2) & 0x0F, at + 1 + octets, int.from_bytes(rest[:octets], "big")
    kind, first = head & 0x3F, rest[0]
    if first < 192:
        return kind, at + 2, first
    if first < 224 and len(rest) > 1:
        return kind, at + 3, ((first - 192) << 8) + rest[1] + 192
    if first == 255:
        return kind, at + 6, int.from_bytes(rest[1:5], "big")
    raise NotImportable(_UNKNOWN)
