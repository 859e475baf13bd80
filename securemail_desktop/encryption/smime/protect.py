"""Sign, then encrypt: a multipart/signed entity inside an enveloped one (RFC 8551, 3.5 and 3.6).

Rules: always signed inside; only checked certificates; names of types without `x-`.
"""

from collections.abc import Iterator, Sequence

from securemail_desktop.encryption.entity import canonical, leaf, multipart_pieces
from securemail_desktop.encryption.smime.ability import Ability
from securemail_desktop.encryption.smime.certificate import CheckedCertificate
from securemail_desktop.encryption.smime.envelope import authenticated_envelope, envelope
from securemail_desktop.encryption.smime.identity import Identity
from securemail_desktop.encryption.smime.sign import micalg, sign_detached
from securemail_desktop.message.transfer import base64_lines, wrapped_base64

_SIGNED = 'multipart/signed; protocol="application/pkcs7-signature"'


def protect(entity: bytes, recipients: Sequence[CheckedCertificate], signer: Identity) -> Iterator[bytes]:
    """Yield the pieces of the entity signed by the sender and encrypted to exactly the recipients; raise `ValueError` without any."""
    return encrypt(signed(entity, signer), recipients)


def sign(entity: bytes, signer: Identity) -> bytes:
    """Return a multipart/signed entity around the content, whose bytes (with CRLF) stay as they are."""
    return b"".join(signed(entity, signer))


def signed(entity: bytes, signer: Identity) -> list[bytes]:
    """Return the pieces of what `sign` returns, the content as it is among them: it may be large."""
    content = canonical(entity)
    signature = _leaf('application/pkcs7-signature; name="smime.p7s"', "smime.p7s", sign_detached(content, signer))
    return multipart_pieces(f"{_SIGNED}; micalg={micalg(signer.key)}", [(content,), (signature,)])


def encrypt(entity: Sequence[bytes], recipients: Sequence[CheckedCertificate]) -> Iterator[bytes]:
    """Yield the pieces of an application/pkcs7-mime entity around those of an entity with CRLF, which only the recipients can open."""
    authenticated = bool(recipients) and all(Ability.GCM in recipient.abilities for recipient in recipients)
    seal, kind = (authenticated_envelope, "authEnveloped-data") if authenticated else (envelope, "enveloped-data")
    yield _leaf(f'application/pkcs7-mime; smime-type={kind};\r\n name="smime.p7m"', "smime.p7m", b"")
    yield from base64_lines(seal(entity, recipients))


def _leaf(content_type: str, filename: str, der: bytes) -> bytes:
    headers = (
        f"Content-Type: {content_type}",
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="{filename}"',
    )
    return leaf(headers, wrapped_base64(der))
