"""Enrols this device: redeems a token and keeps the result in the encrypted store, so that a crash or a lost answer at any step can be repeated.

Settings: `enrolment` and the device's document. Secrets: the signing key and the secret for the central server, by epoch.
"""

import hashlib
import json
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from securemail_desktop.audit.device import Device, Documents, ReadSecrets, Secrets, save_device
from securemail_desktop.central.enrolment import (
    Enrolment,
    EnrolmentDamaged,
    EnrolmentKeys,
    Registrar,
    enrol,
    enrolment_document,
    enrolment_from,
    make_keys,
)

if TYPE_CHECKING:
    from securemail_desktop.central.client import CentralClient

ENROLMENT_SETTING = "enrolment"
CENTRAL_SECRET = "central-secret"  # noqa: S105 - a kind of secret, not one
_PENDING = "enrolment-pending"


def enrol_device(registrar: Registrar, url: str, ca_file: str, token: str, settings: Documents, vault: Secrets) -> Device:
    """Redeem the token, keep the enrolment, and return the device that signs from now on; raise `CentralError`.

    Records that wait in the former epoch stay local: sync before, when the device was enrolled already.
    """
    keys = _pending_keys(token, vault)
    enrolment = enrol(registrar, url, ca_file, token, keys)
    device = Device(
        organization=enrolment.organization,
        device=enrolment.device,
        epoch=enrolment.epoch,
        signing_key=Ed25519PrivateKey.from_private_bytes(keys.signing_key),
        sealing_key=enrolment.sealing_key,
        sealing_key_id=enrolment.sealing_key_id,
    )
    vault.put(CENTRAL_SECRET, enrolment.epoch, keys.secret.encode())
    settings.put(ENROLMENT_SETTING, enrolment_document(enrolment))
    save_device(device, settings, vault)
    return device


def load_enrolment(settings: Documents) -> Enrolment | None:
    """Return where the device is enrolled, or None; raise `EnrolmentDamaged`."""
    document = settings.get(ENROLMENT_SETTING)
    return None if document is None else enrolment_from(document)


def open_central(enrolment: Enrolment, vault: ReadSecrets, timeout: float = 30.0) -> "CentralClient":
    """Return the client of the enrolled device; nothing is connected yet. Raise `EnrolmentDamaged` or `NotTrusted`."""
    secret = vault.get(CENTRAL_SECRET, enrolment.epoch)
    if secret is None:
        raise EnrolmentDamaged("The secret for the central server is missing from the store; enrol this device again.")
    from securemail_desktop.central.client import CentralClient  # noqa: PLC0415 - HTTP takes time that no start should wait for

    return CentralClient(enrolment.url, enrolment.epoch, secret.decode(), enrolment.ca_file, timeout)


def _pending_keys(token: str, vault: Secrets) -> EnrolmentKeys:
    """Return the keys for this token: the same ones when it is tried again."""
    name = hashlib.sha256(token.encode()).hexdigest()
    stored = vault.get(_PENDING, name)
    if stored is None:
        keys = make_keys()
        vault.put(_PENDING, name, json.dumps([keys.signing_key.hex(), keys.secret]).encode())
        return keys
    signing_key, secret = json.loads(stored)
    return EnrolmentKeys(bytes.fromhex(signing_key), secret)
