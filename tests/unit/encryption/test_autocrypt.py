"""Keys in headers: told, read, and learned as what nobody vouches for."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.encryption.autocrypt import announced, field_value, gossiped
from securemail_desktop.encryption.learning import learn_announced
from securemail_desktop.encryption.method import Method
from securemail_desktop.encryption.protect import protect_message
from securemail_desktop.encryption.receive import open_message
from securemail_desktop.encryption.record import KeyRecord, Origin
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import AddressField, Draft, Recipient
from tests.support.keys import MemoryVault, Peer, put
from tests.support.mail import BODY, message
from tests.support.pki import NOW

ALICE, BOB, DORA, EVE = (parse_address(f"{who}.example") for who in ("alice@clinic", "bob@hospital", "dora@practice", "eve@else"))
LATER = NOW + timedelta(minutes=5)
KEY = b64encode(b"key").decode()


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    """Everybody's keys."""
    peer = Peer(tmp_path_factory.mktemp("peers") / "gpg")
    for address in (ALICE, BOB, DORA, EVE):
        peer.make_key(f"{address.local} <{address.spec}>")
    peer.gpg("--quick-add-uid", fingerprint(peer, "alice <alice@clinic.example>"), "Alice at home <alice@home.example>")
    yield peer
    peer.close()


def fingerprint(peer: Peer, user: str) -> str:
    return peer.fingerprint(user)


def key_of(peer: Peer, address: object) -> str:
    found = parse_address(str(address))
    return peer.fingerprint(f"{found.local} <{found.spec}>")


@pytest.fixture
def alice(tmp_path: Path, peers: Peer) -> Iterator[KeyRing]:
    ring = KeyRing(MemoryVault(), tmp_path / "alice")
    put(ring, peers.private(key_of(peers, ALICE.spec)))
    for address in (BOB, DORA, EVE):
        put(ring, peers.public(key_of(peers, address.spec)))
    yield ring
    ring.close()


@pytest.fixture
def bob(tmp_path: Path, peers: Peer) -> Iterator[KeyRing]:
    """Knows nobody."""
    ring = KeyRing(MemoryVault(), tmp_path / "bob")
    put(ring, peers.private(key_of(peers, BOB.spec)))
    yield ring
    ring.close()


def headers(*lines: str) -> Message:
    return message_from_bytes("\r\n".join([*lines, "", "x"]).encode())


def sent(alice: KeyRing, peers: Peer, *to: Recipient, method: Method = Method.OPENPGP, keys: tuple[object, ...] = ()) -> bytes:
    draft = Draft(ALICE, to, "Result", "The canary sings.\n", "<1@clinic.example>", NOW)
    known = tuple(key_of(peers, address) for address in keys)
    return b"".join(protect_message(draft, method, known, alice.own(ALICE, LATER), alice, LATER, announce=True))


def learned(source: bytes, ring: KeyRing) -> tuple[KeyRecord, ...]:
    return learn_announced(open_message(source, ring, LATER), ALICE, ring, LATER)


@pytest.mark.parametrize(
    "lines",
    [
        (f"Autocrypt: addr=bob@hospital.example; keydata={KEY}",),
        (f"Autocrypt: addr=alice@clinic.example; kind=x; keydata={KEY}",),
        ("Autocrypt: addr=alice@clinic.example; keydata=*",),
        ("Autocrypt: addr=alice@clinic.example",),
        (f"Autocrypt: addr=alice@clinic.example; addr=alice@clinic.example; keydata={KEY}",),
        (f"Autocrypt: addr=alice@clinic.example; keydata={KEY}",) * 2,
        (f"Autocrypt: addr=alice@clinic.example; keydata={KEY}", "Content-Type: multipart/report"),
    ],
    ids=["somebody else's", "unknown attribute", "no base64", "no key", "twice in one", "two headers", "a report"],
)
def test_what_is_not_valid_tells_nothing(lines: tuple[str, ...]) -> None:
    assert announced(headers(*lines), ["alice@clinic.example"]) is None


def test_a_header_tells_a_key_and_a_wish() -> None:
    found = announced(
        headers(f"Autocrypt: addr=Alice@clinic.example; _x=1; prefer-encrypt=mutual;\r\n keydata={KEY[:2]}\r\n {KEY[2:]}"), [ALICE.key]
    )
    assert found is not None
    assert (found.address.key, found.wants, found.keydata) == (ALICE.key, True, b"key")
    assert announced(headers(f"Autocrypt: addr=alice@clinic.example; keydata={KEY}"), [ALICE.key, BOB.key]) is None


@given(st.binary(min_size=1, max_size=300), st.booleans())
def test_what_is_printed_is_read(keydata: bytes, wants: bool) -> None:
    found = announced(headers(f"Autocrypt: {field_value(ALICE, keydata, wants=wants)}"), [ALICE.key])
    assert found is not None
    assert (found.address, found.wants, found.keydata) == (ALICE, wants, keydata)


@given(st.text(max_size=100))
def test_any_header_is_read_without_harm(value: str) -> None:
    found = Message()
    found._headers = [("Autocrypt", value)]  # type: ignore[attr-defined]  # the public way refuses some of them
    announced(found, [ALICE.key])
    gossiped(found, [ALICE.key])


@pytest.mark.parametrize("method", [Method.OPENPGP, Method.CLEAR])
def test_an_own_key_is_told_with_the_address_that_is_written_from_only(alice: KeyRing, bob: KeyRing, peers: Peer, method: Method) -> None:
    wire = sent(alice, peers, Recipient(BOB), method=method, keys=(BOB.spec,) if method is Method.OPENPGP else ())
    assert b"home.example" not in wire
    (record,) = learned(wire, bob)
    assert (record.key, record.addresses, record.accepted, record.origin) == (
        key_of(peers, ALICE.spec),
        (ALICE.key,),
        False,
        Origin.AUTOCRYPT,
    )
    key = bob.home().key(record.key)
    assert key is not None
    assert key.addresses == (ALICE.key,)
    assert learned(wire, bob) == ()


def test_without_an_own_key_or_when_policy_forbids_it_nothing_is_told(alice: KeyRing, bob: KeyRing, peers: Peer) -> None:
    draft = Draft(ALICE, (Recipient(BOB),), "Result", "x\n", "<1@clinic.example>", NOW)
    assert b"Autocrypt" not in b"".join(protect_message(draft, Method.CLEAR, (), alice.own(ALICE, LATER), alice, LATER))
    assert b"Autocrypt" not in b"".join(protect_message(draft, Method.CLEAR, (), bob.own(ALICE, LATER), bob, LATER, announce=True))


def test_recipients_of_a_copy_get_each_others_keys_and_no_hidden_ones(alice: KeyRing, bob: KeyRing, peers: Peer) -> None:
    people = (Recipient(BOB), Recipient(DORA, AddressField.CC), Recipient(EVE, AddressField.BCC))
    wire = sent(alice, peers, *people, keys=(BOB.spec, DORA.spec, EVE.spec))
    assert b"Autocrypt-Gossip" not in wire
    opened = open_message(wire, bob, LATER)
    assert [each.address.key for each in opened.gossiped] == [BOB.key, DORA.key]
    assert [(r.addresses, r.origin) for r in learned(wire, bob)] == [((ALICE.key,), Origin.AUTOCRYPT), ((DORA.key,), Origin.GOSSIP)]


def test_a_copy_of_one_tells_of_nobody_else(alice: KeyRing, bob: KeyRing, peers: Peer) -> None:
    people = (Recipient(DORA), Recipient(BOB, AddressField.BCC))
    assert open_message(sent(alice, peers, *people, keys=(BOB.spec,)), bob, LATER).gossiped == ()


def test_gossip_outside_of_an_encryption_is_not_believed(bob: KeyRing) -> None:
    source = message(BODY).replace(b"MIME-Version", f"Autocrypt-Gossip: addr=bob@hospital.example; keydata={KEY}\r\nMIME-Version".encode())
    assert open_message(source, bob, LATER).gossiped == ()


def test_an_older_message_does_not_bring_an_older_key_back(bob: KeyRing, peers: Peer) -> None:
    def told(user: str, days: int) -> bytes:
        key = peers.gpg("--export", peers.fingerprint(user))
        date = f"Date: {format_datetime(NOW + timedelta(days=days))}\r\nAutocrypt: {field_value(ALICE, key)}\r\nMIME-Version"
        return message(BODY).replace(b"MIME-Version", date.encode())

    old = peers.make_key("alice long ago <alice@clinic.example>")
    assert [r.key for r in learned(told("alice <alice@clinic.example>", -1), bob)] == [key_of(peers, ALICE.spec)]
    assert learned(told("alice long ago <alice@clinic.example>", -2), bob) == ()
    assert [r.key for r in learned(told("alice long ago <alice@clinic.example>", 0), bob)] == [old]
    assert [r.key for r in bob.records_of(ALICE)] == [old]
