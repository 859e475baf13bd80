"""Make own keys: an OpenPGP key, or a private key with the request for its S/MIME certificate (PKCS #10, RFC 2986).

Rules: a private key never leaves the store or the GnuPG home; a request's key waits in the store until the certificate for it is imported.
"""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.openpgp.making import make_key
from securemail_desktop.encryption.record import KeyRecord, Role
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.address import Address

_RSA_BITS = 3072
_YEARS = 2
_LONGEST_NAME = 64  # RFC 5280, appendix A: ub-common-name
_FORBIDDEN = frozenset("<>()\n\r\0")  # GnuPG reads a user id's address and comment between them


def create_openpgp(address: Address, ring: KeyRing, now: datetime) -> KeyRecord:
    """Make an OpenPGP key for an address: Ed25519 that signs, Curve25519 that receives, for two years. Raise `EncryptionError`."""
    name = "".join(c for c in address.name if c not in _FORBIDDEN).strip() or address.local
    fingerprint = make_key(f"{name} <{address.spec}>", _YEARS, ring.home(), ring.passphrase())
    if not fingerprint:
        raise EncryptionError("GnuPG could not make a key for this address: try it with another name.")
    record = KeyRecord(Method.OPENPGP, fingerprint, Role.OWN, (address.key,), True, f"your own, made on {now:%Y-%m-%d}", now)
    ring.keep(record)
    return record


def create_request(address: Address, ring: KeyRing) -> str:
    """Make an RSA key of 3,072 bits and return the PEM request that an authority turns into a certificate for this address."""
    key = rsa.generate_private_key(65537, _RSA_BITS)
    ring.keep_requested(key)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    builder = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, (address.name or address.spec)[:_LONGEST_NAME])]))
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address.spec)]), critical=False)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode("ascii")
