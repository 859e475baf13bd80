"""The one door to protecting a copy: the method and the keys of its recipients in, the bytes for the wire out.

Rules: every key is checked again at this moment and a refused one stops the whole copy; nothing falls back to a weaker method; a copy is for
exactly the keys that were handed over, the sender's own included only when it is among them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from securemail_desktop.encryption import protected_headers
from securemail_desktop.encryption.announcing import others_fields, own_field
from securemail_desktop.encryption.errors import KeyRefused, NoKey, NotAvailable
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.openpgp import key as openpgp_key
from securemail_desktop.encryption.openpgp.protect import protect as protect_openpgp
from securemail_desktop.encryption.ring import KeyRing, OwnKeys
from securemail_desktop.encryption.smime.certificate import CheckedCertificate, Trust, Use, addresses, check, flaw
from securemail_desktop.encryption.smime.protect import protect as protect_smime
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.compose import body_entity, header_block, wire_headers
from securemail_desktop.message.draft import Draft


def protect_message(
    draft: Draft, method: Method, keys: Sequence[str], own: OwnKeys, ring: KeyRing, now: datetime, *, announce: bool = False
) -> Iterator[bytes]:
    """Yield the whole message as it goes on the wire, in pieces as it is made, headers protected where the content is.

    `announce` tells the sender's own OpenPGP key in a header, and those of others to whom a copy goes (`announcing`).
    Raise `EncryptionError`, `ComposeError`, mostly before the first piece: a message is whole when its last piece came.
    """
    headers, own_key = wire_headers(draft), own_field(own, ring) if announce else ()
    if method in {Method.TLS, Method.CLEAR}:
        yield header_block((*headers, *own_key))
        yield body_entity(draft)
        return
    told = others_fields(draft, keys, ring) if announce and method is Method.OPENPGP else b""
    # What may be large is handed over right away: nothing here holds it longer.
    protected = protect_entity(method, protected_headers.payload(headers, body_entity(draft), method, told), keys, own, ring, now)
    yield header_block((*protected_headers.exposed(headers), *own_key))
    yield from protected


def protect_entity(method: Method, entity: bytes, keys: Sequence[str], own: OwnKeys, ring: KeyRing, now: datetime) -> Iterable[bytes]:
    """Return the pieces of the entity protected for the holders of these keys (`Capability.key`); raise `EncryptionError`.

    TLS and CLEAR leave the entity as it is: the way protects it, or nothing does.
    """
    match method:
        case Method.SMIME:
            return _smime(entity, keys, own, ring, now)
        case Method.OPENPGP:
            return _openpgp(entity, keys, own, ring, now)
        case Method.TLS | Method.CLEAR:
            return [entity]
        case Method.PORTAL:
            raise NotAvailable("Sending by the portal is not available yet.")
        case Method.NONE:
            raise NotAvailable("There is no way to protect this copy.")


def _smime(entity: bytes, keys: Sequence[str], own: OwnKeys, ring: KeyRing, now: datetime) -> Iterable[bytes]:
    if own.smime is None:
        raise NoKey(f"{own.address.key} has no certificate that could sign the message: import one.")
    if reason := flaw(own.smime.certificate, own.address, Use.SIGN, now):
        raise KeyRefused(f"The message cannot be signed: {reason}.")
    trust = ring.trust()
    return protect_smime(entity, [_checked(key, ring, trust, now) for key in _some(keys)], own.smime)


def _checked(key: str, ring: KeyRing, trust: Trust, now: datetime) -> CheckedCertificate:
    certificate = ring.certificate(key)
    named = addresses(certificate)
    if not named:
        raise KeyRefused("A recipient's certificate names no mail address.")
    if reason := ring.objection(certificate, f"{named[0]}'s certificate", now):
        raise KeyRefused(reason)
    return replace(check(certificate, parse_address(named[0]), Use.ENCRYPT, trust, now), abilities=ring.abilities(key))


def _openpgp(entity: bytes, keys: Sequence[str], own: OwnKeys, ring: KeyRing, now: datetime) -> Iterable[bytes]:
    if own.openpgp is None:
        raise NoKey(f"{own.address.key} has no OpenPGP key that could sign the message: import one.")
    home = ring.home()
    home.changed()
    for fingerprint in _some(keys):
        _require_openpgp(fingerprint, ring, now)
    return protect_openpgp(entity, keys, home, own.openpgp)


def _require_openpgp(fingerprint: str, ring: KeyRing, now: datetime) -> None:
    record, key = ring.record(Method.OPENPGP, fingerprint), ring.home().key(fingerprint)
    whose = record.addresses[0] if record.addresses else "a recipient"
    if not record.accepted:
        raise KeyRefused(f"nobody has accepted {whose}'s key yet")
    if key is None or not record.addresses:
        raise KeyRefused(f"{whose}'s key is not in the key ring any more")
    if reason := openpgp_key.flaw(key, parse_address(whose), now):
        raise KeyRefused(reason)


def _some(keys: Sequence[str]) -> Sequence[str]:
    if not keys:
        raise NoKey("A protected copy needs at least one recipient's key.")
    return keys
