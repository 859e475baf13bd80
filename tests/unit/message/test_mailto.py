"""What a mail link becomes, and what it cannot smuggle in."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.compose import draft_bytes
from securemail_desktop.message.entity import split_entity
from securemail_desktop.message.errors import ParseError
from securemail_desktop.message.mailto import LARGEST, Mailto, parse_mailto
from securemail_desktop.message.parse import parse_draft
from tests.support.send_path import draft_to


def people(found: Mailto) -> list[str]:
    return [f"{r.field}:{r.address.spec}" for r in found.recipients]


@pytest.mark.parametrize(
    ("link", "recipients", "subject", "text"),
    [
        ("mailto:bob@x.example", ["to:bob@x.example"], "", ""),
        ("MAILTO:bob@x.example?Subject=Lab%20result", ["to:bob@x.example"], "Lab result", ""),
        ("mailto:bob@x.example,carol@y.example", ["to:bob@x.example", "to:carol@y.example"], "", ""),
        (
            "mailto:?to=bob@x.example&cc=carol@y.example&bcc=eve@z.example",
            ["to:bob@x.example", "cc:carol@y.example", "bcc:eve@z.example"],
            "",
            "",
        ),
        ("mailto:bob@x.example?cc=BOB@x.example", ["to:bob@x.example"], "", ""),
        ("mailto:gorby%25kremvax@x.example", ["to:gorby%kremvax@x.example"], "", ""),
        ("mailto:%22not%40me%22@x.example", ['to:"not@me"@x.example'], "", ""),
        ("mailto:bob@x.example?body=one%0D%0Atwo%0Athree", ["to:bob@x.example"], "", "one\ntwo\nthree"),
        ("mailto:bob@x.example?subject=caf%C3%A9&amp;body=1%2B1=2", ["to:bob@x.example"], "café", "1+1=2"),
        ("mailto:bob+tag@x.example?subject=a+b", ["to:bob+tag@x.example"], "a+b", ""),
        ("mailto:bob@x.example?subject=first&subject=second", ["to:bob@x.example"], "first", ""),
        ("mailto:bob@x.example?attach=/etc/passwd&from=eve@z.example&x-y=1", ["to:bob@x.example"], "", ""),
        ("mailto:bob@x.example?body=a%00b#part", ["to:bob@x.example"], "", "a b"),
        ("mailto:", [], "", ""),
    ],
)
def test_what_a_link_asks_for(link: str, recipients: list[str], subject: str, text: str) -> None:
    found = parse_mailto(link)
    assert (people(found), found.subject, found.text) == (recipients, subject, text)


@pytest.mark.parametrize(
    "link",
    [
        "mailto:bob@x.example?subject=Hi%0D%0ABcc:%20eve@z.example",
        "mailto:bob@x.example?subject=Hi%0ABcc:%20eve@z.example",
        "mailto:bob@x.example%0D%0ABcc:eve@z.example",
        "mailto:bob@x.example?cc=carol@y.example%0Abcc:eve@z.example",
        "mailto:bob@x.example?subject=a%00b",
        "mailto:bob@x.example?in-reply-to=%3C1@x%3E%0D%0ABcc:eve@z.example",
        "mailto:bob@x.example?subject=%E9",
        "mailto:bob@x.example?subject=100%",
        "mailto:no address",
        "mailto:bob@x.example?body=" + "x" * LARGEST,
        "http://x.example",
    ],
)
def test_what_is_refused(link: str) -> None:
    with pytest.raises(ParseError):
        parse_mailto(link)


def test_the_answered_message_is_taken_only_when_it_is_an_id() -> None:
    assert parse_mailto("mailto:?in-reply-to=%3Cm1@x.example%3E").in_reply_to == "<m1@x.example>"
    assert parse_mailto("mailto:?in-reply-to=m1").in_reply_to == ""


@given(
    st.lists(
        st.sampled_from(["to=", "cc=", "subject=", "body=", "&", "?", "%0A", "%0D", "bob@x.example", ",", "%", '"', "é", "\n", "<", ">"])
    )
)
def test_any_link_is_a_draft_of_its_own_fields_or_refused(pieces: list[str]) -> None:
    try:
        draft = parse_mailto("mailto:" + "".join(pieces)).draft(draft_to())
    except ParseError:
        return
    message = draft_bytes(draft)
    assert parse_draft(message) == draft
    known = {"from", "to", "cc", "bcc", "subject", "date", "message-id", "mime-version", "x-draft-order"}
    assert {name.lower() for name, _ in split_entity(message)[0]} - known <= {"content-type", "content-transfer-encoding"}


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))), st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_subject_and_text_arrive_as_they_were_written(subject: str, text: str) -> None:
    found = parse_mailto(f"mailto:bob@x.example?subject={quote(subject)}&body={quote(text)}")
    assert (found.subject, found.text) == (subject, text)
