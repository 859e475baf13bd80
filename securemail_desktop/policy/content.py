"""The questions about what a message says and carries: words, patterns, headers, findings, attachments."""

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from securemail_desktop.policy.facts import AttachmentFacts
from securemail_desktop.policy.index import FactsIndex, Truth
from securemail_desktop.policy.pattern import Finder, folded_words, searchable
from securemail_desktop.policy.predicates import Bounds

_EXTENSIONS = """
ade adp apk app appinstaller application appx appxbundle bas bat bin cmd com command cpl deb dll dmg exe gadget hta inf
ins iso jar js jse ksh lnk mde msc msi msix msp mst pif pkg ps1 ps1xml ps2 psc1 psd1 psm1 py pyc pyw reg rpm scf scr sct
sh shb shs sys udl url vb vbe vbs vhd vhdx vxd ws wsc wsf wsh xll
"""
EXECUTABLE_EXTENSIONS = frozenset(_EXTENSIONS.split())
EXECUTABLE_TYPES = frozenset(
    {
        "application/x-msdownload",
        "application/x-msdos-program",
        "application/vnd.microsoft.portable-executable",
        "application/x-executable",
        "application/x-elf",
        "application/x-mach-binary",
        "application/x-sh",
        "application/x-msi",
        "application/java-archive",
        "application/hta",
    }
)


@dataclass(frozen=True, slots=True)
class Search:
    """Patterns or words are found in texts at least so many times together. `sources` identify the finders."""

    sources: tuple[str, ...]
    fields: frozenset[str]
    at_least: int
    finders: tuple[Finder, ...] = field(compare=False)

    per_recipient: ClassVar[bool] = False
    cost: ClassVar[int] = 2

    def truth(self, index: FactsIndex) -> Truth:
        """Search until enough was found."""
        found = 0
        for _, count in self._counts(index):
            found += count
            if found >= self.at_least:
                return index.certain(holds=True)
        return index.certain(holds=False)

    def seen(self, index: FactsIndex) -> str:
        """Return how often, and where; never what."""
        counts: dict[str, int] = {}
        for name, count in self._counts(index):
            counts[name] = counts.get(name, 0) + count
        return ", ".join(f"{n} in {name}" for name, n in counts.items() if n) or "not found"

    def _counts(self, index: FactsIndex) -> Iterator[tuple[str, int]]:
        for name, data in index.texts:
            if name.partition(":")[0] in self.fields:
                for finder in self.finders:
                    yield name, finder.count(data, self.at_least)


@dataclass(frozen=True, slots=True)
class Marker:
    """The subject holds a marker such as `+encrypt+`, upper and lower case alike."""

    text: str

    per_recipient: ClassVar[bool] = False
    cost: ClassVar[int] = 1

    def truth(self, index: FactsIndex) -> Truth:
        """Look for it."""
        wanted = folded_words(self.text)
        return index.certain(holds=any(wanted in folded_words(text) for name, text in index.facts.text if name == "subject"))

    def seen(self, index: FactsIndex) -> str:
        """Return whether it is there."""
        return "there" if self.truth(index).definite else "not there"


@dataclass(frozen=True, slots=True)
class Header:
    """A header is there, or holds a text, or matches a pattern. `contains` and `source` are empty where they are not asked."""

    name: str
    contains: str
    source: str
    finder: Finder | None = field(compare=False)

    per_recipient: ClassVar[bool] = False
    cost: ClassVar[int] = 1

    def truth(self, index: FactsIndex) -> Truth:
        """Look at each header of that name."""
        return index.certain(holds=any(self._holds(value) for name, value in index.facts.headers if name.lower() == self.name))

    def seen(self, index: FactsIndex) -> str:
        """Return how many headers of that name there are."""
        count = sum(name.lower() == self.name for name, _ in index.facts.headers)
        return f"{count} of that name" if count else "not there"

    def _holds(self, value: str) -> bool:
        matches = self.finder is None or self.finder.count(searchable(value), 1) > 0
        return matches and self.contains in folded_words(value)


@dataclass(frozen=True, slots=True)
class Findings:
    """At least so many findings of these categories together, each at least so sure."""

    of: frozenset[str]
    at_least: int
    confidence: float = 0.0

    per_recipient: ClassVar[bool] = False
    cost: ClassVar[int] = 1

    def truth(self, index: FactsIndex) -> Truth:
        """Add the counts, without findings that are less sure."""
        counts = index.facts.counts
        doubtful = sum(c in self.of and not sure >= self.confidence for c, sure in index.facts.confidences) if self.confidence else 0
        return index.certain(holds=sum(counts.get(c, 0) for c in self.of) - doubtful >= self.at_least)

    def seen(self, index: FactsIndex) -> str:
        """Return the counts."""
        counts = index.facts.counts
        return ", ".join(f"{counts[c]} {c}" for c in sorted(self.of) if counts.get(c)) or "none"


class Kind(StrEnum):
    """What sort of message it is besides a plain new one."""

    INVITATION = "invitation"
    PASTED = "pasted"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class IsKind:
    """It carries a calendar invitation, text of another conversation, or answers a message - or does not."""

    kind: Kind
    value: bool

    per_recipient: ClassVar[bool] = False
    cost: ClassVar[int] = 1

    def truth(self, index: FactsIndex) -> Truth:
        """Look."""
        return index.certain(holds=self._is(index) is self.value)

    def seen(self, index: FactsIndex) -> str:
        """Return whether it is."""
        return str(self._is(index)).lower()

    def _is(self, index: FactsIndex) -> bool:
        match self.kind:
            case Kind.INVITATION:
                return any(a.content_type.lower() == "text/calendar" or a.extension == "ics" for a in index.facts.attachments)
            case Kind.PASTED:
                return index.mask("concern", "other-thread") != 0
            case Kind.ANSWER:
                return index.facts.answers


@dataclass(frozen=True, slots=True)
class HasAttachment:
    """One attachment fulfils everything that is asked; None and empty sets ask nothing."""

    names: frozenset[str] = frozenset()
    extensions: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    size: Bounds | None = None
    unreadable: bool | None = None
    executable: bool | None = None
    real_types: frozenset[str] = frozenset()
    password_protected: bool | None = None
    incomplete: bool | None = None

    per_recipient: ClassVar[bool] = False
    cost: ClassVar[int] = 1

    def truth(self, index: FactsIndex) -> Truth:
        """Look at each attachment."""
        fitting = [a for a in index.facts.attachments if self._holds(a)]
        if any(self._unknown(a) is False for a in fitting):
            return index.certain(holds=True)
        return index.nobody_knows if fitting else index.certain(holds=False)

    def holds(self, attachment: AttachmentFacts) -> bool:
        """Return whether it holds, or may hold, of one attachment."""
        return self._holds(attachment)

    def seen(self, index: FactsIndex) -> str:
        """Return each attachment's kind; names may hold patient data and are left out."""
        return "; ".join(_described(n, a) for n, a in enumerate(index.facts.attachments)) or "no attachments"

    def _holds(self, attachment: AttachmentFacts) -> bool:
        return (
            (not self.names or any(fnmatch.fnmatchcase(attachment.name.casefold(), n) for n in self.names))
            and (not self.extensions or attachment.extension in self.extensions)
            and (not self.types or any(fnmatch.fnmatchcase(attachment.content_type.lower(), t) for t in self.types))
            and (self.size is None or self.size.holds(attachment.size))
            and (self.unreadable is None or attachment.unreadable is self.unreadable)
            and (self.executable is None or executable(attachment) is self.executable)
            and (self.incomplete is None or attachment.incomplete is self.incomplete)
            and self._is_really(attachment)
            and (self.password_protected is None or attachment.password_protected in {None, self.password_protected})
        )

    def _is_really(self, attachment: AttachmentFacts) -> bool:
        real = attachment.real_type
        return not self.real_types or any(fnmatch.fnmatchcase(real, t) for t in self.real_types)

    def _unknown(self, attachment: AttachmentFacts) -> bool:
        """Return whether something that is asked of the attachment is unknown."""
        return self.password_protected is not None and attachment.password_protected is None


def executable(attachment: AttachmentFacts) -> bool:
    """Return whether opening the attachment could run a program, by extension, declared type or content."""
    types = {attachment.content_type.lower(), attachment.real_type}
    return attachment.extension in EXECUTABLE_EXTENSIONS or not types.isdisjoint(EXECUTABLE_TYPES)


def _described(number: int, attachment: AttachmentFacts) -> str:
    marks = [f"in truth {attachment.real_type}"] if attachment.real_type not in {"", attachment.content_type} else []
    flags = (
        ("unreadable", attachment.unreadable),
        ("incomplete", attachment.incomplete),
        ("password-protected", attachment.password_protected),
        ("executable", executable(attachment)),
    )
    marks += [mark for mark, there in flags if there]
    extension = f".{attachment.extension}" if attachment.extension else "no extension"
    return " ".join([f"attachment {number}:", extension, attachment.content_type, f"{attachment.size} bytes", *marks])
