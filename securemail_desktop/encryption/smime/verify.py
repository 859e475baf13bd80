"""Verify CMS SignedData and judge its signer (RFC 5652, 5.4-5.6; RFC 8551, 2.5; RFC 8550).

Rules: every signature must verify; SHA-256 or better; the signed attributes name the content's type and digest; the signer's certificate must
be sound and vouched for at the time of signing. Time is the signer's claim, never later than now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import constant_time, hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from securemail_desktop.encryption.errors import NotReadable
from securemail_desktop.encryption.signature import Signature
from securemail_desktop.encryption.smime.ability import announced
from securemail_desktop.encryption.smime.certificate import Trust, Use, addresses, flaw, vouched
from securemail_desktop.encryption.smime.der import content_info, reading
from securemail_desktop.encryption.smime.identity import sha256_of
from securemail_desktop.encryption.standing import revoked
from securemail_desktop.message.address import parse_address

_DIGESTS: dict[str, hashes.HashAlgorithm] = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
_MOST_KEPT = 20  # certificates of one signature
_ALTERED = "the signature does not fit the message: it was altered, or signed by someone else"


@dataclass(frozen=True, slots=True)
class Verified:
    """The content that is signed, and the judgement on its signature."""

    content: bytes
    signature: Signature


class _Broken(Exception):
    """A signature that does not verify; the text is the reason."""


def verify_detached(content: bytes, der: bytes, trust: Trust, now: datetime) -> Signature:
    """Return the judgement on the signature of a multipart/signed entity; never raises for hostile bytes."""
    try:
        with reading("The signature"):
            data = content_info(der)["content"]
            if data["encap_content_info"]["content"].native is not None:
                return Signature("the signature carries a content of its own, which may differ from what is shown")
            return _judge(data, content, trust, now)
    except NotReadable:
        return Signature("the signature is damaged")


def verify_opaque(der: bytes, trust: Trust, now: datetime) -> Verified:
    """Return the content of an opaque signature and the judgement on it; raise `NotReadable` where there is no content."""
    with reading("The signed message"):
        data = content_info(der)["content"]
        content = data["encap_content_info"]["content"].native
        if not isinstance(content, bytes):
            raise NotReadable("The signed message has no content.")
        return Verified(content, _judge(data, content, trust, now))


def _judge(data: cms.SignedData, content: bytes, trust: Trust, now: datetime) -> Signature:
    known = [*_embedded(data), *trust.intermediates]
    judged = [_judge_signer(info, data, content, replace(trust, intermediates=tuple(known)), now) for info in data["signer_infos"]]
    if not judged:
        return Signature("nobody has signed it")
    return next((signature for signature in judged if not signature.valid), judged[0])


def _judge_signer(info: cms.SignerInfo, data: cms.SignedData, content: bytes, trust: Trust, now: datetime) -> Signature:
    certificate = _signer(info, trust.intermediates)
    if certificate is None:
        return Signature("the signer's certificate is missing")
    try:
        signed_at = _verify(info, data, content, certificate)
    except _Broken as broken:
        return Signature(str(broken))
    except InvalidSignature:
        return Signature(_ALTERED)
    others = [c for c in _embedded(data)[:_MOST_KEPT] if c != certificate]
    sent = tuple(c.public_bytes(Encoding.DER) for c in (certificate, *others))
    abilities = announced(info["signed_attrs"]) if isinstance(info["signed_attrs"], cms.CMSAttributes) else None
    return replace(_judge_certificate(certificate, trust, signed_at, now), certificates=sent, abilities=abilities)


def _judge_certificate(certificate: x509.Certificate, trust: Trust, signed_at: datetime | None, now: datetime) -> Signature:
    named = addresses(certificate)
    if not named:
        return Signature("the signer's certificate names no mail address", signed_at=signed_at)
    at = min(signed_at or now, now)
    reason = flaw(certificate, parse_address(named[0]), Use.SIGN, at)
    if not reason and (standing := trust.revoked.get(sha256_of(certificate))):
        reason = revoked(standing, f"{named[0]}'s certificate")
    if not reason and not vouched(certificate, trust, at):
        reason = f"nobody your organisation trusts has vouched for {named[0]}'s certificate"
    expired = now > certificate.not_valid_after_utc
    notes = (f"The signer's certificate has expired since, on {certificate.not_valid_after_utc:%Y-%m-%d}.",) if expired else ()
    return Signature(reason, named, signed_at, notes)


def _embedded(data: cms.SignedData) -> list[x509.Certificate]:
    choices = data["certificates"] if data["certificates"].native is not None else []
    return [x509.load_der_x509_certificate(choice.chosen.dump()) for choice in choices if choice.name == "certificate"]


def _signer(info: cms.SignerInfo, known: Sequence[x509.Certificate]) -> x509.Certificate | None:
    sid = info["sid"]
    return next((certificate for certificate in known if matches(sid.name, sid.chosen, certificate)), None)


def matches(kind: str, identifier: cms.IssuerAndSerialNumber, certificate: x509.Certificate) -> bool:
    """Say whether a CMS signer or recipient identifier means this certificate."""
    if kind == "subject_key_identifier":
        try:
            return bool(certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest == identifier.native)
        except x509.ExtensionNotFound:
            return False
    parsed = asn1_x509.Name.load(certificate.issuer.public_bytes())
    return bool(identifier["serial_number"].native == certificate.serial_number and identifier["issuer"] == parsed)


def _verify(info: cms.SignerInfo, data: cms.SignedData, content: bytes, certificate: x509.Certificate) -> datetime | None:
    """Verify one signature; return the claimed time. Raise `_Broken`, `InvalidSignature`."""
    digest = _digest(info["digest_algorithm"]["algorithm"].native)
    attributes = info["signed_attrs"]
    if not isinstance(attributes, cms.CMSAttributes):
        if content[:1] == b"\x31":  # else the attributes of another message could pass as a content
            raise _Broken("the signature is of an ambiguous form")
        _verify_value(info, content, digest, certificate)
        return None
    if _one(attributes, "content_type") != data["encap_content_info"]["content_type"].native:
        raise _Broken("the signature is meant for another kind of content")
    claimed = _one(attributes, "message_digest")
    if not isinstance(claimed, bytes) or not constant_time.bytes_eq(claimed, _hashed(content, digest)):
        raise _Broken(_ALTERED)
    _verify_value(info, b"\x31" + attributes.dump()[1:], digest, certificate)  # signed as SET OF, sent with an implicit tag
    signed_at = _one(attributes, "signing_time", required=False)
    return signed_at.astimezone(UTC) if isinstance(signed_at, datetime) else None


def _one(attributes: cms.CMSAttributes, kind: str, *, required: bool = True) -> object:
    """Return the only value of the only attribute of a kind (RFC 5652, 11)."""
    found = [attribute["values"].native for attribute in attributes if attribute["type"].native == kind]
    if not found and not required:
        return None
    if len(found) != 1 or len(found[0]) != 1:
        raise _Broken("the signature is incomplete")
    return found[0][0]


def _verify_value(info: cms.SignerInfo, signed: bytes, digest: hashes.HashAlgorithm, certificate: x509.Certificate) -> None:
    key, value, algorithm = certificate.public_key(), info["signature"].native, info["signature_algorithm"]
    scheme = algorithm.signature_algo
    if isinstance(key, rsa.RSAPublicKey) and scheme == "rsassa_pkcs1v15":
        key.verify(value, signed, padding.PKCS1v15(), _scheme_digest(algorithm, digest))
    elif isinstance(key, rsa.RSAPublicKey) and scheme == "rsassa_pss":
        key.verify(value, signed, *_pss(algorithm))
    elif isinstance(key, ec.EllipticCurvePublicKey) and scheme == "ecdsa":
        key.verify(value, signed, ec.ECDSA(_scheme_digest(algorithm, digest)))
    elif isinstance(key, ed25519.Ed25519PublicKey) and scheme == "ed25519":
        key.verify(value, signed)
    else:
        raise _Broken("the signature is of a kind that this program does not accept")


def _scheme_digest(algorithm: cms.SignedDigestAlgorithm, digest: hashes.HashAlgorithm) -> hashes.HashAlgorithm:
    """Return the digest that the signature algorithm names; plain `rsaEncryption` and `ecPublicKey` leave it to the digest algorithm."""
    try:
        return _digest(algorithm.hash_algo)
    except ValueError:
        return digest


def _pss(algorithm: cms.SignedDigestAlgorithm) -> tuple[padding.PSS, hashes.HashAlgorithm]:
    parameters = algorithm["parameters"]
    digest = _digest(parameters["hash_algorithm"]["algorithm"].native)
    mask = _digest(parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native)
    return padding.PSS(padding.MGF1(mask), parameters["salt_length"].native), digest


def _digest(name: str) -> hashes.HashAlgorithm:
    if name not in _DIGESTS:
        raise _Broken(f"the signature uses {name.upper().replace('SHA1', 'SHA-1')}, which can be forged")
    return _DIGESTS[name]


def _hashed(content: bytes, digest: hashes.HashAlgorithm) -> bytes:
    context = hashes.Hash(digest)
    context.update(content)
    return context.finalize()
