"""A single file that is compressed by itself: gzip (RFC 1952), bzip2, xz and LZMA. Often an archive is inside."""

import re
from bz2 import BZ2Decompressor
from collections.abc import Callable
from gzip import GzipFile
from io import BytesIO
from lzma import LZMADecompressor
from pathlib import PurePath

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.archive import Files
from securemail_desktop.message.text.budget import Budget
from securemail_desktop.message.text.reading import AttachmentText
from securemail_desktop.message.text.unpack import Chained, Stream

_KINDS: tuple[tuple[re.Pattern[bytes], Callable[[BytesIO], Stream]], ...] = (
    (re.compile(rb"\x1f\x8b\x08"), lambda content: GzipFile(fileobj=content)),
    (re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), lambda content: Chained(content, BZ2Decompressor)),
    (re.compile(rb"\xfd7zXZ\0|\x5d\0\0..(?:\xff{8}|.{4}\0{4})", re.DOTALL), lambda content: Chained(content, LZMADecompressor)),
)
_SUFFIXES = {".tgz": ".tar", ".tbz": ".tar", ".tbz2": ".tar", ".txz": ".tar", ".tlz": ".tar", ".svgz": ".svg"}
_NAME, _EXTRA, _COMMENT = 8, 4, 16  # the flags of a gzip header


def is_compressed(content: bytes) -> bool:
    """Say whether a file begins as one that is compressed."""
    return any(beginning.match(content) for beginning, _ in _KINDS)


def compressed_text(attachment: Attachment, budget: Budget) -> AttachmentText:
    """Return the text of the one file in a compressed file, with the name and the comment that it has inside."""
    content = attachment.content
    opened = next(opened for beginning, opened in _KINDS if beginning.match(content))
    name, comment = _about(content)
    files = Files(budget)
    files.read(name or _inner_name(attachment.filename), lambda: budget.unpack(lambda: opened(BytesIO(content))))
    files.comment(comment)
    return files.result()


def _inner_name(name: str) -> str:
    path = PurePath(name)
    return path.stem + _SUFFIXES.get(path.suffix.lower(), "")


def _about(content: bytes) -> tuple[str, str]:
    """Return the name and the comment in the header of gzip, empty where there are none."""
    if not content.startswith(b"\x1f\x8b") or len(content) < 12:
        return "", ""
    flags, position = content[3], 10
    if flags & _EXTRA:
        position += 2 + int.from_bytes(content[position : position + 2], "little")
    texts = []
    for flag in (_NAME, _COMMENT):
        end = content.find(b"\0", position) if flags & flag else -1
        texts.append(content[position:end].decode("latin-1") if end >= 0 else "")
        position = max(position, end + 1)
    return texts[0], texts[1]
