from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.message.answer import again, forward, reply
from securemail_desktop.message.compose import assemble, body_entity, draft_bytes, wire_headers
from securemail_desktop.message.draft import AddressField, Attachment, Draft
from securemail_desktop.message.errors import ComposeError, ParseError
from securemail_desktop.message.original import Original, read_original
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.body import PassageKind, field_texts

ALICE = parse_address("Alice Moreau <alice@clinic.example>")
ALIAS = parse_address("a.moreau@clinic.example")
BOB = parse_address('"Bob, Dr" <bob@hospital.example>')
CAROL, DAVE = parse_address("carol@practice.example"), parse_address("dave@lab.example")
OWN = (ALICE, ALIAS)
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SENT = datetime(2026, 11, 23, 17, 5, tzinfo=timezone(timedelta(hours=1)))
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (40).to_bytes(4, "big") + (20).to_bytes(4, "big") + b"\x08\x02\0\0\0"
LETTER = Original((BOB,), "Result", SENT, to=(ALICE,), cc=(CAROL,), message_id="<1@hospital.example>", text="Dear Alice,\nall well.\n")


def fields(draft: Draft) -> list[tuple[str, str]]:
    return [(r.field.value, r.address.key) for r in draft.recipients]


def answer(original: Original, *, everyone: bool = False) -> Draft:
    return reply(original, OWN, NOW, everyone=everyone)


def test_an_answer_goes_to_the_author_and_continues_the_conversation() -> None:
    draft = answer(replace(LETTER, references=("<0@hospital.example>",)))
    assert fields(draft) == [("to", "bob@hospital.example")]
    assert (draft.sender, draft.subject, draft.date) == (ALICE, "Re: Result", NOW)
    assert draft.in_reply_to == "<1@hospital.example>"
    assert draft.references == ("<0@hospital.example>", "<1@hospital.example>")
    assert draft.message_id.endswith("@clinic.example>")


def test_once_more_is_the_same_message_to_one_recipient_as_protected_as_it_was() -> None:
    file = Attachment("k.pdf", "application/pdf", b"%PDF")
    draft = again(replace(LETTER, sender=(ALIAS,), files=(file,), protected=True), OWN, CAROL, NOW)
    assert (fields(draft), draft.sender, draft.subject) == ([("to", CAROL.key)], ALIAS, "Result")
    assert (draft.text, draft.attachments, draft.answers_protected) == ("Dear Alice,\nall well.", (file,), True)
    assert draft.message_id != LETTER.message_id
    with pytest.raises(ComposeError, match="cannot be opened here either"):
        again(replace(LETTER, locked=True), OWN, CAROL, NOW)


def test_the_quote_names_date_and_full_address() -> None:
    assert answer(LETTER).text == ('\n\nOn 2026-11-23 at 17:05 +0100, "Bob, Dr" <bob@hospital.example> wrote:\n> Dear Alice,\n> all well.')


def test_everything_below_the_attribution_counts_as_quoted() -> None:
    for draft in (answer(LETTER), forward(LETTER, OWN, NOW)):
        body = field_texts(replace(draft, text="My answer." + draft.text), attachment_text)[1]
        kinds = {kind: "".join(body.text[p.start : p.end] for p in body.passages if p.kind is kind) for kind in PassageKind}
        assert kinds[PassageKind.AUTHORED].strip() == "My answer."
        assert "all well." in kinds[PassageKind.QUOTED]


@pytest.mark.parametrize(
    ("original", "everyone", "expected"),
    [
        (replace(LETTER, reply_to=(DAVE,)), False, [("to", DAVE.key)]),
        (replace(LETTER, reply_to=(DAVE,)), True, [("to", DAVE.key), ("cc", CAROL.key)]),
        (LETTER, True, [("to", BOB.key), ("cc", CAROL.key)]),
        (replace(LETTER, to=(ALICE, DAVE), cc=(CAROL, ALIAS)), True, [("to", BOB.key), ("to", DAVE.key), ("cc", CAROL.key)]),
        (replace(LETTER, cc=(BOB, CAROL)), True, [("to", BOB.key), ("cc", CAROL.key)]),
        (replace(LETTER, sender=(ALICE,), to=(BOB,)), False, [("to", BOB.key)]),
        (replace(LETTER, sender=(ALIAS,), to=(BOB,), reply_to=(DAVE,)), True, [("to", BOB.key), ("cc", CAROL.key)]),
        (replace(LETTER, sender=(ALICE,), to=(ALICE,), cc=()), True, [("to", ALICE.key)]),
        (replace(LETTER, sender=(), cc=()), True, []),
    ],
)
def test_whom_an_answer_goes_to(original: Original, everyone: bool, expected: list[tuple[str, str]]) -> None:
    assert fields(answer(original, everyone=everyone)) == expected


def test_the_answer_comes_from_the_address_that_was_written_to() -> None:
    assert answer(replace(LETTER, to=(BOB,), cc=(ALIAS,))).sender == ALIAS
    assert answer(replace(LETTER, to=(BOB,), cc=())).sender == ALICE


@pytest.mark.parametrize(
    ("before", "replied", "forwarded"),
    [
        ("Result", "Re: Result", "Fwd: Result"),
        ("RE: re: Result", "Re: Result", "Fwd: RE: re: Result"),
        ("AW: SV: Re[2]: Result", "Re: Result", "Fwd: AW: SV: Re[2]: Result"),
        ("Fwd: Result", "Re: Fwd: Result", "Fwd: Result"),
        ("WG: Fw: Result", "Re: WG: Fw: Result", "Fwd: Result"),
        ("回复：结果", "Re: 结果", "Fwd: 回复：结果"),
        ("Regarding: you", "Re: Regarding: you", "Fwd: Regarding: you"),
        ("", "Re:", "Fwd:"),
        ("a\r\nBcc: x@x.example", "Re: a Bcc: x@x.example", "Fwd: a Bcc: x@x.example"),
    ],
)
def test_prefixes_do_not_stack(before: str, replied: str, forwarded: str) -> None:
    original = replace(LETTER, subject=before)
    assert answer(original).subject == replied
    assert forward(original, OWN, NOW).subject == forwarded


def test_an_encoded_subject_is_answered_decoded() -> None:
    original = read_original(b"From: bob@hospital.example\r\nSubject: =?utf-8?q?Re=3A_Bl=C3=BCten?=\r\n\r\n")
    assert answer(original).subject == "Re: Blüten"


def test_references_stay_bounded_and_keep_the_first() -> None:
    ids = tuple(f"<{n}@x.example>" for n in range(400))
    references = answer(replace(LETTER, references=ids)).references
    assert len(references) == 50
    assert (references[0], references[-2], references[-1]) == (ids[0], ids[-1], LETTER.message_id)


def test_without_references_the_one_message_that_was_answered_counts() -> None:
    one, two = "<a@x.example>", "<b@x.example>"
    assert answer(replace(LETTER, in_reply_to=(one,))).references == (one, LETTER.message_id)
    assert answer(replace(LETTER, in_reply_to=(one, two))).references == (LETTER.message_id,)


def test_quotes_grow_by_one_mark_and_flow_on_the_wire() -> None:
    long = "word " * 40
    draft = answer(replace(LETTER, text=f"> > old\n>> older\n\n{long}\nend \n\n\n"))
    quote = draft.text.split("wrote:\n")[1]
    assert quote == f">>> old\n>>> older\n>\n> {long.rstrip()}\n> end"
    assert b"format=flowed" in body_entity(draft)
    assert parse_draft(assemble(wire_headers(draft), body_entity(draft))).text == draft.text


def test_an_answer_leaves_the_signature_out_and_a_forward_keeps_it() -> None:
    original = replace(LETTER, text="Hello\n-- \nBob\nWard 3")
    assert "Ward 3" not in answer(original).text
    assert "\n-- \nBob\nWard 3" in forward(original, OWN, NOW).text


def test_html_alone_is_quoted_as_the_text_that_it_shows() -> None:
    html = "<p>Hello</p><div style='display:none'>secret</div><blockquote type='cite'><p>before</p></blockquote>"
    draft = answer(replace(LETTER, text="", html=html))
    assert "> Hello" in draft.text
    assert ">> before" in draft.text
    assert "secret" not in draft.text
    assert draft.html == ""


def test_an_answer_takes_no_files() -> None:
    assert answer(replace(LETTER, files=(Attachment("a.pdf", "application/pdf", b"x"),))).attachments == ()


def test_a_forward_carries_header_block_text_and_files() -> None:
    files = (Attachment("scan.pdf", "application/pdf", b"%PDF", inline=True), Attachment("", "message/rfc822", b"Subject: x\r\n\r\n"))
    logo = Attachment("logo.png", "image/png", PNG, "logo@x", inline=True)
    draft = forward(replace(LETTER, files=(*files, logo)), OWN, NOW)
    assert draft.text == (
        "\n\n---------- Forwarded message ----------\n"
        'From: "Bob, Dr" <bob@hospital.example>\n'
        "Date: 2026-11-23 17:05 +0100\n"
        "Subject: Result\n"
        "To: Alice Moreau <alice@clinic.example>\n"
        "Cc: carol@practice.example\n"
        "\n"
        "Dear Alice,\nall well."
    )
    assert draft.attachments == (
        Attachment("scan.pdf", "application/pdf", b"%PDF"),
        Attachment("", "message/rfc822", b"Subject: x\r\n\r\n"),
    )
    assert (draft.recipients, draft.in_reply_to, draft.references) == ((), "", ())


def test_the_header_block_of_a_circular_stays_short() -> None:
    many = tuple(Address(f"p{n}", "x.example") for n in range(10_000))
    text = forward(replace(LETTER, to=many), OWN, NOW).text
    assert "p49@x.example, and 9950 more" in text


def test_a_comma_that_nobody_quoted_does_not_lose_the_recipient() -> None:
    original = read_original(b"From: Bob, Dr <bob@hospital.example>\r\nTo: alice@clinic.example, broken@, carol@practice.example\r\n\r\n")
    assert fields(answer(original, everyone=True)) == [("to", BOB.key), ("to", CAROL.key)]


def test_a_name_or_subject_without_end_ends_in_what_we_send() -> None:
    endless = replace(LETTER, sender=(Address("bob", "hospital.example", "n" * 200_000),), subject="word " * 40_000)
    draft = answer(endless)
    assert (len(draft.recipients[0].address.name), len(draft.subject)) == (150, 504)
    assert len(assemble(wire_headers(draft), b"Content-Type: text/plain\r\n\r\n")) < 2_000


@pytest.mark.parametrize("length", [880, 900])
def test_a_very_long_id_can_be_answered(length: int) -> None:
    original = read_original(b"From: bob@hospital.example\r\nMessage-ID: <" + b"a" * (length - 2) + b"@x>\r\n\r\n")
    message = assemble(wire_headers(draft := answer(original)), body_entity(draft))
    assert max(map(len, message.split(b"\r\n"))) <= 998
    assert parse_draft(message).in_reply_to == original.message_id != ""


@pytest.mark.parametrize(
    ("name", "passed_on"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\bob\\scan.pdf", "scan.pdf"),
        ("a\r\nBcc: eve@x.example.pdf", "a Bcc: eve@x.example.pdf"),
        ("Befund\u202efdp.exe", "Befund fdp.exe"),
        ("n" * 5_000 + ".docx", "n" * 129 + "…" + "n" * 15 + ".docx"),
        ("half \ud800", "half"),
        ("\0", ""),
    ],
)
def test_a_files_name_is_passed_on_without_what_could_mislead_its_reader(name: str, passed_on: str) -> None:
    original = replace(LETTER, files=(Attachment(name, "application/pdf", b"%PDF"),))
    assert [file.filename for file in forward(original, OWN, NOW).attachments] == [passed_on]
    assert [file.filename for file in again(original, OWN, BOB, NOW).attachments] == [passed_on]


def test_a_file_is_passed_on_with_what_is_needed_to_read_it_and_no_more() -> None:
    kinds = ["text/csv; charset=koi8-r", "text/csv" + "; a=b" * 500]
    original = replace(LETTER, files=tuple(Attachment("a.csv", kind, b"x") for kind in kinds))
    assert [file.content_type for file in forward(original, OWN, NOW).attachments] == ["text/csv; charset=koi8-r", "text/csv"]


def test_a_name_cannot_turn_the_line_around() -> None:
    liar = Address("bob", "hospital.example", "\u202eecila")
    assert "\u202e" not in answer(replace(LETTER, sender=(liar,))).text


def test_what_could_not_be_opened_is_answered_without_a_quote_and_never_forwarded() -> None:
    locked = replace(LETTER, text="", protected=True, locked=True)
    assert answer(locked).text == ""
    with pytest.raises(ComposeError, match="could not be opened"):
        forward(locked, OWN, NOW)


def test_answer_and_forward_remember_that_the_original_came_protected() -> None:
    for original in (LETTER, replace(LETTER, protected=True)):
        drafts = answer(original), forward(original, OWN, NOW)
        assert {d.answers_protected for d in drafts} == {original.protected}
        for draft in drafts:
            assert parse_draft(draft_bytes(draft)).answers_protected == original.protected
            assert b"x-draft" not in assemble(wire_headers(draft), body_entity(draft)).lower()


word = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
address_text = st.sampled_from(
    ["bob@hospital.example", "alice@clinic.example", "=?utf-8?q?B=0Ax?= <c@x.example>", "broken@", "g: a@x.example, b@x.example;", '"a', ""]
)
header = st.tuples(
    st.sampled_from(["From", "To", "Cc", "Bcc", "Reply-To", "Subject", "Date", "Message-ID", "References", "In-Reply-To"]),
    address_text | word | st.sampled_from(["<a@b> <c@d>", "Mon, 32 Nov 2026 99:99:99 +9999", "Tue, 24 Nov 2026 10:00:00 -0000"]),
)


@settings(deadline=None, max_examples=200)
@given(st.lists(header, max_size=12), word, word, st.booleans())
def test_any_message_can_be_answered_and_forwarded(headers: list[tuple[str, str]], text: str, html: str, everyone: bool) -> None:
    source = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in headers).encode() + b"\r\n"
    try:
        original = replace(read_original(source), text=text, html=html)
    except ParseError:
        return
    hidden = {address.key for address in read_original(source.replace(b"To:", b"X:").replace(b"Bcc:", b"To:")).to}
    shown = {a.key for a in (*original.sender, *original.to, *original.cc, *original.reply_to)}
    for draft in (answer(original, everyone=everyone), forward(original, OWN, NOW)):
        keys = {r.address.key for r in draft.recipients}
        assert not keys & (hidden - shown)
        assert all(r.field is not AddressField.BCC for r in draft.recipients)
        assert len(keys) == len(draft.recipients)
        assert not keys & {a.key for a in OWN} or len(keys) == 1
        assert parse_draft(draft_bytes(draft)).recipients == draft.recipients


LONG = "\n".join(f"line {number} of a very long message" for number in range(50_000))


def test_a_very_long_message_is_quoted_in_part_and_says_so() -> None:
    draft = answer(replace(LETTER, text=LONG))
    assert 190_000 < len(draft.text) < 250_000
    assert draft.text.splitlines()[3] == "> line 0 of a very long message"
    assert draft.text.endswith("\n> [The rest of this long message is left out here: the message itself has it.]")


def test_a_very_long_message_is_forwarded_whole_as_a_file_and_says_so() -> None:
    file = Attachment("k.pdf", "application/pdf", b"%PDF")
    draft = forward(replace(LETTER, text=LONG, files=(file,)), OWN, NOW)
    assert len(draft.text) < 250_000
    assert draft.text.endswith("\n[The rest of this long message is in the file message.txt.]")
    assert (draft.attachments[0].filename, draft.attachments[0].content.decode(), draft.attachments[1]) == ("message.txt", LONG, file)


def test_one_endless_line_is_no_quote_but_a_file() -> None:
    endless = replace(LETTER, text="x" * 1_000_000)
    assert len(again(endless, OWN, BOB, NOW).attachments[0].content) == 1_000_000
    assert answer(endless).text.endswith("wrote:\n> [The rest of this long message is left out here: the message itself has it.]")
    assert len(forward(endless, OWN, NOW).attachments[0].content) == 1_000_000
