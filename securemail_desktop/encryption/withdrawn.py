"""Whether what was protected for a key earlier may still go to it: a key can be given up, taken back or lose its voucher while a message waits.

One that only has expired still opens the message for its owner, and for nobody else.
"""

from datetime import timedelta

from securemail_desktop.encryption.errors import NoKey
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import KeyRecord
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.certificate import vouched

_REMEDY = "try again, or open it to decide"


def withdrawn(method: Method, key: str, ring: KeyRing) -> str:
    """Return why what was protected for a key must not go to it any more, one sentence, or empty; raise `EncryptionError`."""
    if method not in {Method.SMIME, Method.OPENPGP}:
        return ""
    try:
        record = ring.record(method, key)
        flaw = _flaw(record, ring)
    except NoKey:
        return f"A key that the message was protected for is not in the key ring any more: {_REMEDY}."
    return f"{flaw} that the message was protected for: {_REMEDY}." if flaw else ""


def _flaw(record: KeyRecord, ring: KeyRing) -> str:
    owner = ", ".join(record.addresses)
    if record.refused:
        return f"You gave up the key of {owner}"
    if record.method is Method.OPENPGP:
        return f"{owner} took back the key" if _is_taken_back(record, ring) else ""
    return "" if record.accepted or _was_vouched(record, ring) else f"Nobody vouches any more for the key of {owner}"


def _is_taken_back(record: KeyRecord, ring: KeyRing) -> bool:
    key = ring.home().key(record.key)
    if key is None:
        raise NoKey
    return key.revoked


def _was_vouched(record: KeyRecord, ring: KeyRing) -> bool:
    certificate = ring.certificate(record.key)
    last = certificate.not_valid_after_utc - timedelta(seconds=1)
    return vouched(certificate, ring.trust(), min(last, max(record.obtained, certificate.not_valid_before_utc)))
