"""Ask what a recipient's domain promises of the way to it, and remember it. Blocks: it is for the background, never for Send."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from securemail_desktop.encryption.errors import LookUpFailed
from securemail_desktop.encryption.promise import Kind, Promise, Promises


class PromiseSource(Protocol):
    """One kind of promise, and how to ask for it."""

    @property
    def kind(self) -> Kind:
        """Return the kind."""
        ...

    def look_up(self, domain: str, before: Promise | None, now: datetime) -> Promise:
        """Return what the domain promises now; blocks; raise `LookUpFailed`, where what was known before still holds."""
        ...


def ask_for_promises(
    domain: str,
    sources: Sequence[PromiseSource],
    memory: Promises,
    now: datetime,
    wanted: Callable[[], bool] = lambda: True,
    *,
    anew: bool = False,
) -> tuple[Promise, ...]:
    """Return what the domain promises, found out now or lately; `anew` asks all; nobody is asked when it is not `wanted` any more.

    Raise `StoreError`.
    """
    known = {promise.kind: promise for promise in memory.of(domain)}
    found = dict(known)
    for source in sources:
        before = known.get(source.kind)
        if (before is None or anew or not before.fresh(now)) and wanted():
            found[source.kind] = _ask(source, domain, before, now)
    if found != known:
        memory.keep(domain, tuple(found.values()))
    return tuple(found.values())


def _ask(source: PromiseSource, domain: str, before: Promise | None, now: datetime) -> Promise:
    try:
        return source.look_up(domain, before, now)
    except LookUpFailed as error:
        if before is not None and before.held:
            return replace(before, asked=now, failed=True)
        return Promise(source.kind, False, now, now, now, str(error), failed=True)
