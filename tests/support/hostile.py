"""Files that were made to break, freeze or fill whoever reads them; each function returns one."""

import struct
import zlib
from collections.abc import Callable

from tests.support.office import document, package, para, part, sheet, word
from tests.support.pdf import Pdf, pdf

MB = 1024 * 1024
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 900 900]"


def _with_content(content: bytes, filters: bytes) -> bytes:
    document = Pdf()
    stream = document.add(b"<</Filter%s/Length %d>>stream\n%s\nendstream" % (filters, len(content), content))
    about = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents %d 0 R>>"
    document.pages.append(document.add(about % stream))
    return document.build()


def pdf_that_unpacks_to_much() -> bytes:
    return _with_content(zlib.compress(b" " * (1024 * MB), 1), b"/FlateDecode")


def pdf_that_unpacks_twice() -> bytes:
    return _with_content(zlib.compress(zlib.compress(b" " * (1024 * MB), 1), 9), b"[/FlateDecode/FlateDecode]")


def pdf_with_millions_of_words() -> bytes:
    return _with_content(zlib.compress(b"BT /F1 11 Tf " + b"(Maria) Tj 0 -1 Td " * 4_000_000 + b"ET", 1), b"/FlateDecode")


def pdf_of_a_million_pages() -> bytes:
    document = Pdf()
    page = document.page("Maria")
    document.objects[1] = b"<</Type/Pages/Kids[%s]/Count 1000000>>" % (b"%d 0 R " % page * 1_000_000)
    return document.build()


def pdf_whose_pages_are_a_circle() -> bytes:
    document = Pdf()
    document.page("x")
    document.objects[1] = b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 100000>>"
    return document.build()


def pdf_that_draws_itself() -> bytes:
    document = Pdf()
    itself = len(document.objects) + 1
    document.stream(b"/X Do /X Do", FORM + b"/Resources<</XObject<</X %d 0 R>>>>" % itself)
    document.page("a", drawing=b"/X Do", resources=b"/XObject<</X %d 0 R>>" % itself)
    return document.build()


def pdf_that_draws_a_trillion_times() -> bytes:
    document = Pdf()
    last = document.stream(b"BT /F1 9 Tf (Maria) Tj ET", FORM + b"/Resources<</Font<</F1 3 0 R>>>>")
    for _ in range(12):
        last = document.stream(b"/X Do " * 10, FORM + b"/Resources<</XObject<</X %d 0 R>>>>" % last)
    document.page("a", drawing=b"/X Do", resources=b"/XObject<</X %d 0 R>>" % last)
    return document.build()


def pdf_of_deep_brackets() -> bytes:
    document = Pdf()
    document.page("a", more=b"/A " + b"[" * 300_000 + b"]" * 300_000)
    return document.build()


def pdf_whose_bookmarks_are_a_circle() -> bytes:
    document = Pdf()
    root = len(document.objects) + 1
    document.add(b"<</First %d 0 R/Last %d 0 R>>" % (root + 1, root + 1))
    document.add(b"<</Title(a)/Parent %d 0 R/Next %d 0 R/First %d 0 R>>" % (root, root + 1, root + 1))
    document.catalog = b"/Outlines %d 0 R" % root
    document.page("x")
    return document.build()


def pdf_with_many_long_notes() -> bytes:
    document = Pdf()
    note = document.add(b"<</Type/Annot/Subtype/Text/Rect[1 1 2 2]/Contents(%s)>>" % (b"x" * 100_000))
    document.page("a", more=b"/Annots[%s]" % (b"%d 0 R " % note * 100_000))
    return document.build()


def pdf_in_pdf_in_pdf() -> bytes:
    inner = pdf("innermost")
    for _ in range(12):
        document = Pdf()
        document.page("a")
        document.attach("x.pdf", inner)
        inner = document.build()
    return inner


def word_that_unpacks_to_much() -> bytes:
    return word(para("x"), {"word/header1.xml": b"<a>" + b" " * (512 * MB)})


def word_of_many_large_parts() -> bytes:
    return word(para("x"), {f"word/header{n}.xml": b"<a>" + b" " * (50 * MB) for n in range(8)})


def word_of_too_many_parts() -> bytes:
    return document({"word/document.xml": part(para("x")), **{f"word/a{n}.xml": b"<a/>" for n in range(20_000)}})


def word_of_a_billion_laughs() -> bytes:
    entities = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    return word("", {"word/header1.xml": f"<!DOCTYPE a [<!ENTITY l0 'lol'>{entities}]><a>&l11;</a>"})


def word_that_asks_for_a_file() -> bytes:
    return word("", {"word/header1.xml": "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"})


def word_of_deep_paragraphs() -> bytes:
    return word("<w:p>" * 300_000)


def word_of_deep_tables() -> bytes:
    return word("<w:tr><w:tc>" * 200_000 + para("x") + "</w:tc></w:tr>" * 200_000)


def word_of_a_million_paragraphs() -> bytes:
    return word(para("Maria Lopez") * 1_000_000)


def word_of_many_attributes() -> bytes:
    return word("<w:p " + " ".join(f"a{n}='1'" for n in range(200_000)) + "/>")


def word_in_word_in_word() -> bytes:
    inner = word(para("x" * 1000))
    for _ in range(5):
        inner = word(para("y"), {f"word/embeddings/a{n}.docx": inner for n in range(12)})
    return inner


def sheet_that_repeats_a_long_text() -> bytes:
    strings = part("<si><t>" + "x" * 30_000 + "</t></si>")
    return sheet("<row>" + "<c t='s'><v>0</v></c>" * 900_000 + "</row>", {"xl/sharedStrings.xml": strings})


def rtf_of_deep_groups() -> bytes:
    return b"{\\rtf1" + b"{\\b x" * 500_000


def page_of_deep_tables() -> bytes:
    return b"<html>" + b"<table>" * 1_000_000


def table_of_millions_of_rows() -> bytes:
    return b"Maria,Lopez,4711\n" * 3_000_000


def archive_that_unpacks_to_much() -> bytes:
    return package({f"{n}.txt": b"\0" * (100 * MB) for n in range(8)})


def archive_of_archives_of_archives() -> bytes:
    inner = package({"0.txt": b"\0" * MB})
    for _ in range(6):
        inner = package({f"{n}.zip": inner for n in range(16)})
    return inner


def archive_of_a_million_names() -> bytes:
    """Return a directory of a million entries that all name the same file."""
    one = package({"a.txt": "Maria"})
    start, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    directory = one[start:end] * 1_000_000
    size = len(directory)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1_000_000, 1_000_000, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, start + size, 1)
    return one[:start] + directory + end64 + locator + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, *(0xFFFF,) * 2, *(0xFFFFFFFF,) * 2, 0)


FILES: tuple[Callable[[], bytes], ...] = (
    pdf_that_unpacks_to_much,
    pdf_that_unpacks_twice,
    pdf_with_millions_of_words,
    pdf_of_a_million_pages,
    pdf_whose_pages_are_a_circle,
    pdf_that_draws_itself,
    pdf_that_draws_a_trillion_times,
    pdf_of_deep_brackets,
    pdf_whose_bookmarks_are_a_circle,
    pdf_with_many_long_notes,
    pdf_in_pdf_in_pdf,
    word_that_unpacks_to_much,
    word_of_many_large_parts,
    word_of_too_many_parts,
    word_of_a_billion_laughs,
    word_that_asks_for_a_file,
    word_of_deep_paragraphs,
    word_of_deep_tables,
    word_of_a_million_paragraphs,
    word_of_many_attributes,
    word_in_word_in_word,
    sheet_that_repeats_a_long_text,
    rtf_of_deep_groups,
    page_of_deep_tables,
    table_of_millions_of_rows,
    archive_that_unpacks_to_much,
    archive_of_archives_of_archives,
    archive_of_a_million_names,
)
