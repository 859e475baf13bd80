"""Web Key Directory: the recipient's own domain hands out his OpenPGP key (draft-koch-openpgp-webkey-service).

Rules: the advanced method first, the direct one only where its host does not exist; the local part is hashed in small letters (SHA-1, z-base-32) and
goes as it was written into `l`.
"""

import hashlib
from urllib.parse import quote

from securemail_desktop.encryption.discovery.https import Https
from securemail_desktop.encryption.discovery.source import LARGEST, Found
from securemail_desktop.encryption.errors import NoSuchHost
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import Origin
from securemail_desktop.message.address import Address

_ALPHABET = "ybndrfg8ejkmcpqxot1uwisza345h769"  # z-base-32, RFC 6189, 5.1.6
_UPPER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}  # only ASCII letters are made small


class Wkd:
    """The directories of the recipients' domains."""

    origin = Origin.WKD
    whom = "the recipient's own domain (WKD)"

    def __init__(self, https: Https) -> None:
        """Keep how to fetch."""
        self._https = https

    def look_up(self, address: Address) -> tuple[Found, ...]:
        """Return the key block that the domain has for the address."""
        advanced, direct = urls(address)
        try:
            content = self._https.get(advanced, LARGEST)
        except NoSuchHost:
            content = self._https.get(direct, LARGEST)
        return (Found(Method.OPENPGP, content),) if content else ()


def urls(address: Address) -> tuple[str, str]:
    """Return the places of the advanced and of the direct method."""
    last = f"hu/{file_name(address)}?l={quote(address.local, safe='')}"
    return (
        f"https://openpgpkey.{address.domain}/.well-known/openpgpkey/{address.domain}/{last}",
        f"https://{address.domain}/.well-known/openpgpkey/{last}",
    )


def file_name(address: Address) -> str:
    """Return the name of an address's file in the directory of its domain."""
    return zbase32(hashlib.sha1(address.local.translate(_UPPER).encode("utf-8"), usedforsecurity=False).digest())


def zbase32(content: bytes) -> str:
    """Return the octets in z-base-32 without padding."""
    bits = "".join(f"{octet:08b}" for octet in content)
    bits += "0" * (-len(bits) % 5)
    return "".join(_ALPHABET[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))
