"""Sign, then encrypt: a multipart/signed entity inside an enveloped one (RFC 8551, 3.5 and 3.6).

Rules: always signed inside; only checked certificates; SHA-256; names of types without `x-`.
"""

from collections.abc import Sequence

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

from securemail_desktop.encryption.entity import canonical, leaf, multipart
from securemail_desktop.encryption.smime.certificate import CheckedCertificate
from securemail_desktop.encryption.smime.envelope import envelope
from securemail_desktop.encryption.smime.identity import Identity
from securemail_desktop.message.transfer import wrapped_base64

_SIGNED = 'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256'


def protect(entity: bytes, recipients: Sequence[CheckedCertificate], signer: Identity) -> bytes:
    """Return the entity signed by the sender and encrypted to exactly the recipients; raise `ValueError` without any."""
    return encrypt(sign(entity, signer), recipients)


def sign(entity: bytes, signer: Identity) -> bytes:
    """Return a multipart/signed entity around the content, whose bytes (with CRLF) stay as they are."""
    content = canonical(entity)
    builder = PKCS7SignatureBuilder().set_data(content).add_signer(signer.certificate, signer.key, hashes.SHA256())
    for authority in signer.chain:
        builder = builder.add_certificate(authority)  # last: set_data and add_signer forget what was added before
    signature = builder.sign(Encoding.DER, [PKCS7Options.DetachedSignature, PKCS7Options.Binary])
    return multipart(_SIGNED, [content, _leaf('application/pkcs7-signature; name="smime.p7s"', "smime.p7s", signature)])


def encrypt(entity: bytes, recipients: Sequence[CheckedCertificate]) -> bytes:
    """Return an application/pkcs7-mime entity that only the recipients can open."""
    sealed = envelope(canonical(entity), [recipient.certificate for recipient in recipients])
    return _leaf('application/pkcs7-mime; smime-type=enveloped-data;\r\n name="smime.p7m"', "smime.p7m", sealed)


def _leaf(content_type: str, filename: str, der: bytes) -> bytes:
    headers = (
        f"Content-Type: {content_type}",
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="{filename}"',
    )
    return leaf(headers, wrapped_base64(der))
