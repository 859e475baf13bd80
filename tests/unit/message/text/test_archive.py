"""What the files in archives say, where they stand, and that what is in one and not read is said."""

import struct
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

import pytest

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.budget import MOST_FILES, Budget
from securemail_desktop.message.text.reading import LARGEST_TEXT, LOCKED_FILE, AttachmentText
from tests.support.office import package, para, word
from tests.support.pdf import pdf

LINE = "Maria Lopez, MRN 4711"
MB = 1024 * 1024
DAMAGED = "It is damaged and could not be read."


def read(content: bytes, name: str = "letters.zip") -> AttachmentText:
    return attachment_text(Attachment(name, "application/zip", content))


def lines(found: AttachmentText) -> list[tuple[str, str]]:
    return [(line.place, line.text) for line in found.lines if line.text]


def rewritten(content: bytes, entry: int, *, local: int | None = None, central: int | None = None, new: bytes) -> bytes:
    """Return the archive with octets changed at offsets of the local header and the directory's header of its entry."""
    changed = bytearray(content)
    for magic, offset in ((b"PK\x03\x04", local), (b"PK\x01\x02", central)):
        if offset is not None:
            start = -1
            for _ in range(entry + 1):
                start = content.index(magic, start + 1)
            changed[start + offset : start + offset + len(new)] = new
    return bytes(changed)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", LINE.encode(), [("a.txt", LINE), ("a.txt", "a.txt")]),
        ("a.docx", word(para(LINE)), [("a.docx", LINE), ("a.docx", "a.docx")]),
        ("a.pdf", pdf("one", LINE), [("a.pdf, page 1", "one"), ("a.pdf, page 2", LINE), ("a.pdf", "a.pdf")]),
        ("a", pdf(LINE), [("a, page 1", LINE), ("a", "a")]),
        ("b.zip", package({"a.txt": LINE}), [("b.zip, a.txt", LINE), ("b.zip, a.txt", "a.txt"), ("b.zip", "b.zip")]),
        ("Lopez_Maria/HIV.csv", b"", [("Lopez_Maria/HIV.csv", "Lopez Maria/HIV.csv")]),
        ("Lopez Maria/", b"", [("Lopez Maria/", "Lopez Maria/")]),
        ("../../etc/passwd", LINE.encode(), [("../../etc/passwd", LINE), ("../../etc/passwd", "../../etc/passwd")]),
        ("C:\\Lopez\\a.txt", b"", [("C:/Lopez/a.txt", "C:/Lopez/a.txt")]),
        ("x" * 70 + ".txt", b"", [("…" + "x" * 55 + ".txt", "x" * 70 + ".txt")]),
        ("a.eml", b"Subject: b\r\n\r\n" + LINE.encode(), [("a.eml", "Subject: b"), ("a.eml", LINE), ("a.eml", "a.eml")]),
    ],
)
def test_files_are_read_as_if_they_were_attached(name: str, content: bytes, expected: list[tuple[str, str]]) -> None:
    found = read(package({name: content}))
    assert lines(found) == expected
    assert found.unreadable == ""


@pytest.mark.parametrize("method", [ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
def test_every_usual_method_is_unpacked_and_its_damage_is_said(method: int) -> None:
    out = BytesIO()
    with ZipFile(out, "w", method) as file:
        file.writestr("a.txt", LINE * 100)
        file.writestr("b.txt", LINE)
    content = out.getvalue()
    assert (lines(read(content))[2], read(content).unreadable) == (("b.txt", LINE), "")
    start = 30 + len("a.txt") + 12
    damaged = read(content[:start] + bytes(octet ^ 0x55 for octet in content[start : start + 8]) + content[start + 8 :])
    assert (("b.txt", LINE), f"a.txt: {DAMAGED}") == (lines(damaged)[1], damaged.unreadable)


def test_a_method_that_nobody_knows_is_said() -> None:
    content = rewritten(package({"a.txt": LINE}), 0, local=8, central=10, new=struct.pack("<H", 93))
    assert read(content).unreadable == "a.txt: It is packed in a way that is not known, so it could not be read."


@pytest.mark.parametrize("method", [8, 99])  # the old way, and AES
def test_files_with_a_password_are_said_and_the_others_are_read(method: int) -> None:
    content = package({"a.png": b"\x89PNG", "b.pdf": LINE, "c.txt": LINE})
    content = rewritten(content, 1, local=6, central=8, new=struct.pack("<HH", 1, method))
    found = read(content)
    assert found.unreadable == f"b.pdf: {LOCKED_FILE} a.png: The text in pictures is not read."
    assert lines(found) == [("a.png", "a.png"), ("b.pdf", "b.pdf"), ("c.txt", LINE), ("c.txt", "c.txt")]


def test_a_password_is_said_before_all_other_reasons() -> None:
    inner = rewritten(package({"x.txt": LINE}), 0, local=6, central=8, new=b"\x01\0")
    odd = {"a.png": b"\x89PNG", "b.7z": b"7z\xbc\xaf", "c.bin": bytes(range(256)), "d.pdf": b"%PDF-", "e.zip": inner}
    assert read(package(odd)).unreadable.startswith(f"e.zip: x.txt: {LOCKED_FILE} ")


def test_few_of_many_files_are_named_in_a_reason() -> None:
    found = read(package({f"{n}.png": b"\x89PNG" for n in range(9)}))
    assert found.unreadable == "0.png, 1.png and 7 more: The text in pictures is not read."


@pytest.mark.parametrize(("raw", "name"), [("Müller".encode(), "Müller"), ("Müller".encode("cp437"), "Müller")])
def test_names_are_read_whatever_the_program_wrote_them_in(raw: bytes, name: str) -> None:
    stand_in = "x" * len(raw)
    assert lines(read(package({stand_in: ""}).replace(stand_in.encode(), raw))) == [(name, name)]


def test_a_name_is_read_beyond_a_nul() -> None:
    found = read(package({"axLopez": ""}).replace(b"axLopez", b"a\0Lopez"))
    assert [text for _, text in lines(found)] == ["a Lopez"]


def test_comments_are_read() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as file:
        entry = ZipInfo("a.txt")
        entry.comment = "Zoë".encode()
        file.writestr(entry, "")
        file.comment = LINE.encode()
    assert lines(read(out.getvalue())) == [("a.txt", "a.txt"), ("comments", "Zoë"), ("comments", LINE)]


def test_a_folder_that_holds_text_is_a_file() -> None:
    content = package({"secret_": LINE}).replace(b"secret_", b"secret/")
    assert lines(read(content)) == [("secret/", LINE), ("secret/", "secret/")]


@pytest.mark.parametrize("size", [0, 5, 2**31])
def test_what_the_directory_says_of_a_size_does_not_count(size: int) -> None:
    content = rewritten(package({"a.txt": LINE}), 0, local=22, central=24, new=struct.pack("<I", size))
    assert ("a.txt", LINE) in lines(read(content))


def test_two_files_of_one_name_are_both_read() -> None:
    content = package({"a.txt": "first", "b.txt": "second"}).replace(b"b.txt", b"a.txt")
    assert [text for _, text in lines(read(content))] == ["first", "a.txt", "second", "a.txt"]


UNLISTED = "It holds files that it does not list, and those are not read."


def test_files_that_the_directory_does_not_list_are_said() -> None:
    listed = package({"a.txt": "soup"})
    start = listed.index(b"PK\x01\x02")
    end = bytearray(listed[listed.index(b"PK\x05\x06") :])
    hidden = package({"b.txt": LINE})
    before = read(hidden + listed)
    assert (lines(before)[0], before.unreadable) == (("a.txt", "soup"), UNLISTED)
    one = hidden[: hidden.index(b"PK\x01\x02")]
    end[16:20] = struct.pack("<I", start + len(one))
    behind = read(listed[:start] + one + listed[start : listed.index(b"PK\x05\x06")] + bytes(end))
    assert (lines(behind)[0], behind.unreadable) == (("a.txt", "soup"), UNLISTED)


def test_archives_that_are_stored_in_one_are_listed() -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as file:
        file.writestr("x" * 200, package({"a.txt": "soup", "b.txt": ""}))
        file.writestr("y", package({"c": ""}))
    assert read(out.getvalue()).unreadable == ""


def test_zip64_is_read() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as file, file.open("a.txt", "w", force_zip64=True) as entry:
        entry.write(LINE.encode())
    assert ("a.txt", LINE) in lines(read(out.getvalue()))


def test_an_archive_behind_something_else_is_read_and_so_is_what_is_before() -> None:
    found = read(b"MZ" + bytes(range(256)) + package({"a.txt": LINE}))
    assert ("a.txt", LINE) in lines(found)
    assert found.unreadable == "Files of this kind are not read."


def nested(depth: int, innermost: bytes) -> bytes:
    content = innermost
    for level in range(depth):
        content = package({f"{level}.zip": content})
    return content


def test_archives_in_archives_are_read_to_a_depth() -> None:
    assert lines(read(nested(3, package({"a.txt": LINE}))))[0] == ("2.zip, 1.zip, 0.zip, a.txt", LINE)
    deep = read(nested(9, package({"a.txt": LINE})))
    assert deep.unreadable.endswith("Messages or files lie too deep in one another.")


@pytest.mark.slow
def test_ten_thousand_files_are_read() -> None:
    found = read(package({f"{n}.txt": f"line {n}" for n in range(MOST_FILES)}))
    assert lines(found)[-2:] == [("9999.txt", "line 9999"), ("9999.txt", "9999.txt")]
    assert found.unreadable == ""


@pytest.mark.slow
def test_of_more_files_the_names_are_read() -> None:
    found = read(package({f"{n}.txt": f"line {n}" for n in range(MOST_FILES + 2)}))
    assert lines(found)[-3:] == [("9999.txt", "9999.txt"), ("10000.txt", "10000.txt"), ("10001.txt", "10001.txt")]
    assert found.unreadable == "10000.txt, 10001.txt: It holds more than 10,000 files, and the rest is not read."


def test_an_endless_directory_is_not_read() -> None:
    content = package({"a.txt": LINE})
    assert (
        read(content + content[content.index(b"PK\x01\x02") :] * 100_000).unreadable
        == "It lists more than 100,000 files, so it is not read."
    )


@pytest.mark.slow
def test_files_in_all_archives_together_are_counted() -> None:
    inner = package({f"{n}.txt": "" for n in range(MOST_FILES // 2)})
    assert "more than 10,000 files" in read(package({"a.zip": inner, "b.zip": inner})).unreadable


@pytest.mark.slow
def test_a_long_text_is_read_to_its_bound() -> None:
    page = "Maria Lopez\n" * (LARGEST_TEXT // 50)
    found = read(package({f"{n}.txt": page for n in range(9)}))
    assert LARGEST_TEXT < sum(len(line.text) + 1 for line in found.lines) < 2 * LARGEST_TEXT
    assert found.unreadable == "Only the beginning of its text is read: it is too long."


BOMB = b"\0" * (65 * MB)


@pytest.mark.slow
@pytest.mark.parametrize("method", [ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
def test_a_small_file_that_unpacks_to_much_is_left_alone(method: int) -> None:
    out = BytesIO()
    with ZipFile(out, "w", method) as file:
        file.writestr("bomb", BOMB)
        file.writestr("a.txt", LINE)
    found = read(out.getvalue())
    assert found.unreadable == "bomb: It unpacks to more than is read."
    assert ("a.txt", LINE) in lines(found)


@pytest.mark.slow
def test_what_all_files_unpack_to_is_bounded_by_the_size_of_the_attachment() -> None:
    inner = package({"bomb": b"\0" * (20 * MB)})
    found = read(package({f"{n}.zip": inner for n in range(9)}))
    assert "unpacks to more than is read" in found.unreadable
    assert ("8.zip", "8.zip") in lines(found)


@pytest.mark.slow
def test_files_that_lie_upon_one_another_are_bounded() -> None:
    one = package({"a.txt": b"\0" * (10 * MB)})
    directory = one[one.index(b"PK\x01\x02") : one.index(b"PK\x05\x06")]
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 16, 16, 16 * len(directory), one.index(b"PK\x01\x02"), 0)
    found = read(one[: one.index(b"PK\x01\x02")] + 16 * directory + end)
    assert "unpacks to more than is read" in found.unreadable


def test_time_is_bounded() -> None:
    seconds = iter(range(0, 1000, 3))
    budget = Budget(lambda _, inner: AttachmentText(), 0, lambda: float(next(seconds)))
    found = [budget.read(Attachment("", "", b"")).unreadable for _ in range(4)]
    assert found == ["", "", "Reading all the files in it would take too long.", "Reading all the files in it would take too long."]


def test_a_name_in_letters_of_unicode_is_read_beside_the_older_one() -> None:
    entry, name = ZipInfo("?opez.txt"), "Łopez Maria MRN 4711.txt".encode()
    entry.extra = struct.pack("<HHH", 0xCAFE, 2, 0) + struct.pack("<HHBL", 0x7075, 5 + len(name), 1, 0) + name
    out = BytesIO()
    with ZipFile(out, "w") as file:
        file.writestr(entry, "hello")
    assert [text for _, text in lines(read(out.getvalue()))] == ["hello", "?opez.txt", "Łopez Maria MRN 4711.txt"]
