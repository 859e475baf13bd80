"""OpenPGP in the text of a message instead of MIME parts (RFC 4880, 6.2 and 7), as older programs send it.

Rules: the armour is the whole text, and there is one; what comes out is plain text, never taken for headers or HTML; text around an armour could be
anybody's, so such a message stays as it came.
"""

import re

from securemail_desktop.encryption.entity import Entity, leaf, parse_entity

NOTE = "Its protection is of an old form that covers the text only."
_BEGIN = re.compile(rb"^-----BEGIN PGP [A-Z ]{1,40}-----[ \t\r]*$", re.MULTILINE)
_LARGEST = 32 * 1024 * 1024  # octets of text that are looked at
_MESSAGE = (b"-----BEGIN PGP MESSAGE-----",), b"-----END PGP MESSAGE-----"
_SIGNED = (b"-----BEGIN PGP SIGNED MESSAGE-----", b"-----BEGIN PGP SIGNATURE-----"), b"-----END PGP SIGNATURE-----"


def is_encrypted(entity: Entity) -> bool:
    """Say whether the whole text is one encrypted armour."""
    return _is_all(entity, *_MESSAGE)


def is_signed(entity: Entity) -> bool:
    """Say whether the whole text is one signed text with its signature."""
    return _is_all(entity, *_SIGNED)


def as_text(content: bytes) -> Entity:
    """Return what was in the armour as an entity of plain text."""
    return parse_entity(leaf(("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"), content))


def _is_all(entity: Entity, begins: tuple[bytes, ...], end: bytes) -> bool:
    """Say whether the text starts with the first of the lines, holds no other armour than theirs, in this order, and stops with the last line."""
    if entity.content_type != "text/plain" or entity.disposition == "attachment" or len(entity.body) > _LARGEST:
        return False
    text = entity.content().strip()
    found = tuple(line.group().rstrip() for line in _BEGIN.finditer(text))
    return text.startswith(begins[0]) and found == begins and text.endswith(b"\n" + end) and text.count(b"\n-----END PGP ") == 1
