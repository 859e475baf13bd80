"""Who may send outside: whoever has a device's signature for every recipient, once."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from securemail_desktop.central.device_signature import FIELD, BodyDigest, sign
from securemail_desktop.server.errors import NotReady
from securemail_desktop.server.milter.device_keys import DeviceKeys, print_keys
from securemail_desktop.server.milter.judge import Judge, Rules, Seen
from securemail_desktop.server.milter.passed import Passed

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.generate()
RAW = KEY.public_key().public_bytes_raw()
HEAD = (("From", "alice@clinic.example"), ("Message-ID", "<m1@clinic.example>"))
MESSAGE = b"From: alice@clinic.example\r\nMessage-ID: <m1@clinic.example>\r\n\r\nPlease call.\r\n"
BOB, CHEN = "<bob@hospital.example>", "<chen@clinic.example>"
NOT_WITHOUT = "mail to the outside leaves only by the organisation's SecureMail program"


class Gate:
    """A judge with its files; `now` can be moved."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.keys = folder / "keys.json"
        self.write({"e1": RAW})
        self.folder = folder
        self.passed = Passed(folder / "passed.db")

    def write(self, keys: dict[str, bytes]) -> None:
        self.keys.write_text(print_keys("clinic", keys))

    def says(self, seen: Seen) -> str:
        rules = Rules(frozenset({"clinic.example"}), (ip_network("192.0.2.0/24"),))
        refusal = Judge(rules, DeviceKeys(self.keys), self.passed, lambda: self.now).refusal(seen)
        return refusal.text if refusal else ""


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    gate = Gate(tmp_path)
    with closing(gate.passed):
        yield gate


def seen(*recipients: str, signed: tuple[str, ...] = (), client: str = "198.51.100.1", epoch: str = "e1") -> Seen:
    body = BodyDigest()
    body.add(b"Please call.\r\n")
    head = HEAD
    if signed:
        field = sign(MESSAGE, signed, epoch, KEY, NOW).decode()
        head = ((FIELD, field.partition(":")[2].strip().replace("\r\n", "\n")), *HEAD)
    return Seen(client, recipients, head, body.value())


def test_mail_within_the_organisation_needs_nothing(gate: Gate) -> None:
    assert gate.says(seen(CHEN)) == ""
    assert gate.says(seen("<Chen@Clinic.Example>")) == ""


@pytest.mark.parametrize("recipients", [(BOB,), (CHEN, BOB), ("<x@sub.clinic.example>",), ("<x@clinic.example.evil.example>",)])
def test_other_programs_do_not_send_outside(gate: Gate, recipients: tuple[str, ...]) -> None:
    assert gate.says(seen(*recipients)) == NOT_WITHOUT


def test_a_device_may_send_to_those_it_signed_for(gate: Gate) -> None:
    assert gate.says(seen(CHEN, BOB, signed=("bob@hospital.example",))) == ""
    assert "other recipients" in gate.says(seen(BOB, "<eve@else.example>", signed=("bob@hospital.example",)))


def test_it_leaves_once_to_each_recipient_also_after_a_restart(gate: Gate) -> None:
    first = seen(BOB, signed=("bob@hospital.example", "dora@hospital.example"))
    assert gate.says(first) == ""
    assert "has left already" in gate.says(first)
    assert gate.says(replace(first, recipients=("<dora@hospital.example>",))) == "", "a relay may split it"
    gate.passed.close()
    gate.passed = Passed(gate.folder / "passed.db")
    assert "has left already" in gate.says(first)
    assert gate.says(seen(BOB, signed=("bob@hospital.example",))) == "", "the program may send it again"


def test_what_is_refused_uses_nothing_up(gate: Gate) -> None:
    first = seen(BOB, signed=("bob@hospital.example",))
    assert "changed" in gate.says(replace(first, body="x"))
    assert gate.says(first) == ""
    both = seen(BOB, "<dora@hospital.example>", signed=("bob@hospital.example", "dora@hospital.example"))
    assert gate.says(replace(both, recipients=(BOB,))) == ""
    assert "has left already" in gate.says(both)
    assert gate.says(replace(both, recipients=("<dora@hospital.example>",))) == ""


def test_an_old_signature_counts_no_more(gate: Gate) -> None:
    gate.now = NOW + timedelta(days=5)
    assert "another time" in gate.says(seen(BOB, signed=("bob@hospital.example",)))


def test_devices_that_are_unknown_or_were_revoked_may_not_send(gate: Gate) -> None:
    assert "not enrolled" in gate.says(seen(BOB, signed=("bob@hospital.example",), epoch="e2"))
    gate.write({"e3": RAW})
    assert "not enrolled" in gate.says(seen(BOB, signed=("bob@hospital.example",)))
    gate.write({"e1": Ed25519PrivateKey.generate().public_key().public_bytes_raw()})
    assert "not the device's" in gate.says(seen(BOB, signed=("bob@hospital.example",)))


def test_two_signatures_or_something_else_in_their_place_are_refused(gate: Gate) -> None:
    one = seen(BOB, signed=("bob@hospital.example",))
    assert "more than one" in gate.says(replace(one, head=(one.head[0], *one.head)))
    for value in ("", "v=1", "v=1; e=e1; t=1; x=2; n=é; r=; h=; b=; s="):
        assert "cannot be read" in gate.says(replace(one, head=((FIELD, value), *HEAD)))


def test_an_exempt_client_needs_none(gate: Gate) -> None:
    assert gate.says(seen(BOB, client="192.0.2.9")) == ""
    assert gate.says(seen(BOB, client="")) == NOT_WITHOUT


ROUTES = ["<bob%hospital.example@clinic.example>", '<"bob@hospital.example"@clinic.example>', "<hospital.example!bob@clinic.example>"]


@pytest.mark.parametrize(
    "recipient", ["<>", "<bob>", "<a@b@c>", "<bob@hospital.example\udcff>", "<@clinic.example:bob@x.example>", *ROUTES]
)
def test_an_address_that_cannot_be_read_or_leads_elsewhere_is_outside(gate: Gate, recipient: str) -> None:
    assert gate.says(seen(recipient)) == "a recipient's address cannot be read"


@pytest.mark.parametrize("content", [None, "", "{}", '{"version": 2, "epochs": {}}', '{"version": 1, "epochs": {"e1": "eA=="}}'])
def test_without_the_keys_nobody_can_say(gate: Gate, content: str | None) -> None:
    gate.keys.unlink()
    if content is not None:
        gate.keys.write_text(content)
    with pytest.raises(NotReady):
        gate.says(seen(BOB, signed=("bob@hospital.example",)))
    assert gate.says(seen(CHEN)) == ""


def test_what_is_over_is_forgotten(gate: Gate) -> None:
    seconds = int(NOW.timestamp())
    assert gate.passed.claim(b"n", ["bob"], seconds + 10, seconds)
    assert not gate.passed.claim(b"n", ["bob"], seconds + 10, seconds + 5)
    assert gate.passed.claim(b"n", ["bob"], seconds + 8000, seconds + 4000)
