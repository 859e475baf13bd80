"""What a PDF document says, and what of it is not read."""

from collections.abc import Callable

import pytest

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.reading import AttachmentText
from tests.support.pdf import Pdf, pdf

RECOGNISED = ["a line of text that was recognised beneath the picture"] * 4


def read(content: bytes, name: str = "a.pdf", content_type: str = "application/pdf") -> AttachmentText:
    return attachment_text(Attachment(name, content_type, content))


def lines(found: AttachmentText) -> list[tuple[str, str]]:
    return [(line.place, line.text) for line in found.lines]


def one_page(change: Callable[[Pdf], bytes | None]) -> bytes:
    document = Pdf()
    document.page("shown", more=change(document) or b"")
    return document.build()


def test_pages_come_in_order_with_their_numbers() -> None:
    found = read(pdf("Maria Lopez", "MRN 4711", "Zoë (née X)"))
    assert lines(found) == [("page 1", "Maria Lopez"), ("page 2", "MRN 4711"), ("page 3", "Zoë (née X)")]
    assert found.unreadable == ""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda p: p.note("a note"), ("page 1", "a note")),
        (lambda p: p.note("free", b"FreeText"), ("page 1", "free")),
        (lambda p: p.form_field("MRN", "4711"), ("page 1", "MRN: 4711")),
        (lambda p: p.link("mailto:maria@x.example"), ("page 1", "maria@x.example")),
        (lambda p: p.link("https://x.example/?mrn=4711"), ("page 1", "https://x.example/?mrn=4711")),
        (lambda p: p.info("Lopez, Maria"), ("document properties", "Lopez, Maria")),
        (lambda p: p.bookmark("Biopsy"), ("bookmarks", "Biopsy")),
        (lambda p: p.attach("lab_lopez.csv", b"Maria,4711"), ("attached file lab_lopez.csv", "Maria,4711")),
        (lambda p: p.attach("lab_lopez.csv", b"Maria,4711"), ("attached files", "lab lopez.csv")),
        (lambda p: p.attach("inner.pdf", pdf("inside")), ("attached file inner.pdf, page 1", "inside")),
    ],
)
def test_nothing_beside_the_pages_is_forgotten(change: Callable[[Pdf], bytes | None], expected: tuple[str, str]) -> None:
    found = read(one_page(change))
    assert expected in lines(found)
    assert found.unreadable == ""


def test_white_and_invisible_text_is_text() -> None:
    document = Pdf()
    document.page("hidden", drawing=b"1 g BT 3 Tr /F1 9 Tf 20 20 Td (Maria) Tj ET")
    assert "Maria" in " ".join(text for _, text in lines(read(document.build())))


def test_a_word_that_is_hyphenated_at_the_end_of_a_line_is_one_word() -> None:
    document = Pdf()
    document.page("exam-", "ple")
    assert "example" in " ".join(text for _, text in lines(read(document.build())))


SCANS = [
    (lambda p: p.scan(), "Pictures and scanned pages are not read (page 1)."),
    (lambda p: p.scan("Fax of 24 Nov from 555-1234, page 1"), "Pictures and scanned pages are not read (page 1)."),
    (lambda p: [p.scan() for _ in range(7)], "Pictures and scanned pages are not read (pages 1, 2, 3, 4, 5 and 2 more)."),
    (lambda p: p.page(drawing=b"10 10 m 200 200 l S"), "What is drawn without letters is not read (page 1)."),
    (lambda p: p.scan(*RECOGNISED), ""),
    (lambda p: p.scan("a letterhead", width=500, height=60), ""),
    (lambda p: p.page(), ""),
    (lambda p: p.page("text", drawing=b"10 10 m 200 200 l S"), ""),
]


@pytest.mark.parametrize(("change", "reason"), SCANS)
def test_what_a_page_shows_as_a_picture_is_not_read(change: Callable[[Pdf], object], reason: str) -> None:
    document = Pdf()
    change(document)
    assert read(document.build()).unreadable == reason


def test_letters_that_mean_nothing_are_said() -> None:
    document = Pdf()
    unicode_map = document.stream(b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <00> <ff> <e000> endbfrange")
    font = document.add(b"<</Type/Font/Subtype/Type1/BaseFont/Odd/ToUnicode %d 0 R>>" % unicode_map)
    document.page(drawing=b"BT /F2 11 Tf 60 500 Td (Maria Lopez) Tj ET", resources=b"/Font<</F2 %d 0 R>>" % font)
    document.objects[document.pages[0] - 1] = document.objects[document.pages[0] - 1].replace(b"/Font<</F1 3 0 R>>", b"")
    assert "letters" in read(document.build()).unreadable


def test_a_form_of_another_kind_is_not_read() -> None:
    document = Pdf()
    document.page("Please wait", more=document.form_field("a", "b"))
    xfa = document.stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'></xdp:xdp>")
    document.catalog = document.catalog.replace(b"/AcroForm<<", b"/AcroForm<</XFA %d 0 R" % xfa)
    assert "XFA" in read(document.build()).unreadable


def test_a_password_keeps_us_out() -> None:
    document = Pdf()
    document.page("Maria")
    keys = b"<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>" % (b"00" * 32, b"00" * 32)
    document.trailer = b"/ID[<00><00>]/Encrypt %d 0 R" % document.add(keys)
    found = read(document.build())
    assert found.lines == ()
    assert found.unreadable == "It is protected with a password, so it could not be read."


@pytest.mark.parametrize("name", ["a.txt", "a.docx", "photo.jpg", ""])
def test_what_a_file_is_shows_in_its_content_not_in_its_name(name: str) -> None:
    assert lines(read(pdf("Maria"), name, "text/plain")) == [("page 1", "Maria")]


def test_a_file_that_is_two_things_is_read_as_both() -> None:
    found = read(b"<html><p>Lopez</p></html>" + pdf("Maria"), "a.html", "text/html")
    assert {"Maria", "Lopez"} <= {text.strip() for _, text in lines(found)}
    assert "not read" in read(b"GIF89a" + pdf("Maria"), "a.gif", "image/gif").unreadable


def test_a_file_that_is_named_and_not_there_costs_itself_only() -> None:
    document = Pdf()
    document.page("shown")
    document.attach("a.txt", b"Maria")
    document.catalog = document.catalog.replace(b" 0 R]", b"99 0 R]")
    found = read(document.build())
    assert [line.text for line in found.lines] == ["shown"]
    assert found.unreadable == "A file attached to it could not be read."
