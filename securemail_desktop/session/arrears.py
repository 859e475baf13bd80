"""Records that do not get to the central store, in words: said calmly, and only when waiting alone has not settled it for a while."""

from collections.abc import Callable
from datetime import datetime, timedelta

from securemail_desktop.audit.sync import Synced

PATIENCE = timedelta(minutes=15)  # a lost network or a restart of the server is nobody's concern
_LATE = "the audit server of your organisation has not been reached for a while. They go by themselves; if it stays so, tell your IT"


class Arrears:
    """What the last syncs said."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Keep the clock."""
        self._now = now
        self._last: Synced | None = None
        self._since = now()

    def note(self, synced: Synced) -> Synced:
        """Take how a sync ended, and return it."""
        if self._last is None or not self._last.problem or self._since > self._now():  # or the clock was set back
            self._since = self._now()
        self._last = synced
        return synced

    @property
    def notice(self) -> str:
        """Return what the user should know, one sentence and the way out, or empty."""
        last = self._last
        if last is None or not last.problem or not last.waiting:
            return ""
        records = "1 audit record waits" if last.waiting == 1 else f"{last.waiting:,} audit records wait"
        if not last.temporary:
            return f"{records} here and cannot be handed over; tell your IT: {last.problem}"
        return f"{records} here: {_LATE}." if self._now() - self._since >= PATIENCE else ""
