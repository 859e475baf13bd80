"""A person's decisions about keys: accept one after comparing its fingerprint, or never use it again.

Rules: nothing is deleted, since old private keys open old mail and a refused key must not come back as a new one.
"""

from dataclasses import replace
from datetime import UTC, datetime

from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.openpgp.revoking import revoke_key
from securemail_desktop.encryption.record import KeyRecord, Role
from securemail_desktop.encryption.ring import KeyRing


def accept(record: KeyRecord, ring: KeyRing, now: datetime) -> KeyRecord:
    """Note that the person compared the fingerprint with the owner: the key counts from now on. An authority then vouches for others."""
    decided = replace(record, accepted=True, refused=False, unopened=None, evidence=f"accepted by you on {now:%Y-%m-%d}")
    ring.keep(decided)
    return decided


def cannot_open(record: KeyRecord, ring: KeyRing, now: datetime) -> bool:
    """Note that a correspondent cannot open what goes to his key; say whether another way is used from now on.

    Where he announced that he opens new forms, the old one comes first: his announcement does not count any more (False).
    """
    if record.method is Method.SMIME and ring.abilities(record.key):
        ring.note_abilities(record.key, (), datetime.max.replace(tzinfo=UTC))
        return False
    ring.keep(replace(record, unopened=now))
    return True


def revoke(record: KeyRecord, ring: KeyRing, now: datetime) -> KeyRecord:
    """Never use a key again. An own one still opens old mail; an own OpenPGP key is revoked for everybody who gets it from now on.

    Raise `EncryptionError`.
    """
    is_own_openpgp = record.role is Role.OWN and record.method is Method.OPENPGP
    if is_own_openpgp and not revoke_key(record.key, ring.home(), ring.passphrase()):
        raise EncryptionError("GnuPG could not revoke the key.")
    decided = replace(record, accepted=record.role is Role.OWN, refused=True, evidence=f"given up by you on {now:%Y-%m-%d}")
    ring.keep(decided)
    return decided
