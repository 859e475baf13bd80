"""What was read of an attachment, and what is known of one that was not read yet."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from securemail_desktop.message import parameter
from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.passage import Line, PassageKind

LARGEST_TEXT = 1_000_000  # code points of one attachment
LOCKED_FILE = "It is protected with a password, so it could not be read."
TOO_LONG = "Only the beginning of its text is read: it is too long."
FOREIGN = "Its letters are written in a way that is not known, so it could not be read."
_TECHNICAL = frozenset(
    {"boundary", "charset", "component", "delsp", "format", "method", "micalg", "protocol", "smime-type", "start", "start-info", "type"}
)
_MOST_REASONS = 3
_LONGEST_REASON = 800  # characters: a password five archives deep, with the names of the files
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


def reasons_of(reasons: Iterable[str]) -> str:
    """Return reasons as one text, each once and the first few: a password comes before all others, since rules ask for it."""
    known = sorted(dict.fromkeys(filter(None, reasons)), key=lambda reason: LOCKED_FILE not in reason)
    return " ".join(known[:_MOST_REASONS])[:_LONGEST_REASON]


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
        self._reasons[reason] = None

    def take(self, inner: AttachmentText, place: str) -> None:
        """Add what was read of a file inside this one, the places in it behind its own."""
        self.add(inner.lines, place)
        if inner.unreadable:
            self.miss(inner.unreadable)

    def add(self, lines: Iterable[Line], place: str) -> None:
        """Add lines of a file inside this one."""
        for line in lines:
            self._lines.append(Line(line.text, line.kind, f"{place}, {line.place}" if place and line.place else place or line.place))
            self.length += len(line.text) + 1

    def result(self) -> AttachmentText:
        """Return all of it."""
        return AttachmentText(tuple(self._lines), reasons_of(self._reasons))
