"""What is kept for the recovery key: everything that opens a user's old mail, in one encrypted package (CMS AuthEnvelopedData, RFC 5083).

Rules: what only signs is never in it. A certificate's key that both signs and opens has to be; whoever gets it back uses it for reading only.
`openssl cms -decrypt` opens a package as well, so that no version of this program is needed for it.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography import x509

from securemail_desktop.encryption.errors import EncryptionError, NotReadable
from securemail_desktop.encryption.smime.ability import Ability
from securemail_desktop.encryption.smime.certificate import CheckedCertificate
from securemail_desktop.encryption.smime.decrypt import open_envelope
from securemail_desktop.encryption.smime.envelope import authenticated_envelope
from securemail_desktop.encryption.smime.identity import Identity
from securemail_desktop.message.address import Address

_STORE_KEY = 32  # octets
_NOBODY = Address("recovery", "localhost.invalid")


@dataclass(frozen=True, slots=True)
class KeptCertificate:
    """A certificate with its private key (PKCS #8) and the authorities above it, all DER."""

    certificate: bytes
    key: bytes = field(repr=False)
    chain: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """What a package holds. `store_key` has 32 octets; `openpgp` is armour with the parts that decrypt, under `openpgp_passphrase`."""

    made: datetime
    addresses: tuple[str, ...]
    store_key: bytes = field(repr=False)
    certificates: tuple[KeptCertificate, ...] = ()
    openpgp: tuple[str, ...] = field(default=(), repr=False)
    openpgp_passphrase: str = field(default="", repr=False)


def seal(contents: Contents, certificate: x509.Certificate) -> bytes:
    """Return the package, which only the recovery key opens; raise `EncryptionError` for a certificate that cannot receive."""
    recipient = CheckedCertificate(certificate, _NOBODY, frozenset({Ability.OAEP, Ability.GCM}))
    try:
        return b"".join(authenticated_envelope([_encoded(contents)], [recipient]))
    except ValueError as error:
        raise EncryptionError("The recovery key that the policy names is of a kind that nothing can be kept for: tell your IT.") from error


def open_package(package: bytes, key: Identity) -> Contents:
    """Return what a package holds; raise `NotReadable`."""
    opened = open_envelope(package, [key])
    try:
        return _checked(_decoded(json.loads(opened.content)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotReadable("This file was not kept by this program for recovery.") from error


def _encoded(contents: Contents) -> bytes:
    certificates = [
        {"certificate": _text(c.certificate), "key": _text(c.key), "chain": [_text(each) for each in c.chain]}
        for c in contents.certificates
    ]
    document = {
        "securemail-recovery": 1,
        "made": contents.made.isoformat(),
        "addresses": list(contents.addresses),
        "store_key": contents.store_key.hex(),
        "certificates": certificates,
        "openpgp": list(contents.openpgp),
        "openpgp_passphrase": contents.openpgp_passphrase,
    }
    return json.dumps(document).encode("ascii")


def _decoded(document: dict[str, Any]) -> Contents:
    if document["securemail-recovery"] != 1:
        raise ValueError("another version")
    return Contents(
        datetime.fromisoformat(document["made"]),
        tuple(document["addresses"]),
        bytes.fromhex(document["store_key"]),
        tuple(
            KeptCertificate(b64decode(c["certificate"]), b64decode(c["key"]), tuple(b64decode(each) for each in c["chain"]))
            for c in document["certificates"]
        ),
        tuple(document["openpgp"]),
        document["openpgp_passphrase"],
    )


def _checked(contents: Contents) -> Contents:
    """Return the contents; raise `ValueError` where others could not read them: whoever can write to the folder can make a package."""
    if len(contents.store_key) != _STORE_KEY or not all(map(str.isascii, contents.openpgp)):
        raise ValueError("another form")
    for kept in contents.certificates:
        for der in (kept.certificate, *kept.chain):
            x509.load_der_x509_certificate(der)
    return contents


def _text(der: bytes) -> str:
    return b64encode(der).decode("ascii")
