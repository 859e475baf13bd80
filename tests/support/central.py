"""A central server without a network: its services on a temporary folder, and a device enrolled there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from securemail_desktop.audit.enrol import enrol_device
from securemail_desktop.audit.journal import Device
from securemail_desktop.central.errors import Refused
from securemail_desktop.central.record import Signed
from securemail_desktop.central.wire import EnrolAnswer, EnrolRequest, RecordsAnswer, StoredRecord, WireRecord
from securemail_desktop.server.api import _encoded, _stored
from securemail_desktop.server.device import Enrolled
from securemail_desktop.server.errors import Denied
from securemail_desktop.server.registry import Registry
from securemail_desktop.server.services import Services


@dataclass
class Documents:
    """`Settings` in memory."""

    kept: dict[str, object] = field(default_factory=dict)

    def put(self, name: str, document: object) -> None:
        self.kept[name] = document

    def get(self, name: str) -> object | None:
        return self.kept.get(name)


@dataclass
class Secrets:
    """`Vault` in memory."""

    kept: dict[tuple[str, str], bytes] = field(default_factory=dict)

    def put(self, kind: str, name: str, secret: bytes) -> None:
        self.kept[kind, name] = secret

    def get(self, kind: str, name: str) -> bytes | None:
        return self.kept.get((kind, name))


@dataclass(frozen=True)
class DirectRegistrar:
    """Enrolment by a call instead of HTTPS."""

    registry: Registry

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        return self.registry.enrol(EnrolRequest.model_validate_json(request.model_dump_json()))


@dataclass(frozen=True)
class DirectStore:
    """The central store by calls instead of HTTPS: what `CentralClient` does, through the wire formats."""

    services: Services
    device: Enrolled

    def submit(self, records: list[Signed]) -> list[int]:
        try:
            return self.services.log.append(self.device, wire(records))[0]
        except Denied as error:
            raise Refused(error.refusal.problem, error.refusal.detail, error.refusal.expected) from error

    def checkpoint(self) -> str:
        return self.services.log.checkpoint(self.device.organization)

    def inclusion(self, size: int, indices: Sequence[int]) -> list[list[bytes]]:
        return self.services.log.inclusion(self.device.organization, size, indices)

    def consistency(self, old: int, new: int) -> list[bytes]:
        return self.services.log.consistency(self.device.organization, old, new)

    def own_records(self, epoch: str, first: int, most: int) -> RecordsAnswer:
        found, last = self.services.log.records(self.device, first, most, 1 << 24)
        stored: list[StoredRecord] = [_stored(item, epoch) for item in found]
        return RecordsAnswer(records=stored, last=last)


def wire(records: Sequence[Signed]) -> list[WireRecord]:
    return [WireRecord(record=_encoded([item.record])[0], signature=_encoded([item.signature])[0]) for item in records]


def enrol_directly(services: Services, organization: str = "clinic") -> tuple[Device, Enrolled]:
    """Return a newly enrolled device and what the server knows of it."""
    token = services.registry.invite(organization, timedelta(hours=1))
    device = enrol_device(DirectRegistrar(services.registry), "https://unused.example", "", token, Documents(), Secrets())
    return device, Enrolled(device.organization, device.device, device.epoch, device.signing_key.public_key())
