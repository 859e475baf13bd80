"""Compound files ([MS-CFB], version 3) and messages of Outlook ([MS-OXMSG]) for tests."""

import struct
from dataclasses import dataclass, field

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
Tree = dict[str, "bytes | Tree"]


@dataclass
class _Entry:
    """One entry of the directory: a stream, a storage or the root."""

    name: str
    kind: int
    content: bytes = b""
    child: int = FREE
    left: int = FREE
    right: int = FREE
    start: int = END


@dataclass
class _Sectors:
    """Content in sectors of one size, and the table of what follows what."""

    size: int
    octets: bytearray = field(default_factory=bytearray)
    table: list[int] = field(default_factory=list)

    def add(self, content: bytes) -> int:
        """Return the first sector of the content, which is added."""
        if not content:
            return END
        first, count = len(self.table), -(-len(content) // self.size)
        self.table += [*range(first + 1, first + count), END]
        self.octets += content.ljust(count * self.size, b"\0")
        return first


def compound(tree: Tree) -> bytes:
    """Return a compound file of these streams (octets) and storages (trees)."""
    entries = [_Entry("Root Entry", 5)]
    entries[0].child = _branch(tree, entries)
    sectors, small = _Sectors(SECTOR), _Sectors(MINI)
    for entry in entries[1:]:
        if entry.kind == 2:
            entry.start = (small if len(entry.content) < CUTOFF else sectors).add(entry.content)
    entries[0].content = bytes(small.octets)
    entries[0].start = sectors.add(entries[0].content)
    mini_table = sectors.add(struct.pack(f"<{len(small.table)}I", *small.table))
    directory = sectors.add(b"".join(map(_packed, entries)))
    fat_count = 1
    while (len(sectors.table) + fat_count) * 4 > fat_count * SECTOR:
        fat_count += 1
    fats = list(range(len(sectors.table), len(sectors.table) + fat_count))
    table = [*sectors.table, *[FAT] * fat_count]
    table += [FREE] * (fat_count * SECTOR // 4 - len(table))
    mini_count = -(-len(small.table) * 4 // SECTOR)
    about = struct.pack("<5H6x8L", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_count, directory, 0, CUTOFF, mini_table, mini_count, END)
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + about
        + struct.pack("<L", 0)
        + struct.pack("<109L", *fats, *[FREE] * (109 - fat_count))
    )
    return header + bytes(sectors.octets) + struct.pack(f"<{len(table)}I", *table)


def _branch(tree: Tree, entries: list[_Entry]) -> int:
    """Add what a storage holds as a balanced tree; return the number of its top."""
    numbers = []
    for name, content in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
        entry = _Entry(name, 2, content) if isinstance(content, bytes) else _Entry(name, 1)
        numbers.append(len(entries))
        entries.append(entry)
        if not isinstance(content, bytes):
            entry.child = _branch(content, entries)
    return _balanced(numbers, entries)


def _balanced(numbers: list[int], entries: list[_Entry]) -> int:
    if not numbers:
        return FREE
    middle = len(numbers) // 2
    entries[numbers[middle]].left = _balanced(numbers[:middle], entries)
    entries[numbers[middle]].right = _balanced(numbers[middle + 1 :], entries)
    return numbers[middle]


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le")
    about = struct.pack("<HBB3L", len(name) + 2, entry.kind, 1, entry.left, entry.right, entry.child)
    return name.ljust(64, b"\0") + about + bytes(16 + 4 + 16) + struct.pack("<LQ", entry.start, len(entry.content))


def texts(**values: str) -> Tree:
    """Return the streams of text properties: _0037="Subject"."""
    return {f"__substg1.0_{key[1:]}001F": value.encode("utf-16-le") for key, value in values.items()}


def numbers(skipped: int, **values: int) -> Tree:
    """Return the stream of properties that are numbers, behind so many octets of something else."""
    rows = b"".join(struct.pack("<HHLQ", 3, int(key[1:], 16), 6, value) for key, value in values.items())
    return {"__properties_version1.0": bytes(skipped) + rows}


def attached(**values: "bytes | str | Tree") -> Tree:
    """Return the storage of an attachment: _3701 as octets or a message, the others as text."""
    made: Tree = numbers(8)
    for key, value in values.items():
        kind = "001F" if isinstance(value, str) else "0102" if isinstance(value, bytes) else "000D"
        made[f"__substg1.0_{key[1:]}{kind}"] = value.encode("utf-16-le") if isinstance(value, str) else value
    return made


def files(*storages: Tree) -> Tree:
    """Return the storages of the attachments of a message."""
    return {f"__attach_version1.0_#{number:08X}": storage for number, storage in enumerate(storages)}
