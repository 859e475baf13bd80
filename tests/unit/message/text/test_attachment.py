import pytest

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.passage import PassageKind
from securemail_desktop.message.text.reading import name_lines


def read(content: bytes, content_type: str = "application/octet-stream", filename: str = "") -> tuple[str, str]:
    found = attachment_text(Attachment(filename, content_type, content))
    return "\n".join(line.text for line in found.lines), found.unreadable


MESSAGE = b"From: Bob <bob@x.example>\r\nSubject: =?utf-8?q?L=C3=B3pez?=\r\n\r\nbody\r\n"
READABLE = [
    (b"Maria\r\nLopez\r\n", "text/plain", "", "Maria\nLopez\n"),
    ("Zoë".encode("utf-16"), "text/plain", "", "Zoë"),
    ("Zoë,1970".encode("utf-16-le"), "text/csv", "", "Zoë,1970"),
    ("Zoë".encode("utf-8-sig"), "text/csv; charset=iso-8859-1", "", "Zoë"),
    (b"\xcf\xf0", "text/plain; charset=windows-1251", "", "Пр"),
    (b"caf\xe9", "text/plain; charset=utf-8", "", "café"),
    (b"a,b\n1,2", "application/octet-stream", "x.csv", "a,b\n1,2"),
    (b'{"name": "Maria"}', "application/json", "", '{"name": "Maria"}'),
    (b"<p>Maria</p><p>Lopez</p>", "text/html", "", "Maria\n\nLopez"),
    (b"<!DOCTYPE html><p>Maria", "application/octet-stream", "x.bin", "Maria"),
    (b"<p>Maria", "application/octet-stream", "x.HTM", "Maria"),
    (b"SUMMARY:Visit of M\r\n aria\\, Ward 3\\nbed 4\r\n", "text/calendar; method=REQUEST", "", "SUMMARY:Visit of Maria, Ward 3\nbed 4\n"),
    (b"MSH|^~\\&|LAB\rPID|1||4711\r", "application/hl7-v2", "", "MSH|^~\\&|LAB\nPID|1||4711\n"),
    (MESSAGE, "message/rfc822", "", "From: Bob <bob@x.example>\nSubject: López\n\nbody"),
    (b"Subject: x\r\n\r\nbody\r\n", "application/octet-stream", "a.eml", "Subject: x\n\nbody"),
    (b"", "application/pdf", "", ""),
    (b"\x30\x82", "application/pkcs7-signature", "smime.p7s", ""),
]


@pytest.mark.parametrize(("content", "content_type", "filename", "text"), READABLE)
def test_readable(content: bytes, content_type: str, filename: str, text: str) -> None:
    assert read(content, content_type, filename) == (text, "")


UNREADABLE = [
    (b"%PDF-1.7 ...", "application/pdf", "damaged PDF"),
    (b"%PDF-1.7 ...", "text/plain", "damaged PDF"),
    (b"GIF89a %PDF-1.7", "application/pkcs7-signature", "damaged PDF"),
    (b"PK\x03\x04...", "application/octet-stream", "damaged archive"),
    (b"GIF89a...PK\x05\x06...", "text/plain", "damaged archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", "application/msword", "damaged"),
    (b"\x89PNG\r\n", "image/png", "pictures"),
    (b"\xff\xd8\xff\xe0", "text/csv", "pictures"),
    (b"\x1f\x8b\x08", "application/gzip", "It is damaged"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed", "Archives"),
    (b"-----BEGIN PGP MESSAGE-----\n", "application/octet-stream", "encrypted"),
    (b"\x30\x82", "application/pkcs7-mime", "encrypted"),
    (bytes(range(256)), "application/x-unknown", "kind"),
    (bytes(range(256)), "text/plain", "kind"),
    (bytes(range(256)), "image/x-raw", "pictures"),
    (b"\x00" * 64, "audio/wav", "kind"),
]


@pytest.mark.parametrize(("content", "content_type", "word"), UNREADABLE)
def test_unreadable_has_a_reason(content: bytes, content_type: str, word: str) -> None:
    text, reason = read(content, content_type)
    assert text == ""
    assert word in reason


@pytest.mark.slow
def test_the_beginning_of_a_long_text_is_read_and_the_rest_is_said() -> None:
    text, reason = read(b"Maria\r\n" * 200_000, "text/csv")
    assert text.startswith("Maria\nMaria\n")
    assert "beginning" in reason


def test_hidden_text_of_html_is_hidden() -> None:
    lines = attachment_text(Attachment("", "text/html", b"<p>a<p hidden>Maria")).lines
    assert [(line.text, line.kind) for line in lines if line.text] == [("a", PassageKind.AUTHORED), ("Maria", PassageKind.HIDDEN)]


def nested(depth: int, innermost: bytes) -> bytes:
    source = innermost
    for level in range(depth):
        head = f"Subject: level {level}\r\nContent-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n".encode()
        source = head + b"Content-Type: message/rfc822\r\n\r\n" + source + f"\r\n--b{level}--\r\n".encode()
    return source


def test_messages_in_messages() -> None:
    text, reason = read(nested(3, b"Subject: innermost\r\n\r\nMaria"), "message/rfc822")
    assert text.split() == ["Subject:", "level", "2", "Subject:", "level", "1", "Subject:", "level", "0", "Subject:", "innermost", "Maria"]
    assert reason == ""
    assert read(nested(9, b"Subject: x\r\n\r\nMaria"), "message/rfc822")[1] == "Messages or files lie too deep in one another."


def test_what_cannot_be_read_inside_a_message_makes_it_unreadable() -> None:
    pdf = b"Content-Type: application/pdf; name=a_b.pdf\r\n\r\n%PDF-"
    source = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nbody\r\n--b\r\n" + pdf + b"\r\n--b--"
    assert read(source, "message/rfc822") == ("\nbody\n\na b.pdf", "It is a damaged PDF document, so it could not be read.")
    assert (
        read(b"A: 1\r\n" * 3_000, "message/rfc822")[1] == "An attached message could not be read. The header of the message is too large."
    )
    odd = b"Content-Transfer-Encoding: odd\r\n\r\nbody"
    assert "unknown transfer encoding" in read(odd, "message/rfc822")[1]


SECRET = "Patient John Smith, MRN 12345678, HIV positive.\n"


@pytest.mark.parametrize("codec", ["cp037", "cp500", "koi8-r", "shift_jis", "cp1251"])
def test_a_file_of_a_charset_that_nobody_named_is_unreadable(codec: str) -> None:
    text = {"cp037": SECRET, "cp500": SECRET, "shift_jis": "患者は糖尿病です。\n"}.get(codec, "Пациентка больна диабетом\n")
    found = attachment_text(Attachment("export.txt", "text/plain", ("Dear Bob\n" * 50).encode() + text.encode(codec)))
    assert found.unreadable == "Its letters are written in a way that is not known, so it could not be read."
    assert found.lines[0].text == "Dear Bob"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Sehr geehrte Frau Müller, die Röntgenaufnahmen für Größe", "cp1252"),
        ("élève", "latin-1"),
        ("København", "cp1252"),
        ("Zażółć", "utf-8"),
    ],
)
def test_a_western_file_is_read(text: str, codec: str) -> None:
    assert not attachment_text(Attachment("a.txt", "text/plain", (text + "\n").encode(codec) * 3)).unreadable


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("chart.svg", "<svg><text>" + "".join(f"&#x{ord(c):x};" for c in SECRET) + "</text></svg>"),
        ("chart.xml", "".join(f"&#{ord(c)};" for c in SECRET)),
        ("chart.json", '{"a":"' + "".join(f"\\u{ord(c):04x}" for c in SECRET) + '"}'),
    ],
)
def test_characters_that_are_written_as_numbers_are_read(name: str, content: str) -> None:
    found = attachment_text(Attachment(name, "application/octet-stream", content.encode()))
    assert SECRET.strip() in "\n".join(line.text for line in found.lines)


def test_the_words_of_a_name_that_stand_together_are_read_apart() -> None:
    lines = name_lines(Attachment("GonzalezMaria-Diabetes-MRN99317742.txt", "text/plain", b""))
    assert [line.text for line in lines] == ["GonzalezMaria-Diabetes-MRN99317742.txt", "Gonzalez Maria Diabetes MRN 99317742.txt"]
    assert [line.text for line in name_lines(Attachment("iPhone_rota v2.txt", "text/plain", b""))] == ["iPhone rota v2.txt"]
