"""The files in an archive, each read as if it were attached by itself, and the names of all, which are sent as well; here those of ZIP.

The names of the files that something lies in are its place: "letters.zip, report.pdf, page 3".
"""

from collections import defaultdict
from collections.abc import Callable
from functools import partial

from securemail_desktop.message import charset
from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.budget import Budget
from securemail_desktop.message.text.package import Package, is_encrypted, is_folder, name_of, other_name_of
from securemail_desktop.message.text.passage import Line
from securemail_desktop.message.text.reading import LOCKED_FILE, TOO_LONG, AttachmentText, Gathered, name_lines
from securemail_desktop.message.text.unpack import Unpackable

_NAMED = 2  # files in a reason
_LONGEST_NAME = 60  # characters of a name in a reason or a place: its end says most
_COMMENTS = "comments"


def zip_text(package: Package, budget: Budget) -> AttachmentText:
    """Return the text of the files in a ZIP archive, their names and the comments on them."""
    files = Files(budget)
    for entry in package.entries:
        name = name_of(entry)
        if is_folder(entry):
            files.name(name)
        elif is_encrypted(entry):
            files.miss(name, LOCKED_FILE)
        else:
            files.read(name, partial(package.read, entry))
        if (other := other_name_of(entry)) not in {"", name}:
            files.name(other)
        files.comment(charset.decode(entry.comment))
    files.comment(charset.decode(package.comment))
    return files.result()


class Files:
    """Gathers what the files in an archive say, and of which of them something could not be read."""

    def __init__(self, budget: Budget) -> None:
        """Begin with nothing."""
        self._budget = budget
        self._gathered = Gathered()
        self._missed: dict[str, list[str]] = defaultdict(list)

    def read(self, name: str, unpack: Callable[[], bytes]) -> None:
        """Read a file and its name; `unpack` returns its content or raises `Unpackable`."""
        if self._gathered.is_full:
            self.name(name)
        elif reason := self._budget.refusal():
            self.miss(name, reason)
        else:
            try:
                self._take(name, self._budget.read(Attachment(name, "application/octet-stream", unpack())))
            except Unpackable as error:
                self.miss(name, str(error))

    def miss(self, name: str, reason: str) -> None:
        """Note why a file could not be read; its name is."""
        self._take(name, AttachmentText(unreadable=reason))

    def name(self, name: str) -> None:
        """Take a name that has no content."""
        self._take(name, AttachmentText())

    def comment(self, text: str) -> None:
        """Take what somebody wrote about the archive or a file in it."""
        if not self._gathered.is_full:
            self._gathered.write(text, _COMMENTS)

    def miss_all(self, reason: str) -> None:
        """Note why the archive itself could not be read to its end."""
        self._gathered.miss(reason)

    def result(self) -> AttachmentText:
        """Return all of it."""
        for reason, names in self._missed.items():
            self._gathered.miss(f"{named}: {reason}" if (named := _some(names)) else reason)
        return self._gathered.result()

    def _take(self, name: str, found: AttachmentText) -> None:
        if self._gathered.is_full:
            self._gathered.miss(TOO_LONG)
        else:
            names = name_lines(Attachment(name, "", b""))
            gap = [Line("")] if found.lines and names else []
            self._gathered.add([*found.lines, *gap, *names], _short(name))
        if found.unreadable:
            self._missed[found.unreadable].append(_short(name))


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(dict.fromkeys(names[:_NAMED])) + more


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else "…" + name[1 - _LONGEST_NAME :]
