import struct

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.passage import PassageKind
from tests.support.office import package


def double(notes: bytes) -> bytes:
    """Return an AppleDouble file (RFC 1740, appendix B) with one entry of notes."""
    return struct.pack(">LL16xHLLL", 0x00051607, 0x00020000, 1, 9, 38, len(notes)) + notes


def store(*names: str) -> bytes:
    records = b"".join(struct.pack(">L", len(name)) + name.encode("utf-16-be") + b"Ilocblob\0\0\0\x10" + bytes(16) for name in names)
    return b"\0\0\0\1Bud1\0\0\x10\0\0\0\x08\0" + bytes(16) + records


def test_an_archive_of_the_finder_is_read_with_what_it_leaves_in_it() -> None:
    parts = {
        "a.txt": "The canteen has soup.",
        ".DS_Store": store("Lopez Maria.pdf", "Müller"),
        "__MACOSX/._a.txt": double(bytes(32) + b"ATTR\0\0com.apple.metadata:kMDItemWhereFroms\0bplist00_\x10https://x.example/Lopez"),
    }
    found = attachment_text(Attachment("a.zip", "application/zip", package(dict(parts))))
    assert found.unreadable == ""
    texts = {line.text: line.kind for line in found.lines}
    assert {"Lopez Maria.pdf", "Müller"} <= set(texts)
    assert any("https://x.example/Lopez" in text for text in texts)
    assert texts["Müller"] is PassageKind.HIDDEN


def test_a_large_one_is_not_read() -> None:
    assert (
        attachment_text(Attachment("._a", "application/octet-stream", double(bytes(70_000)))).unreadable
        == "Files of this kind are not read."
    )
