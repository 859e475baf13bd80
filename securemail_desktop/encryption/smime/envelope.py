"""CMS envelopes: AES-256 content, its key transported by RSA or agreed by ECDH (RFC 5652, 3565, 5753).

CBC and RSA PKCS #1 v1.5 are what every mail program in use can open; a recipient with an elliptic key gets ECDH, the only way to him. OAEP goes to
who announced it, GCM when all recipients of the copy did.
Certificates were checked before; nothing here judges them.
"""

import os
from collections.abc import Callable, Iterator, Sequence

from asn1crypto import cms, core, keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import padding as block_padding
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from securemail_desktop.encryption.smime.ability import Ability, oaep_parameters
from securemail_desktop.encryption.smime.agreement import AES256_WRAP, ECDH_SHA256, wrap_algorithm, wrapping_key
from securemail_desktop.encryption.smime.certificate import CheckedCertificate
from securemail_desktop.encryption.smime.der import GcmParameters

_SEQUENCE, _CONTEXT_0, _CONSTRUCTED_0 = 0x30, 0x80, 0xA0
_BLOCK = 1024 * 1024  # octets that are encrypted at a time
_CIPHER_BLOCK, _TAG = 16, 16  # octets


def envelope(content: Sequence[bytes], recipients: Sequence[CheckedCertificate]) -> Iterator[bytes]:
    """Yield DER around the pieces of a content, which exactly these recipients can open; raise `ValueError` without any.

    Only its beginning is made at once: a large content is encrypted as it is asked for.
    """
    content_key, iv = os.urandom(32), os.urandom(16)
    infos = _recipient_infos(recipients, content_key)
    version = "v2" if any(info.name == "kari" for info in infos) else "v0"
    algorithm = cms.EncryptionAlgorithm({"algorithm": "aes256_cbc", "parameters": iv})
    size = sum(map(len, content)) // _CIPHER_BLOCK * _CIPHER_BLOCK + _CIPHER_BLOCK  # the padding is never empty (RFC 5652, 6.3)
    yield _content_info("enveloped_data", cms.CMSVersion(version), infos, _sealed(algorithm, size), size)
    padder = block_padding.PKCS7(_CIPHER_BLOCK * 8).padder()
    encryptor = Cipher(algorithms.AES(content_key), modes.CBC(iv)).encryptor()
    yield from _encrypted(content, lambda block: encryptor.update(padder.update(block)))
    yield encryptor.update(padder.finalize()) + encryptor.finalize()


def authenticated_envelope(content: Sequence[bytes], recipients: Sequence[CheckedCertificate]) -> Iterator[bytes]:
    """Yield DER of AuthEnvelopedData with AES-256-GCM (RFC 5083, 5084), for recipients who all announced it, as `envelope` does."""
    content_key, nonce = os.urandom(32), os.urandom(12)
    infos = _recipient_infos(recipients, content_key)
    algorithm = cms.EncryptionAlgorithm({"algorithm": "aes256_gcm", "parameters": GcmParameters({"nonce": nonce, "length": _TAG})})
    size, behind = sum(map(len, content)), len(core.OctetString(bytes(_TAG)).dump())
    yield _content_info("authenticated_enveloped_data", cms.CMSVersion("v0"), infos, _sealed(algorithm, size), size + behind)
    encryptor = Cipher(algorithms.AES(content_key), modes.GCM(nonce)).encryptor()
    yield from _encrypted(content, encryptor.update)
    yield encryptor.finalize() + core.OctetString(encryptor.tag).dump()


def _recipient_infos(recipients: Sequence[CheckedCertificate], content_key: bytes) -> cms.RecipientInfos:
    if not recipients:
        raise ValueError("an envelope needs a recipient")
    return cms.RecipientInfos([_recipient_info(recipient, content_key) for recipient in recipients])


def _sealed(algorithm: cms.EncryptionAlgorithm, rest: int) -> bytes:
    return _opened(_SEQUENCE, bytes(cms.ContentType("data").dump() + algorithm.dump()) + _opened(_CONTEXT_0, b"", rest), rest)


def _content_info(kind: str, version: cms.CMSVersion, infos: cms.RecipientInfos, sealed: bytes, rest: int) -> bytes:
    data = _opened(_SEQUENCE, version.dump() + infos.dump() + sealed, rest)
    return _opened(_SEQUENCE, cms.ContentType(kind).dump() + _opened(_CONSTRUCTED_0, data, rest), rest)


def _opened(tag: int, begin: bytes, rest: int) -> bytes:
    """Return the begin of a DER value (X.690, 8.1) behind its tag and length; `rest` octets of it are still to come."""
    length = len(begin) + rest
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, *([length] if length < 128 else [0x80 | len(octets), *octets])]) + begin


def _encrypted(content: Sequence[bytes], encrypt: Callable[[memoryview], bytes]) -> Iterator[bytes]:
    for piece in content:
        view = memoryview(piece)
        for start in range(0, len(view), _BLOCK):
            yield encrypt(view[start : start + _BLOCK])


def _recipient_info(recipient: CheckedCertificate, content_key: bytes) -> cms.RecipientInfo:
    certificate = recipient.certificate
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return _transported(certificate, key, content_key, oaep=Ability.OAEP in recipient.abilities)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _agreed(certificate, key, content_key)
    raise ValueError("no way to encrypt to this kind of key")


def _transported(certificate: x509.Certificate, key: rsa.RSAPublicKey, content_key: bytes, *, oaep: bool) -> cms.RecipientInfo:
    scheme = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None) if oaep else padding.PKCS1v15()
    algorithm = {"algorithm": "rsaes_oaep", "parameters": oaep_parameters()} if oaep else {"algorithm": "rsaes_pkcs1v15"}
    info = cms.KeyTransRecipientInfo(
        {
            "version": "v0",
            "rid": cms.RecipientIdentifier({"issuer_and_serial_number": _issuer_and_serial(certificate)}),
            "key_encryption_algorithm": algorithm,
            "encrypted_key": key.encrypt(content_key, scheme),
        }
    )
    return cms.RecipientInfo(name="ktri", value=info)


def _agreed(certificate: x509.Certificate, key: ec.EllipticCurvePublicKey, content_key: bytes) -> cms.RecipientInfo:
    """Agree with a fresh key of ours (ephemeral-static ECDH) on what wraps the content key."""
    ephemeral = ec.generate_private_key(key.curve)
    wrap = wrap_algorithm(AES256_WRAP)
    wrapping = wrapping_key(ephemeral.exchange(ec.ECDH(), key), b"", ECDH_SHA256, wrap)
    public = ephemeral.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    rid = cms.KeyAgreementRecipientIdentifier({"issuer_and_serial_number": _issuer_and_serial(certificate)})
    info = cms.KeyAgreeRecipientInfo(
        {
            "version": "v3",
            "originator": cms.OriginatorIdentifierOrKey({"originator_key": keys.PublicKeyInfo.load(public)}),
            "key_encryption_algorithm": {"algorithm": ECDH_SHA256, "parameters": core.Any(wrap)},
            "recipient_encrypted_keys": [{"rid": rid, "encrypted_key": aes_key_wrap(wrapping, content_key)}],
        }
    )
    return cms.RecipientInfo(name="kari", value=info)


def _issuer_and_serial(certificate: x509.Certificate) -> cms.IssuerAndSerialNumber:
    parsed = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    return cms.IssuerAndSerialNumber({"issuer": parsed.issuer, "serial_number": parsed.serial_number})
