"""What was read of an attachment, and what is known of one that was not read yet."""

import re
from dataclasses import dataclass, replace

from securemail_desktop.message import parameter
from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.passage import Line, PassageKind

LARGEST_TEXT = 1_000_000  # code points of one attachment
LOCKED_FILE = "It is protected with a password, so it could not be read."
TOO_LONG = "Only the beginning of its text is read: it is too long."
_TECHNICAL = frozenset(
    {"boundary", "charset", "component", "delsp", "format", "method", "micalg", "protocol", "smime-type", "start", "start-info", "type"}
)
_MOST_REASONS = 3
_TOGETHER = re.compile(r"[a-z][A-Z][a-z]")
_SEAM = re.compile(r"[_-]|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")


@dataclass(frozen=True, slots=True)
class AttachmentText:
    """The lines of an attachment's text. `unreadable` is empty, or the reason in words why not all of it could be read.

    `pending` while it is being read: until then it counts as unreadable.
    """

    lines: tuple[Line, ...] = ()
    unreadable: str = ""
    pending: bool = False


BEING_READ = AttachmentText(unreadable="It is being read.", pending=True)


def name_lines(attachment: Attachment) -> list[Line]:
    """Return what travels with the file besides its content: its name, and what else its type is given.

    Underscores separate words; so do the capitals and numbers of a name without them, on a line of its own.
    """
    parameters = parameter.parse(attachment.content_type)[1]
    more = [value for name, value in parameters.items() if name not in _TECHNICAL]
    texts = [attachment.filename, _apart(attachment.filename), *more]
    return [Line(text) for text in dict.fromkeys(text.replace("_", " ") for text in texts) if text]


def _apart(name: str) -> str:
    """Return a name whose words stand together (GonzalezMariaMRN99317742) with blanks between them."""
    return "" if " " in name or not _TOGETHER.search(name) else _SEAM.sub(" ", name)


class Gathered:
    """What a reader has found so far: lines, and why something in the file could not be read."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lines: list[Line] = []
        self._reasons: dict[str, None] = {}
        self.length = 0

    @property
    def is_full(self) -> bool:
        """Tell whether there is more text than anyone takes."""
        return self.length > LARGEST_TEXT

    def write(self, text: str, place: str = "", kind: PassageKind = PassageKind.AUTHORED) -> None:
        """Add text with its line breaks; blank text adds nothing."""
        if text.strip():
            self._lines += [Line(line, kind, place) for line in text.split("\n")]
            self.length += len(text) + 1

    def miss(self, reason: str) -> None:
        """Note in one sentence what could not be read."""
        if len(self._reasons) < _MOST_REASONS:
            self._reasons[reason] = None

    def take(self, inner: AttachmentText, place: str) -> None:
        """Add what was read of a file inside this one."""
        self._lines += [replace(line, place=place) for line in inner.lines]
        self.length += sum(len(line.text) + 1 for line in inner.lines)
        if inner.unreadable:
            self.miss(inner.unreadable)

    def result(self) -> AttachmentText:
        """Return all of it."""
        return AttachmentText(tuple(self._lines), " ".join(self._reasons))
