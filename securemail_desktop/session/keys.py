"""The key ring as a person manages it: what is there, whether it is used, and what can be done with it. Safe to use from any thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from securemail_desktop.encryption.creating import create_openpgp, create_request
from securemail_desktop.encryption.deciding import accept, cannot_open, revoke
from securemail_desktop.encryption.exporting import private_form, public_form
from securemail_desktop.encryption.importing import import_file
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import KeyRecord, Role
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.status import differs, expiry_of, in_place_of_another, status_of, waits
from securemail_desktop.message.address import Address
from securemail_desktop.session.look_ups import LookUps
from securemail_desktop.session.recovery import Kept

WARNED = timedelta(days=30)  # before an own key expires
_ORDER = {Role.OWN: 0, Role.OTHER: 1, Role.AUTHORITY: 2}


@dataclass(frozen=True, slots=True)
class KeyView:
    """One key. `id` is the ring's name of it; `reason` says why it is not used for new mail, empty where it is.

    `waits` when it only needs its owner's fingerprint compared; `refused` when it was given up. `differs` when it waits while another one of
    its owner's is in use, `unopened` when its owner could not open what went to it. `evidence` says where it comes from.
    """

    id: str
    method: Method
    role: Role
    addresses: tuple[str, ...]
    fingerprint: str
    reason: str
    waits: bool
    refused: bool
    expires: datetime | None
    differs: bool = False
    evidence: str = ""
    unopened: bool = False


class Keys:
    """The keys; every method raises `StoreClosed` while the store is closed, and `EncryptionError` with what is wrong in words."""

    def __init__(self, ring: Callable[[], KeyRing], now: Callable[[], datetime], look_ups: LookUps, keep: Callable[[], Kept]) -> None:
        """Keep how to get at the open ring, the clock, who asks others, and what keeps for the organisation."""
        self._ring, self._now = ring, now
        self.look_ups = look_ups
        self._keep = keep
        self.notice = ""

    def all(self) -> tuple[KeyView, ...]:
        """Return all keys: own ones, those of correspondents, authorities; by address."""
        ring, now = self._ring(), self._now()
        ordered = sorted(ring.records(), key=lambda record: (_ORDER[record.role], record.addresses, record.obtained))
        return tuple(_view(record, ring, now) for record in ordered)

    def kept(self) -> Kept:
        """Bring up to date what is kept of own keys for the organisation, and return it. Raise `JournalError`."""
        return self._keep()

    def import_file(self, content: bytes, password: str) -> tuple[KeyView, ...]:
        """Take in the keys of a file, none of them accepted; `password` opens private ones, empty where there is none."""
        ring, now = self._ring(), self._now()
        return tuple(_view(record, ring, now) for record in import_file(content, password, False, ring, now))

    def create(self, address: Address) -> KeyView:
        """Make an OpenPGP key for an own address."""
        ring, now = self._ring(), self._now()
        return _view(create_openpgp(address, ring, now), ring, now)

    def request(self, address: Address) -> bytes:
        """Make a private key for an own address and return the request for its certificate, in PEM."""
        return create_request(address, self._ring()).encode("ascii")

    def public(self, key: str) -> bytes:
        """Return a key as others need it: PEM, or OpenPGP armour."""
        ring = self._ring()
        return public_form(ring.named(key), ring)

    def backup(self, key: str, password: str) -> bytes:
        """Return an own key with its private part under a password: PKCS #12, or OpenPGP armour."""
        ring = self._ring()
        return private_form(ring.named(key), password, ring)

    def accept(self, key: str) -> None:
        """Use a key whose fingerprint the user compared with its owner."""
        ring = self._ring()
        accept(ring.named(key), ring, self._now())

    def give_up(self, key: str) -> None:
        """Never use a key for new mail again."""
        ring = self._ring()
        revoke(ring.named(key), ring, self._now())

    def cannot_open(self, key: str) -> bool:
        """Note that its owner cannot open what goes to a key; say whether another way is used from now on, or an older form of the same one."""
        ring = self._ring()
        return cannot_open(ring.named(key), ring, self._now())

    def discover(self, addresses: Sequence[Address]) -> bool:
        """Ask others for the keys of recipients, as far as policy lets it and within a day once only; say whether anything new is known now."""
        return self.look_ups.news(addresses)

    def confirm(self) -> bool:
        """Ask authorities whether certificates of the ring are still good, each twice a day at most; say whether anything new is known now."""
        return self.look_ups.confirm()

    def look(self) -> None:
        """Bring `notice` up to date: a correspondent's key that is another than the one in use, or an own one that expires within 30 days.

        Nothing is said of an own key whose owner has another one by the same method.
        """
        ring, now = self._ring(), self._now()
        own = [key for record in ring.records(Role.OWN) if not (key := _view(record, ring, now)).reason]
        lasting = {(key.method, address) for key in own if _lasts(key, now) for address in key.addresses}
        soon = [key for key in own if not _lasts(key, now) and not all((key.method, a) in lasting for a in key.addresses)]
        undecided = (record for record in ring.records(Role.OTHER) if in_place_of_another(record, ring))
        changed = next((record for record in undecided if differs(status_of(record, ring, now))), None)
        self.notice = _change(changed) if changed else _expiry(soon[0]) if soon else ""


def _lasts(key: KeyView, now: datetime) -> bool:
    return key.expires is None or key.expires - now >= WARNED


def _change(record: KeyRecord) -> str:
    others = f"Another key for {', '.join(record.addresses)} than the one you use"
    return f"{others} waits for your decision ({record.evidence}): see Settings, Keys and certificates."


def _expiry(key: KeyView) -> str:
    assert key.expires is not None
    what = "certificate" if key.method is Method.SMIME else "OpenPGP key"
    day = f"{key.expires.day} {key.expires:%B}"
    return f"Your {what} for {', '.join(key.addresses)} expires on {day}: get a new one in time (Settings, Keys and certificates)."


def _view(record: KeyRecord, ring: KeyRing, now: datetime) -> KeyView:
    reason = status_of(record, ring, now)
    shown = (record.method, record.role, record.addresses, record.key.upper(), reason)
    return KeyView(
        record.name,
        *shown,
        waits(reason),
        record.refused,
        expiry_of(record, ring),
        differs(reason),
        record.evidence,
        record.unopened is not None,
    )
