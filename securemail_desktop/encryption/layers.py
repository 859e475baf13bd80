"""The cryptographic layers of a received message, taken off from the outside in (RFC 8551, 3.7; RFC 3156; RFC 9788, 1.9).

Rules (EFAIL, "Johnny, you are fired"): decryption happens at the root or directly under a signature, never beside other parts and never twice in a
row; a multipart/signed has exactly its two parts; what cannot be opened shows nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from securemail_desktop.encryption.entity import Entity, parse_entity, split_multipart
from securemail_desktop.encryption.errors import EncryptionError, NotReadable
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.openpgp import inline
from securemail_desktop.encryption.openpgp import read as openpgp
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.encryption.signature import Signature
from securemail_desktop.encryption.smime import decrypt as smime_decrypt
from securemail_desktop.encryption.smime import verify as smime_verify
from securemail_desktop.encryption.smime.der import content_type

_MOST_LAYERS = 6  # a triple-wrapped message has three
_CMS_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_CMS_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
_NO_SECOND_DECRYPTION = "What was decrypted holds another encrypted message, which is not opened."


class Kind(Enum):
    """What an entity is to cryptography."""

    PLAIN = auto()
    CMS = auto()
    CMS_SIGNED = auto()
    PGP_ENCRYPTED = auto()
    PGP_SIGNED = auto()
    PGP_INLINE = auto()
    PGP_INLINE_SIGNED = auto()


_SIGNED = frozenset({Kind.CMS_SIGNED, Kind.PGP_SIGNED})
METHODS = {
    Kind.PLAIN: Method.NONE,
    Kind.CMS: Method.SMIME,
    Kind.CMS_SIGNED: Method.SMIME,
    Kind.PGP_ENCRYPTED: Method.OPENPGP,
    Kind.PGP_SIGNED: Method.OPENPGP,
    Kind.PGP_INLINE: Method.OPENPGP,
    Kind.PGP_INLINE_SIGNED: Method.OPENPGP,
}


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer that was taken off: an encryption (`signature` None) or a signature."""

    method: Method
    signature: Signature | None = None
    authenticated: bool = False

    @property
    def encryption(self) -> bool:
        """Say whether the layer was an encryption."""
        return self.signature is None


@dataclass(frozen=True, slots=True)
class Peeled:
    """The payload under all layers, outermost first; `problem` where a layer could not be taken off.

    `locked` when that layer hides the content: then there is no payload to show.
    """

    payload: Entity
    layers: tuple[Layer, ...]
    notes: tuple[str, ...] = ()
    problem: str = ""
    locked: bool = False


def kind_of(entity: Entity) -> Kind:
    """Return what an entity is to cryptography, by its type and protocol."""
    kind, protocol = entity.content_type, entity.parameter("protocol").lower()
    if kind in _CMS_TYPES or (kind == "application/octet-stream" and entity.filename.lower().endswith(".p7m")):
        return Kind.CMS
    if kind == "multipart/signed" and protocol in _CMS_SIGNATURES:
        return Kind.CMS_SIGNED
    if kind == "multipart/signed" and protocol == "application/pgp-signature":
        return Kind.PGP_SIGNED
    if kind == "multipart/encrypted" and protocol == "application/pgp-encrypted":
        return Kind.PGP_ENCRYPTED
    if inline.is_encrypted(entity):
        return Kind.PGP_INLINE
    return Kind.PGP_INLINE_SIGNED if inline.is_signed(entity) else Kind.PLAIN


def peel(message: Entity, ring: KeyRing, now: datetime) -> Peeled:
    """Take all layers off a message; never raises for hostile bytes."""
    peeled = Peeled(message, ())
    while (kind := kind_of(peeled.payload)) is not Kind.PLAIN and not peeled.problem and len(peeled.layers) < _MOST_LAYERS:
        try:
            step = _take_off(kind, peeled, ring, now)
        except EncryptionError as error:
            return Peeled(peeled.payload, peeled.layers, peeled.notes, str(error), locked=kind not in _SIGNED)
        if step is None:
            return Peeled(peeled.payload, peeled.layers, (*peeled.notes, _NO_SECOND_DECRYPTION))
        peeled = Peeled(step.payload, (*peeled.layers, *step.layers), (*peeled.notes, *step.notes))
    return peeled


def verify_signed(entity: Entity, ring: KeyRing, now: datetime) -> tuple[bytes, Signature]:
    """Return the signed part of a multipart/signed entity and the judgement; raise `NotReadable` unless it has exactly two parts."""
    parts = split_multipart(entity)
    if len(parts) != 2:
        raise NotReadable("The signed message does not have exactly a content and a signature.")
    signature = parse_entity(parts[1])
    if kind_of(entity) is Kind.PGP_SIGNED:
        return parts[0], _verify_pgp(parts[0], signature, ring)
    if signature.content_type not in _CMS_SIGNATURES:
        return parts[0], Signature("the signature is missing")
    return parts[0], smime_verify.verify_detached(parts[0], signature.content(), ring.trust(), now)


def _verify_pgp(content: bytes, signature: Entity, ring: KeyRing) -> Signature:
    if signature.content_type != "application/pgp-signature":
        return Signature("the signature is missing")
    return openpgp.verify_detached(content, signature.content(), ring.home(), ring.accepted(Method.OPENPGP))


def _take_off(kind: Kind, peeled: Peeled, ring: KeyRing, now: datetime) -> Peeled | None:
    """Take one layer off (two where OpenPGP signs inside); None where it must stay closed."""
    entity = peeled.payload
    inside_encryption = bool(peeled.layers) and peeled.layers[-1].encryption
    if kind in _SIGNED:
        content, signature = verify_signed(entity, ring, now)
        method = Method.OPENPGP if kind is Kind.PGP_SIGNED else Method.SMIME
        return Peeled(parse_entity(content), (Layer(method, signature),), signature.notes)
    if kind in {Kind.PGP_ENCRYPTED, Kind.PGP_INLINE}:
        return None if inside_encryption else _decrypt_pgp(kind, entity, ring)
    if kind is Kind.PGP_INLINE_SIGNED:
        text = openpgp.open_signed(entity.content(), ring.home(), ring.accepted(Method.OPENPGP))
        return Peeled(inline.as_text(text.content), (Layer(Method.OPENPGP, text.signature),), (inline.NOTE,))
    der = entity.content()
    match content_type(der):
        case "signed_data":
            verified = smime_verify.verify_opaque(der, ring.trust(), now)
            return Peeled(parse_entity(verified.content), (Layer(Method.SMIME, verified.signature),), verified.signature.notes)
        case "enveloped_data" | "authenticated_enveloped_data":
            return None if inside_encryption else _decrypt_cms(der, ring)
        case _:
            raise NotReadable("The protected message is of a kind that this program does not open.")


def _decrypt_cms(der: bytes, ring: KeyRing) -> Peeled:
    opened = smime_decrypt.open_envelope(der, ring.identities())
    return Peeled(parse_entity(opened.content), (Layer(Method.SMIME, authenticated=opened.authenticated),), opened.notes)


def _decrypt_pgp(kind: Kind, entity: Entity, ring: KeyRing) -> Peeled:
    old = kind is Kind.PGP_INLINE
    armour = entity.content() if old else _second_part(entity)
    opened = openpgp.decrypt(armour, ring.home(), ring.passphrase(), ring.accepted(Method.OPENPGP))
    layers = [Layer(Method.OPENPGP, authenticated=True)]
    if opened.signature is not None:
        layers.append(Layer(Method.OPENPGP, opened.signature))
    payload = inline.as_text(opened.content) if old else parse_entity(opened.content)
    return Peeled(payload, tuple(layers), (inline.NOTE,) if old else ())


def _second_part(entity: Entity) -> bytes:
    """Return the encrypted part of a multipart/encrypted (RFC 3156, 4)."""
    parts = [parse_entity(part) for part in split_multipart(entity)]
    if len(parts) != 2 or parts[0].content_type != "application/pgp-encrypted":
        raise NotReadable("The encrypted message does not have exactly its two parts.")
    return parts[1].content()
