from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.encryption.entity import parse_entity
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.protected_headers import covered, exposed, payload
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.compose import body_entity, wire_headers
from securemail_desktop.message.draft import AddressField, Draft, Recipient

DRAFT = Draft(
    sender=parse_address("Zoë Alice <alice@clinic.example>"),
    recipients=(Recipient(parse_address("bob@hospital.example")), Recipient(parse_address("eve@else.example"), AddressField.BCC)),
    subject="Grüße from the ward",
    text="The canary sings.\n",
    message_id="<1@clinic.example>",
    date=datetime(2026, 10, 1, 12, tzinfo=UTC),
)


def test_outside_stands_the_bare_minimum() -> None:
    headers = (("From", "a@x.example"), ("Subject", "Secret"), ("Keywords", "k"), ("Comments", "c"), ("Date", "d"))
    assert exposed(headers) == (("From", "a@x.example"), ("Subject", "[...]"), ("Date", "d"))


def test_inside_stand_all_headers_and_what_is_outside() -> None:
    inner = payload(wire_headers(DRAFT), body_entity(DRAFT), Method.SMIME)
    found = message_from_bytes(inner, policy=policy.default)
    assert found["Subject"] == "Grüße from the ward"
    assert found["Content-Type"].params["hp"] == "cipher"
    assert "protected-headers" not in found["Content-Type"].params
    outer = dict(value.split(": ", 1) for value in (" ".join(v.split()) for v in found.get_all("HP-Outer")))
    assert outer["Subject"] == "[...]"
    assert outer["Message-ID"] == "<1@clinic.example>"
    assert outer["From"].endswith("<alice@clinic.example>")
    assert not {name.lower() for name in outer} & {"mime-version", "content-type", "bcc"}
    assert found.get_content().split() == ["The", "canary", "sings."]


def test_thunderbird_reads_its_own_mark_on_pgp_mime() -> None:
    inner = payload(wire_headers(DRAFT), body_entity(DRAFT), Method.OPENPGP)
    assert message_from_bytes(inner, policy=policy.default)["Content-Type"].params["protected-headers"] == "v1"


def test_a_bcc_recipient_is_nowhere() -> None:
    assert b"eve" not in payload(wire_headers(DRAFT), body_entity(DRAFT), Method.SMIME)


@pytest.mark.parametrize(
    ("content_type", "counts"),
    [
        ('text/plain; hp="cipher"', True),
        ("text/plain; hp=clear", True),
        ('text/plain; protected-headers="v1"', True),
        ("text/plain", False),
        ("text/plain; hp=unknown", False),
    ],
)
def test_only_marked_payloads_protect_headers(content_type: str, counts: bool) -> None:
    entity = parse_entity(f"Content-Type: {content_type}\r\nSubject: S\r\n\r\n".encode())
    assert (covered(entity) is not None) is counts


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=300).filter(str.strip))
def test_every_subject_comes_back(subject: str) -> None:
    draft = replace(DRAFT, subject=" ".join(subject.split()))
    inner = parse_entity(payload(wire_headers(draft), body_entity(draft), Method.SMIME))
    found = covered(inner)
    assert found is not None
    assert b"[...]" in inner.raw
    assert message_from_bytes(inner.raw, policy=policy.default).get_content_type() == "text/plain"
