"""What tar archives and single compressed files say, and what of them could not be read."""

import bz2
import gzip
import lzma
import tarfile
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.reading import AttachmentText
from tests.support.archive import tar
from tests.support.office import package
from tests.support.pdf import pdf

LINE = "Maria Lopez, MRN 4711"
LONG = "x/" * 150 + "Lopez.txt"
DAMAGED = "It is a damaged archive, so not all of it could be read."
FORMATS = [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]


def read(content: bytes, name: str = "letters.tar") -> AttachmentText:
    return attachment_text(Attachment(name, "application/octet-stream", content))


def lines(found: AttachmentText) -> list[tuple[str, str]]:
    return [(line.place, line.text) for line in found.lines if line.text]


@pytest.mark.parametrize("form", FORMATS)
def test_the_files_in_an_archive_are_read(form: int) -> None:
    found = read(tar({"a.txt": LINE.encode(), "b.pdf": pdf(LINE)}, form))
    assert lines(found) == [("a.txt", LINE), ("a.txt", "a.txt"), ("b.pdf, page 1", LINE), ("b.pdf", "b.pdf")]
    assert found.unreadable == ""


@pytest.mark.parametrize("form", FORMATS[1:])
def test_long_names_and_names_of_other_letters_are_read(form: int) -> None:
    found = read(tar({LONG: b"", "Łopez": b""}, form))
    assert [text for _, text in lines(found)] == [LONG, "Łopez"]


def test_links_folders_and_notes_are_read() -> None:
    out = BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as file:
        for name, kind, link in (("Lopez", tarfile.DIRTYPE, ""), ("a", tarfile.SYMTYPE, "../Maria"), ("b", tarfile.LNKTYPE, "L" * 120)):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, link
            member.pax_headers = {"comment": LINE} if name == "a" else {}
            file.addfile(member)
    assert [text for _, text in lines(read(out.getvalue()))] == ["Lopez", "a ../Maria", LINE, "b " + "L" * 120]


def test_an_archive_of_the_oldest_format_is_known_by_its_checksum() -> None:
    header = bytearray(tarfile.TarInfo("a.txt").tobuf(tarfile.USTAR_FORMAT))
    header[124:136] = b"%011o " % len(LINE)
    header[257:265] = bytes(8)
    header[148:156] = b"%06o\0 " % (256 + sum(header[:148]) + sum(header[156:]))
    assert lines(read(bytes(header) + LINE.encode().ljust(512, b"\0")))[0] == ("a.txt", LINE)


def test_archives_behind_one_another_are_both_read() -> None:
    found = read(tar({"a": b"first"}) + tar({"b": LINE.encode()}))
    assert ("b", LINE) in lines(found)


def test_what_is_between_holes_is_read() -> None:
    header = tarfile.TarInfo("a")
    header.size, header.type = 1024, tarfile.GNUTYPE_SPARSE
    block = bytearray(header.tobuf(tarfile.GNU_FORMAT))
    block[482] = 1  # one block about holes follows
    block[148:156] = b"%06o\0 " % (256 + sum(block[:148]) + sum(block[156:]))
    found = read(bytes(block) + bytes(512) + LINE.encode().ljust(1024, b"\n") + tar({"b": b"next"}))
    assert [text for _, text in lines(found)] == [LINE, "a", "next", "b"]


@pytest.mark.parametrize(
    ("cut", "behind", "reason"),
    [(600, b"", DAMAGED), (1024, b"x" * 600, DAMAGED), (10_240, b"more", DAMAGED), (10_240, bytes(9), "")],
)
def test_what_is_cut_off_or_stands_behind_is_said(cut: int, behind: bytes, reason: str) -> None:
    found = read(tar({"a.txt": LINE.encode() * 9})[:cut] + behind)
    assert found.lines[0].text.startswith(LINE)
    assert found.unreadable == reason


@pytest.mark.parametrize("size", [b"-0000000512 ", b"77777777777 ", b"\xff" * 12, b"\x80" + b"\xff" * 11])
def test_no_size_leads_back_or_away(size: bytes) -> None:
    content = bytearray(tar({"a.txt": b"", "b.txt": LINE.encode()}))
    content[124:136] = size
    content[148:156] = b"%06o\0 " % (256 + sum(content[:148]) + sum(content[156:512]))
    found = read(bytes(content))
    assert ("b.txt", LINE) in lines(found) or found.unreadable


@pytest.mark.parametrize(
    "notes", [b"9" * 200_000, b"1 a=b" * 40_000, b"0 a=b\n", b"999999999 a=b\n" * 9, b"20 size=-512\n", b"99 size=999999999\n"]
)
def test_odd_notes_take_linear_time(notes: bytes) -> None:
    header = tarfile.TarInfo("pax")
    header.type, header.size = tarfile.XHDTYPE, len(notes)
    padded = notes.ljust(-(-len(notes) // 512) * 512, b"\0")
    assert read(header.tobuf(tarfile.USTAR_FORMAT) + padded + tar({"b.txt": LINE.encode()})).lines


@given(st.binary(max_size=600), st.integers(0, 3_000), st.integers(0, 40))
def test_a_damaged_archive_is_read_in_part_or_has_a_reason(new: bytes, start: int, old: int) -> None:
    content = tar({"a.txt": LINE.encode(), LONG: b"b"}, tarfile.PAX_FORMAT, comment="note")
    assert isinstance(read(content[:start] + new + content[start + old :]), AttachmentText)


PACKED = [
    (gzip.compress(LINE.encode()), "a.txt.gz", "a.txt"),
    (gzip.compress(b"Maria ") + gzip.compress(b"Lopez, MRN 4711"), "a.txt.gz", "a.txt"),
    (bz2.compress(LINE.encode()), "a.csv.bz2", "a.csv"),
    (lzma.compress(LINE.encode()), "a.xz", "a"),
    (lzma.compress(LINE.encode(), lzma.FORMAT_ALONE), "a.lzma", "a"),
    (gzip.compress(tar({"b.txt": LINE.encode()})), "a.tgz", "a.tar, b.txt"),
    (gzip.compress(package({"b.txt": LINE})), "a.gz", "a, b.txt"),
    (package({"a.gz": gzip.compress(LINE.encode())}), "a.zip", "a.gz, a"),
]


@pytest.mark.parametrize(("content", "name", "place"), PACKED, ids=lambda value: value if isinstance(value, str) else "packed")
def test_compressed_files_are_read(content: bytes, name: str, place: str) -> None:
    found = read(content, name)
    assert lines(found)[0] == (place, LINE)
    assert found.unreadable == ""


@pytest.mark.parametrize("compress", [bz2.compress, lzma.compress], ids=["bzip2", "xz"])
def test_what_lies_behind_a_compressed_stream_is_never_passed_over(compress: Callable[[bytes], bytes]) -> None:
    two = read(compress(b"Maria ") + compress(b"Lopez, MRN 4711"), "a.x")
    assert (lines(two)[0], two.unreadable) == (("a", LINE), "")
    assert read(compress(b"soup") + bytes(8), "a.x").unreadable == ""
    assert read(compress(b"soup") + LINE.encode(), "a.x").unreadable == "a: It is damaged and could not be read."
    assert read(compress(b"soup") + bytes(8) + LINE.encode(), "a.x").unreadable
    assert read(compress(b"") * 10_001, "a.x").unreadable


def test_the_name_and_the_comment_inside_gzip_are_read() -> None:
    packed = gzip.compress(b"soup")
    found = read(packed[:3] + b"\x1c" + packed[4:10] + b"\x02\0xx" + b"Lopez.txt\0" + LINE.encode() + b"\0" + packed[10:])
    assert lines(found) == [("Lopez.txt", "soup"), ("Lopez.txt", "Lopez.txt"), ("comments", LINE)]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_what_of_a_compressed_file_is_not_read_is_said(compress: Callable[[bytes], bytes]) -> None:
    content = compress(LINE.encode() * 50)
    assert read(content[:-9], "a.x").unreadable == "a: It is damaged and could not be read."
    assert read(content[:10] + b"zzzz" + content[14:], "a.x").unreadable


@pytest.mark.slow
@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_small_file_that_unpacks_to_much_is_left_alone(compress: Callable[[bytes], bytes]) -> None:
    assert read(compress(bytes(70 * 1024 * 1024)), "a.x").unreadable == "a: It unpacks to more than is read."


@pytest.mark.parametrize("start", [b"7z\xbc\xaf", b"Rar!\x1a\x07", b"MSCF", b"\x28\xb5\x2f\xfd", b"\x1f\x9d", b"ab-lh5-"])
def test_archives_of_other_kinds_are_said(start: bytes) -> None:
    assert read(start + bytes(range(256))).unreadable == "Archives of this kind are not read: save it anew, as .zip."
