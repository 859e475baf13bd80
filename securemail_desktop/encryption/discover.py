"""What a recipient can open, from what is known on this machine: the key ring, the policy's gateways, the organisation's own transport, promises.

Rules: nothing is looked up in a network here; a key with a flaw is listed as unusable with the reason; a key that nobody vouched for is listed
as not accepted. TLS counts only where policy names the gateway that enforces it, inside the organisation, or where the domain promises it and policy
says that one's own submission service enforces that kind of promise.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from securemail_desktop.encryption.capability import Capabilities, Capability, Unusable
from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.openpgp import key as openpgp_key
from securemail_desktop.encryption.promise import Promise, Ways
from securemail_desktop.encryption.record import KeyRecord, Role
from securemail_desktop.encryption.ring import KeyRing, OwnKeys
from securemail_desktop.encryption.smime.certificate import Trust, Use, flaw, vouched
from securemail_desktop.encryption.status import unopened
from securemail_desktop.message.address import Address

OWN_TRANSPORT = "own transport"
_OWN_MISSING = {
    Method.SMIME: "you have no certificate of your own that could sign the message",
    Method.OPENPGP: "you have no OpenPGP key of your own that could sign the message",
}
Means = list[Capability | Unusable]


def capabilities_of(address: Address, own: OwnKeys, ring: KeyRing, ways: Ways, now: datetime) -> Capabilities:
    """Return all that is known of the recipient's means, the best key of each method first. `own` are the sender's keys (`ring.own`)."""
    records = [r for r in ring.records_of(address) if r.role is not Role.AUTHORITY]
    refused = [Unusable(r.method, r.key, f"you gave up {address.key}'s key: {r.evidence}") for r in records if r.refused]
    records = [r for r in records if not r.refused]
    refused += [Unusable(r.method, r.key, unopened(r)) for r in records if r.unopened]
    records = [r for r in records if not r.unopened]
    found = [*refused, *_certificates(records, address, ring, now), *_keys(records, address, ring, now)]
    checked = [
        means
        if isinstance(means, Unusable) or own.can_sign(means.method)
        else Unusable(means.method, means.key, _OWN_MISSING[means.method])
        for means in found
    ]
    checked += _transport(address.domain, ways, now)
    usable = tuple(means for means in checked if isinstance(means, Capability))
    unusable = tuple(means for means in checked if isinstance(means, Unusable))
    return Capabilities(usable, unusable, frozenset(promise.kind for promise in ways.promises if promise.held or not promise.failed))


def _certificates(records: Collection[KeyRecord], address: Address, ring: KeyRing, now: datetime) -> Means:
    mine = [r for r in records if r.method is Method.SMIME]
    if not mine:
        return []
    mine.sort(key=lambda r: ring.certificate(r.key).not_valid_before_utc, reverse=True)
    trust = ring.trust()
    return [_certificate(record, address, ring, trust, now) for record in mine]


def _certificate(record: KeyRecord, address: Address, ring: KeyRing, trust: Trust, now: datetime) -> Capability | Unusable:
    certificate = ring.certificate(record.key)
    reason = flaw(certificate, address, Use.ENCRYPT, now) or ring.objection(certificate, f"{address.key}'s certificate", now)
    if reason:
        return Unusable(Method.SMIME, record.key, reason)
    if record.accepted:
        return Capability(Method.SMIME, record.key, record.evidence, record.obtained)
    if vouched(certificate, trust, now):
        return Capability(Method.SMIME, record.key, "an authority that your organisation trusts for mail vouches for it", record.obtained)
    return Capability(Method.SMIME, record.key, record.evidence, record.obtained, accepted=False)


def _keys(records: Collection[KeyRecord], address: Address, ring: KeyRing, now: datetime) -> Means:
    mine = sorted((r for r in records if r.method is Method.OPENPGP), key=lambda r: r.obtained, reverse=True)
    return [_key(record, address, ring, now) for record in mine]


def _key(record: KeyRecord, address: Address, ring: KeyRing, now: datetime) -> Capability | Unusable:
    try:
        key = ring.home().key(record.key)
    except EncryptionError as error:
        return Unusable(Method.OPENPGP, record.key, str(error))
    reason = openpgp_key.flaw(key, address, now) if key is not None else f"{address.key}'s key is not in the key ring any more"
    if reason:
        return Unusable(Method.OPENPGP, record.key, reason)
    return Capability(Method.OPENPGP, record.key, record.evidence, record.obtained, accepted=record.accepted)


def _transport(domain: str, ways: Ways, now: datetime) -> Iterator[Capability | Unusable]:
    if domain in ways.inside:
        yield Capability(Method.TLS, OWN_TRANSPORT, "inside your organisation's own mail system", now)
        return
    if domain in ways.gateways:
        gateway = ways.gateways[domain]
        yield Capability(Method.TLS, gateway, f"your gateway {gateway} enforces encryption to {domain}", now)
    yield from (_promised(promise, ways) for promise in ways.promises if promise.holds(now))


def _promised(promise: Promise, ways: Ways) -> Capability | Unusable:
    seen = f"{promise.said} (last seen on {promise.confirmed:%Y-%m-%d})"
    if promise.kind in ways.enforced:
        return Capability(Method.TLS, promise.kind.value, seen, promise.confirmed)
    return Unusable(Method.TLS, promise.kind.value, f"{seen}, but your organisation does not say that its own mail server keeps to it")
