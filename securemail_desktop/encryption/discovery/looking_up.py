"""Ask the sources for a recipient's keys, the worthiest first, and remember what each said. Blocks: it is for the background, never for Send."""

from collections.abc import Callable, Sequence
from datetime import datetime

from securemail_desktop.encryption.discovery.answer import Answer, Memory, Outcome
from securemail_desktop.encryption.discovery.keeping import Kept, keep
from securemail_desktop.encryption.discovery.source import Source
from securemail_desktop.encryption.errors import EncryptionError, LookUpFailed
from securemail_desktop.encryption.record import Origin
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.address import Address


def look_up(
    address: Address,
    sources: Sequence[Source],
    ring: KeyRing,
    memory: Memory,
    now: datetime,
    wanted: Callable[[], bool] = lambda: True,
    *,
    anew: bool = False,
) -> tuple[Answer, ...]:
    """Return what each source said, now or lately; `anew` asks all. It ends early when it is not `wanted` any more. Raise `StoreError`."""
    known = memory.of(address)
    said: dict[Origin, Answer] = {}
    for source in sources:
        before = known.get(source.origin)
        if before is not None and before.fresh(now) and not anew:
            said[source.origin] = before
        elif wanted():
            said[source.origin] = _ask(source, address, ring, now)
    if said != known:
        memory.keep(address, {**known, **said})
    return tuple(said.values())


def _ask(source: Source, address: Address, ring: KeyRing, now: datetime) -> Answer:
    try:
        found = source.look_up(address)
        evidence = f"found by asking {source.whom} on {now:%Y-%m-%d}"
        kept = keep(found, address, source.origin, evidence, ring, now) if found else Kept()
    except LookUpFailed as error:
        return Answer(source.origin, Outcome.FAILED, str(error), (), now)
    except EncryptionError as error:
        return Answer(source.origin, Outcome.UNUSABLE, str(error), (), now)
    names = tuple(record.name for record in kept.records)
    if names:
        return Answer(source.origin, Outcome.FOUND, _found(len(names), bool(kept.new)), names, now)
    if kept.problems:
        return Answer(source.origin, Outcome.UNUSABLE, f"What is there cannot be used: {kept.problems[0]}.", (), now)
    return Answer(source.origin, Outcome.NOTHING, "There is no key for this address.", (), now)


def _found(count: int, new: bool) -> str:
    what = "A key is there" if count == 1 else f"{count} keys are there"
    return f"{what}, new to this machine." if new else f"{what}, known already."
