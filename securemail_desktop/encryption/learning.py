"""Learn from a message what its author can open: the S/MIME certificates of a signature (RFC 8551, 2.5.3 and 3.5.1), OpenPGP keys in headers.

Rules: of certificates only a signature that counts, by the one address in From, teaches; only those that an anchor vouches for, that name that very
address and are fit for encryption are kept. Keys of headers (Autocrypt) wait for a person's decision, and an older message never replaces what a
newer one said. Nothing learned is ever accepted by itself, and an accepted or own key is never replaced.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from cryptography import x509

from securemail_desktop.encryption.discovery.keeping import keep
from securemail_desktop.encryption.discovery.source import Found
from securemail_desktop.encryption.errors import NoKey
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import Opened
from securemail_desktop.encryption.record import KeyRecord, Origin, Role
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.smime.certificate import Use, addresses, flaw, is_authority, vouched
from securemail_desktop.encryption.smime.identity import sha256_of
from securemail_desktop.message.address import Address

_LONGEST_CHAIN = 6  # authorities of one message that are kept


def learn_certificates(opened: Opened, sender: Address, ring: KeyRing, now: datetime) -> tuple[KeyRecord, ...]:
    """Keep what the message teaches of its author; return the records that are new. Raise `StoreError`."""
    if not opened.from_matches or not opened.certificates:
        return ()
    sent = [x509.load_der_x509_certificate(der) for der in opened.certificates]
    authorities = [c for c in sent if is_authority(c) and c.issuer != c.subject][:_LONGEST_CHAIN]
    trust = ring.trust()
    whole = replace(trust, intermediates=(*trust.intermediates, *authorities))
    people = [c for c in sent if not is_authority(c) and not flaw(c, sender, Use.ENCRYPT, now) and vouched(c, whole, now)]
    needed = authorities if people else []
    if opened.abilities is not None:
        _remember_abilities(people, opened.abilities, min(opened.signed_at or now, now), ring)
    return tuple(_kept([(c, Role.OTHER) for c in people] + [(c, Role.AUTHORITY) for c in needed], sender, ring, now))


def _remember_abilities(people: Sequence[x509.Certificate], abilities: frozenset[str], at: datetime, ring: KeyRing) -> None:
    """Keep what the author's program can open with his certificates, as his newest message says it."""
    for certificate in people:
        ring.note_abilities(sha256_of(certificate), abilities, at)


def learn_announced(opened: Opened, sender: Address, ring: KeyRing, now: datetime) -> tuple[KeyRecord, ...]:
    """Keep the keys that the message's headers tell of its author and of others; return the records that are new. Raise `StoreError`."""
    at = min(opened.date or now, now)
    told = [(opened.announced, Origin.AUTOCRYPT)] if opened.announced else []
    told += [(each, Origin.GOSSIP) for each in opened.gossiped if each.address.key != sender.key]
    found: list[KeyRecord] = []
    for each, origin in told:
        if not any(r.role is Role.OWN or (r.origin is origin and r.obtained >= at) for r in ring.records_of(each.address)):
            wish = ", and asks for protected mail" if each.wants else ""
            evidence = f"came in a header of a message of {sender.key}, sent on {at:%Y-%m-%d}{wish}"
            found += keep([Found(Method.OPENPGP, each.keydata)], each.address, origin, evidence, ring, at).new
    return tuple(found)


def _kept(found: Sequence[tuple[x509.Certificate, Role]], sender: Address, ring: KeyRing, now: datetime) -> Iterator[KeyRecord]:
    for certificate, role in found:
        try:
            ring.record(Method.SMIME, sha256_of(certificate))
        except NoKey:
            evidence = f"came with a message that {sender.key} signed, read on {now:%Y-%m-%d}"
            record = KeyRecord(
                Method.SMIME, sha256_of(certificate), role, addresses(certificate), False, evidence, now, origin=Origin.SIGNED_MAIL
            )
            ring.keep_certificate(certificate)
            ring.keep(record)
            yield record
