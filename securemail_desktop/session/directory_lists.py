"""Lists of the organisation that outside people read, as its directories told: asked for in the background, kept in the encrypted store.

What a directory said last holds on while it does not answer: an open list does not become a closed one because a server is away.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from securemail_desktop.store.settings import Settings

_NAME = "directory-lists"
_FRESH = timedelta(days=1)
_MOST = 200  # members that are kept of a list: the text names two


@dataclass(frozen=True, slots=True)
class Told:
    """What a directory said of an address: who gets its mail outside (addresses), and when."""

    outside: tuple[str, ...]
    asked: datetime


class DirectoryLists:
    """What is known, by `Address.key`. Raise `StoreError`."""

    def __init__(self, settings: Settings) -> None:
        """Keep where it lies."""
        self._settings = settings

    def open_lists(self) -> dict[str, tuple[str, ...]]:
        """Return the addresses whose mail is read outside, with who reads it."""
        return {key: told.outside for key, told in self._known().items() if told.outside}

    def is_fresh(self, key: str, now: datetime) -> bool:
        """Say whether it is so young that asking again is not worth it."""
        told = self._known().get(key)
        return told is not None and timedelta(0) <= now - told.asked < _FRESH

    def keep(self, key: str, outside: Iterable[str], now: datetime) -> bool:
        """Keep what was said just now; return whether it is news."""
        known = self._known()
        told = Told(tuple(outside)[:_MOST], now)
        news = told.outside != (known[key].outside if key in known else ())
        kept = {**{k: old for k, old in known.items() if old.outside or now - old.asked < _FRESH}, key: told}
        self._settings.put(_NAME, {k: [one.asked.isoformat(), *one.outside] for k, one in kept.items()})
        return news

    def _known(self) -> Mapping[str, Told]:
        document = self._settings.get(_NAME)
        rows = document.items() if isinstance(document, dict) else ()
        return {str(key): told for key, row in rows if (told := _read(row))}


def _read(row: object) -> Told | None:
    """Return what a row says; a damaged one says nothing, so that the directory is asked again."""
    match row:
        case [str(asked), *outside]:
            try:
                when = datetime.fromisoformat(asked)
            except ValueError:
                return None
            return Told(tuple(map(str, outside)), when if when.tzinfo else when.replace(tzinfo=UTC))
        case _:
            return None
