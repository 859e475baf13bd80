"""The files in a tar archive (POSIX.1-2001: ustar and pax; GNU), and what is noted of them.

`tarfile` reads a single header here and not the archive: its sizes may lead back, and its patterns take more than linear time (CVE-2024-6232,
CVE-2025-8194), which costs all that was read before. Of a file with holes what lies between them is read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from tarfile import BLOCKSIZE, HeaderError, TarInfo

from securemail_desktop.message import charset
from securemail_desktop.message.text.archive import Files
from securemail_desktop.message.text.budget import Budget
from securemail_desktop.message.text.reading import AttachmentText

_DAMAGED = "It is a damaged archive, so not all of it could be read."
_WITHOUT_CONTENT = frozenset(b"123456")  # links, devices, folders and pipes, whatever size they have
_LONG_NAME, _LONG_LINK, _SPARSE = b"L", b"K", b"S"
_NOTES = (b"x", b"X", b"g")
_NOTE = re.compile(rb"(\d{1,9}) ([^=]{1,200})=")
_TECHNICAL = frozenset({"size", "uid", "gid", "mtime", "atime", "ctime", "uname", "gname", "charset", "hdrcharset"})
_MORE, _MORE_FOLLOWING = 482, 504  # GNU: whether a block about holes follows the header, and another one that


@dataclass(frozen=True, slots=True)
class _Member:
    """One header and where its content stands; `whole` when the archive has all of it."""

    type: bytes
    name: str
    link: str
    start: int
    end: int
    whole: bool


def is_tar(content: bytes) -> bool:
    """Say whether a file begins with a header of such an archive, by its checksum: the oldest have no other sign."""
    return _header(content[:BLOCKSIZE]) is not None


def tar_text(content: bytes, budget: Budget) -> AttachmentText:
    """Return the text of the files in an archive, their names and what is noted of them."""
    files, long = Files(budget), dict[str, str]()
    for member in _members(content):
        data = content[member.start : member.end]
        if member.type == _LONG_NAME:
            long["path"] = _text(data)
        elif member.type == _LONG_LINK:
            long["linkpath"] = _text(data)
        elif member.type in _NOTES:
            long |= _notes(data)
        else:
            _read_member(files, member, data, long)
            long = {}
        if not member.whole:
            files.miss_all(_DAMAGED)
    return files.result()


def _read_member(files: Files, member: _Member, data: bytes, long: dict[str, str]) -> None:
    name, link = long.pop("path", member.name), long.pop("linkpath", member.link)
    if member.type[0] in _WITHOUT_CONTENT:
        files.name(f"{name} {link}".strip())
    else:
        files.read(name, lambda: data)
    for key, value in long.items():
        if key not in _TECHNICAL:
            files.comment(value)


def _members(content: bytes) -> Iterator[_Member]:
    """Yield what the archive has, also behind the blocks of zeros that end it. What is no header is told as a member that is not whole."""
    position, size = 0, -1
    while position < len(content):
        block = content[position : position + BLOCKSIZE]
        if not block.strip(b"\0"):
            position += BLOCKSIZE
            continue
        header = _header(block)
        if header is None:
            yield _Member(_NOTES[0], "", "", 0, 0, whole=False)
            return
        start = position + BLOCKSIZE + (_holes(content, position) if header.type == _SPARSE else 0)
        size = 0 if header.type[0] in _WITHOUT_CONTENT else size if size >= 0 else max(0, header.size)
        end = start + size
        yield _Member(header.type, _name(header.name), _name(header.linkname), start, end, end <= len(content))
        position = start - (-size // BLOCKSIZE) * BLOCKSIZE
        size = _size(content[start:end]) if header.type in _NOTES else -1


def _header(block: bytes) -> TarInfo | None:
    try:
        header = TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except (HeaderError, ValueError, OverflowError):
        return None
    return header if header.type else None


def _holes(content: bytes, position: int) -> int:
    """Return how many octets of blocks about holes lie between the header at a position and the content."""
    length, flag = 0, position + _MORE
    while content[flag : flag + 1] not in {b"", b"\0"}:
        length += BLOCKSIZE
        flag = position + length + _MORE_FOLLOWING
    return length


def _size(notes: bytes) -> int:
    """Return the size that notes give to the file that follows, -1 where they give none."""
    size = _notes(notes).get("size", "")
    return int(size) if re.fullmatch(r"[0-9]{1,15}", size) else -1


def _notes(octets: bytes) -> dict[str, str]:
    """Return the records of a pax header: their length, a blank, key=value, a line end."""
    found: dict[str, str] = {}
    position = 0
    while record := _NOTE.match(octets, position):
        length = max(int(record[1]), record.end() - position)
        found[_text(record[2])] = _text(octets[record.end() : position + length - 1])
        position += length
    return found


def _name(name: str) -> str:
    return _text(name.encode("utf-8", "surrogateescape"))


def _text(octets: bytes) -> str:
    return charset.decode(octets).rstrip("\0").replace("\0", " ")
