"""What a copy bears on its way to the gateway, and who gets it in which transaction."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from securemail_desktop.encryption.method import Method
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import AddressField
from securemail_desktop.sending.channel import Channel
from securemail_desktop.sending.journey import TLS_FIELD
from securemail_desktop.sending.pipeline import deliver
from tests.support.send_path import SendPath, draft_to, means, open_path, to

BOB, LAB, CHEN, DORA = "bob@hospital.example", "lab@partner.example", "chen@clinic.example", "dora@clinic.example"
WAYS = {BOB: means(Method.SMIME), LAB: means(Method.TLS, "gateway"), CHEN: means(Method.TLS, "own transport"), DORA: means(Method.SMIME)}


class Voucher:
    """Signs with the names of the recipients."""

    def field(self, message: bytes, recipients: Sequence[Address]) -> bytes:
        assert not message.startswith((b"Vouched", TLS_FIELD))
        return f"Vouched: {' '.join(r.key for r in recipients)}\r\n".encode()


@pytest.fixture
def path(tmp_path: Path) -> Iterator[SendPath]:
    path = open_path(tmp_path, WAYS)
    with closing(path.database):
        yield path


def sent(
    path: SendPath, channel: Channel, *recipients: str, field: AddressField = AddressField.TO
) -> dict[tuple[str, ...], tuple[str, bool]]:
    """Return what stood before each copy, and whether TLS was asked for all the way, by its recipients."""
    deliver(path.approved(draft_to(*to(*recipients, field=field))), channel)
    heads = (message.split(b"To:")[0].decode().replace("\r\n", "|") for message in path.server.messages)
    return {tuple(r.key for r in e.recipients): (head, e.require_tls) for e, head in zip(path.server.envelopes, heads, strict=True)}


def test_what_only_the_way_protects_asks_for_tls_outside(path: SendPath) -> None:
    assert sent(path, path.channel, BOB, LAB, CHEN) == {(BOB,): ("", False), (LAB,): ("", True), (CHEN,): ("", False)}


def test_the_gateway_gets_its_mark_with_that_only(path: SendPath) -> None:
    marked = sent(path, replace(path.channel, tls_header=True), BOB, LAB, CHEN)
    assert marked == {(BOB,): ("", False), (LAB,): ("SecureMail-Require-TLS: yes|", True), (CHEN,): ("", False)}


def test_everything_outside_is_vouched_for_and_nothing_inside(path: SendPath) -> None:
    vouched = sent(path, replace(path.channel, voucher=Voucher(), tls_header=True), BOB, DORA, LAB, CHEN)
    assert vouched == {
        (BOB,): (f"Vouched: {BOB}|", False),
        (DORA,): ("", False),
        (LAB,): (f"SecureMail-Require-TLS: yes|Vouched: {LAB}|", True),
        (CHEN,): ("", False),
    }


def test_bcc_recipients_inside_and_outside_are_kept_apart_too(path: SendPath) -> None:
    vouched = sent(path, replace(path.channel, voucher=Voucher()), LAB, CHEN, field=AddressField.BCC)
    assert vouched == {(LAB,): (f"Vouched: {LAB}|", True), (CHEN,): ("", False)}
