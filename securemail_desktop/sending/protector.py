"""Protects copies with the sender's keys and the key ring; errors of encryption become one sentence that holds the message."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.protect import protect_message
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.withdrawn import withdrawn
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.errors import MessageError
from securemail_desktop.sending.errors import ProtectionFailed


@dataclass(frozen=True, slots=True)
class RingProtector:
    """Implements `copies.Protector` for one sender."""

    sender: Address
    ring: KeyRing
    now: Callable[[], datetime]
    announce: bool = False

    def protect(self, draft: Draft, method: Method, keys: tuple[str, ...]) -> Iterator[bytes]:
        """Yield the whole message for the holders of these keys; raise `ProtectionFailed`."""
        with _translated():
            yield from protect_message(
                draft, method, keys, self.ring.own(self.sender, self.now()), self.ring, self.now(), announce=self.announce
            )

    def withdrawn(self, method: Method, keys: Sequence[str]) -> str:
        """Return why a copy that was made for these keys must not go any more, one sentence, or empty."""
        with _translated():
            return next(filter(None, (withdrawn(method, key, self.ring) for key in keys)), "")

    def to_self(self, draft: Draft, *, secret: bool) -> Iterable[bytes]:
        """Return the author's copy: encrypted to himself when it holds what others got protected, and nothing when he has no key for that."""
        if not secret:
            return self.protect(draft, Method.CLEAR, ())
        with _translated():
            own = self.ring.own(self.sender, self.now())
        method = next((m for m in (Method.SMIME, Method.OPENPGP) if own.key(m) and own.can_sign(m)), None)
        return self.protect(draft, method, (own.key(method),)) if method else ()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (EncryptionError, MessageError) as error:
        raise ProtectionFailed(str(error)) from error
