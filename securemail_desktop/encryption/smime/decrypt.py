"""Open CMS EnvelopedData and AuthEnvelopedData with one's own keys (RFC 5652, 6; 5083, 5084, 5753, 8017).

Rules: reads what others still send (RSA PKCS #1 v1.5 and OAEP, ECDH; AES-CBC and GCM; 3DES with a warning); CBC is not authenticated, GCM is;
every failure with a fitting key reads the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from asn1crypto import algos, cms
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import padding as block_padding
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher, algorithms, modes
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap
from cryptography.hazmat.primitives.serialization import load_der_public_key

from securemail_desktop.encryption.errors import NotReadable
from securemail_desktop.encryption.smime.agreement import wrapping_key
from securemail_desktop.encryption.smime.der import GcmParameters, content_info, reading
from securemail_desktop.encryption.smime.identity import Identity
from securemail_desktop.encryption.smime.verify import matches

_CBC: dict[str, tuple[type[BlockCipherAlgorithm], int]] = {
    "aes128_cbc": (algorithms.AES, 16),
    "aes192_cbc": (algorithms.AES, 24),
    "aes256_cbc": (algorithms.AES, 32),
    "tripledes_3key": (TripleDES, 24),
}
_GCM = {"aes128_gcm": 16, "aes192_gcm": 24, "aes256_gcm": 32}
_OAEP: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,  # OAEP's default; safe there
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """The content; whether the cipher shows any change; what one should know of it."""

    content: bytes
    authenticated: bool
    notes: tuple[str, ...] = ()


def open_envelope(der: bytes, identities: Sequence[Identity]) -> Opened:
    """Return the content of an envelope that is meant for one of these identities; raise `NotReadable`."""
    with reading("The encrypted message"):
        info = content_info(der)
        data = info["content"]
        if info["content_type"].native == "authenticated_enveloped_data":
            return _gcm(data, _content_key(data["recipient_infos"], identities))
        return _cbc(data["encrypted_content_info"], _content_key(data["recipient_infos"], identities))


def _content_key(infos: Iterable[cms.RecipientInfo], identities: Sequence[Identity]) -> bytes:
    for info in infos:
        for identity in identities:
            if info.name == "ktri" and matches(info.chosen["rid"].name, info.chosen["rid"].chosen, identity.certificate):
                return _transported(info.chosen, identity)
            if info.name == "kari" and (wrapped := _share_of(info.chosen, identity)) is not None:
                return _agreed(info.chosen, wrapped, identity)
    raise NotReadable("This message is encrypted for keys that are not in your key ring.")


def _transported(info: cms.KeyTransRecipientInfo, identity: Identity) -> bytes:
    if not isinstance(identity.key, rsa.RSAPrivateKey):
        raise TypeError("the key is of another kind than the recipient info")
    algorithm, encrypted = info["key_encryption_algorithm"], info["encrypted_key"].native
    if algorithm["algorithm"].native == "rsaes_oaep":
        return identity.key.decrypt(encrypted, _oaep(algorithm["parameters"]))
    return identity.key.decrypt(encrypted, padding.PKCS1v15())


def _oaep(parameters: algos.RSAESOAEPParams) -> padding.OAEP:
    digest = _OAEP[parameters["hash_algorithm"]["algorithm"].native]()
    mask = _OAEP[parameters["mask_gen_algorithm"]["parameters"]["algorithm"].native]()
    return padding.OAEP(padding.MGF1(mask), digest, label=parameters["p_source_algorithm"]["parameters"].native or None)


def _share_of(info: cms.KeyAgreeRecipientInfo, identity: Identity) -> bytes | None:
    for share in info["recipient_encrypted_keys"]:
        rid = share["rid"]
        named = rid.chosen["subject_key_identifier"] if rid.name == "r_key_id" else rid.chosen
        kind = "subject_key_identifier" if rid.name == "r_key_id" else rid.name
        if matches(kind, named, identity.certificate):
            return bytes(share["encrypted_key"].native)
    return None


def _agreed(info: cms.KeyAgreeRecipientInfo, wrapped: bytes, identity: Identity) -> bytes:
    if not isinstance(identity.key, ec.EllipticCurvePrivateKey):
        raise TypeError("the key is of another kind than the recipient info")
    originator = info["originator"].chosen
    algorithm = originator["algorithm"]
    if (
        algorithm["parameters"].native is None or algorithm["parameters"].name == "implicit_ca"
    ):  # RFC 5753, 3.1.1 allows to leave the curve out
        point = bytes(originator["public_key"].native) if isinstance(originator["public_key"].native, bytes) else b""
        public = ec.EllipticCurvePublicKey.from_encoded_point(identity.key.curve, point)
    else:
        public = _loaded(originator.untag().dump())
    scheme = info["key_encryption_algorithm"]
    wrap = algos.AlgorithmIdentifier.load(scheme["parameters"].dump())
    ukm = info["ukm"].native or b""
    return aes_key_unwrap(wrapping_key(identity.key.exchange(ec.ECDH(), public), ukm, scheme["algorithm"].dotted, wrap), wrapped)


def _loaded(der: bytes) -> ec.EllipticCurvePublicKey:
    key = load_der_public_key(der)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise TypeError("the originator's key is not an elliptic one")
    return key


def _cbc(info: cms.EncryptedContentInfo, key: bytes) -> Opened:
    algorithm = info["content_encryption_algorithm"]
    name = algorithm["algorithm"].native
    cipher, length = _CBC[name]
    if len(key) != length:
        raise ValueError("the content key has the wrong length")
    decryptor = Cipher(cipher(key), modes.CBC(algorithm["parameters"].native)).decryptor()  # type: ignore[call-arg]  # each takes a key
    unpadder = block_padding.PKCS7(cipher.block_size).unpadder()  # type: ignore[arg-type]  # a number in each cipher
    padded = decryptor.update(info["encrypted_content"].native) + decryptor.finalize()
    notes = ("It was encrypted with 3DES, which is outdated.",) if name == "tripledes_3key" else ()
    return Opened(unpadder.update(padded) + unpadder.finalize(), authenticated=False, notes=notes)


def _gcm(data: cms.AuthEnvelopedData, key: bytes) -> Opened:
    info = data["auth_encrypted_content_info"]
    algorithm = info["content_encryption_algorithm"]
    parameters = GcmParameters.load(algorithm["parameters"].dump())
    tag = data["mac"].native
    if len(key) != _GCM[algorithm["algorithm"].native] or not 12 <= len(tag) <= 16:
        raise ValueError("the content key or the tag has the wrong length")
    attributes = data["auth_attrs"]
    covered = b"\x31" + attributes.dump()[1:] if attributes.native is not None else b""
    decryptor = Cipher(algorithms.AES(key), modes.GCM(parameters["nonce"].native, tag, min_tag_length=12)).decryptor()
    decryptor.authenticate_additional_data(covered)
    return Opened(decryptor.update(info["encrypted_content"].native) + decryptor.finalize(), authenticated=True)
