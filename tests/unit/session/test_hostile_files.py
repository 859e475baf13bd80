"""Files made to break their reader: an answer within bounds, and the next file is read as if nothing had been."""

import bz2
import gzip
import lzma
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.reading import LARGEST_TEXT
from securemail_desktop.session.reading_process import SECONDS, ReadingProcess, reading_command
from tests.support.archive import tar
from tests.support.dicom import DEFLATED, Element, dicom
from tests.support.hostile import FILES
from tests.support.office import package, para, part, picture, sheet, word
from tests.support.ole import attached, compound, files, numbers, texts
from tests.support.pdf import Pdf, pdf

pytestmark = pytest.mark.slow  # many seconds together

LINE = "Maria Lopez"


@pytest.fixture(scope="module")
def process() -> Iterator[ReadingProcess]:
    with closing(ReadingProcess(reading_command(), 2 * SECONDS)) as reader:  # the machine of the tests may be busy
        yield reader


def read_on(process: ReadingProcess) -> None:
    """See that the next file is read."""
    assert [line.text for line in process.read(Attachment("", "", pdf(LINE))).lines] == [LINE]


@pytest.mark.slow
@pytest.mark.parametrize("make", FILES, ids=lambda make: make.__name__)
def test_a_hostile_file_costs_itself_only(make: Callable[[], bytes], process: ReadingProcess) -> None:
    found = process.read(Attachment("", "", make()))
    assert sum(len(line.text) + 1 for line in found.lines) <= LARGEST_TEXT + 1
    assert "too long." not in found.unreadable or found.lines  # by the clock
    assert not any("root:" in line.text for line in found.lines)
    read_on(process)


def rich_pdf() -> bytes:
    document = Pdf()
    document.page("shown", more=document.form_field("MRN", "4711"), packed=True)
    document.scan("scanned")
    document.info("Title")
    document.bookmark("Chapter")
    document.attach("inner.docx", word(para("inside")))
    return document.build()


WHOLE = [
    rich_pdf(),
    word(para(LINE) + picture(10, 10), {"word/footnotes.xml": part(para("note")), "word/embeddings/a.xlsx": sheet("<row/>")}),
    rb"{\rtf1\ansi{\fonttbl{\f0 A;}}{\info{\author B}}Maria\par \u321?{\pict\picwgoal9000\pichgoal9000 00ff}\'e9}",
    sheet("<row><c t='s'><v>0</v></c><c s='0'><v>25570</v></c></row>", {"xl/sharedStrings.xml": part("<si><t>x</t></si>")}),
    lzma.compress(tar({"a.txt": LINE.encode() * 9, "b.gz": gzip.compress(LINE.encode()), "c": bz2.compress(LINE.encode())})),
    compound({**numbers(32), **texts(_0037="Results", _1000=LINE), **files(attached(_3701=LINE.encode() * 300, _3707="b.txt"))}),
    dicom(Element(0x00100010, "PN", "Lopez^Maria"), Element(0x0040A730, "SQ", [[Element(0x0040A160, "UT", LINE)]]), syntax=DEFLATED),
    rb"{\rtf1\ansi\ansicpg99999 Zo\'eb}",  # a code page that nobody has
    package({"a.txt": LINE * 9, "b/c.zip": package({"d.docx": word(para(LINE))})}),
]
CHANGES = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=6), st.integers(0, 40)), min_size=1, max_size=6)


def changed(content: bytes, changes: list[tuple[float, bytes, int]]) -> bytes:
    for where, new, old in changes:
        start = int(where * len(content))
        content = content[:start] + new + content[start + old :]
    return content


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(WHOLE), CHANGES)
def test_a_damaged_file_is_read_in_part_or_has_a_reason(
    process: ReadingProcess, content: bytes, changes: list[tuple[float, bytes, int]]
) -> None:
    found = process.read(Attachment("", "", changed(content, changes)))
    assert not found.pending
    assert "too long" not in found.unreadable
    read_on(process)


@pytest.mark.parametrize("content", WHOLE)
def test_a_whole_file_is_read(process: ReadingProcess, content: bytes) -> None:
    found = process.read(Attachment("", "", content))
    assert found.lines
    assert "damaged" not in found.unreadable


@pytest.mark.parametrize("content", WHOLE)
def test_a_file_that_ends_early_has_a_reason_or_its_text(process: ReadingProcess, content: bytes) -> None:
    for end in range(0, len(content), max(1, len(content) // 60)):
        found = process.read(Attachment("", "", content[:end]))
        assert not found.pending
    read_on(process)
