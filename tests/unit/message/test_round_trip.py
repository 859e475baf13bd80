import email
import email.policy
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from securemail_desktop.message.address import Address
from securemail_desktop.message.compose import assemble, body_entity, draft_bytes, wire_headers
from securemail_desktop.message.draft import AddressField, Attachment, Draft, Recipient
from securemail_desktop.message.entity import split_entity
from securemail_desktop.message.parse import parse_draft

character = st.characters(exclude_categories=("Cs",), exclude_characters="\r")
visible = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
prose = st.lists(
    st.sampled_from(["word ", "  ", "> ", ">", "-- ", "From ", ".", "\n", "é", "=?utf-8?q?a?=", "x" * 80, "\t"])
    | st.text(character, max_size=9)
)
texts = st.text(character, max_size=80) | prose.map("".join)
headers = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n\x00"), max_size=90)
names = st.text(visible, max_size=60).map(str.strip) | st.sampled_from(["Lopez, Ana", 'A "B" C', "=?utf-8?q?x?=", "Ana (x)", "J. R."])
addresses = st.builds(
    Address,
    st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=12),
    st.sampled_from(["clinic.example", "xn--bcher-kva.example"]),
    names,
)
ids = st.text(st.sampled_from("abc.$+/!{}"), min_size=1, max_size=20).map(lambda text: f"<{text}@x.example>")
attachments = st.builds(
    Attachment,
    filename=st.text(character, max_size=70)
    | st.sampled_from(["a.pdf", "lab result (1).pdf", "=?utf-8?q?x?=.txt", 'a"b\\c;d.txt', "é" * 90]),
    content_type=st.sampled_from(
        [
            "application/pdf",
            "text/plain",
            "text/html",
            "text/csv; charset=koi8-r",
            "image/png",
            "message/rfc822",
            "text/calendar; method=REQUEST",
        ]
    ),
    content=st.binary(max_size=80) | st.just(b"Subject: x\r\n\r\nhello\r\n"),
    content_id=st.sampled_from(["", "", "img1@x.example"]),
    inline=st.booleans(),
)
zones = st.sampled_from([UTC, timezone(timedelta(hours=-4, minutes=-30))])
dates = st.builds(datetime.fromtimestamp, st.integers(0, 4_000_000_000), zones)
drafts = st.builds(
    Draft,
    sender=addresses,
    recipients=st.lists(st.builds(Recipient, addresses, st.sampled_from(AddressField)), max_size=5).map(tuple),
    subject=headers,
    text=texts,
    message_id=ids,
    date=dates,
    html=st.just("") | texts,
    attachments=st.lists(attachments, max_size=4).map(tuple),
    in_reply_to=st.just("") | ids,
    references=st.lists(ids, max_size=8).map(tuple),
    reply_to=st.lists(addresses, max_size=2).map(tuple),
    answers_protected=st.booleans(),
)


@settings(deadline=None, max_examples=120)
@given(drafts)
def test_a_stored_draft_comes_back_whole(draft: Draft) -> None:
    assert parse_draft(draft_bytes(draft)) == draft


@settings(deadline=None, max_examples=60)
@given(drafts)
def test_the_wire_is_ascii_with_short_crlf_lines_and_no_bcc(draft: Draft) -> None:
    message = assemble(wire_headers(draft), body_entity(draft))
    assert message.isascii()
    assert message.count(b"\r\n") == message.count(b"\r") == message.count(b"\n")
    assert max(map(len, message.split(b"\r\n"))) <= 998
    fields, _ = split_entity(message)
    assert not {"bcc", "x-draft-order", "x-draft-answers"} & {name.lower() for name, _ in fields}
    bcc = {r.address.spec for r in draft.recipients if r.field is AddressField.BCC}
    shown = {a.spec for a in [draft.sender, *draft.reply_to, *(r.address for r in draft.recipients if r.field is not AddressField.BCC)]}
    assert not {r.address.spec for r in parse_draft(message).recipients} & (bcc - shown)


@settings(deadline=None, max_examples=50)
@given(drafts)
def test_the_standard_library_reads_the_same(draft: Draft) -> None:
    message = email.message_from_bytes(assemble(wire_headers(draft), body_entity(draft)), policy=email.policy.compat32)
    assert not list(message.defects)
    assert message["Message-ID"] == draft.message_id
    contents = [part.get_payload(decode=True) for part in message.walk() if part.get_content_disposition() and not part.is_multipart()]
    for attachment in draft.attachments:
        if attachment.content_type != "message/rfc822":
            assert attachment.content in contents


def test_a_draft_of_a_letter_and_a_nul_comes_back_as_it_was() -> None:
    draft = Draft(Address("alice", "clinic.example"), (), "", "", "<1@clinic.example>", datetime(2026, 11, 24, tzinfo=UTC), html="0\x00")
    assert parse_draft(draft_bytes(draft)).html == "0\x00"
