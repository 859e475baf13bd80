"""What a mail program says in its signatures that it can open (SMIMECapabilities, RFC 8551, 2.5.2; RFC 5084, 4055, 5753).

Rules: only what this program would use is read; AES-256-GCM and RSA-OAEP with SHA-256 are used for nobody who did not announce them, since many
programs cannot open them.
"""

from collections.abc import Collection
from enum import StrEnum

from asn1crypto import algos, cms, core

from securemail_desktop.encryption.smime.agreement import AES256_WRAP, ECDH_SHA256, wrap_algorithm


class Ability(StrEnum):
    """A way of sealing that not every program can open."""

    GCM = "2.16.840.1.101.3.4.1.46"
    OAEP = "1.2.840.113549.1.1.7"


_ALWAYS = ("2.16.840.1.101.3.4.1.42", "2.16.840.1.101.3.4.1.2")  # AES-256 and AES-128 in CBC


class _Capability(core.Sequence):  # type: ignore[misc]  # asn1crypto ships no types
    """SMIMECapability of RFC 8551."""

    _fields = [("id", core.ObjectIdentifier), ("parameters", core.Any, {"optional": True})]  # noqa: RUF012  # asn1crypto declares fields so


class _Capabilities(core.SequenceOf):  # type: ignore[misc]
    """SMIMECapabilities of RFC 8551."""

    _child_spec = _Capability


def oaep_parameters() -> algos.RSAESOAEPParams:
    """Return the parameters of RSA-OAEP with SHA-256 in both places (RFC 4055, 4.1)."""
    digest = {"algorithm": "sha256"}
    return algos.RSAESOAEPParams({"hash_algorithm": digest, "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": digest}})


def attribute() -> cms.CMSAttribute:
    """Return the signed attribute that announces what this program opens, the preferred first."""
    known = [
        _Capability({"id": Ability.GCM.value}),
        *(_Capability({"id": oid}) for oid in _ALWAYS),
        _Capability({"id": Ability.OAEP.value, "parameters": core.Any(oaep_parameters())}),
        _Capability({"id": ECDH_SHA256, "parameters": core.Any(wrap_algorithm(AES256_WRAP))}),
    ]
    der = _Capabilities(known).dump()
    return cms.CMSAttribute.load(cms.CMSAttribute({"type": "smime_capabilities", "values": [cms.SMIMECapabilites.load(der)]}).dump())


def announced(attributes: Collection[cms.CMSAttribute]) -> frozenset[Ability] | None:
    """Return what a signer's attributes announce, None where they announce nothing. Hostile attributes raise as asn1crypto does."""
    values = [value for each in attributes if each["type"].native == "smime_capabilities" for value in each["values"]]
    if len(values) != 1:
        return None
    found = _Capabilities.load(values[0].dump())
    return frozenset(ability for capability in found if (ability := _ability(capability)) is not None)


def _ability(capability: _Capability) -> Ability | None:
    match capability["id"].dotted:
        case Ability.GCM.value:
            return Ability.GCM
        case Ability.OAEP.value if capability["parameters"].dump() == oaep_parameters().dump():
            return Ability.OAEP
        case _:
            return None
