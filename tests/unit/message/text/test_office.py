"""What Office documents say, wherever in them it stands, and what of them is not read."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.passage import PassageKind
from securemail_desktop.message.text.reading import LOCKED_FILE, AttachmentText
from tests.support.office import document, package, para, part, picture, sheet, word
from tests.support.ole import compound
from tests.support.pdf import pdf


def read(content: bytes, name: str = "a.docx") -> AttachmentText:
    return attachment_text(Attachment(name, "application/octet-stream", content))


def lines(found: AttachmentText) -> list[tuple[str, str]]:
    return [(line.place, line.text) for line in found.lines]


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"


BODIES = [
    (para("Maria Lopez"), ["Maria Lopez"]),
    ("<w:p><w:r><w:t>Ma</w:t></w:r><w:r><w:t>ria</w:t><w:tab/><w:t>4711</w:t><w:br/><w:t>b</w:t></w:r></w:p>", ["Maria\t4711", "b"]),
    ("<w:p><w:pPr><w:tabs><w:tab w:val='left'/></w:tabs></w:pPr><w:r><w:t>a</w:t></w:r></w:p>", ["a"]),
    (f"<w:tbl>{row(para('MRN'), para('4711'))}{row(para('DOB'), para('1970'))}</w:tbl>", ["MRN\t4711", "DOB\t1970"]),
    (f"<w:tbl>{row(para('a') + '<w:tbl>' + row(para('b'), para('c')) + '</w:tbl>' + para('d'), para('e'))}</w:tbl>", ["a", "b\tc", "d\te"]),
    ("<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>", ["new", "old"]),
    ("<w:p><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom></w:p>", ["moved"]),
    ("<w:p><w:r><w:instrText> MERGEFIELD Maria </w:instrText></w:r></w:p>", [" MERGEFIELD Maria "]),
    ("<w:p><w:r><w:drawing><wp:docPr descr='X-ray of Maria'/><wp:posOffset>914400</wp:posOffset></w:drawing></w:r></w:p>", ["X-ray of Maria"]),
    ("<w:p><w:r><w:pict><v:textpath string='DRAFT'/></w:pict></w:r></w:p>", ["DRAFT"]),
    ("<w:p><w:r><w:t>out</w:t></w:r><w:txbxContent>" + para("in the box") + "</w:txbxContent></w:p>", ["in the box", "out"]),
    ("<w:sdt><w:sdtContent>" + para("field") + "</w:sdtContent></w:sdt>", ["field"]),
    (
        "<w:p><mc:AlternateContent><mc:Choice>" + para("box") + "</mc:Choice><mc:Fallback>" + para("box") + para("more")
        + "</mc:Fallback></mc:AlternateContent></w:p>",
        ["box", "more"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), BODIES)
def test_text_of_a_body(body: str, expected: list[str]) -> None:
    found = read(word(body))
    assert [line.text for line in found.lines] == expected
    assert found.unreadable == ""


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("word/header1.xml", part(para("Clinic")), ("header", "Clinic")),
        ("word/footer2.xml", part(para("Clinic")), ("footer", "Clinic")),
        ("word/footnotes.xml", part("<w:footnote>" + para("note") + "</w:footnote>"), ("footnotes", "note")),
        ("word/endnotes.xml", part("<w:endnote>" + para("note") + "</w:endnote>"), ("endnotes", "note")),
        ("word/comments.xml", part("<w:comment w:author='x'>" + para("remark") + "</w:comment>"), ("comments", "remark")),
        ("word/settings.xml", part("<w:docVars><w:docVar w:name='MRN' w:val='4711'/></w:docVars>"), ("settings", "MRN: 4711")),
        ("word/charts/chart1.xml", part("<c><v>Maria</v></c>"), ("", "Maria")),
        ("word/diagrams/data1.xml", part("<a:p><a:r><a:t>Maria</a:t></a:r></a:p>"), ("data", "Maria")),
        (
            "word/_rels/document.xml.rels",
            "<R><Relationship TargetMode='External' Target='mailto:m@x.example'/></R>",
            ("links", "m@x.example"),
        ),
        ("docProps/core.xml", part("<dc:title>Lopez</dc:title>"), ("document properties", "Lopez")),
        ("docProps/core.xml", part("<cp:lastModifiedBy>Lopez</cp:lastModifiedBy>"), ("document properties", "Author: Lopez")),
        ("docProps/custom.xml", part("<property name='MRN'><lpwstr>4711</lpwstr></property>"), ("document properties", "4711")),
        ("patients/styles.xml", part("<c><v>Maria</v></c>"), ("", "Maria")),
        ("patients/theme/a.html", "<p>Maria</p>", ("file a.html in it", "Maria")),
        ("customXml/item1.xml", "<patient><mrn>4711</mrn></patient>", ("document properties", "4711")),
        ("word/embeddings/inner.docx", word(para("inside")), ("file inner.docx in it", "inside")),
        ("word/embeddings/inner.xlsx", sheet("<row><c t='str'><v>4711</v></c></row>"), ("file inner.xlsx in it, sheet Results", "4711")),
        ("word/afchunk.html", "<p>chunk</p>", ("file afchunk.html in it", "chunk")),
    ],
)
def test_text_beside_the_body(name: str, content: str | bytes, expected: tuple[str, str]) -> None:
    found = read(word(para("body"), {name: content}))
    assert lines(found)[0] == ("", "body")
    assert expected[1] in [text for _, text in lines(found)]
    assert not expected[0] or expected in lines(found)
    assert found.unreadable == ""


@pytest.mark.parametrize("properties", ["<w:rPr><w:vanish/></w:rPr>", "<w:rPr><w:vanish w:val='1'/></w:rPr>"])
def test_hidden_and_deleted_text_is_hidden(properties: str) -> None:
    found = read(word(para("Maria", properties) + "<w:p><w:del><w:r><w:delText>Lopez</w:delText></w:r></w:del></w:p>" + para("shown")))
    hidden = [line.kind is PassageKind.HIDDEN for line in found.lines]
    assert hidden == [True, True, False]
    shown = read(word(para("Maria", "<w:rPr><w:vanish w:val='0'/></w:rPr>")))
    assert shown.lines[0].kind is PassageKind.AUTHORED


@pytest.mark.parametrize(
    ("body", "parts", "word_in_reason"),
    [
        (picture(15, 10), {}, "Pictures"),
        (picture(10**400, 3), {}, "Pictures"),
        (picture(5, 3), {"word/media/image1.png": b"\x89PNG"}, ""),
        ("<w:p><v:shape style='width:300pt;height:200pt'><v:imagedata/></v:shape></w:p>", {}, "Pictures"),
        ("<w:p><v:shape style='width:60pt;height:20pt'><v:imagedata/></v:shape></w:p>", {}, ""),
        ("", {"word/media/image1.emf": b"x"}, "Pictures"),
        ("", {"word/embeddings/oleObject1.bin": compound({"CONTENTS": b"x"})}, "older Office"),
        ("", {"word/embeddings/x.bin": bytes(range(256))}, "kind"),
        ("", {"word/vbaProject.bin": bytes(range(256))}, ""),
        ("", {"word/header1.xml": "<w:p>"}, "damaged"),
        ("", {"word/header1.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}, "damaged"),
    ],
)
def test_what_is_not_read_is_said(body: str, parts: dict[str, str | bytes], word_in_reason: str) -> None:
    found = read(word(para("text") + body, parts))
    assert "text" in [text for _, text in lines(found)]
    assert word_in_reason in found.unreadable
    assert bool(found.unreadable) is bool(word_in_reason)


def drawn(text: str) -> str:
    return f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>"


def test_slides_come_in_order_with_notes_and_comments() -> None:
    parts: dict[str, str | bytes] = {
        "ppt/slides/slide10.xml": part(f"<p:sp>{drawn('ten')}</p:sp>"),
        "ppt/slides/slide2.xml": part(f"<a:tbl><a:tr><a:tc>{drawn('K')}</a:tc><a:tc>{drawn('6.1')}</a:tc></a:tr></a:tbl>"),
        "ppt/notesSlides/notesSlide1.xml": part(drawn("spoken")),
        "ppt/comments/comment1.xml": part("<p:cm><p:text>remark</p:text></p:cm>"),
        "ppt/slideMasters/slideMaster1.xml": part("<a:p><a:fld type='datetime'><a:t>1/27/13</a:t></a:fld></a:p>"),
    }
    shown = lines(read(document(parts)))
    assert shown[:3] == [("slide 2", "K\t6.1"), ("slide 10", "ten"), ("notes of a slide", "spoken")]
    assert ("comment", "remark") in shown
    assert "1/27/13" not in [text for _, text in shown]


CELLS = [
    ("<c t='s'><v>1</v></c><c><v>4711</v></c>", "Maria Lopez\t4711"),
    ("<c t='inlineStr'><is><t>in</t><r><t>line</t></r></is></c>", "inline"),
    ("<c t='str'><f>A1</f><v>made</v></c>", "made"),
    ("<c s='1'><v>25570</v></c>", "1970-01-02"),
    ("<c s='2'><v>25570.5</v></c>", "1970-01-02 12:00"),
    ("<c s='0'><v>25570</v></c><c s='3'><v>25570</v></c>", "25570\t25570"),
    ("<c s='1'><v>-1</v></c><c s='9'><v>1e999</v></c><c t='s'><v>99</v></c><c s='1'><v>1e999</v></c>", "-1\t1e999\t\t1e999"),
]


@pytest.mark.parametrize(("cells", "text"), CELLS)
def test_rows_of_a_sheet(cells: str, text: str) -> None:
    formats = (
        "<numFmts><numFmt numFmtId='165' formatCode='dd/mm/yyyy hh:mm'/><numFmt numFmtId='166' formatCode='0 &quot;days&quot;'/></numFmts>"
    )
    styles = part(formats + "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='165'/><xf numFmtId='166'/></cellXfs>")
    strings = part("<si><t>x</t></si><si><r><t>Maria </t></r><r><t>Lopez</t></r></si>")
    found = read(sheet(f"<row>{cells}</row>", {"xl/styles.xml": styles, "xl/sharedStrings.xml": strings}))
    assert ("sheet Results", text) in lines(found)
    assert found.unreadable == ""


def test_nothing_beside_the_cells_is_forgotten() -> None:
    found = read(
        sheet(
            '<headerFooter><oddHeader>&amp;L&amp;"Arial"Ward 3</oddHeader></headerFooter>',
            {
                "xl/worksheets/sheet2.xml": part("<row><c t='str'><v>hidden</v></c></row>"),
                "xl/comments1.xml": part("<comment><text><r><t>see </t></r><r><t>chart</t></r></text></comment>"),
                "xl/drawings/drawing1.xml": part("<a:p><a:r><a:t>box</a:t></a:r></a:p>"),
                "xl/pivotCache/pivotCacheRecords1.xml": part("<r><s v='Maria'/></r>"),
            },
        )
    )  # fmt: skip
    texts = [text for _, text in lines(found)]
    assert {"Results", "Ward 3", "hidden", "see chart", "box", "Maria"} <= set(texts)


def test_text_of_an_open_document() -> None:
    content = part("<text:h>Letter</text:h><text:p>Maria<text:tab/>4711<text:line-break/>b</text:p>")
    found = read(package({"mimetype": "application/vnd.oasis", "content.xml": content, "styles.xml": part("<text:p>header</text:p>")}))
    assert lines(found) == [("", "Letter"), ("", "Maria\t4711"), ("", "b"), ("styles", "header")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (document({"xl/workbook.bin": b"x"}), "Spreadsheets of this kind are not read yet."),
        (word("")[:-10], "It is a damaged archive, so it could not be read."),
        (document({f"word/a{n}.xml": "" for n in range(10_001)}), "It has more than 10,000 parts, so it is not read."),
    ],
)
def test_other_documents_are_not_read(content: bytes, reason: str) -> None:
    assert read(content) == AttachmentText(unreadable=reason)


def test_a_package_with_a_password_keeps_us_out() -> None:
    content = bytearray(word(para("x")))
    directory = content.find(b"PK\x01\x02")
    content[directory + 8] |= 1
    assert "password" in read(bytes(content)).unreadable


def test_files_that_are_several_things_are_read_as_all_of_them() -> None:
    both = [text for _, text in lines(read(pdf("Maria") + word(para("Lopez"))))]
    assert {"Maria", "Lopez"} <= set(both)
    found = read(b"GIF89a" + package({"a.txt": "Maria"}))
    assert ("a.txt", "Maria") in lines(found)
    assert found.unreadable == "The text in pictures is not read."


def test_an_open_document_with_a_password_is_locked() -> None:
    manifest = "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    content = package({"mimetype": "application/vnd.oasis", "content.xml": bytes(range(256)), "META-INF/manifest.xml": manifest})
    assert read(content) == AttachmentText(unreadable=LOCKED_FILE)


@pytest.mark.parametrize("names", [("word/styles.xml", "word/theme/a.txt"), ("content.xml", "META-INF/a.txt"), ("xl/calcChain.xml",)])
def test_an_archive_with_names_of_a_document_is_read_as_an_archive(names: tuple[str, ...]) -> None:
    found = read(package(dict.fromkeys(names, "Maria Lopez")))
    assert [place for place, text in lines(found) if text == "Maria Lopez"] == list(names)


def test_names_of_files_in_a_document_and_the_comment_on_it_are_read() -> None:
    out = BytesIO(word(para("Hello"), {"Lopez_Maria_MRN_4711.txt": "a"}))
    with ZipFile(out, "a") as file:
        file.comment = b"for Maria"
    found = read(out.getvalue())
    assert [text for _, text in lines(found)] == ["Hello", "a", "Lopez Maria MRN 4711.txt", "for Maria"]


def test_a_name_with_a_line_break_costs_nothing_of_the_rest() -> None:
    found = read(word(para("Maria Lopez"), {"word/a\nb": "text"}))
    assert found.lines[0].text == "Maria Lopez"
