"""The records of a key ring, found by address, name and role in no time, however many there are."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.record import KeyRecord, Role

_Named = TypeVar("_Named", str, Role)


class Records:
    """What a ring held at one moment; it never changes, and the ring takes a new one with each change."""

    def __init__(self, records: Iterable[KeyRecord]) -> None:
        """Take the records in their order."""
        self.every = tuple(records)
        self._by_name = {record.name: record for record in self.every}
        self._by_address = _gathered((key, record) for record in self.every for key in dict.fromkeys(record.addresses))
        self._by_role = _gathered((record.role, record) for record in self.every)
        self._accepted = {method: frozenset(r.key for r in self.every if r.method is method and _counts(r)) for method in Method}

    def named(self, name: str) -> KeyRecord | None:
        """Return the record of a name."""
        return self._by_name.get(name)

    def of(self, address: str) -> tuple[KeyRecord, ...]:
        """Return what there is for an `Address.key`."""
        return self._by_address.get(address, ())

    def in_role(self, role: Role) -> tuple[KeyRecord, ...]:
        """Return what has the role."""
        return self._by_role.get(role, ())

    def accepted(self, method: Method) -> frozenset[str]:
        """Return the keys of a method that a person accepted, own ones included."""
        return self._accepted[method]


def _counts(record: KeyRecord) -> bool:
    return record.accepted and not record.refused and record.role is not Role.AUTHORITY


def _gathered(pairs: Iterable[tuple[_Named, KeyRecord]]) -> Mapping[_Named, tuple[KeyRecord, ...]]:
    gathered: dict[_Named, list[KeyRecord]] = {}
    for name, record in pairs:
        gathered.setdefault(name, []).append(record)
    return {name: tuple(records) for name, records in gathered.items()}
