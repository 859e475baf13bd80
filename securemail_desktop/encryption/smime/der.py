"""Foreign DER and BER, read defensively: whatever a parser raises on hostile bytes becomes one error of ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from asn1crypto import cms, core
from cryptography import x509
from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap

from securemail_desktop.encryption.errors import NotReadable

HOSTILE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    InvalidTag,
    InvalidUnwrap,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


class GcmParameters(core.Sequence):  # type: ignore[misc]  # asn1crypto ships no types
    """GCMParameters of RFC 5084, 3.2."""

    _fields = [("nonce", core.OctetString), ("length", core.Integer, {"default": 12})]  # noqa: RUF012  # asn1crypto declares fields so


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn any error of a parser or cipher into `NotReadable`; the text is the same for all, so that it tells an attacker nothing."""
    try:
        yield
    except NotReadable:
        raise
    except HOSTILE as error:
        raise NotReadable(f"{what} is damaged or was altered on the way.") from error


def content_info(der: bytes) -> cms.ContentInfo:
    """Return a CMS ContentInfo (RFC 5652, 3); parsing errors come later, as asn1crypto is lazy."""
    return cms.ContentInfo.load(der)


def content_type(der: bytes) -> str:
    """Return asn1crypto's name of the CMS content type: `signed_data`, `enveloped_data` ...; raise `NotReadable`."""
    with reading("The protected message"):
        return str(content_info(der)["content_type"].native)
