"""The header by which a device vouches for a message: it survives relays, and nothing of it can be changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.central.device_signature import FIELD, LIFE, BodyDigest, DeviceSignature, Head, Unreadable, read, sign

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key()
HEAD = (
    ("From", "Alice <alice@clinic.example>"),
    ("To", "bob@hospital.example"),
    ("Subject", "Result of\r\n a test"),
    ("Message-ID", "<m1@clinic.example>"),
    ("Content-Type", "text/plain; charset=utf-8"),
)
BODY = b"Please call.\r\n\r\nAlice\r\n"
BOB, DORA = "bob@hospital.example", "dora@practice.example"


def message(body: bytes = BODY) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in HEAD).encode() + b"\r\n" + body


def digest(body: bytes = BODY) -> str:
    found = BodyDigest()
    found.add(body)
    return found.value()


def signed(*recipients: str, now: datetime = NOW) -> DeviceSignature:
    return value_of(sign(message(), recipients or (BOB, DORA), "epoch-1", KEY, now))


def value_of(field: bytes) -> DeviceSignature:
    name, _, value = field.decode("ascii").partition(":")
    assert name == FIELD
    return read(value)


def flaw(
    signature: DeviceSignature, head: Head = HEAD, body: str = digest(), recipients: tuple[str, ...] = (BOB,), now: datetime = NOW
) -> str:
    return signature.flaw(PUBLIC, head, body, recipients, now)


def test_a_signature_stands_for_its_message_and_each_of_its_recipients() -> None:
    for recipients in ((BOB,), (DORA,), (BOB, DORA)):
        assert flaw(signed(), recipients=recipients) == ""


def test_folding_and_line_ends_at_the_end_do_not_matter() -> None:
    folded = tuple((name.lower(), f" {value}".replace(" ", "\n\t")) for name, value in HEAD)
    assert flaw(signed(), head=folded) == ""
    assert flaw(signed(), body=digest(BODY.rstrip() + b"\r\n\r\n\r\n")) == ""
    assert flaw(signed(), head=(*HEAD, ("Received", "by gateway"), ("DKIM-Signature", "x"))) == ""


@pytest.mark.parametrize("field", ["From", "Subject", "Message-ID", "Content-Type"])
def test_no_field_that_counts_can_be_changed_added_or_taken_away(field: str) -> None:
    changed = tuple((name, f"{value}." if name == field else value) for name, value in HEAD)
    without = tuple((name, value) for name, value in HEAD if name != field)
    for head in (changed, without, ((field, "x"), *HEAD)):
        assert flaw(signed(), head=head) == "it was changed after it was signed"


def test_no_octet_of_the_body_can_be_changed() -> None:
    for body in (BODY + b"x", BODY.replace(b"call", b"fall"), b"", b"\r\n" + BODY):
        assert flaw(signed(), body=digest(body)) == "it was changed after it was signed"


def test_it_is_for_nobody_else() -> None:
    assert flaw(signed(BOB), recipients=(BOB, DORA)) == "it was signed for other recipients"
    assert BOB not in repr(signed(BOB))


@pytest.mark.parametrize(
    ("after", "expected"), [(-601, True), (-600, False), (0, False), (LIFE.total_seconds() - 1, False), (LIFE.total_seconds(), True)]
)
def test_it_is_good_for_five_days(after: float, expected: bool) -> None:
    assert bool(flaw(signed(), now=NOW + timedelta(seconds=after))) is expected


def test_a_device_cannot_give_itself_more_time() -> None:
    unsigned = replace(signed(), ends=int((NOW + timedelta(days=90)).timestamp()))
    longer = replace(unsigned, signature=KEY.sign(b"securemail-device-signature-1\n" + unsigned.fields().encode()))
    assert flaw(longer, now=NOW + timedelta(days=4)) == ""
    assert flaw(longer, now=NOW + timedelta(days=6)) == "its signature is of another time"


@pytest.mark.parametrize(
    "changes",
    [
        {"epoch": "epoch-2"},
        {"made": 1},
        {"ends": 2**33},
        {"nonce": bytes(16)},
        {"recipients": frozenset({"x"})},
        {"head": "x"},
        {"body": "x"},
    ],
)
def test_no_part_of_the_signature_can_be_changed(changes: dict[str, object]) -> None:
    assert flaw(replace(signed(), **changes)) == "its signature is not the device's"  # type: ignore[arg-type]


def test_each_signature_has_a_nonce_of_its_own() -> None:
    assert signed().nonce != signed().nonce


@given(st.lists(st.emails(), min_size=1, max_size=60, unique=True))
def test_what_is_written_is_read_in_lines_that_every_relay_takes(recipients: list[str]) -> None:
    field = sign(message(), recipients, "epoch-1", KEY, NOW)
    assert field.isascii()
    assert all(len(line) <= 998 for line in field.split(b"\r\n"))
    assert flaw(value_of(field), recipients=tuple(recipients)) == ""


@given(st.text())
def test_what_is_no_signature_is_not_read(value: str) -> None:
    with pytest.raises(Unreadable):
        read(value)


@given(st.lists(st.binary(max_size=8).map(lambda octets: octets.replace(b"\0", b"\r\n"))))
def test_a_body_in_pieces_is_the_same_body(pieces: list[bytes]) -> None:
    found = BodyDigest()
    for piece in pieces:
        found.add(piece)
    assert found.value() == digest(b"".join(pieces))


def test_a_message_with_bare_line_feeds_is_taken_as_it_goes_on_the_wire() -> None:
    assert flaw(value_of(sign(message().replace(b"\r\n", b"\n"), (BOB,), "epoch-1", KEY, NOW))) == ""
