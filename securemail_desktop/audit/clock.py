"""The clocks that a record carries: wall time, and a monotonic time of this boot that setting the clock cannot change."""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """What the journal asks for the time."""

    @property
    def boot(self) -> str:
        """Return what names this boot: monotonic times compare within one boot only."""
        ...

    def now(self) -> datetime:
        """Return wall time in UTC."""
        ...

    def monotonic_ms(self) -> int:
        """Return milliseconds that never go back within this boot."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clocks."""

    boot: str

    def now(self) -> datetime:
        """Return wall time in UTC."""
        return datetime.now(UTC)

    def monotonic_ms(self) -> int:
        """Return milliseconds of the monotonic clock."""
        return time.monotonic_ns() // 1_000_000


def system_clock() -> SystemClock:
    """Return the machine's clocks; where the system does not name its boot, every process counts as one."""
    try:
        return SystemClock(Path("/proc/sys/kernel/random/boot_id").read_text().strip()[:8])
    except OSError:
        return SystemClock(secrets.token_hex(4))


def timestamp(moment: datetime) -> str:
    """Return RFC 3339 in UTC with milliseconds: `2026-11-24T01:53:41.123Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
