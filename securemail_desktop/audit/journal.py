"""The journal on this machine: a SQLite file of its own, WAL, synchronous=FULL; a hash chain an epoch and an Ed25519 signature a record.

It holds no clear address, no text and no subject. Canonical bytes are RFC 8785 (audit.md); they are stored and sent as they were signed.
Several threads and several programs may write to one journal: each append takes the file's write lock before it looks at the chain's end.
"""

import json
import os
import secrets
import sqlite3
import threading
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from securemail_desktop.audit.canonical import Json, canonical
from securemail_desktop.audit.chain import Head, digest_of
from securemail_desktop.audit.clock import Clock, system_clock, timestamp
from securemail_desktop.audit.device import LOCAL
from securemail_desktop.audit.device import Device as Device  # noqa: PLC0414 - the journal's callers know it by this module
from securemail_desktop.audit.event import new_rid
from securemail_desktop.audit.schema import SCHEMA, SCHEMA_VERSION
from securemail_desktop.audit.sealing import seal
from securemail_desktop.audit.verify import Acknowledged, Epoch, verify_chain
from securemail_desktop.audit.verify import Verification as Verification  # noqa: PLC0414 - likewise
from securemail_desktop.central.record import Signed as Signed  # noqa: PLC0414 - likewise

_HEADER = frozenset({"v", "alg", "rid", "org", "dev", "epoch", "seq", "prev", "nonce", "t", "mono_ms", "boot", "cp", "act", "sealed"})
_SIGNED = "SELECT epoch, seq, rid, record, signature FROM records"
_WAITING = "FROM records LEFT JOIN acknowledged USING (epoch, seq) WHERE epoch = ? AND leaf IS NULL"
_BUSY_SECONDS = 30.0


class JournalError(Exception):
    """The journal cannot be written or read; nothing may be sent. Its text is one sentence for people with the way out."""


class JournalDamaged(JournalError):
    """The file is no journal any more: something wrote into it, or the disk failed."""


def journal_path(data: Path) -> Path:
    """Return where the journal lies in the program's data folder."""
    return data / "journal.db"


class Journal:
    """The open journal."""

    def __init__(self, path: Path, device: Device, clock: Clock | None = None) -> None:
        """Open or create the file (0600); raise `JournalError`."""
        self._device = device
        self._clock = clock or system_clock()
        self._lock = threading.RLock()
        with _translated():
            _create_private(path)
            self._connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            try:
                _prepare(self._connection)
            except BaseException:
                self._connection.close()
                raise

    @property
    def device(self) -> Device:
        """Return who signs."""
        return self._device

    def append(self, rid: str, act: str, fields: dict[str, Json], sealed: dict[str, Json]) -> None:
        """Append one record durably. A rid that is already there is left as it is, so that a crashed caller may repeat.

        Raise `ValueError` for fields that have no canonical form or bear a name of the header: nothing was written.
        """
        if taken := _HEADER & fields.keys():
            raise ValueError(f"fields of the header: {', '.join(sorted(taken))}")
        with self._writing():
            if self._knows(rid):
                return
            head = self._head()
            if head.seq == 0:
                head = self._open_epoch()
            self._insert(rid, act, fields, sealed, head)

    def has(self, rid: str) -> bool:
        """Say whether the record is there."""
        with self._reading():
            return self._knows(rid)

    def last(self) -> tuple[str, int, str] | None:
        """Return epoch, number and digest (hex SHA-256) of the last record, None when there is none."""
        with self._reading():
            row = self._connection.execute("SELECT epoch, seq, record FROM records ORDER BY position DESC LIMIT 1").fetchone()
            return (str(row[0]), int(row[1]), digest_of(row[2])) if row else None

    def last_of(self, act: str) -> dict[str, Json] | None:
        """Return the last record of this act, None when there is none."""
        with self._reading():
            query = "SELECT record FROM records WHERE instr(record, ?) ORDER BY position DESC"
            for (record,) in self._connection.execute(query, (f'"act":"{act}"'.encode(),)):
                document = json.loads(record)
                if document.get("act") == act:
                    return dict(document)
        return None

    def holds(self, epoch: str, seq: int, digest: str) -> bool:
        """Say whether the record of this digest stands at its place."""
        with self._reading():
            row = self._connection.execute("SELECT record FROM records WHERE epoch = ? AND seq = ?", (epoch, seq)).fetchone()
            return row is not None and digest_of(row[0]) == digest

    def unsynced(self, most: int) -> list[Signed]:
        """Return the oldest records of this epoch that the central store has not acknowledged; none while the device is `local`."""
        if self._device.organization == LOCAL:
            return []
        with self._reading():
            return self._signed(
                f"SELECT epoch, seq, rid, record, signature {_WAITING} ORDER BY position LIMIT ?", (self._device.epoch, most)
            )

    def waiting(self) -> int:
        """Return how many records of this epoch the central store has not acknowledged; 0 while the device is `local`."""
        if self._device.organization == LOCAL:
            return 0
        with self._reading():
            return int(self._connection.execute(f"SELECT count(*) {_WAITING}", (self._device.epoch,)).fetchone()[0])

    def acknowledge(self, epoch: str, seq: int, leaf_index: int) -> None:
        """Note that the central store holds the record as this leaf of its log."""
        self.acknowledge_all([(epoch, seq, leaf_index)])

    def acknowledge_all(self, leaves: Sequence[Acknowledged]) -> None:
        """Note (epoch, seq, leaf index) of many records in one step."""
        with self._writing():
            self._connection.executemany("INSERT OR REPLACE INTO acknowledged (epoch, seq, leaf) VALUES (?, ?, ?)", leaves)

    def forget_acknowledged(self, epoch: str, first: int) -> None:
        """Let the epoch's records from number `first` on wait again: the central store has lost them."""
        with self._writing():
            self._connection.execute("DELETE FROM acknowledged WHERE epoch = ? AND seq >= ?", (epoch, first))

    def acknowledged(self) -> list[Acknowledged]:
        """Return (epoch, seq, leaf index) of every record that the central store holds, in chain order."""
        with self._reading():
            query = "SELECT epoch, seq, leaf FROM acknowledged LEFT JOIN records USING (epoch, seq) ORDER BY position, seq"
            return [(str(epoch), int(seq), int(leaf)) for epoch, seq, leaf in self._connection.execute(query)]

    def records(self) -> list[Signed]:
        """Return everything, in chain order."""
        with self._reading():
            return self._signed(f"{_SIGNED} ORDER BY position", ())

    def checkpoint(self) -> str:
        """Return the last checkpoint of the central store that was checked, as its signed note; empty when there is none."""
        with self._reading():
            row = self._connection.execute("SELECT note FROM checkpoint WHERE epoch = ?", (self._device.epoch,)).fetchone()
            return str(row[0]) if row else ""

    def remember_checkpoint(self, note: str, size: int, root: bytes) -> None:
        """Keep a checked checkpoint; later records carry its size and root, so that a log that is rewritten contradicts them."""
        values = (self._device.epoch, note, size, b64encode(root).decode())
        with self._writing():
            self._connection.execute("INSERT OR REPLACE INTO checkpoint (epoch, note, size, root) VALUES (?, ?, ?, ?)", values)

    def verify(self) -> Verification:
        """Check every digest, link, sequence number and signature; name the exact record that is wrong."""
        with self._reading():
            epochs = [
                Epoch(*row)
                for row in self._connection.execute("SELECT epoch, organization, device, public_key FROM epochs ORDER BY position")
            ]
            records = self._signed(f"{_SIGNED} ORDER BY position", ())
            acknowledged = self.acknowledged()
        return verify_chain(records, epochs, acknowledged, self._device)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _open_epoch(self) -> Head:
        key = self._device.signing_key.public_key().public_bytes_raw()
        fields: dict[str, Json] = {"pub": b64encode(key).decode(), "after": self._former_epoch()}
        values = (self._device.epoch, self._device.organization, self._device.device, key)
        self._connection.execute("INSERT INTO epochs (epoch, organization, device, public_key) VALUES (?, ?, ?, ?)", values)
        return self._insert(new_rid(), "epoch-open", fields, {}, Head())

    def _former_epoch(self) -> Json:
        row = self._connection.execute(
            "SELECT epoch, seq, record, public_key FROM records JOIN epochs USING (epoch) ORDER BY records.position DESC LIMIT 1"
        ).fetchone()
        return row and {"epoch": row[0], "seq": row[1], "head": digest_of(row[2]), "pub": b64encode(row[3]).decode()}

    def _insert(self, rid: str, act: str, fields: dict[str, Json], sealed: dict[str, Json], head: Head) -> Head:
        record = canonical(self._members(rid, act, fields, sealed, head))
        values = (self._device.epoch, head.seq + 1, rid, record, self._device.signing_key.sign(record))
        self._connection.execute("INSERT INTO records (epoch, seq, rid, record, signature) VALUES (?, ?, ?, ?, ?)", values)
        return Head(head.seq + 1, digest_of(record))

    def _members(self, rid: str, act: str, fields: dict[str, Json], sealed: dict[str, Json], head: Head) -> dict[str, Json]:
        device, clock = self._device, self._clock
        members: dict[str, Json] = {
            "v": 1, "alg": "ed25519", "rid": rid, "org": device.organization, "dev": device.device, "epoch": device.epoch,
            "seq": head.seq + 1, "prev": head.digest, "nonce": secrets.token_hex(12),
            "t": timestamp(clock.now()), "mono_ms": clock.monotonic_ms(), "boot": clock.boot, "act": act,
        }  # fmt: skip
        row = self._connection.execute("SELECT size, root FROM checkpoint WHERE epoch = ?", (device.epoch,)).fetchone()
        if row:
            members["cp"] = {"size": row[0], "root": row[1]}
        if sealed:
            members["sealed"] = {"kid": device.sealing_key_id, "hpke": seal(sealed, device.sealing_key, rid)}
        return members | fields

    def _head(self) -> Head:
        row = self._connection.execute("SELECT epoch FROM epochs ORDER BY position DESC LIMIT 1").fetchone()
        known = self._connection.execute("SELECT 1 FROM epochs WHERE epoch = ?", (self._device.epoch,)).fetchone()
        if known and row[0] != self._device.epoch:
            raise JournalError("This device was enrolled anew meanwhile; close this program and open it again.")
        query = "SELECT seq, record FROM records WHERE epoch = ? ORDER BY seq DESC LIMIT 1"
        row = self._connection.execute(query, (self._device.epoch,)).fetchone()
        return Head(row[0], digest_of(row[1])) if row else Head()

    def _knows(self, rid: str) -> bool:
        return self._connection.execute("SELECT 1 FROM records WHERE rid = ?", (rid,)).fetchone() is not None

    def _signed(self, query: str, values: Sequence[str | int]) -> list[Signed]:
        return [Signed(*row) for row in self._connection.execute(query, values)]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock, _translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk may have rolled it back already
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock, _translated():
            yield


def _create_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("BEGIN IMMEDIATE")
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise JournalError("The audit journal was written by a newer version of this program; install that version.")
    for number in range(version, SCHEMA_VERSION):
        for statement in SCHEMA[number]:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
    connection.execute("COMMIT")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _said(error) from error
    except OSError as error:
        raise JournalError(f"The audit journal cannot be opened ({error.strerror}); check the rights of its folder.") from error


def _said(error: sqlite3.Error) -> JournalError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return JournalError("The disk is full, so the audit journal cannot be written; free some space and try again.")
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return JournalError("Another program is holding the audit journal; close it and try again.")
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return JournalDamaged("The audit journal is damaged; keep its file for the investigation and ask your administrator.")
    return JournalError("The audit journal cannot be written or read; check the disk and the rights of its folder, then try again.")
