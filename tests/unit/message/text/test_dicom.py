"""What DICOM files say about people, and that their pictures are not read."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.reading import AttachmentText
from securemail_desktop.phi.scan import scan
from tests.support.dicom import BIG, DEFLATED, EXPLICIT, IMPLICIT, Element, dicom, written
from tests.support.pdf import pdf

NAME, ID, BIRTH = (
    Element(0x00100010, "PN", "Lopez^Maria^Ana^Dr"),
    Element(0x00100020, "LO", "99317742"),
    Element(0x00100030, "DA", "19700102"),
)
STUDY = Element(0x00081030, "LO", "CT chest")
PIXELS = Element(0x7FE00010, "OW", bytes(64))
BURNED_IN = {answer: Element(0x00280301, "CS", answer) for answer in ("YES", "NO")}
HEADER = ["Study: CT chest", "Patient name: Dr Maria Ana Lopez", "Patient ID, MRN: 99317742", "Date of birth: 1970-01-02"]
PICTURES = "The text in pictures is not read."
SYNTAXES = [EXPLICIT, IMPLICIT, BIG, DEFLATED, "1.2.840.10008.1.2.4.90"]


def read(content: bytes, name: str = "image.dcm") -> AttachmentText:
    return attachment_text(Attachment(name, "application/octet-stream", content))


def texts(content: bytes) -> list[str]:
    return [line.text for line in read(content).lines]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_the_header_is_read_in_every_transfer_syntax(syntax: str) -> None:
    found = read(dicom(STUDY, NAME, ID, BIRTH, PIXELS, syntax=syntax))
    assert ([line.text for line in found.lines], found.unreadable) == (HEADER, PICTURES)


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
def test_a_file_without_preamble_is_read(syntax: str) -> None:
    first = Element(0x00080005, "CS", "ISO_IR 100")
    assert texts(written([first, STUDY, NAME, ID, BIRTH], syntax)) == HEADER


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, BIG])
@pytest.mark.parametrize("open_ended", [True, False])
def test_what_lies_in_sequences_is_read(syntax: str, open_ended: bool) -> None:
    inner = Element(0x0040A730, "SQ", [[Element(0x0040A160, "UT", "No mass is seen.")], [NAME]], open_ended)
    report = Element(0x0040A730, "SQ", [[Element(0x00080104, "LO", "Findings"), inner]], open_ended)
    assert texts(dicom(STUDY, report, ID, syntax=syntax)) == [HEADER[0], "Findings", "No mass is seen.", *HEADER[1:3]]


def test_a_sequence_of_an_unknown_type_is_read() -> None:
    inner = written([NAME, ID], IMPLICIT)
    item = struct.pack("<HHL", 0xFFFE, 0xE000, len(inner)) + inner
    assert texts(dicom(Element(0x00091001, "UN", item), STUDY)) == [*HEADER[1:3], HEADER[0]]


def test_a_file_that_names_a_wrong_syntax_is_read() -> None:
    wrong = dicom(STUDY, NAME, ID, BIRTH).replace(EXPLICIT.encode(), IMPLICIT.encode() + b"\0\0")
    assert texts(wrong) == HEADER


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ([Element(0x00100010, "PN", "Lopez^Maria=ロペス^マリア")], ["Patient name: Maria Lopez = マリア ロペス"]),
        ([Element(0x00101000, "LO", "4711\\4712")], ["Other patient ID, MRN: 4711, 4712"]),
        ([Element(0x00104000, "LT", "fell\r\nat home \\ 3 pm")], ["Patient comments: fell", "at home \\ 3 pm"]),
        ([Element(0x00091002, "LO", "ward 3")], ["ward 3"]),
        ([Element(0x00091002, "UN", "Maria Lopez")], ["Maria Lopez"]),
        ([Element(0x00091002, "UN", "1.2.840.10008")], []),
        ([Element(0x00091002, "UN", "99317742")], ["99317742"]),
        ([Element(0x00080018, "UI", "1.2.840.1"), Element(0x00280010, "US", b"AB"), Element(0x00180050, "DS", "0.5")], []),
    ],
)
def test_values(elements: list[Element], expected: list[str]) -> None:
    found = read(dicom(Element(0x00080005, "CS", "ISO_IR 192"), *elements, codec="utf-8"))
    assert ([line.text for line in found.lines], found.unreadable) == (expected, "")


@pytest.mark.parametrize(
    ("named", "codec", "name"),
    [("ISO_IR 144", "iso8859-5", "Пётр"), ("GB18030", "gb18030", "王"),
     ("ISO_IR 101", "iso8859-2", "Łopez"),
     ("", "utf-8", "Łopez")],
)  # fmt: skip
def test_letters_of_other_alphabets(named: str, codec: str, name: str) -> None:
    content = dicom(Element(0x00080005, "CS", named.encode() + b" " * (len(named) % 2)), Element(0x00100010, "PN", name), codec=codec)
    assert texts(content) == [f"Patient name: {name}"]


def test_letters_that_change_their_alphabet_on_the_way_are_said() -> None:
    found = read(dicom(Element(0x00100010, "PN", "Yamada^Tarou=山田"), ID, codec="iso2022_jp"))
    assert found.lines[0].text.startswith("Patient name: Tarou Yamada = ")
    assert found.unreadable == "Its letters are written in a way that is not known, so it could not be read."


@pytest.mark.parametrize(
    ("elements", "reason"),
    [
        ([PIXELS], PICTURES),
        ([Element(0x7FE00010, "OB", [[], []], open_ended=True)], PICTURES),
        ([Element(0x60003000, "OW", bytes(8))], PICTURES),
        ([BURNED_IN["YES"], PIXELS], "It says that names or numbers are written into its pictures, which are not read."),
        ([BURNED_IN["NO"], PIXELS], ""),
        ([], ""),
    ],
)
def test_pictures_are_said_unless_the_file_says_that_no_text_is_in_them(elements: list[Element], reason: str) -> None:
    found = read(dicom(NAME, *elements))
    assert ([line.text for line in found.lines], found.unreadable) == (HEADER[1:2], reason)


def test_what_stands_behind_the_pictures_is_read() -> None:
    fragments = struct.pack("<HHL", 0xFFFE, 0xE000, 600) + written([NAME]) * 15 + bytes(600 - 15 * len(written([NAME])))
    pixels = Element(0x7FE00010, "OB", fragments, open_ended=True)
    assert texts(dicom(pixels, Element(0x7FE10010, "LO", "Maria Lopez"))) == ["Maria Lopez"]


def test_a_document_in_it_is_read() -> None:
    far = Element(0x00104000, "LT", "x" * 1200)  # a PDF that begins sooner is one by itself
    found = read(dicom(NAME, far, Element(0x00420011, "OB", pdf("chart")), Element(0x00420012, "LO", "application/pdf")))
    assert [(line.place, line.text) for line in found.lines] == [
        ("", HEADER[1]),
        ("", "Patient comments: " + "x" * 1200),
        ("document in it, page 1", "chart"),
    ]


def test_something_else_in_its_preamble_is_read_as_well() -> None:
    found = read(dicom(NAME, preamble=b"II*\0".ljust(128, b"\0")))
    assert ([line.text for line in found.lines], found.unreadable) == (HEADER[1:2], "The text in pictures is not read.")


def test_a_header_of_a_patient_is_patient_data() -> None:
    found = scan([("attachment:0", "\n".join(texts(dicom(STUDY, NAME, ID, BIRTH))))])
    assert found.phi
    assert {"NAME", "MRN", "DATE"} <= {finding.type.value for finding in found.findings}


WHOLE = dicom(STUDY, NAME, ID, Element(0x0040A730, "SQ", [[Element(0x0040A160, "UT", "text")]], open_ended=True), PIXELS)


@pytest.mark.parametrize("end", range(140, len(WHOLE), 3))
def test_a_file_that_ends_early_is_read_in_part(end: int) -> None:
    assert isinstance(read(WHOLE[:end]), AttachmentText)


def test_a_length_beyond_the_end_is_damage() -> None:
    assert read(dicom(NAME, ID)[:-4]).unreadable == "A part of it is damaged and could not be read."


def test_deflate_that_is_cut_off_is_damage() -> None:
    assert read(dicom(NAME, ID, syntax=DEFLATED)[:-4]).unreadable == "It is damaged and could not be read."


@given(st.integers(132, len(WHOLE)), st.binary(max_size=12), st.integers(0, 40))
def test_a_damaged_file_is_read_in_part(start: int, new: bytes, old: int) -> None:
    assert isinstance(read(WHOLE[:start] + new + WHOLE[start + old :]), AttachmentText)


def test_every_document_in_it_is_read() -> None:
    first, second = (Element(0x00420011, "OB", text) for text in (b"Maria Lopez ", b"MRN 99317742"))
    kind = Element(0x00420012, "LO", "text/plain")
    both = Element(0x0040A730, "SQ", [[first, kind], [second, kind]])
    assert {"Maria Lopez ", "MRN 99317742"} <= set(texts(dicom(STUDY, both)))


def test_what_one_part_says_of_its_picture_is_not_said_of_the_others() -> None:
    both = Element(0x0040A730, "SQ", [[BURNED_IN["YES"]], [BURNED_IN["NO"]]])
    assert "names or numbers are written into" in read(dicom(STUDY, both, PIXELS)).unreadable
    assert read(dicom(STUDY, BURNED_IN["NO"], PIXELS)).unreadable == ""
