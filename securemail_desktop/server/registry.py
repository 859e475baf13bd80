"""Organisations, one-time invitations and enrolled devices.

Tokens and devices' secrets are kept as SHA-256 only (both are 256 random bits). An invitation serves one device; repeating the same request gives
the same answer, since the first answer may have been lost.
"""

import hashlib
import hmac
import re
import secrets
import uuid
from base64 import b64decode, b64encode
from datetime import timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Row

from securemail_desktop.central.record import Problem
from securemail_desktop.central.wire import EnrolAnswer, EnrolRequest, enrol_statement
from securemail_desktop.server.device import Enrolled
from securemail_desktop.server.errors import NotReady, denied
from securemail_desktop.server.keys import make_sealing_key
from securemail_desktop.server.log import Log
from securemail_desktop.server.storage import EPOCHS, INVITATIONS, ORGANIZATIONS, Storage, now_ms
from securemail_desktop.server.weak_keys import is_weak

_ORGANIZATION = re.compile(r"[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?")


class Registry:
    """Who belongs to which organisation."""

    def __init__(self, data: Path, storage: Storage, log: Log) -> None:
        """Keep what it works with; `data` is where sealing keys are made."""
        self._data = data
        self._storage = storage
        self._log = log

    def invite(self, organization: str, valid: timedelta) -> str:
        """Return a one-time token for one device of the organisation, which is made at its first; raise `NotReady`."""
        if not _ORGANIZATION.fullmatch(organization) or organization == "local":
            raise NotReady("An organisation's name has 1 to 63 small letters, digits, dots and hyphens, and is not `local`.")
        sealing_key = make_sealing_key(self._data, organization)
        token = secrets.token_urlsafe(32)
        with self._storage.writing() as connection:
            if not _organization(connection, organization):
                key_id = f"audit-{hashlib.sha256(sealing_key).hexdigest()[:16]}"
                connection.execute(insert(ORGANIZATIONS).values(organization=organization, sealing_key=sealing_key, sealing_key_id=key_id))
            expires = now_ms() + int(valid.total_seconds() * 1000)
            connection.execute(insert(INVITATIONS).values(token_sha256=_digest(token), organization=organization, expires=expires))
        return token

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        """Redeem an invitation; raise `Denied`."""
        public_key = _check_possession(request)
        with self._storage.writing() as connection:
            invitation = connection.execute(select(INVITATIONS).where(INVITATIONS.c.token_sha256 == _digest(request.token))).one_or_none()
            if invitation is None or invitation.expires < now_ms():
                raise denied(
                    Problem.UNKNOWN_INVITATION, "This enrolment token is unknown or has expired; ask your administrator for a new one."
                )
            if invitation.epoch:
                return self._answer(connection, _same_device(connection, invitation.epoch, public_key, request.secret_sha256))
            return self._answer(connection, _open_epoch(connection, invitation, public_key, request.secret_sha256))

    def authenticate(self, authorization: str) -> Enrolled:
        """Return the device that shows `Bearer EPOCH.SECRET`; raise `Denied`."""
        epoch, _, secret = authorization.removeprefix("Bearer ").partition(".")
        with self._storage.reading() as connection:
            row = connection.execute(select(EPOCHS).where(EPOCHS.c.epoch == epoch)).one_or_none()
        if row is None or not hmac.compare_digest(row.secret_sha256, _digest(secret)) or row.revoked:
            raise denied(Problem.NOT_ENROLLED, "The central server does not know this device, or it was revoked; enrol it again.")
        return Enrolled(row.organization, row.device, row.epoch, Ed25519PublicKey.from_public_bytes(row.public_key))

    def device_keys(self, organization: str) -> dict[str, bytes]:
        """Return the raw public keys of the organisation's devices by epoch, without those that were revoked; raise `NotReady`."""
        with self._storage.reading() as connection:
            if _organization(connection, organization) is None:
                raise NotReady(f"There is no organisation {organization} here: invite its first device with --new-token.")
            wanted = (EPOCHS.c.organization == organization) & ~EPOCHS.c.revoked
            rows = connection.execute(select(EPOCHS.c.epoch, EPOCHS.c.public_key).where(wanted)).all()
        return {row.epoch: row.public_key for row in rows}

    def check(self) -> None:
        """Raise unless the database answers."""
        with self._storage.reading() as connection:
            connection.execute(select(1))

    def _answer(self, connection: Connection, epoch: "Row[tuple[object, ...]]") -> EnrolAnswer:
        organization = _organization(connection, epoch.organization)
        assert organization is not None  # a foreign key holds it
        return EnrolAnswer(
            organization=epoch.organization,
            device=epoch.device,
            epoch=epoch.epoch,
            sealing_key=b64encode(organization.sealing_key).decode(),
            sealing_key_id=organization.sealing_key_id,
            checkpoint_key=self._log.verifier_key(epoch.organization),
        )


def _check_possession(request: EnrolRequest) -> bytes:
    raw = b64decode(request.public_key)
    if is_weak(raw):
        raise denied(Problem.BAD_SIGNATURE, "The device's key is not one: its signatures would prove nothing.")
    try:
        key = Ed25519PublicKey.from_public_bytes(raw)
        key.verify(b64decode(request.signature), enrol_statement(request.token, raw, request.secret_sha256))
    except (ValueError, InvalidSignature) as error:
        raise denied(Problem.BAD_SIGNATURE, "The enrolment request is not signed by the key that it names.") from error
    return raw


def _organization(connection: Connection, organization: str) -> "Row[tuple[object, ...]] | None":
    return connection.execute(select(ORGANIZATIONS).where(ORGANIZATIONS.c.organization == organization)).one_or_none()


def _epoch(connection: Connection, epoch: str) -> "Row[tuple[object, ...]]":
    return connection.execute(select(EPOCHS).where(EPOCHS.c.epoch == epoch)).one()


def _same_device(connection: Connection, epoch: str, public_key: bytes, secret_sha256: str) -> "Row[tuple[object, ...]]":
    row = _epoch(connection, epoch)
    if row.public_key != public_key or row.secret_sha256 != secret_sha256:
        raise denied(
            Problem.UNKNOWN_INVITATION, "This enrolment token was already used by another device; ask your administrator for a new one."
        )
    return row


def _open_epoch(
    connection: Connection, invitation: "Row[tuple[object, ...]]", public_key: bytes, secret_sha256: str
) -> "Row[tuple[object, ...]]":
    epoch = str(uuid.uuid4())
    values = {"epoch": epoch, "device": str(uuid.uuid4()), "organization": invitation.organization, "public_key": public_key}
    connection.execute(insert(EPOCHS).values(**values, secret_sha256=secret_sha256, opened=now_ms()))
    connection.execute(update(INVITATIONS).where(INVITATIONS.c.token_sha256 == invitation.token_sha256).values(epoch=epoch))
    return _epoch(connection, epoch)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
