from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Attachment, Draft
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.body import FieldText, Passage, PassageKind, field_texts
from securemail_desktop.message.text.passage import Place
from tests.support.pdf import pdf

DRAFT = Draft(Address("alice", "clinic.example"), (), "Result", "Hello", "<1@clinic.example>", datetime(2025, 3, 4, tzinfo=UTC))


def body(text: str, html: str = "") -> FieldText:
    return field_texts(replace(DRAFT, text=text, html=html), attachment_text)[1]


def test_fields_in_order() -> None:
    readable, unreadable = Attachment("lopez_maria.csv", "text/csv", b"a,b"), Attachment("x.pdf", "application/pdf", b"%PDF-")
    attachments = (readable, unreadable, Attachment("", "text/plain", b"c"))
    assert [(f.field, f.text, f.unreadable) for f in field_texts(replace(DRAFT, attachments=attachments), attachment_text)] == [
        ("subject", "Result", ""),
        ("body", "Hello", ""),
        ("attachment:0", "a,b\n\nlopez maria.csv", ""),
        ("attachment:1", "x.pdf", "It is a damaged PDF document, so it could not be read."),
        ("attachment:2", "c", ""),
    ]


def test_passages_of_a_plain_reply() -> None:
    text = "Thanks.\n\nOn 4 Mar 2025 Bob wrote:\n> Maria has flu.\n\nOk\n-- \nAlice"
    assert [(p.kind.value, text[p.start : p.end]) for p in body(text).passages] == [
        ("authored", "Thanks.\n\n"),
        ("quoted", "On 4 Mar 2025 Bob wrote:\n> Maria has flu.\n"),
        ("authored", "\nOk\n"),
        ("signature", "-- \nAlice"),
    ]


BOTH = [
    ("Hello Maria", "<p>Hello <b>Maria</b></p>", "Hello Maria"),
    ("Hello\nMaria Lopez", "<p>Hello Maria Lopez", "Hello\nMaria Lopez"),
    ("> Hello\n> Maria", "<blockquote type=cite>Hello Maria", "> Hello\n> Maria"),
    ("see the HTML part", "<p>Maria<p>has flu", "see the HTML part\n\nMaria\nhas flu"),
    ("Hello Maria", "<p>Hello Maria<p hidden>secret", "Hello Maria\n\nsecret"),
    ("Maria is well, Ana has flu", "<p>Maria has flu", "Maria is well, Ana has flu\n\nMaria has flu"),
    ("", "<p>Hello<p>Maria", "Hello\n\nMaria"),
    ("", "<p hidden>secret", "secret"),
    ("Hello\n", "<p>Bye", "Hello\n\n\nBye"),
]


@pytest.mark.parametrize(("text", "html", "together"), BOTH)
def test_both_bodies(text: str, html: str, together: str) -> None:
    assert body(text, html).text == together


def test_kinds_of_what_only_html_has() -> None:
    html = "<p>Answer<div class=gmail_quote>On 4 Mar 2025 Bob wrote:<blockquote type=cite>Maria</blockquote></div><p hidden>trap"
    found = body("see HTML", html)
    kinds = {found.text[p.start : p.end].strip(): p.kind for p in found.passages}
    assert kinds["trap"] is PassageKind.HIDDEN
    assert kinds["On 4 Mar 2025 Bob wrote:\nMaria"] is PassageKind.QUOTED


def test_outlook_quotes_in_html_are_found_by_their_text() -> None:
    html = "<p>Answer</p><div><b>From:</b> Bob<br><b>Sent:</b> Tuesday<br><b>To:</b> Alice<br><b>Subject:</b> x</div><p>Maria</p>"
    found = body("", html)
    quoted = found.text.index("From:")
    assert found.passages == (Passage(PassageKind.AUTHORED, 0, quoted), Passage(PassageKind.QUOTED, quoted, len(found.text)))


texts = st.text(st.sampled_from("a> \n-") | st.characters(exclude_categories=("Cs",)), max_size=60)


@given(texts, st.just("") | texts.map(lambda text: f"<p>{text}<p hidden>trap"))
def test_the_plain_body_comes_first_and_passages_cover_all(text: str, html: str) -> None:
    for found in field_texts(replace(DRAFT, text=text, html=html), attachment_text):
        assert [passage.start for passage in found.passages] == [0, *(p.end for p in found.passages)][: len(found.passages)]
        assert (found.passages[-1].end if found.passages else 0) == len(found.text)
        assert all(passage.start < passage.end for passage in found.passages)
    assert body(text, html).text.startswith(text)


def test_pages_are_places_in_the_text() -> None:
    attached = replace(DRAFT, attachments=(Attachment("lab.pdf", "application/pdf", pdf("Maria", "Lopez")),))
    found = field_texts(attached, attachment_text)[2]
    assert found.text == "Maria\nLopez\n\nlab.pdf"
    assert found.places == (Place(0, "page 1"), Place(6, "page 2"), Place(12, ""))


def test_what_a_type_says_beside_its_charset_is_text_for_it_travels_along() -> None:
    said = 'text/csv; charset=utf-8; name="a_b.csv"; title="Maria Lopez, MRN 4711"'
    attached = replace(DRAFT, attachments=(Attachment("a_b.csv", said, b"x"),))
    assert field_texts(attached, attachment_text)[2].text == "x\n\na b.csv\nMaria Lopez, MRN 4711"
