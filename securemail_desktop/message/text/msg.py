"""The text of a message of Outlook ([MS-OXMSG], [MS-OXPROPS]): header, body, every other text that it carries, its attachments and messages in it."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from struct import iter_unpack

from securemail_desktop.message import charset
from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.bodies import body_lines, with_new_lines
from securemail_desktop.message.text.budget import Budget
from securemail_desktop.message.text.compound import Compound, Path
from securemail_desktop.message.text.compressed_rtf import rtf_of
from securemail_desktop.message.text.passage import Line
from securemail_desktop.message.text.reading import AttachmentText, Gathered, name_lines
from securemail_desktop.message.text.unpack import Damaged, Unpackable

_PROPERTIES = "__properties_version1.0"
_ATTACHMENT, _RECIPIENT = "__attach_version1.0_#", "__recip_version1.0_#"
_EMBEDDED = "__substg1.0_3701000D"
_STRING = re.compile(r"__SUBSTG1\.0_([0-9A-F]{4})(?:00(1[EF])|10(1[EF])-[0-9A-F]{8})")
_WIDE = "1F"
_SUBJECT, _BODY, _HTML, _RTF = "0037", "1000", "1013", "1009"
_TOPICS = ("0E1D", "0070")  # without prefixes, and that of the conversation, which stays when somebody changes the subject
_SENDERS, _SENDER_ADDRESSES = ("0C1A", "0042"), ("5D01", "0C1F", "5D02", "0065")
_LISTS = (("To", "0E04"), ("Cc", "0E03"), ("Bcc", "0E02"))
_NAME, _ADDRESSES = "3001", ("39FE", "3003")
_DATA, _FILE_NAMES, _FILE_TYPE, _CONTENT_ID = "3701", ("3707", "3704", "3001"), "370E", "3712"
_SENT, _CODE_PAGE, _HTML_CODE_PAGE = 0x0039, 0x3FFD, 0x3FDE
# Identifiers of messages, addresses of directories and kinds of things: of no person, or said elsewhere in words.
_TECHNICAL = frozenset({
    "001A", "003D", "0064", "0065", "0075", "0076", "0077", "0078", "007D", "0C1E", "0C1F", "1013", "1035", "1039", "1042",
    "3002", "3003", "3FF8", "3FFA", "4030", "4031", "4038", "4039", "5D01", "5D02", "5D07", "5D08", "5D09", "5D0A", "5D0B",
})  # fmt: skip
_CHARSETS = {1200: "utf-16-le", 20127: "us-ascii", 28591: "iso-8859-1", 50220: "iso-2022-jp", 51932: "euc-jp", 65001: "utf-8"}
_EPOCH = datetime(1601, 1, 1)  # noqa: DTZ001 - UTC, and only the day of it is told
_LARGEST_RTF = 32 * 1024 * 1024  # octets
_DAMAGED = "A part of it is damaged and could not be read."
_OBJECTS = "Objects in it are not read."


def is_msg(file: Compound) -> bool:
    """Say whether a compound file is a message."""
    return _PROPERTIES in file.streams_in(())


def is_nothing_but_msg(file: Compound) -> bool:
    """Say whether a message has no part of another document beside its own, which an older Office program would show."""
    return all(name.startswith("__") for name in (*file.streams_in(()), *file.storages_in(())))


def msg_text(file: Compound, budget: Budget, path: Path = ()) -> AttachmentText:
    """Return the text of a message; `path` leads to one that is attached to another."""
    gathered = Gathered()
    message = _Storage(file, path, 24 if path else 32, gathered)
    gathered.add([*_header(message), Line(""), *_body(message, gathered, budget)], "")
    for name in file.storages_in(path):
        if name.startswith(_RECIPIENT):
            _read_recipient(_Storage(file, (*path, name), 8, gathered), gathered)
    for text in message.others():
        gathered.write(text, "properties")
    for name in file.storages_in(path):
        if name.startswith(_ATTACHMENT):
            _read_file(file, _Storage(file, (*path, name), 8, gathered), gathered, budget)
    return gathered.result()


def _header(message: "_Storage") -> Iterator[Line]:
    name = message.first(_SENDERS)
    address = next(filter(lambda text: "@" in text, map(message.text, _SENDER_ADDRESSES)), "")
    values = [("From", f"{name} <{address}>" if address else name), *((label, message.text(key)) for label, key in _LISTS)]
    values += [*(("Subject", subject) for subject in _subjects(message)), ("Date", _day(message.number(_SENT)))]
    return (Line(f"{label}: {value}") for label, value in values if value)


def _subjects(message: "_Storage") -> list[str]:
    """Return the subject, and what it was before where that says more."""
    subject, *former = map(message.text, (_SUBJECT, *_TOPICS))
    return [subject, *(topic for topic in dict.fromkeys(former) if topic not in subject)]


def _day(ticks: int) -> str:
    """Return a time in 100 ns since 1601 as a day, empty for none."""
    try:
        return str((_EPOCH + timedelta(microseconds=ticks // 10)).date()) if ticks else ""
    except OverflowError:
        return ""


def _body(message: "_Storage", gathered: Gathered, budget: Budget) -> list[Line]:
    html = message.text(_HTML) or charset.decode_file(message.data(_HTML), message.charset(_HTML_CODE_PAGE))
    text = message.text(_BODY).replace("\r\n", "\n").replace("\r", "\n")
    lines = body_lines(text, html.replace("\r\n", "\n").replace("\r", "\n"))
    packed = message.data(_RTF)
    if not packed:
        return lines
    try:
        rich = budget.read(Attachment("", "application/rtf", rtf_of(packed, _LARGEST_RTF)))
    except Unpackable as error:
        gathered.miss(_DAMAGED if isinstance(error, Damaged) else str(error))
        return lines
    gathered.miss(rich.unreadable)
    return with_new_lines(lines, rich.lines)


def _read_recipient(recipient: "_Storage", gathered: Gathered) -> None:
    address = next(filter(lambda text: "@" in text, map(recipient.text, _ADDRESSES)), "")
    gathered.write(f"{recipient.text(_NAME)} <{address}>", "recipients")


def _read_file(file: Compound, about: "_Storage", gathered: Gathered, budget: Budget) -> None:
    name = about.first(_FILE_NAMES)
    place = f"file {name} in it"
    inner = (*about.path, _EMBEDDED)
    content = about.data(_DATA)
    if _PROPERTIES in file.streams_in(inner):
        gathered.take(budget.within(lambda: msg_text(file, budget, inner)), place)
    elif file.streams_in(inner):
        gathered.miss(_OBJECTS)
    elif content:
        kind, content_id = about.text(_FILE_TYPE).lower() or "application/octet-stream", about.text(_CONTENT_ID).strip("<>")
        kind = "message/rfc822" if kind.startswith("multipart/") else kind  # a signed message is kept whole
        gathered.take(budget.read(Attachment(name, kind, content, content_id, bool(content_id))), place)
    gathered.add(name_lines(Attachment(name, "", b"")), place)


class _Storage:
    """The properties of a message, a recipient or an attachment; what is damaged counts as absent and is noted."""

    def __init__(self, file: Compound, path: Path, skipped: int, gathered: Gathered) -> None:
        """Read the numbers, which stand behind so many octets of something else."""
        self.path = path
        self._file, self._gathered = file, gathered
        self._streams = {name.upper(): name for name in file.streams_in(path)}
        self._taken = set(_TECHNICAL)
        entries = self._read(_PROPERTIES.upper())[skipped:]
        self._numbers: dict[int, int] = {key: value for _, key, _, value in iter_unpack("<HHLQ", entries[: len(entries) // 16 * 16])}

    def number(self, key: int) -> int:
        """Return a number or a time, 0 where there is none."""
        return self._numbers.get(key, 0)

    def charset(self, key: int) -> str:
        """Return the charset that a property names by its number on Windows, empty where there is none."""
        number = self.number(key) & 0xFFFF
        return _CHARSETS.get(number, f"cp{number}" if number else "")

    def first(self, keys: tuple[str, ...]) -> str:
        """Return the first of these texts that there is."""
        return next(filter(None, map(self.text, keys)), "")

    def text(self, key: str) -> str:
        """Return a text, empty where there is none."""
        self._taken.add(key)
        return self._decoded(f"__SUBSTG1.0_{key}001F") or self._decoded(f"__SUBSTG1.0_{key}001E")

    def data(self, key: str) -> bytes:
        """Return octets, none where there are none."""
        return self._read(f"__SUBSTG1.0_{key}0102")

    def others(self) -> Iterator[str]:
        """Yield every text that nobody asked for yet and that is not technical, each once."""
        names = [name for name in self._streams if (found := _STRING.fullmatch(name)) and found[1] not in self._taken]
        return iter(dict.fromkeys(filter(None, map(self._decoded, names))))

    def _decoded(self, name: str) -> str:
        octets = self._read(name)
        wide = name[18:20] == _WIDE
        text = octets.decode("utf-16-le", "replace") if wide else charset.decode(octets, self.charset(_CODE_PAGE))
        return text.rstrip("\0").replace("\0", " ")

    def _read(self, name: str) -> bytes:
        if name not in self._streams:
            return b""
        try:
            return self._file.read((*self.path, self._streams[name]))
        except Unpackable as error:
            self._gathered.miss(_DAMAGED if isinstance(error, Damaged) else str(error))
            return b""
