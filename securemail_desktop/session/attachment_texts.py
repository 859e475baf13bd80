"""The texts of attachments: read once in the reading process, kept in memory by digest, so that a review never waits for a file.

They are patient data: never on a disk, and forgotten beyond a bound.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from types import TracebackType
from typing import Self

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.reading import BEING_READ, AttachmentText
from securemail_desktop.session.reading_process import ReadingProcess, reading_command

SECONDS = 60.0  # of all attachments of one message
_MOST_TEXT = 16_000_000  # code points of one message's attachments, and of what is kept besides them
_MOST_FILES = 1_000
_TOO_SLOW = AttachmentText(unreadable="Reading the attachments took too long.")
_TOO_MUCH = AttachmentText(unreadable="The attachments hold more text than is read.")


class AttachmentTexts:
    """What was read of attachments; every method from any thread."""

    def __init__(self, process: ReadingProcess | None = None, seconds: float = SECONDS) -> None:
        """Start nothing yet."""
        self._process = process or ReadingProcess(reading_command())
        self._seconds = seconds
        self._known: OrderedDict[bytes, AttachmentText] = OrderedDict()
        self._lock, self._reading = Lock(), Lock()
        self._closed = False

    def text(self, attachment: Attachment) -> AttachmentText:
        """Return at once what is known of an attachment: its text, or that it is being read."""
        with self._lock:
            return self._known.get(_digest(attachment), BEING_READ)

    def read(self, attachments: Iterable[Attachment]) -> None:
        """Read the attachments of one message that are not known yet; `text` knows them afterwards. Blocks, bounded, never fails.

        What was interrupted is not known afterwards.
        """
        end = time.monotonic() + self._seconds
        total, keys = 0, set()
        for attachment in attachments:
            key = _digest(attachment)
            found = self._text(key, attachment, end)
            total += _size(found)
            self._keep(key, found if total <= _MOST_TEXT else _TOO_MUCH)
            keys.add(key)
        self._forget(keys)

    def interrupt(self) -> None:
        """End what is being read now: it counts as unreadable."""
        self._process.kill()

    def close(self) -> None:
        """End the reading process and forget everything."""
        self._closed = True
        self._process.kill()
        with self._reading:
            self._process.close()
        with self._lock:
            self._known.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _text(self, key: bytes, attachment: Attachment, end: float) -> AttachmentText:
        with self._reading:
            with self._lock:
                known = self._known.get(key)
            if known is not None:
                return known
            if self._closed or time.monotonic() > end:
                return _TOO_SLOW
            return self._process.read(attachment)

    def _keep(self, key: bytes, found: AttachmentText) -> None:
        with self._lock:
            if not (self._closed or found.pending):
                self._known[key] = found
                self._known.move_to_end(key)

    def _forget(self, needed: set[bytes]) -> None:
        """Forget what was not used for longest, and nothing of the message that was read last: a review of it follows."""
        with self._lock:
            others = [key for key in self._known if key not in needed]
            left = sum(_size(self._known[key]) for key in others)
            for position, key in enumerate(others):
                if left <= _MOST_TEXT and len(others) - position <= _MOST_FILES:
                    return
                left -= _size(self._known.pop(key))


def _digest(attachment: Attachment) -> bytes:
    about = (attachment.filename, attachment.content_type, attachment.content_id, attachment.inline)
    return hashlib.sha256(repr(about).encode("utf-8", "backslashreplace") + b"\0" + hashlib.sha256(attachment.content).digest()).digest()


def _size(found: AttachmentText) -> int:
    return sum(len(line.text) + 1 for line in found.lines)
