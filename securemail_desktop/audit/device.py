"""Who signs the journal: organisation, device and enrolment epoch, and how that is kept in the encrypted store.

A device that nobody has enrolled signs as organisation `local` with keys of its own, so that the journal always works. Enrolment opens a new
epoch; the old one stays in the journal and is tied to the new one by its first record.
"""

import uuid
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

LOCAL = "local"
DEVICE_SETTING = "audit-device"
SIGNING_KEY = "audit-signing-key"
SEALING_KEY = "audit-sealing-key"


class DeviceError(Exception):
    """The store's document on this device is incomplete; its text is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Device:
    """Who signs: organisation, device and enrolment epoch (UUIDs), the signing key, and the HPKE public key (raw) that `sealed` is sealed to."""

    organization: str
    device: str
    epoch: str
    signing_key: Ed25519PrivateKey
    sealing_key: bytes
    sealing_key_id: str


class Documents(Protocol):
    """Named JSON documents; `store.settings.Settings` is one."""

    def put(self, name: str, document: object) -> None:
        """Store or replace."""
        ...

    def get(self, name: str) -> object | None:
        """Return the document or None."""
        ...


class ReadSecrets(Protocol):
    """Secrets by kind and name, to be read."""

    def get(self, kind: str, name: str) -> bytes | None:
        """Return the secret or None."""
        ...


class Secrets(ReadSecrets, Protocol):
    """Secrets by kind and name; `store.vault.Vault` is one."""

    def put(self, kind: str, name: str, secret: bytes) -> None:
        """Store or replace."""
        ...


def load_device(settings: Documents, vault: Secrets) -> Device:
    """Return the device of this store; make a local one at the first call. Raise `DeviceError`."""
    document = settings.get(DEVICE_SETTING)
    if document is None:
        return _make_local(settings, vault)
    key = vault.get(SIGNING_KEY, document_text(document, "epoch"))
    if key is None:
        raise DeviceError("The key that signs the audit journal is missing from the store; enrol this device again.")
    return device_from(document, key)


def save_device(device: Device, settings: Documents, vault: Secrets) -> None:
    """Keep the device; the key first, so that a crash in between leaves the former device in force."""
    vault.put(SIGNING_KEY, device.epoch, device.signing_key.private_bytes_raw())
    settings.put(DEVICE_SETTING, device_document(device))


def device_document(device: Device) -> dict[str, str]:
    """Return everything but the signing key as a JSON document."""
    return {
        "organization": device.organization,
        "device": device.device,
        "epoch": device.epoch,
        "sealing_key": b64encode(device.sealing_key).decode(),
        "sealing_key_id": device.sealing_key_id,
    }


def device_from(document: object, signing_key: bytes) -> Device:
    """Return the device that `device_document` described, with its raw Ed25519 key; raise `DeviceError`."""
    try:
        return Device(
            document_text(document, "organization"),
            document_text(document, "device"),
            document_text(document, "epoch"),
            Ed25519PrivateKey.from_private_bytes(signing_key),
            b64decode(document_text(document, "sealing_key"), validate=True),
            document_text(document, "sealing_key_id"),
        )
    except ValueError as error:
        raise DeviceError("A key of the audit journal in the store is damaged; enrol this device again.") from error


def document_text(document: object, name: str) -> str:
    """Return a text member of a stored JSON document; raise `DeviceError`."""
    value = document.get(name) if isinstance(document, dict) else None
    if not isinstance(value, str):
        raise DeviceError(f"The store's document on this device lacks `{name}`; enrol this device again.")
    return value


def local_device(sealing_key: bytes) -> Device:
    """Return a new device that belongs to nobody but its user; `sealing_key` is the raw X25519 public key of his own."""
    return Device(LOCAL, str(uuid.uuid4()), str(uuid.uuid4()), Ed25519PrivateKey.generate(), sealing_key, LOCAL)


def _make_local(settings: Documents, vault: Secrets) -> Device:
    sealing = X25519PrivateKey.generate()
    device = local_device(sealing.public_key().public_bytes_raw())
    vault.put(SEALING_KEY, LOCAL, sealing.private_bytes_raw())
    save_device(device, settings, vault)
    return device
