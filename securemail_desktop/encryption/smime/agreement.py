"""The key that wraps the content key after an elliptic-curve agreement (RFC 5753, 7.2; the KDF is that of ANSI X9.63)."""

from asn1crypto import algos, core
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF

ECDH_SHA256 = "1.3.132.1.11.1"
AES256_WRAP = "2.16.840.1.101.3.4.1.45"
_DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "1.3.132.1.11.0": hashes.SHA224,
    "1.3.132.1.11.1": hashes.SHA256,
    "1.3.132.1.11.2": hashes.SHA384,
    "1.3.132.1.11.3": hashes.SHA512,
    "1.3.133.16.840.63.0.2": hashes.SHA1,  # reading only: openssl's default; a KDF does not need collision resistance
}
_KEY_LENGTHS = {"2.16.840.1.101.3.4.1.5": 16, "2.16.840.1.101.3.4.1.25": 24, AES256_WRAP: 32}


class _SharedInfo(core.Sequence):  # type: ignore[misc]  # asn1crypto ships no types
    """ECC-CMS-SharedInfo of RFC 5753."""

    _fields = [  # noqa: RUF012  # asn1crypto declares fields so
        ("key_info", algos.AlgorithmIdentifier),
        ("entity_u_info", core.OctetString, {"explicit": 0, "optional": True}),
        ("supp_pub_info", core.OctetString, {"explicit": 2}),
    ]


def wrap_algorithm(oid: str) -> algos.AlgorithmIdentifier:
    """Return the AES key wrap algorithm as it stands in a message (RFC 3565: without parameters)."""
    return algos.AlgorithmIdentifier({"algorithm": oid})


def wrapping_key(shared: bytes, user_material: bytes, scheme: str, wrap: algos.AlgorithmIdentifier) -> bytes:
    """Return the AES key for the wrap algorithm under an agreement scheme (dotted OID); raise `ValueError` for unknown ones."""
    length = _KEY_LENGTHS.get(wrap["algorithm"].dotted)
    if scheme not in _DIGESTS or length is None:
        raise ValueError("unknown way of agreeing on a key")
    info = _SharedInfo({"key_info": wrap, "supp_pub_info": (length * 8).to_bytes(4, "big")})
    if user_material:
        info["entity_u_info"] = user_material
    return X963KDF(_DIGESTS[scheme](), length, info.dump()).derive(shared)
