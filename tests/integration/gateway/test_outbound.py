"""A real Postfix with the settings that are installed: what needs a protected way goes over verified TLS, or comes back with the reason."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from securemail_desktop.sending.journey import TLS_FIELD
from securemail_desktop.sending.state import State
from tests.support.alice import CHEN, POLICY, Alice, Office, send, states
from tests.support.gateway import SNIPPETS, Gateway, Sink, desk_at, until
from tests.support.servers import free_port, server_folder

pytestmark = pytest.mark.slow

FIELD = "SecureMail-Require-TLS"
SAFE, BARE, WRONG = "bob@safe.example", "bob@bare.example", "bob@wrong.example"
HOSTS = {"safe.example": "127.0.0.2", "bare.example": "127.0.0.3", "wrong.example": "127.0.0.4"}
MARKED = POLICY.replace("{{partner-lab", "{{safe.example: g, bare.example: g, wrong.example: g, partner-lab") + "tls_header: true\n"


@dataclass
class World:
    """The gateway, the clinic's own server, and three servers of others: one with TLS, one without, one that proves another name."""

    gateway: Gateway
    inside: Sink
    safe: Sink
    bare: Sink
    wrong: Sink


def installed(folder: Path, roots: Path, port: int) -> tuple[str, str]:
    """Return the settings for main.cf and master.cf as they are installed; only places and the port of the others' servers are the test's."""
    for table in SNIPPETS.glob("securemail-*"):
        shutil.copy(table, folder)
    texts = [(SNIPPETS / name).read_text().replace("/etc/postfix/", f"{folder}/") for name in ("outbound.cf", "outbound-master.cf")]
    assert "/etc/ssl/certs/ca-certificates.crt" in texts[1]
    return texts[0], texts[1].replace("/etc/ssl/certs/ca-certificates.crt", str(roots)) + f"  -o smtp_tcp_port={port}\n"


@pytest.fixture(scope="module")
def world(office: Office) -> Iterator[World]:
    port = free_port()
    good, bad = (office.authority.issue(name).context() for name in ("safe.example", "mx.elsewhere.example"))
    with (
        server_folder("gateway") as folder,
        Sink() as inside,
        Sink(good, HOSTS["safe.example"], port) as safe,
        Sink(None, HOSTS["bare.example"], port) as bare,
        Sink(bad, HOSTS["wrong.example"], port) as wrong,
    ):
        roots = folder / "roots.pem"
        shutil.copy(office.authority.roots, roots)
        main, master = installed(folder, roots, port)
        routes = {domain: f"smtp:[{host}]:{port}" for domain, host in HOSTS.items()}
        gateway = Gateway(folder, office.certificate, routes | {"clinic.example": f"smtp:[127.0.0.1]:{inside.port}"}, [main], master)
        (folder / "queue" / "etc").mkdir()  # the transport's root: names are looked up in a file instead of DNS
        (folder / "queue" / "etc" / "hosts").write_text("".join(f"{host} {domain}\n" for domain, host in HOSTS.items()))
        (folder / "queue" / "etc" / "nsswitch.conf").write_text("hosts: files\n")
        with gateway:
            yield World(gateway, inside, safe, bare, wrong)


@pytest.fixture
def alice(world: World, office: Office, tmp_path: Path) -> Alice:
    """Alice's program with the gateway as its mail server."""
    return desk_at(world.gateway.port, office, tmp_path, MARKED)


def plain(message_id: str, to: str, mark: bytes = b"") -> bytes:
    return mark + f"From: alice@clinic.example\r\nTo: {to}\r\nSubject: s\r\nMessage-ID: {message_id}\r\n\r\nPlease call.\r\n".encode()


def bounce_for(world: World, recipient: str) -> str:
    """Return the notice that the author gets of a message that came back."""

    def found() -> str | None:
        texts = (message.as_string() for _, message in list(world.inside.arrived) if message.get_content_type() == "multipart/report")
        return next((text for text in texts if recipient in text), None)

    return until(found)


def test_one_message_goes_to_the_server_that_protects_and_comes_back_from_the_other(world: World, alice: Alice) -> None:
    with alice.session() as session:
        receipts = send(session, alice.draft(SAFE, BARE, CHEN, message_id="<both@clinic.example>"))
        assert set(states(receipts).values()) == {State.ACCEPTED}
    message = world.safe.wait("<both@clinic.example>")
    assert world.safe.over_tls == [True]
    assert message[FIELD] is None
    notice = " ".join(bounce_for(world, BARE).split())
    assert "Status: 5.7.4 " in notice
    assert (
        "TLS is required, but was not offered by host bare.example[127.0.0.3] (the message may go over a protected connection only)"
        in notice
    )
    assert not world.bare.arrived
    assert world.inside.wait("<both@clinic.example>")[FIELD] is None


def test_mail_to_a_server_that_proves_another_name_waits_with_the_reason(world: World, alice: Alice) -> None:
    with alice.session() as session:
        send(session, alice.draft(WRONG, message_id="<wrong@clinic.example>"))

    def reason() -> str | None:
        rows = [json.loads(line) for line in world.gateway.queue().splitlines()]
        reasons = (r.get("delay_reason", "") for row in rows for r in row["recipients"] if r["address"] == WRONG)
        return next(filter(None, reasons), None)

    assert "Server certificate not verified" in until(reason)
    assert not world.wrong.arrived


def test_what_is_not_marked_goes_as_ever(world: World) -> None:
    """It shows that the server without TLS takes mail: the mark alone kept the other message back."""
    assert world.gateway.send(plain("<unmarked@clinic.example>", BARE), BARE) == (250, "")
    assert world.bare.wait("<unmarked@clinic.example>")
    assert world.bare.over_tls == [False]


def test_the_mark_of_another_program_works_too_and_is_taken_away(world: World) -> None:
    assert world.gateway.send(plain("<marked@clinic.example>", SAFE, TLS_FIELD), SAFE) == (250, "")
    assert world.safe.wait("<marked@clinic.example>")[FIELD] is None
    assert all(world.safe.over_tls)
