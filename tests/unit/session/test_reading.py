"""Which parts of a received message are its bodies, which are files, and that nothing anybody wrote raises."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.opened import Part
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.invitation import Purpose
from securemail_desktop.session.mail_view import MessageView
from securemail_desktop.session.reading import as_original, bodies, read_message
from securemail_desktop.store.database import Database
from securemail_desktop.store.vault import Vault

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
VIEW = MessageView(1, 1, "", "", "", NOW, False, False, False, 9)


def plain(text: str, name: str = "", *, attached: bool = False) -> Part:
    return Part("text/plain", name, text.encode(), text, attached=attached)


def html(text: str, name: str = "") -> Part:
    return Part("text/html", name, text.encode(), text)


def picture(content_id: str = "", kind: str = "image/png", name: str = "") -> Part:
    return Part(kind, name, b"...", "", content_id)


PDF = Part("application/pdf", "a.pdf", b"%PDF-")
CHOICES: list[tuple[str, tuple[Part, ...], str, str, list[int]]] = [
    ("nothing", (), "", "", []),
    ("plain", (plain("a"),), "a", "", []),
    ("alternative", (plain("a"), html("<p>a")), "a", "<p>a", []),
    ("html alone", (html("<p>a"),), "", "<p>a", []),
    ("a file", (plain("a"), PDF), "a", "", [1]),
    ("text before and after a picture", (plain("a"), picture(), plain("b")), "a\n\nb", "", [1]),
    ("a footer beside HTML", (plain("a"), html("<p>a"), plain("footer")), "a\n\nfooter", "<p>a", [2]),
    ("a footer beside HTML alone", (html("<p>a"), plain("footer")), "", "<p>a", [1]),
    ("a named text is a file", (plain("a"), plain("b", "b.txt")), "a", "", [1]),
    ("an attached text is a file", (plain("a", attached=True), plain("b")), "b", "", [0]),
    ("an attached page is a file", (plain("a"), html("<p>", "page.html")), "a", "", [1]),
    ("a second page is a file", (html("<p>a"), html("<p>b")), "", "<p>a", [1]),
    ("a picture that the page shows", (html("<img src='CID:logo%40x'>"), picture("logo@x")), "", "<img src='CID:logo%40x'>", []),
    ("a picture that it does not show", (html("<p>"), picture("logo@x")), "", "<p>", [1]),
    ("a document behind a cid link stays a file", (html("<a href='cid:d'>"), picture("d", "application/pdf")), "", "<a href='cid:d'>", [1]),
    ("a picture without a page", (plain("cid:p"), picture("p")), "cid:p", "", [1]),
    ("the same file twice", (plain("a"), PDF, PDF), "a", "", [1, 2]),
]


@pytest.mark.parametrize(("parts", "text", "page", "files"), [case[1:] for case in CHOICES], ids=[case[0] for case in CHOICES])
def test_bodies_and_files(parts: tuple[Part, ...], text: str, page: str, files: list[int]) -> None:
    found = bodies(parts)
    assert (found.text, found.html, list(found.files)) == (text, page, [parts[number] for number in files])


@given(
    st.lists(
        st.builds(
            Part,
            st.sampled_from(["text/plain", "text/html", "image/png"]),
            st.sampled_from(["", "x"]),
            st.binary(max_size=2),
            st.sampled_from(["a", "cid:p"]),
            st.sampled_from(["", "p"]),
            st.booleans(),
            st.booleans(),
        )
    )
)
def test_every_part_is_a_body_a_picture_in_one_or_a_file(parts: list[Part]) -> None:
    found = bodies(tuple(parts))
    kept = [*found.files, *found.pictures]
    for part in parts:
        assert part in kept or part.text in found.text or part.text == found.html


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyRing]:
    folder = tmp_path_factory.mktemp("ring")
    with closing(Database(folder / "store.db", b"k" * 32)) as database, closing(KeyRing(Vault(database), folder / "gnupg", ())) as ring:
        yield ring


def test_people_come_from_the_outside_and_what_cannot_be_read_is_said(ring: KeyRing) -> None:
    source = (
        b'From: Bob <bob@hospital.example>\r\nTo: alice@clinic.example, <<broken>, "x" carol@practice.example\r\n'
        b"Cc: =?utf-8?q?Zo=C3=AB?= <zoe@clinic.example>\r\nSubject: s\r\n\r\ntext\r\n"
    )
    reading = read_message(VIEW, source, ring, NOW)
    assert [a.spec for a in reading.sender] == ["bob@hospital.example"]
    assert [a.spec for a in reading.to] == ["alice@clinic.example", "carol@practice.example"]
    assert [(a.name, a.spec) for a in reading.cc] == [("Zoë", "zoe@clinic.example")]
    assert reading.opened.warnings == ("An address in the field To cannot be read and is left out.",)
    assert (reading.text, reading.html, reading.files) == ("text", "", ())


def test_flowed_text_and_a_page_that_names_its_own_charset_are_read_as_meant(ring: KeyRing) -> None:
    flowed = b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\nThis line \r\nflows.\r\nThis not.\r\n"
    assert read_message(VIEW, flowed, ring, NOW).text == "This lineflows.\nThis not."
    page = b'Content-Type: text/html\r\n\r\n<meta charset="iso-8859-1"><p>Gr\xfc\xdfe\r\n'
    assert "Grüße" in read_message(VIEW, page, ring, NOW).html


def test_what_is_answered_has_files_and_pictures_and_says_whether_it_was_protected(ring: KeyRing) -> None:
    source = b"From: bob@hospital.example\r\nSubject: s\r\nMessage-ID: <1@x>\r\n\r\ntext\r\n"
    reading = read_message(VIEW, source, ring, NOW)
    original = as_original(reading, source)
    assert (original.subject, original.text, original.message_id, original.protected, original.locked) == (
        "s",
        "text",
        "<1@x>",
        False,
        False,
    )
    shown = (html("<img src='cid:logo'>"), picture("logo"), PDF)
    opened = replace(reading.opened, method=Method.SMIME, decrypted=True, subject="inside", parts=shown)
    original = as_original(replace(reading, opened=opened), source)
    assert (original.subject, original.protected, original.locked) == ("inside", True, False)
    assert [file.content_type for file in original.files] == ["application/pdf", "image/png"]
    locked = as_original(replace(reading, opened=replace(opened, decrypted=False, parts=())), source)
    assert (locked.protected, locked.locked, locked.text) == (True, True, "")


PIECES = [
    b"From: ",
    b"To: a@b.c",
    b",",
    b"<",
    b"@",
    b"\r\n\r\n",
    b"\r\n",
    b"Content-Type: multipart/mixed; boundary=x\r\n",
    b"--x\r\n",
    b"\0",
    b"\xff",
]


@given(st.binary(max_size=500) | st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))
def test_no_octets_raise(ring: KeyRing, source: bytes) -> None:
    reading = read_message(VIEW, source, ring, NOW)
    assert "\r" not in reading.text


def test_a_header_beyond_the_bounds_is_said(ring: KeyRing) -> None:
    reading = read_message(VIEW, b"X: y\r\n" * 100_000 + b"\r\ntext\r\n", ring, NOW)
    assert reading.sender == ()
    assert "The header of the message is too large to be read." in reading.opened.warnings


INVITATION = b"""From: bob@hospital.example
To: alice@clinic.example
Subject: s
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: application/ics; name=old.ics

BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:a file
END:VEVENT
END:VCALENDAR
--x
Content-Type: text/calendar; method=REQUEST; charset=iso-8859-1

BEGIN:VCALENDAR
BEGIN:VEVENT
SUMMARY:Caf\xe9
DESCRIPTION:what it is about
END:VEVENT
END:VCALENDAR
--x--
"""


def test_an_invitation_is_read_beside_its_file_and_its_note_is_the_text_where_there_is_none(ring: KeyRing) -> None:
    reading = read_message(VIEW, INVITATION, ring, NOW)
    assert reading.invitation is not None
    assert (reading.invitation.purpose, reading.invitation.summary) == (Purpose.REQUEST, "Café")
    assert reading.text == "what it is about"
    assert [file.content_type for file in reading.files] == ["application/ics", "text/calendar"]
    assert [file.content_type for file in as_original(reading, INVITATION).files] == [
        "application/ics",
        "text/calendar; method=REQUEST; charset=iso-8859-1",
    ]
    file_alone = read_message(VIEW, INVITATION.replace(b"; method=REQUEST", b""), ring, NOW)
    assert file_alone.invitation is not None
    assert (file_alone.invitation.summary, file_alone.invitation.can_be_answered) == ("a file", False)


def test_a_calendar_that_is_too_large_stays_a_file(ring: KeyRing) -> None:
    reading = read_message(VIEW, INVITATION.replace(b"a file", b"x" * 600_000).replace(b"Caf", b"y" * 600_000), ring, NOW)
    assert reading.invitation is None
    assert len(reading.files) == 2
