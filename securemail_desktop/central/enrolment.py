"""Enrolment: a one-time token becomes an organisation's device. The signing key is made on the device and never leaves it.

The keys are to be stored before the token is redeemed: when the answer is lost, the same call with the same keys gives the same enrolment.
"""

import hashlib
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from securemail_desktop.central.wire import EnrolAnswer, EnrolRequest, enrol_statement


@dataclass(frozen=True, slots=True)
class EnrolmentKeys:
    """What the device makes for itself: the raw Ed25519 signing key and the secret that it shows to the server."""

    signing_key: bytes
    secret: str


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Where the device is enrolled and as whom: `sealing_key` is the raw X25519 key that it seals to, `checkpoint_key` the log's vkey."""

    url: str
    ca_file: str
    organization: str
    device: str
    epoch: str
    sealing_key: bytes
    sealing_key_id: str
    checkpoint_key: str


class EnrolmentDamaged(Exception):
    """The stored enrolment cannot be read; its text is one sentence for people."""


class Registrar(Protocol):
    """The server's side of enrolment; `central.client` implements it."""

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        """Redeem the token."""
        ...


def make_keys() -> EnrolmentKeys:
    """Return fresh keys of this device."""
    return EnrolmentKeys(Ed25519PrivateKey.generate().private_bytes_raw(), secrets.token_urlsafe(32))


def enrol(registrar: Registrar, url: str, ca_file: str, token: str, keys: EnrolmentKeys) -> Enrolment:
    """Redeem the token with the device's keys; raise `CentralError`."""
    key = Ed25519PrivateKey.from_private_bytes(keys.signing_key)
    public = key.public_key().public_bytes_raw()
    digest = hashlib.sha256(keys.secret.encode()).hexdigest()
    signature = key.sign(enrol_statement(token, public, digest))
    answer = registrar.enrol(
        EnrolRequest(token=token, public_key=b64encode(public).decode(), secret_sha256=digest, signature=b64encode(signature).decode())
    )
    return Enrolment(
        url=url,
        ca_file=ca_file,
        organization=answer.organization,
        device=answer.device,
        epoch=answer.epoch,
        sealing_key=b64decode(answer.sealing_key),
        sealing_key_id=answer.sealing_key_id,
        checkpoint_key=answer.checkpoint_key,
    )


def enrolment_document(enrolment: Enrolment) -> dict[str, str]:
    """Return the enrolment as a JSON document for the settings; it holds no secret."""
    return {
        "url": enrolment.url,
        "ca_file": enrolment.ca_file,
        "organization": enrolment.organization,
        "device": enrolment.device,
        "epoch": enrolment.epoch,
        "sealing_key": b64encode(enrolment.sealing_key).decode(),
        "sealing_key_id": enrolment.sealing_key_id,
        "checkpoint_key": enrolment.checkpoint_key,
    }


def enrolment_from(document: object) -> Enrolment:
    """Return the enrolment that `enrolment_document` described; raise `EnrolmentDamaged`."""
    try:
        if not isinstance(document, dict):
            raise TypeError("no JSON object")  # noqa: TRY301 - one translation for all
        texts = {name: str(document[name]) for name in Enrolment.__slots__ if name != "sealing_key"}
        return Enrolment(**texts, sealing_key=b64decode(document["sealing_key"], validate=True))
    except (KeyError, TypeError, ValueError) as error:
        raise EnrolmentDamaged("The stored enrolment of this device is damaged; enrol it again.") from error
