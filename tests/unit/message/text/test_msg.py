"""What messages of Outlook say, wherever in them it stands, and what of them is not read."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.passage import PassageKind
from securemail_desktop.message.text.reading import LOCKED_FILE, AttachmentText
from tests.support.office import para, word
from tests.support.ole import Tree, attached, compound, files, numbers, texts
from tests.support.pdf import pdf

LINE = "Maria Lopez, MRN 4711"
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)  # [MS-OXRTFCP] 3.1
SENT = 134_000_000_000_000_000  # 100 ns since 1601: a day in 2025


def read(content: bytes) -> AttachmentText:
    return attachment_text(Attachment("letter.msg", "application/vnd.ms-outlook", content))


def lines(found: AttachmentText) -> list[tuple[str, str]]:
    return [(line.place, line.text) for line in found.lines if line.text]


def rtf(text: str) -> bytes:
    content = b"{\\rtf1\\ansi " + text.encode("cp1252") + b"}"
    return struct.pack("<4L", len(content) + 12, len(content), 0x414C454D, 0) + content


def message(parts: Tree, *, skipped: int = 32, **values: int) -> Tree:
    return {**numbers(skipped, **values), **parts}


def test_a_message_is_read_like_one_of_the_internet() -> None:
    people = texts(
        _0C1A="Alice Adler", _5D01="alice@clinic.example", _0E04="Bob", _0E03="Carol", _0037="Results", _1000="Dear Bob,\r\n" + LINE
    )
    found = read(compound(message(people, _0039=SENT)))
    assert [text for _, text in lines(found)] == [
        "From: Alice Adler <alice@clinic.example>",
        "To: Bob",
        "Cc: Carol",
        "Subject: Results",
        "Date: 2025-08-18",
        "Dear Bob,",
        LINE,
    ]
    assert found.unreadable == ""


def test_a_former_subject_is_read_where_somebody_changed_it_and_no_subject_twice() -> None:
    changed = texts(_0037="Question", _0070=LINE, _0E1D="Question")
    assert lines(read(compound(message(changed)))) == [("", "Subject: Question"), ("", f"Subject: {LINE}")]
    answer = texts(_0037=f"RE: {LINE}", _0070=LINE, _0E1D=LINE)
    assert lines(read(compound(message(answer)))) == [("", f"Subject: RE: {LINE}")]


@pytest.mark.parametrize(
    ("page", "octets", "text"),
    [
        (1252, b"Zo\xeb", "Zoë"),
        (65001, "Zoë".encode(), "Zoë"),
        (28591, b"Zo\xeb", "Zoë"),
        (1251, b"\xcf\xf0", "Пр"),
        (0, b"Zo\xeb", "Zoë"),
        (9, b"Zo\xeb", "Zoë"),
    ],
)
def test_text_of_a_code_page(page: int, octets: bytes, text: str) -> None:
    assert [line for _, line in lines(read(compound(message({"__substg1.0_0037001E": octets}, _3FFD=page))))] == [f"Subject: {text}"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"__substg1.0_10130102": b"<p>Maria</p>"}, ["Maria"]),
        ({"__substg1.0_10130102": "<p>Zoë</p>".encode()}, ["Zoë"]),
        (texts(_1013="<p>Maria</p>"), ["Maria"]),
        ({**texts(_1000="Maria Lopez"), "__substg1.0_10130102": b"<p>Maria Lopez</p><p hidden>MRN 4711</p>"}, ["Maria Lopez", "MRN 4711"]),
        ({"__substg1.0_10090102": HELLO}, ["hello world"]),
        ({"__substg1.0_10090102": rtf("Maria\\par Lopez")}, ["Maria", "Lopez"]),
        ({**texts(_1000="Maria Lopez"), "__substg1.0_10090102": rtf("Maria Lopez\\par {\\v MRN 4711}")}, ["Maria Lopez", "MRN 4711"]),
    ],
)
def test_every_form_of_the_body_is_read_once(body: Tree, expected: list[str]) -> None:
    found = read(compound(message(body)))
    assert [text for _, text in lines(found)] == expected
    assert found.unreadable == ""


def test_hidden_text_stays_hidden() -> None:
    found = read(compound(message({"__substg1.0_10090102": rtf("a\\par {\\v Lopez}")})))
    assert {line.text: line.kind for line in found.lines}["Lopez"] is PassageKind.HIDDEN


def test_other_texts_and_recipients_are_read_and_technical_ones_are_not() -> None:
    parts = texts(_8001="Ward 3", _0E1D="no", _001A="IPM.Note", _007D="Received: no", _3A06="Maria")
    parts["__substg1.0_8002101F"] = bytes(8)
    parts["__substg1.0_8002101F-00000000"] = "a category".encode("utf-16-le")
    parts["__recip_version1.0_#00000000"] = {**numbers(8), **texts(_3001="Bob", _39FE="bob@hospital.example", _3003="/o=X/cn=bob")}
    found = lines(read(compound(message(parts))))
    assert ("recipients", "Bob <bob@hospital.example>") in found
    assert {text for place, text in found if place == "properties"} == {"Ward 3", "Maria", "a category"}


def test_attachments_are_read_in_their_place() -> None:
    long = LINE * 300  # more than fits into the small sectors
    parts = files(
        attached(_3701=pdf(LINE), _3707="Lopez_report.pdf", _370E="application/pdf"),
        attached(_3701=word(para("inside")), _3704="A~1.DOC"),
        attached(_3701=long.encode(), _3707="b.txt"),
        attached(_3701=b"Content-Type: text/plain\r\n\r\nsigned\r\n", _3707="smime.p7m", _370E="multipart/signed"),
    )
    found = read(compound(message(parts)))
    assert lines(found) == [
        ("file Lopez_report.pdf in it, page 1", LINE),
        ("file Lopez_report.pdf in it", "Lopez report.pdf"),
        ("file A~1.DOC in it", "inside"),
        ("file A~1.DOC in it", "A~1.DOC"),
        ("file b.txt in it", long),
        ("file b.txt in it", "b.txt"),
        ("file smime.p7m in it", "signed"),
        ("file smime.p7m in it", "smime.p7m"),
    ]
    assert found.unreadable == ""


def test_messages_in_messages_are_read_to_a_depth() -> None:
    found = read(nested(4))
    assert lines(found)[4][1] == "Subject: innermost"
    assert found.unreadable == ""
    assert read(nested(6)).unreadable == "Messages or files lie too deep in one another."


def nested(depth: int) -> bytes:
    inner = message(texts(_0037="innermost"), skipped=24)
    for _ in range(depth):
        inner = message({**texts(_0037="outer"), **files(attached(_3701=inner, _3001="inner"))}, skipped=24)
    return compound({**inner, **numbers(32)})


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (files(attached(_3701=b"%PDF-")), "It is a damaged PDF document, so it could not be read."),
        (files(attached(_3701=b"\x30\x82", _370E="application/pkcs7-mime")), "The attachment is encrypted."),
        (files(attached(_3701=b"\x76\xe8\x04\x60\xc4\x11\xe3\x86", _3707="message.rpmsg")), "The attachment is encrypted."),
        (files(attached(_3701={"CONTENTS": b"x"})), "Objects in it are not read."),
        (files(attached(_370D="\\\\server\\file.doc")), ""),
        ({"__substg1.0_10090102": b"short"}, "A part of it is damaged and could not be read."),
        ({"__substg1.0_10090102": bytes(99)}, "A part of it is damaged and could not be read."),
        ({"__substg1.0_10090102": rtf("{\\pict 00}")}, "Pictures in it are not read."),
    ],
)
def test_what_is_not_read_is_said(parts: Tree, reason: str) -> None:
    found = read(compound(message({**texts(_1000="Maria"), **parts})))
    assert ("", "Maria") in lines(found)
    assert found.unreadable == reason


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}, LOCKED_FILE),
        ({"WordDocument": b"x"}, "Files of older Office programs are not read: save it anew, as .docx, .xlsx, .pptx or PDF."),
    ],
)
def test_other_compound_files_are_not_read(parts: Tree, reason: str) -> None:
    assert read(compound(parts)) == AttachmentText(unreadable=reason)


WHOLE = compound(
    message(
        {**texts(_0037="Results", _1000=LINE), "__substg1.0_10090102": HELLO, **files(attached(_3701=LINE.encode() * 300, _3707="b.txt"))}
    )
)


def test_a_size_that_the_file_does_not_have_is_damage() -> None:
    start = WHOLE.index("__substg1.0_37010102".encode("utf-16-le"))
    found = read(WHOLE[: start + 120] + struct.pack("<Q", 2**31 - 1) + WHOLE[start + 128 :])
    assert found.unreadable == "A part of it is damaged and could not be read."
    root = WHOLE.index("Root Entry".encode("utf-16-le"))
    assert (
        read(WHOLE[: root + 120] + struct.pack("<Q", 2**31 - 1) + WHOLE[root + 128 :]).unreadable == "It is damaged and could not be read."
    )


@given(st.integers(0, len(WHOLE)), st.binary(max_size=8), st.integers(0, 40))
def test_a_damaged_message_is_read_in_part_or_has_a_reason(start: int, new: bytes, old: int) -> None:
    assert isinstance(read(WHOLE[:start] + new + WHOLE[start + old :]), AttachmentText)


@pytest.mark.parametrize("end", range(0, len(WHOLE), 97))
def test_a_message_that_ends_early_has_a_reason(end: int) -> None:
    assert read(WHOLE[:end]).unreadable or end == 0


def test_a_document_of_an_older_program_beside_a_message_is_not_passed_over() -> None:
    found = read(compound({**message(texts(_0037="Results")), "WordDocument": LINE.encode("utf-16-le")}))
    assert [text for _, text in lines(found)] == ["Subject: Results"]
    assert "older Office" in found.unreadable
