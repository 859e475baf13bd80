"""Open a received message: decrypt, verify, and say what is covered and by whom. Bytes in, `Opened` out; hostile bytes never raise.

Rules: the signature that counts is the one inside of the encryption; From must be one address and the signer's; a protected subject counts only
where its protection held; CBC without a signature is unauthenticated (RFC 8551, 8550, 3156, 9788).
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from securemail_desktop.encryption.autocrypt import announced, gossiped
from securemail_desktop.encryption.entity import parse_entity
from securemail_desktop.encryption.layers import METHODS, Layer, Peeled, kind_of, peel
from securemail_desktop.encryption.leaves import Leaves, leaves
from securemail_desktop.encryption.opened import Integrity, Opened, SignatureVerdict
from securemail_desktop.encryption.protected_headers import Covered, covered
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.signature import Signature
from securemail_desktop.message import encoded_word
from securemail_desktop.message.address import parse_addresses
from securemail_desktop.message.errors import AddressError

_UNAUTHENTICATED = "It is encrypted, but nothing shows that it was not changed on its way."
_OUTSIDE = "The signature is outside of the encryption: whoever signed it need not know what it says."
_OTHER_FROM = "The sender inside of the protection is another than the one outside."
_PART = "The signature covers only a part of the message."


def open_message(source: bytes, ring: KeyRing, now: datetime) -> Opened:
    """Return everything that can be said of a received message."""
    message = parse_entity(source)
    peeled = peel(message, ring, now)
    protected = covered(peeled.payload) if peeled.layers and not peeled.locked else None
    repeats = protected is not None and _decrypted(peeled) and peeled.payload.parameter("hp") == "cipher"
    inside = Leaves() if peeled.locked else leaves(peeled.payload, ring, now, repeats=repeats)
    verdict, signature = _verdict(peeled.layers, inside.signatures)
    senders = _senders(message.headers)
    consistent = senders == _claimed(protected, senders)
    matches = verdict is SignatureVerdict.VALID and consistent and _is_signer(senders, signature)
    warnings = _warnings(peeled, inside, verdict, signature, matches)
    return Opened(
        method=METHODS[kind_of(message)],
        decrypted=_decrypted(peeled),
        signature=verdict,
        signer=", ".join(signature.addresses) if signature else "",
        from_matches=matches,
        integrity=_integrity(peeled.layers, verdict),
        subject=_subject(message.headers, protected, peeled.layers, verdict),
        parts=inside.parts,
        warnings=warnings if consistent else (*warnings, _OTHER_FROM),
        certificates=signature.certificates if signature and matches else (),
        abilities=signature.abilities if signature and matches else None,
        signed_at=signature.signed_at if signature and matches else None,
        announced=announced(message.headers, senders),
        gossiped=gossiped(peeled.payload.headers, _named(message.headers)) if _decrypted(peeled) else (),
        date=_date(message.headers),
    )


def _decrypted(peeled: Peeled) -> bool:
    return any(layer.encryption for layer in peeled.layers) and not peeled.locked


def _named(headers: Message) -> frozenset[str]:
    """Return the addresses of To and Cc."""
    return frozenset(key for name in ("To", "Cc") for value in headers.get_all(name, ()) for key in _keys(str(value)) if key)


def _date(headers: Message) -> datetime | None:
    try:
        date = parsedate_to_datetime(str(headers.get("Date", "")))
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _verdict(layers: Sequence[Layer], partial: Sequence[Signature]) -> tuple[SignatureVerdict, Signature | None]:
    """Return the verdict and the signature that it is about."""
    signatures = _inner(layers)
    if signatures:
        wrong = next((signature for signature in signatures if not signature.valid), None)
        return (SignatureVerdict.INVALID, wrong) if wrong else (SignatureVerdict.VALID, signatures[-1])
    others = [*(layer.signature for layer in layers if layer.signature), *partial]
    if not others:
        return SignatureVerdict.NONE, None
    wrong = next((signature for signature in others if not signature.valid), None)
    return (SignatureVerdict.INVALID, wrong) if wrong else (SignatureVerdict.PARTIAL, others[0])


def _inner(layers: Sequence[Layer]) -> list[Signature]:
    """Return the signatures that cover the payload itself: those inside of the last encryption."""
    last = max((position for position, layer in enumerate(layers) if layer.encryption), default=-1)
    return [layer.signature for layer in layers[last + 1 :] if layer.signature]


def _integrity(layers: Sequence[Layer], verdict: SignatureVerdict) -> Integrity:
    sealed = any(layer.encryption and layer.authenticated for layer in layers) and verdict is not SignatureVerdict.INVALID
    return Integrity.AUTHENTICATED if sealed or verdict is SignatureVerdict.VALID else Integrity.UNAUTHENTICATED


def _senders(headers: Message) -> tuple[str, ...]:
    """Return the addresses of all From fields; a field that cannot be read makes one that matches nobody."""
    return tuple(key for value in headers.get_all("From", ()) for key in _keys(str(value)))


def _keys(value: str) -> tuple[str, ...]:
    try:
        return tuple(address.key for address in parse_addresses(value)) or ("",)
    except AddressError:
        return ("",)


def _claimed(protected: Covered | None, senders: tuple[str, ...]) -> tuple[str, ...]:
    return _keys(protected.sender) if protected and protected.sender else senders


def _is_signer(senders: Sequence[str], signature: Signature | None) -> bool:
    return signature is not None and len(senders) == 1 and senders[0] in signature.addresses


def _subject(headers: Message, protected: Covered | None, layers: Sequence[Layer], verdict: SignatureVerdict) -> str:
    held = any(layer.encryption for layer in layers) or verdict is SignatureVerdict.VALID
    raw = protected.subject if protected and held else str(headers.get("Subject", ""))
    return encoded_word.decode(" ".join(raw.split()))


def _warnings(peeled: Peeled, inside: Leaves, verdict: SignatureVerdict, signature: Signature | None, matches: bool) -> tuple[str, ...]:
    found = [peeled.problem, *peeled.notes, *inside.notes]
    encrypted = [layer for layer in peeled.layers if layer.encryption]
    if encrypted and not peeled.locked and _integrity(peeled.layers, verdict) is Integrity.UNAUTHENTICATED:
        found.append(_UNAUTHENTICATED)
    if verdict is SignatureVerdict.PARTIAL:
        found.append(_PART if inside.signatures else _OUTSIDE)
    if verdict is SignatureVerdict.INVALID and signature:
        found.append(f"The signature does not count: {signature.reason}.")
    if verdict is SignatureVerdict.VALID and signature and not matches:
        found.append(f"It is signed by {', '.join(signature.addresses)}, who is not the one that it says it is from.")
    return tuple(dict.fromkeys(warning for warning in found if warning))
