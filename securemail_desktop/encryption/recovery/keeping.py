"""From the key ring to a package's contents, and from there into another ring, where they open old mail and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from securemail_desktop.encryption.errors import NoGnuPG, NoKey
from securemail_desktop.encryption.importing import keep_all
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.openpgp.importing import import_keys
from securemail_desktop.encryption.openpgp.receiving import receiving_parts
from securemail_desktop.encryption.record import KeyRecord, Role
from securemail_desktop.encryption.recovery.package import Contents, KeptCertificate
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.certificate import may_receive
from securemail_desktop.encryption.smime.identity import Identity


def kept_names(ring: KeyRing) -> tuple[str, ...]:
    """Return the names of the own keys that belong into a package, sorted; no private key is read."""
    return tuple(sorted(record.name for record in ring.records(Role.OWN) if _receives(record, ring)))


def contents_of(ring: KeyRing, store_key: bytes, now: datetime) -> Contents:
    """Return what opens this user's old mail; raise `EncryptionError`."""
    names = frozenset(kept_names(ring))
    own = [record for record in ring.records(Role.OWN) if record.name in names]
    identities = (identity for identity in ring.identities() if may_receive(identity.certificate))
    fingerprints = [record.key for record in own if record.method is Method.OPENPGP]
    return Contents(
        now,
        tuple(sorted({address for record in own for address in record.addresses})),
        store_key,
        tuple(map(_kept, identities)),
        tuple(receiving_parts(fingerprint, ring.home(), ring.passphrase()) for fingerprint in fingerprints),
        ring.passphrase() if fingerprints else "",
    )


def put_back(contents: Contents, ring: KeyRing, now: datetime) -> tuple[KeyRecord, ...]:
    """Take a package's keys into a ring, where they open old mail. A key that the ring has already stays as it is. Raise `NotImportable`."""
    taken = [record for record in _taken(contents, ring, now) if record is not None]
    return tuple(taken)


def _taken(contents: Contents, ring: KeyRing, now: datetime) -> Iterator[KeyRecord | None]:
    known = {record.name for record in ring.records(Role.OWN)}
    for kept in contents.certificates:
        yield from (_for_reading(r, known, ring, now) for r in keep_all(_loaded(kept), kept.key, ring, now))
    for armour in contents.openpgp:
        for key in import_keys(armour.encode("ascii"), contents.openpgp_passphrase, ring.home(), ring.passphrase()):
            record = KeyRecord(Method.OPENPGP, key.fingerprint, Role.OWN, key.addresses, True, "", now)
            yield _for_reading(record, known, ring, now)


def _for_reading(record: KeyRecord, known: set[str], ring: KeyRing, now: datetime) -> KeyRecord | None:
    if record.role is not Role.OWN or record.name in known:
        return None
    kept = replace(record, accepted=True, refused=True, evidence=f"recovered on {now:%Y-%m-%d}, it opens old mail")
    ring.keep(kept)
    return kept


def _receives(record: KeyRecord, ring: KeyRing) -> bool:
    try:
        if record.method is Method.SMIME:
            return may_receive(ring.certificate(record.key))
        key = ring.home().key(record.key)
    except NoKey:
        return False
    except NoGnuPG:
        return True  # nobody can say; that it cannot be kept without GnuPG is said by `contents_of`
    return key is not None and any("e" in part.capabilities for part in key.parts)


def _kept(identity: Identity) -> KeptCertificate:
    der = identity.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return KeptCertificate(
        identity.certificate.public_bytes(Encoding.DER), der, tuple(c.public_bytes(Encoding.DER) for c in identity.chain)
    )


def _loaded(kept: KeptCertificate) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_der_x509_certificate(der) for der in (kept.certificate, *kept.chain))
