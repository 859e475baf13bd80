"""What macOS leaves beside files in an archive: AppleDouble ("._name") and ".DS_Store". The letters in them are read: names of other files.

Every archive that the Finder makes has some: were they unreadable, every one of these archives would be treated like patient data.
"""

import re

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.budget import Budget
from securemail_desktop.message.text.passage import Line, PassageKind
from securemail_desktop.message.text.reading import AttachmentText

_START = re.compile(rb"\x00\x05\x16\x07\x00\x02\x00\x00|\x00\x00\x00\x01Bud1")
_LARGEST = 64 * 1024  # octets: a larger one holds more than notes, as the resource fork of an old document
_WIDE = re.compile(rb"(?:[\x00-\x06][\x20-\xff]){3,}")  # UTF-16 with the high octet first: letters up to Arabic
_NARROW = re.compile(rb"[\x20-\x7e\x80-\xff]{4,}")


def is_finder_file(content: bytes) -> bool:
    """Say whether a file is one of these, and small."""
    return bool(_START.match(content)) and len(content) <= _LARGEST


def finder_text(attachment: Attachment, _budget: Budget) -> AttachmentText:
    """Return the runs of letters in such a file; linear, never fails."""
    wide = [run.decode("utf-16-be", "replace") for run in _WIDE.findall(attachment.content)]
    narrow = [run.decode("utf-8", "replace") for run in _NARROW.findall(attachment.content)]
    return AttachmentText(tuple(Line(text, PassageKind.HIDDEN) for text in wide + narrow))
