"""What the files inside one attachment may take, all of them together: a small file that unpacks to much, or into itself, costs a bounded time."""

import time
from collections.abc import Callable

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.reading import AttachmentText
from securemail_desktop.message.text.unpack import Stream, TooMuch, unpacked

MOST_FILES = 10_000
LARGEST = 256 * 1024 * 1024  # octets, unpacked
_LARGEST_FILE = 64 * 1024 * 1024
_ALWAYS = 128 * 1024 * 1024  # octets that may be unpacked whatever the attachment's size; text rarely packs to less than a hundredth
_RATIO = 100
_DEEPEST = 5
_SECONDS = 6.0  # of processor time: before the reading process is ended for being slow, and what it has found with it
_TOO_DEEP = "Messages or files lie too deep in one another."
_TOO_MANY = f"It holds more than {MOST_FILES:,} files, and the rest is not read."
_TOO_SLOW = "Reading all the files in it would take too long."


class Budget:
    """The budget of one attachment; `read` reads a file and has the same budget for the files in that one."""

    def __init__(
        self, read: "Callable[[Attachment, Budget], AttachmentText]", packed: int, clock: Callable[[], float] = time.process_time
    ) -> None:
        """Begin with everything that an attachment of `packed` octets may take; `clock` tells seconds."""
        self._read, self._clock = read, clock
        self._end = clock() + _SECONDS
        self._depth = self._files = 0
        self._octets = min(LARGEST, max(_ALWAYS, _RATIO * packed))

    def read(self, file: Attachment) -> AttachmentText:
        """Return the text of a file inside what is being read, or the reason why it is not read."""
        return self.within(lambda: self._read(file, self))

    def within(self, read: Callable[[], AttachmentText]) -> AttachmentText:
        """Return what `read` finds in something inside what is being read, or the reason why it is not read."""
        if reason := self.refusal():
            return AttachmentText(unreadable=reason)
        self._files += 1
        self._depth += 1
        try:
            return read()
        finally:
            self._depth -= 1

    def unpack(self, opened: Callable[[], Stream]) -> bytes:
        """Return what a stream unpacks to; raise `Unpackable`. What is given up halfway was unpacked all the same, and costs so much."""
        most = min(_LARGEST_FILE, self._octets)
        try:
            content = unpacked(opened, most)
        except TooMuch:
            self._octets -= most
            raise
        self._octets -= len(content)
        return content

    def refusal(self) -> str:
        """Return why no file in this one is read, empty where it may be; what is refused need not be unpacked."""
        if self._depth >= _DEEPEST:
            return _TOO_DEEP
        if self._files >= MOST_FILES:
            return _TOO_MANY
        return _TOO_SLOW if self._clock() > self._end else ""
