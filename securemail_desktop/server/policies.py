"""Which signed policy each device recorded last, from the records in the database; a device that brought none is named as well."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, literal, select

from securemail_desktop.audit.policy_change import APPLY
from securemail_desktop.server.storage import ENTRIES, EPOCHS, Storage


@dataclass(frozen=True, slots=True)
class DevicePolicy:
    """A device and its policy; name and ring are empty where it recorded none. `t` is when it came into force, RFC 3339 in UTC."""

    organization: str
    device: str
    ring: str = ""
    name: str = ""
    version: int = 0
    sha256: str = ""
    t: str = ""


def who_has(storage: Storage) -> tuple[DevicePolicy, ...]:
    """Return every device that is not revoked, by organisation, with the last policy that it recorded."""
    with storage.reading() as connection:
        devices = select(EPOCHS.c.organization, EPOCHS.c.device).where(EPOCHS.c.revoked.is_(False))
        found = {tuple(row): DevicePolicy(row.organization, row.device) for row in connection.execute(devices)}
        marked = func.instr(ENTRIES.c.record, literal(f'"act":"{APPLY}"'.encode()))
        query = select(EPOCHS.c.organization, EPOCHS.c.device, ENTRIES.c.record).join(EPOCHS, EPOCHS.c.epoch == ENTRIES.c.epoch)
        for organization, device, record in connection.execute(query.where(marked > 0).order_by(ENTRIES.c.leaf)):
            applied = _applied(organization, device, record)
            if applied is not None and (organization, device) in found:
                found[(organization, device)] = applied
    return tuple(sorted(found.values(), key=lambda p: (p.organization, p.ring, p.version, p.device)))


def lines(policies: tuple[DevicePolicy, ...]) -> Iterator[str]:
    """Return what is printed, a line a device."""
    for p in policies:
        what = f"{p.ring}  {p.name} version {p.version}  {p.sha256[:12]}  since {p.t}" if p.name else "no signed policy was recorded"
        yield f"{p.organization}  {p.device}  {what}"


def _applied(organization: str, device: str, record: bytes) -> DevicePolicy | None:
    match json.loads(record):
        case {
            "act": act,
            "t": str(t),
            "src": {"ring": str(ring)},
            "pol": {"id": str(name), "ver": int(version), "sha256": str(sha256)},
        } if act == APPLY:
            return DevicePolicy(organization, device, ring, name, version, sha256, t)
        case _:
            return None
