"""A device, a clock that can be set, and damage to a journal, for the audit tests."""

import hashlib
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from securemail_desktop.audit.canonical import canonical, parse_canonical
from securemail_desktop.audit.journal import Device, Journal

EPOCH = "0e5f3f0a-0000-4000-8000-000000000001"


@dataclass
class SteppedClock:
    """Half a second passes at each look; `step` sets the wall clock."""

    boot: str = "boot-1"
    wall: datetime = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    ticks: int = field(default=1000)

    def now(self) -> datetime:
        self.wall += timedelta(milliseconds=500)
        return self.wall

    def monotonic_ms(self) -> int:
        self.ticks += 500
        return self.ticks

    def step(self, by: timedelta) -> None:
        self.wall += by


def fill(journal: Journal, count: int, prefix: str = "rid") -> None:
    for number in range(count):
        journal.append(f"{prefix}-{number}", "feedback", {"det": "mrn", "n": number}, {})


def edit(path: Path, sql: str, *values: object) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute(sql, values).rowcount > 0
    connection.close()


def resign(path: Path, device: Device, seq: int, *, tail: bool) -> None:
    """Do what a thief of the signing key can do: change a record, sign it again, and (`tail`) everything after it."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute(
            "SELECT seq, record FROM records WHERE epoch = ? AND seq >= ? ORDER BY seq", (device.epoch, seq)
        ).fetchall()
        before = ""
        for number, original in rows if tail else rows[:1]:
            members = parse_canonical(original)
            members |= {"n": 666} if number == seq else {"prev": before}
            record = canonical(members)
            before = hashlib.sha256(record).hexdigest()
            connection.execute(
                "UPDATE records SET record = ?, signature = ? WHERE epoch = ? AND seq = ?",
                (record, device.signing_key.sign(record), device.epoch, number),
            )
    connection.close()
