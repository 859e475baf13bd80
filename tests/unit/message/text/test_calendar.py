"""What is read of calendars and invitations, and whom they name."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.calendar import attendees, calendar_text
from securemail_desktop.message.text.reading import AttachmentText

FILE = base64.b64encode(b"Maria Lopez, MRN 1234567").decode()
LINES = [
    ("SUMMARY:Visit of M\n aria Lopez", "SUMMARY:Visit of Maria Lopez"),
    ("SUMMARY:Visit of M\n\taria", "SUMMARY:Visit of Maria"),
    ("DESCRIPTION:one\\ntwo\\, three\\;\\\\", "DESCRIPTION:one\ntwo, three;\\"),
    ('LOCATION;ALTREP="http://x.example/a:b":Ward 3', 'LOCATION;ALTREP="http://x.example/a:b":Ward 3'),
    ("BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nDTSTART:19700329T020000\nCOMMENT:Maria\nEND:VTIMEZONE", "COMMENT:Maria"),
    ("begin:vtimezone\nDTSTART:19700329T020000\nend:vtimezone\nDTSTART:20261124T090000", "DTSTART:20261124T090000"),
    (f"ATTACH;FMTTYPE=text/plain;ENCODING=BASE64;VALUE=BINARY;FILENAME=a.txt:{FILE[:20]}\n {FILE[20:]}", "a.txt\nMaria Lopez, MRN 1234567"),
    ("ATTACH:https://files.example/lopez.pdf", "ATTACH:https://files.example/lopez.pdf"),
    ('ATTENDEE;CN="Lopez, Maria":mailto:maria@x.example', 'ATTENDEE;CN="Lopez, Maria":mailto:maria@x.example'),
    ("no property at all", "no property at all"),
    ("X-ALT-DESC;FMTTYPE=text/html:<p>Maria <b>Lo</b>pez\\, MRN 1234\n 567</p>", "X-ALT-DESC\nMaria Lopez, MRN 1234567"),
    (
        "SUMMARY;ENCODING=QUOTED-PRINTABLE:Visit of Mar=C3=ADa L=\nopez=0D=0AMRN",
        "SUMMARY;ENCODING=QUOTED-PRINTABLE:Visit of Mar\xeda Lopez\nMRN",
    ),
    ("DESCRIPTION;CHARSET=utf-8;QUOTED-PRINTABLE:M=61ria", "DESCRIPTION;CHARSET=utf-8;QUOTED-PRINTABLE:Maria"),
    ("SUMMARY;ENCODING=QUOTED-PRINTABLE:Maria=", "SUMMARY;ENCODING=QUOTED-PRINTABLE:Maria"),
]


@pytest.mark.parametrize(("content", "text"), LINES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_is_read(content: str, text: str, end: str) -> None:
    found = attachment_text(Attachment("", "text/calendar; method=REQUEST", content.replace("\n", end).encode()))
    assert ("\n".join(line.text for line in found.lines), found.unreadable) == (text, "")


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        ("SUMMARY:Zo\xeb".encode("iso-8859-1"), "text/calendar; charset=utf-8"),
        ("SUMMARY:Zo\xeb".encode("iso-8859-1"), "text/calendar; charset=no-such"),
        ("SUMMARY:Zo\xeb".encode(), "text/calendar; charset=us-ascii"),
        ("SUMMARY:Zo\xeb".encode("utf-16"), "text/calendar"),
    ],
)
def test_a_wrong_charset_loses_nothing(content: bytes, content_type: str) -> None:
    assert [line.text for line in attachment_text(Attachment("", content_type, content)).lines] == ["SUMMARY:Zo\xeb"]


@pytest.mark.parametrize(
    ("value", "reason"), [("!!!", "damaged"), (base64.b64encode(b"\x89PNG\r\n").decode(), "pictures"), ("", "damaged")]
)
def test_a_file_inside_that_cannot_be_read_says_so(value: str, reason: str) -> None:
    found = attachment_text(Attachment("", "text/calendar", f"ATTACH;ENCODING=BASE64:{value}".encode()))
    assert reason in found.unreadable


def test_whom_an_invitation_names() -> None:
    text = (
        "ORGANIZER;CN=Alice:MAILTO:alice@clinic.example\nATTENDEE;RSVP=TRUE:mailto:b\n ob@x.example\n"
        'ATTENDEE:mailto:BOB@x.example\nATTENDEE:urn:uuid:1\nATTENDEE:mailto:no address\nATTENDEE;CN="a:b":mailto:carol@y.example'
    )
    assert [a.spec for a in attendees(text)] == ["alice@clinic.example", "bob@x.example", "carol@y.example"]


@given(st.lists(st.sampled_from(["BEGIN:VTIMEZONE", "ATTACH;VALUE=BINARY:", 'A;B="', ":", "\n ", "\n", "\\n", "é", "x" * 80])).map("".join))
def test_anything_is_read(text: str) -> None:
    calendar_text(text, lambda _: AttachmentText())
    attendees(text)
