"""Which recipients share a copy, and the protected bytes of each copy.

To and Cc recipients of one method share a copy that holds no Bcc recipient's key; every Bcc recipient of an encrypted message gets a copy of his
own, as key ids would reveal him. What is not encrypted names nobody: there all share one copy, whatever their number. Copies of one's own cost disk
and time by their number, so that their size together has a bound.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from securemail_desktop.encryption.method import LEVELS, Level, Method
from securemail_desktop.message.draft import AddressField, Draft
from securemail_desktop.sending.errors import ProtectionFailed
from securemail_desktop.sending.state import Outlook
from securemail_desktop.store.outbox import Bodies
from securemail_desktop.store.pieces import Written

LARGEST_TOGETHER = 2 * 1024**3  # octets of the message times the copies of one's own


class Protector(Protocol):
    """Makes the message that goes on the wire; `session` builds it from `encryption` and the key ring."""

    def withdrawn(self, method: Method, keys: Sequence[str]) -> str:
        """Return why a copy that was made for these keys must not go any more, one sentence, or empty."""
        ...

    def protect(self, draft: Draft, method: Method, keys: tuple[str, ...]) -> Iterable[bytes]:
        """Yield the whole message for the holders of these keys (`Capability.key`), in pieces; raise `ProtectionFailed` at any of them."""
        ...

    def to_self(self, draft: Draft, *, secret: bool) -> Iterable[bytes]:
        """Yield the copy for the Sent folder, which only the author can read when it is `secret`; raise `ProtectionFailed` at any piece.

        Nothing where a secret copy cannot be protected: then none is filed.
        """
        ...


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: positions of its recipients among the outlooks, its method, what was written of it, and the keys that open it."""

    number: int
    method: Method
    positions: tuple[int, ...]
    written: Written
    keys: tuple[str, ...] = ()


def make_copies(draft: Draft, outlooks: Sequence[Outlook], protector: Protector, bodies: Bodies) -> tuple[Copy, ...]:
    """Write the protected copies for all recipients who can get one, one after the other, and return them; raise `ProtectionFailed`."""
    groups, own = _groups(outlooks)
    size = len(own) * (len(draft.text) + len(draft.html) + sum(len(a.content) for a in draft.attachments))
    if size > LARGEST_TOGETHER:
        raise ProtectionFailed(
            f"Each of the {len(own):,} hidden recipients gets a copy to himself, which is too much for a message of this size:"
            " send it to fewer of them at a time, or leave large files out."
        )
    groups += own
    return tuple(_copy(n, draft, outlooks, positions, protector, bodies) for n, positions in enumerate(groups))


def copy_numbers(copies: Sequence[Copy]) -> dict[int, int]:
    """Return the number of each recipient's copy by his position; who gets none is not in it."""
    return {position: copy.number for copy in copies for position in copy.positions}


def _groups(outlooks: Sequence[Outlook]) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """Return who share a copy, and who have one of their own."""
    open_copies: dict[Method, list[int]] = {}
    own: list[tuple[int, ...]] = []
    for position, outlook in enumerate(outlooks):
        if outlook.method is Method.NONE:
            continue
        if outlook.recipient.field is AddressField.BCC and LEVELS[outlook.method] is Level.MESSAGE:
            own.append((position,))
        else:
            open_copies.setdefault(outlook.method, []).append(position)
    return [tuple(positions) for positions in open_copies.values()], own


def _copy(number: int, draft: Draft, outlooks: Sequence[Outlook], positions: tuple[int, ...], protector: Protector, bodies: Bodies) -> Copy:
    method = outlooks[positions[0]].method
    capabilities = [outlooks[p].capability for p in positions]
    keys = tuple(dict.fromkeys(c.key for c in capabilities if c is not None))
    return Copy(number, method, positions, bodies.put_copy(number, protector.protect(draft, method, keys)), keys)
