"""Hints out of BODYSTRUCTURE responses, and out of what strangers put there."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient.response_parser import gen_parsed_response

from securemail_desktop.accounts.imap_structure import marks_of, marks_of_type
from securemail_desktop.message.marks import NO_MARKS, Marks

TEXT = '("text" "plain" ("charset" "utf-8") NIL NIL "7bit" 10 1 NIL NIL NIL NIL)'
HTML = '("text" "html" ("charset" "utf-8") NIL NIL "quoted-printable" 10 1 NIL NIL NIL NIL)'
PDF = '("application" "pdf" ("name" "a.pdf") NIL NIL "base64" 100 NIL ("attachment" ("filename" "a.pdf")) NIL NIL)'
LOGO = '("image" "png" NIL "<logo@x>" NIL "base64" 100 NIL ("inline" ("filename" "logo.png")) NIL NIL)'
NOTE = '("text" "plain" NIL NIL NIL "7bit" 10 1 NIL ("attachment" ("filename*" "utf-8\'\'n%C3%B6te.txt")) NIL NIL)'
AMP = '("text" "x-amp-html" NIL NIL NIL "7bit" 10 1 NIL NIL NIL NIL)'
INVITATION = '("text" "calendar" ("method" "REQUEST") NIL NIL "7bit" 10 1 NIL NIL NIL NIL)'
MESSAGE = f'("message" "rfc822" NIL NIL NIL "7bit" 100 (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) {TEXT} 9 NIL ("inline" NIL) NIL NIL)'
REPORT = '("message" "delivery-status" NIL NIL NIL "7bit" 100 NIL NIL NIL NIL)'
PGP = '("application" "pgp-signature" ("name" "signature.asc") NIL NIL "7bit" 100 NIL NIL NIL NIL)'
VERSION = '("application" "pgp-encrypted" NIL NIL NIL "7bit" 11 NIL NIL NIL NIL)'
SEALED = '("application" "octet-stream" ("name" "encrypted.asc") NIL NIL "7bit" 99 NIL ("inline" ("filename" "encrypted.asc")) NIL NIL)'


def mime(kind: str) -> str:
    return f'("application" "pkcs7-mime" ("smime-type" "{kind}" "name" "smime.p7m") NIL NIL "base64" 99 NIL ("attachment" NIL) NIL NIL)'


def multi(subtype: str, *parts: str) -> str:
    return f'({"".join(parts)} "{subtype}" ("boundary" "x") NIL NIL NIL)'


def parsed(text: str) -> Any:
    return next(gen_parsed_response([text.encode()]))


@pytest.mark.parametrize(
    ("structure", "marks"),
    [
        (TEXT, NO_MARKS),
        (PDF, Marks.ATTACHED),
        (multi("alternative", TEXT, HTML), NO_MARKS),
        (multi("alternative", TEXT, AMP, HTML), NO_MARKS),
        (multi("alternative", TEXT, INVITATION), Marks.ATTACHED),
        (multi("related", multi("alternative", TEXT, HTML), LOGO), NO_MARKS),
        (multi("mixed", TEXT, LOGO), Marks.ATTACHED),
        (multi("mixed", TEXT, TEXT), NO_MARKS),
        (multi("mixed", TEXT, NOTE), Marks.ATTACHED),
        (multi("mixed", TEXT, MESSAGE), Marks.ATTACHED),
        (multi("report", TEXT, REPORT), NO_MARKS),
        (multi("signed", TEXT, PGP), Marks.SIGNED),
        (multi("signed", multi("mixed", TEXT, PDF), PGP), Marks.SIGNED | Marks.ATTACHED),
        (multi("encrypted", VERSION, SEALED), Marks.ENCRYPTED),
        (mime("enveloped-data"), Marks.ENCRYPTED),
        (mime("authEnveloped-data"), Marks.ENCRYPTED),
        (mime("signed-data"), Marks.SIGNED),
        ("(NIL NIL NIL)", NO_MARKS),
    ],
)
def test_hints(structure: str, marks: Marks) -> None:
    assert marks_of(parsed(structure)) == marks


@pytest.mark.parametrize(
    ("header", "marks"),
    [
        ("", NO_MARKS),
        ("text/plain; charset=utf-8", NO_MARKS),
        ("multipart/mixed; boundary=x", NO_MARKS),
        ("application/pdf; name=a.pdf", Marks.ATTACHED),
        ("multipart/signed; boundary=x", Marks.SIGNED),
        ("multipart/encrypted; boundary=x", Marks.ENCRYPTED),
        ("application/pkcs7-mime; smime-type=signed-data", Marks.SIGNED),
        ("application/x-pkcs7-mime", Marks.ENCRYPTED),
    ],
)
def test_hints_of_a_header_alone(header: str, marks: Marks) -> None:
    assert marks_of_type(header) == marks


ANYTHING = st.recursive(
    st.none() | st.binary(max_size=12) | st.integers() | st.sampled_from([b"text", b"plain", b"mixed", b"signed", b"attachment"]),
    lambda inner: st.lists(inner, max_size=6).map(tuple),
    max_leaves=60,
)


@given(ANYTHING)
def test_nothing_that_a_stranger_makes_raises(structure: object) -> None:
    assert marks_of(structure) in range(8)


def test_depth_and_number_of_parts_are_bounded() -> None:
    deep: object = (b"text", b"plain")
    for _ in range(5000):
        deep = (deep, b"mixed")
    assert marks_of(deep) == NO_MARKS
    assert marks_of((*([(b"text", b"plain")] * 100_000), b"mixed")) == NO_MARKS
