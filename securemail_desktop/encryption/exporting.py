"""Take keys out of the ring: public ones for others, own private ones as a file under a password for a backup or another machine."""

import shutil
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, serialize_key_and_certificates

from securemail_desktop.encryption.errors import EncryptionError, NoKey
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.openpgp.home import GpgHome
from securemail_desktop.encryption.openpgp.importing import import_keys
from securemail_desktop.encryption.record import KeyRecord, Role
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.identity import sha256_of

SHORTEST_PASSWORD = 8


def public_form(record: KeyRecord, ring: KeyRing) -> bytes:
    """Return a certificate as PEM, or an OpenPGP key in armour. Raise `NoKey`, `NoGnuPG`."""
    if record.method is Method.SMIME:
        return ring.certificate(record.key).public_bytes(Encoding.PEM)
    armour = ring.home().gpg.export_keys(record.key)
    if not armour:
        raise NoKey("This key is not in the key ring any more.")
    return str(armour).encode("ascii")


def private_form(record: KeyRecord, password: str, ring: KeyRing) -> bytes:
    """Return an own key with its private part under the password: PKCS #12, or OpenPGP armour. Raise `NoKey`, `EncryptionError`."""
    if record.role is not Role.OWN:
        raise NoKey("Only your own keys have a private part here.")
    if len(password) < SHORTEST_PASSWORD:
        raise EncryptionError(f"The password of an exported key needs {SHORTEST_PASSWORD} characters or more.")
    return _pkcs12(record, password, ring) if record.method is Method.SMIME else _armour(record, password, ring)


def _pkcs12(record: KeyRecord, password: str, ring: KeyRing) -> bytes:
    identity = next((i for i in ring.identities() if sha256_of(i.certificate) == record.key), None)
    if identity is None:
        raise NoKey("The private key of this certificate is not in the store any more.")
    builder = PrivateFormat.PKCS12.encryption_builder().kdf_rounds(600_000)
    protection = builder.key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC).hmac_hash(hashes.SHA256()).build(password.encode("utf-8"))
    return serialize_key_and_certificates(
        record.addresses[0].encode("utf-8"), identity.key, identity.certificate, identity.chain, protection
    )


def _armour(record: KeyRecord, password: str, ring: KeyRing) -> bytes:
    """Change the passphrase in a home of its own: at no moment does the key lie anywhere without one."""
    own = ring.passphrase()
    sealed = ring.home().gpg.export_keys(record.key, secret=True, passphrase=own)
    folder = Path(tempfile.mkdtemp(prefix="sm-"))
    home = GpgHome(folder / "h")
    try:
        import_keys(str(sealed).encode("ascii"), own, home, password)
        armour = str(home.gpg.export_keys(record.key, secret=True, passphrase=password))
    finally:
        home.close()
        shutil.rmtree(folder, ignore_errors=True)
    if "PRIVATE KEY BLOCK" not in armour:
        raise EncryptionError("GnuPG could not export the private key.")
    return armour.encode("ascii")
