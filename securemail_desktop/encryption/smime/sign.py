"""CMS SignedData beside its content (RFC 5652, 5; RFC 8551, 2.5; RFC 8419 for Ed25519).

Rules: signed attributes always, with the time and what this program can open; SHA-256, for Ed25519 SHA-512.
"""

from datetime import UTC, datetime

from asn1crypto import cms, core
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from securemail_desktop.encryption.smime import ability
from securemail_desktop.encryption.smime.identity import Identity, PrivateKey

_SET = b"\x31"


def micalg(key: PrivateKey) -> str:
    """Return the digest's name as multipart/signed tells it (RFC 8551, 3.5.3.2)."""
    return "sha-256" if isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) else "sha-512"


def sign_detached(content: bytes, signer: Identity) -> bytes:
    """Return DER of the signature over the content, with the signer's certificate and chain."""
    digest = {"algorithm": micalg(signer.key).replace("-", "")}
    attributes = cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": datetime.now(UTC).replace(microsecond=0)})]}),
            cms.CMSAttribute({"type": "message_digest", "values": [_hashed(content, signer.key)]}),
            ability.attribute(),
        ]
    )
    algorithm, value = _signed(_SET + attributes.dump()[1:], signer.key)
    certificate = _parsed(signer.certificate)
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {"issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}}
            ),
            "digest_algorithm": digest,
            "signed_attrs": attributes,
            "signature_algorithm": algorithm,
            "signature": value,
        }
    )
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [digest],
            "encap_content_info": {"content_type": "data"},
            "certificates": [certificate, *map(_parsed, signer.chain)],
            "signer_infos": [info],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": data}).dump())


def _hashed(content: bytes, key: PrivateKey) -> bytes:
    context = hashes.Hash(hashes.SHA512() if micalg(key) == "sha-512" else hashes.SHA256())
    context.update(content)
    return context.finalize()


def _signed(attributes: bytes, key: PrivateKey) -> tuple[dict[str, object], bytes]:
    if isinstance(key, rsa.RSAPrivateKey):
        return {"algorithm": "rsassa_pkcs1v15", "parameters": core.Null()}, key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return {"algorithm": "sha256_ecdsa"}, key.sign(attributes, ec.ECDSA(hashes.SHA256()))
    return {"algorithm": "ed25519"}, key.sign(attributes)


def _parsed(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
