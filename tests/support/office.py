"""Small Office documents for tests: packages with just the parts that a test is about."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

WORD = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:wp="urn:wp" xmlns:a="urn:a" xmlns:pic="urn:pic"'
    ' xmlns:mc="urn:mc" xmlns:v="urn:v" xmlns:r="urn:r" xmlns:p="urn:p" xmlns:dc="urn:dc" xmlns:cp="urn:cp" xmlns:text="urn:text"'
    ' xmlns:table="urn:table" xmlns:wps="urn:wps"'
)
CENTIMETRE = 360_000


def package(parts: dict[str, str | bytes]) -> bytes:
    """Return a ZIP file of these parts."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def document(parts: dict[str, str | bytes]) -> bytes:
    """Return an Office document of these parts."""
    return package({"[Content_Types].xml": "<Types/>", **parts})


def part(body: str) -> str:
    """Return a part of XML around a body, with all prefixes."""
    return f"<?xml version='1.0' encoding='UTF-8' standalone='yes'?><w:root {WORD}>{body}</w:root>"


def word(body: str, parts: dict[str, str | bytes] | None = None) -> bytes:
    """Return a Word document with this body and more parts."""
    return document({"word/document.xml": part(f"<w:body>{body}</w:body>"), **(parts or {})})


def para(text: str, properties: str = "") -> str:
    """Return a paragraph of one run."""
    return f"<w:p><w:r>{properties}<w:t>{text}</w:t></w:r></w:p>"


def picture(width: float, height: float) -> str:
    """Return a paragraph with a picture of this size in centimetres."""
    size = f'cx="{int(width * CENTIMETRE)}" cy="{int(height * CENTIMETRE)}"'
    shown = f"<pic:pic><pic:blipFill><a:blip r:embed='x'/></pic:blipFill><pic:spPr><a:xfrm><a:ext {size}/></a:xfrm></pic:spPr></pic:pic>"
    return f"<w:p><w:r><w:drawing><wp:inline><wp:extent {size}/><a:graphic>{shown}</a:graphic></wp:inline></w:drawing></w:r></w:p>"


def sheet(rows: str, parts: dict[str, str | bytes] | None = None) -> bytes:
    """Return a spreadsheet with one sheet, Results, of these rows."""
    rels = "<R><Relationship Id='r1' Target='worksheets/sheet1.xml'/></R>"
    book = part("<sheets><sheet name='Results' r:id='r1'/></sheets>")
    return document({"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": rels, "xl/worksheets/sheet1.xml": part(rows), **(parts or {})})
