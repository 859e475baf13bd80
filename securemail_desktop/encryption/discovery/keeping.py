"""Keep a key that somebody gave as that of an address: checked, noted with its evidence, never accepted by itself.

Rules: what may not protect mail to the address is not kept, and why is said; a key that was decided on stays as it is; of those that nobody decided
on and no authority vouches for, a source has one method's newest only, so that nobody can flood the ring.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509

from securemail_desktop.encryption.discovery.source import Found
from securemail_desktop.encryption.errors import EncryptionError, KeyRefused, NoKey, NotImportable
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.openpgp import key as openpgp_key
from securemail_desktop.encryption.openpgp.taking_in import take_in_keys
from securemail_desktop.encryption.record import RANKS, KeyRecord, Origin, Role
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.certificate import Use, addresses, flaw
from securemail_desktop.encryption.smime.identity import sha256_of
from securemail_desktop.message.address import Address


@dataclass(frozen=True, slots=True)
class Kept:
    """The records that the source's keys have now, those among them that are new to the ring, and what was wrong with the others."""

    records: tuple[KeyRecord, ...] = ()
    new: tuple[KeyRecord, ...] = ()
    problems: tuple[str, ...] = ()


def keep(found: Sequence[Found], address: Address, origin: Origin, evidence: str, ring: KeyRing, now: datetime) -> Kept:
    """Take in what a source gave; `evidence` says in words where it comes from. Raise `StoreError`."""
    records: list[KeyRecord] = []
    new: list[KeyRecord] = []
    problems: list[str] = []
    for each in found:
        try:
            for draft in _drafts(each, address, origin, evidence, ring, now):
                record, is_new = _noted(draft, ring)
                records.append(record)
                new += [record] if is_new else []
        except EncryptionError as error:
            problems.append(str(error).rstrip("."))
    for method in dict.fromkeys(record.method for record in new):
        _forget_older(method, address, origin, {record.key for record in records}, ring)
    return Kept(tuple(records), tuple(new), tuple(dict.fromkeys(problems)))


def _drafts(found: Found, address: Address, origin: Origin, evidence: str, ring: KeyRing, now: datetime) -> Iterator[KeyRecord]:
    if found.method is Method.SMIME:
        certificate = _certificate(found.content)
        if reason := flaw(certificate, address, Use.ENCRYPT, now):
            raise KeyRefused(reason)
        ring.keep_certificate(certificate)
        yield KeyRecord(Method.SMIME, sha256_of(certificate), Role.OTHER, addresses(certificate), False, evidence, now, origin=origin)
        return
    keys = take_in_keys(found.content, address, ring.home())
    reasons = [openpgp_key.flaw(key, address, now) for key in keys]
    if not keys or all(reasons):
        raise KeyRefused(reasons[0] if keys else f"the key belongs to someone else, not to {address.key}")
    for key, reason in zip(keys, reasons, strict=True):
        if not reason:
            yield KeyRecord(Method.OPENPGP, key.fingerprint, Role.OTHER, (address.key,), False, evidence, now, origin=origin)


def _certificate(der: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(der)
    except (ValueError, x509.InvalidVersion) as error:
        raise NotImportable("the certificate cannot be read") from error


def _noted(draft: KeyRecord, ring: KeyRing) -> tuple[KeyRecord, bool]:
    """Keep the record, unless somebody decided on its key or it comes from as worthy a source; return it, and whether it is new."""
    try:
        before = ring.record(draft.method, draft.key)
    except NoKey:
        ring.keep(draft)
        return draft, True
    if before.accepted or before.refused or before.role is not Role.OTHER:
        return before, False
    known = tuple(dict.fromkeys((*before.addresses, *draft.addresses)))
    newer = (RANKS[draft.origin], before.obtained) <= (RANKS[before.origin], draft.obtained)
    after = replace(draft if newer else before, addresses=known)
    if after != before:
        ring.keep(after)
    return after, False


def _forget_older(method: Method, address: Address, origin: Origin, given: set[str], ring: KeyRing) -> None:
    for record in ring.records_of(address):
        undecided = record.role is Role.OTHER and not record.accepted and not record.refused
        if undecided and (record.method, record.origin) == (method, origin) and record.key not in given:
            ring.forget(record)
