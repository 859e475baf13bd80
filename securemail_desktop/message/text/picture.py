"""Which pictures are too small to hold anybody's record: logos, icons and lines within the text.

Only the size that the file itself declares counts (PNG, GIF 89a, JPEG/ITU T.81); what declares none is not small.
"""

import re
from struct import unpack

from securemail_desktop.message.draft import Attachment

_SMALL = 32_000  # pixels: a letterhead's logo of 400 x 80; a legible page needs twenty times as many
_LIGHT = 64 * 1024  # octets: more would not be the picture alone
_SEGMENT = re.compile(rb"\xff+([\xc0-\xfe])(..)", re.DOTALL)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def is_decoration(attachment: Attachment) -> bool:
    """Say whether the attachment is a small picture within the text."""
    if not attachment.inline or not attachment.content_id or len(attachment.content) > _LIGHT:
        return False
    width, height = _size(attachment.content)
    return 0 < width * height <= _SMALL


def _size(content: bytes) -> tuple[int, int]:
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        return unpack(">II", content[16:24])
    if content[:4] == b"GIF8" and len(content) >= 10:
        return unpack("<HH", content[6:10])
    return _jpeg_size(content) if content[:3] == b"\xff\xd8\xff" else (0, 0)


def _jpeg_size(content: bytes) -> tuple[int, int]:
    position = 2
    while segment := _SEGMENT.match(content, position):
        marker, (length,) = segment[1][0], unpack(">H", segment[2])
        frame = content[segment.end() + 1 : segment.end() + 5]
        if marker in _FRAMES and len(frame) == 4:
            height, width = unpack(">HH", frame)
            return width, height
        position = segment.start(2) + max(length, 2)
    return 0, 0
