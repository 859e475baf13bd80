"""Whether a key of the ring can be used now, in words for lists of keys."""

from datetime import datetime

from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.openpgp import key as openpgp_key
from securemail_desktop.encryption.record import KeyRecord, Role
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.certificate import Use, flaw, vouched
from securemail_desktop.message.address import parse_address

_WAITS = "it waits for acceptance: compare the fingerprint with the owner, then run securemail keys accept"
_CHANGED = "it is another key than the one you use: ask the owner which is his, compare the fingerprint, then run securemail keys accept"


def status_of(record: KeyRecord, ring: KeyRing, now: datetime) -> str:
    """Return why the key cannot be used now, or an empty text."""
    if record.refused:
        return record.evidence
    if record.unopened:
        return unopened(record)
    try:
        return _smime(record, ring, now) if record.method is Method.SMIME else _openpgp(record, ring, now)
    except EncryptionError as error:
        return str(error)


def unopened(record: KeyRecord) -> str:
    """Return in words that a key is not used because its owner cannot open what goes to it."""
    assert record.unopened is not None
    said = f"{', '.join(record.addresses)} could not open it, as was said on {record.unopened:%Y-%m-%d}"
    return f"{said}; Keys and certificates takes that back"


def waits(status: str) -> bool:
    """Say of what `status_of` returned whether nothing is missing but that a person accepts the key."""
    return status in {_WAITS, _CHANGED}


def differs(status: str) -> bool:
    """Say of what `status_of` returned whether the key waits while another one of its owner's is in use: he has changed it, or somebody else has."""
    return status == _CHANGED


def expiry_of(record: KeyRecord, ring: KeyRing) -> datetime | None:
    """Return when the key expires, None for never or unknown."""
    try:
        if record.method is Method.SMIME:
            return ring.certificate(record.key).not_valid_after_utc
        key = ring.home().key(record.key)
    except EncryptionError:
        return None
    return key.parts[0].expires if key is not None else None


def _smime(record: KeyRecord, ring: KeyRing, now: datetime) -> str:
    certificate = ring.certificate(record.key)
    if record.role is Role.AUTHORITY:
        expired = now > certificate.not_valid_after_utc
        return f"the authority's certificate expired on {certificate.not_valid_after_utc:%Y-%m-%d}" if expired else ""
    if not record.addresses:
        return "the certificate names no mail address"
    address = parse_address(record.addresses[0])
    reasons = [flaw(certificate, address, use, now) for use in (Use.ENCRYPT, Use.SIGN)]
    if all(reasons):
        return reasons[0]
    if objection := ring.objection(certificate, "the certificate", now):
        return objection
    return "" if record.accepted or vouched(certificate, ring.trust(), now) else _waiting(record, ring)


def _openpgp(record: KeyRecord, ring: KeyRing, now: datetime) -> str:
    key = ring.home().key(record.key)
    if key is None:
        return "the key is not in the key ring any more"
    if not record.addresses:
        return "the key names no mail address"
    return openpgp_key.flaw(key, parse_address(record.addresses[0]), now) or ("" if record.accepted else _waiting(record, ring))


def _waiting(record: KeyRecord, ring: KeyRing) -> str:
    return _CHANGED if in_place_of_another(record, ring) else _WAITS


def in_place_of_another(record: KeyRecord, ring: KeyRing) -> bool:
    """Say whether nobody decided on the key while another one of its owner's was accepted; no key is looked at, so it takes no time."""
    if record.accepted or record.refused or record.role is not Role.OTHER:
        return False
    others = [other for key in record.addresses for other in ring.records_of(parse_address(key)) if other.method is record.method]
    return any(other.accepted and not other.refused and other.role is not Role.AUTHORITY for other in others)
