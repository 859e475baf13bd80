"""`securemail keys discover ADDRESS` with a directory and a key server that the policy names."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from securemail_desktop.cli.exit import Exit
from securemail_desktop.encryption.promise import Kind, Promise
from securemail_desktop.session import key_sources
from securemail_desktop.store.database import Database, store_path
from securemail_desktop.store.settings import Settings
from tests.support.authority import Authority
from tests.support.directories import KeyServer, Slapd
from tests.support.keys import Peer
from tests.support.pki import pem, pki
from tests.support.servers import server_folder
from tests.unit.cli.test_keys_open_protect import Desk


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The one that this machine trusts."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.roots))
    return authority


@pytest.fixture
def slapd(authority: Authority) -> Iterator[Slapd]:
    people = {"bob@hospital.example": {"userCertificate;binary": pki().bob.certificate.public_bytes(Encoding.DER)}}
    with server_folder("slapd") as folder, Slapd(folder, authority.issue("localhost"), people) as slapd:
        yield slapd


@pytest.fixture
def server(authority: Authority, tmp_path: Path) -> Iterator[KeyServer]:
    peer = Peer(tmp_path / "peer")
    key = peer.public(peer.make_key("Bob <bob@hospital.example>"))
    with KeyServer(authority.issue("127.0.0.1"), {"127.0.0.1/vks/v1/by-email/bob%40hospital.example": key}) as server:
        yield server
    peer.close()


@pytest.fixture
def alice(tmp_path: Path, capsys: pytest.CaptureFixture[str], slapd: Slapd, server: KeyServer) -> Desk:
    desk = Desk(tmp_path / "alice", capsys)
    desk("keys", "import", "--accept", desk.file("root.pem", pem(pki().root.certificate) + pem(pki().issuing.certificate)))
    policy = tmp_path / "policy"
    policy.mkdir()
    keys = f"keys: {{key_server: 'https://127.0.0.1:{server.port}', directories: {{hospital.example: 'ldaps://localhost:{slapd.port}/o=hospital'}}}}"
    (policy / "policy.yaml").write_text(f"schema: 1\nname: clinic\nversion: 1\ninside: [clinic.example]\n{keys}\nrules: []\n")
    database = Database(store_path(desk.folder / "data"), bytes.fromhex((desk.folder / "key").read_text().strip()))
    Settings(database).put("policy-folder", str(policy))
    database.close()
    capsys.readouterr()
    return desk


def test_every_source_says_what_it_knows(alice: Desk, server: KeyServer) -> None:
    assert alice("keys", "discover", "bob@hospital.example", "--json") == Exit.DONE
    found = alice.json()
    assert isinstance(found, dict)
    assert [(a["source"], a["outcome"]) for a in found["answers"]] == [("ldap", "found"), ("wkd", "off"), ("vks", "found"), ("dns", "off")]
    assert {(key["source"], key["usable"]) for key in found["keys"]} == {("ldap", True), ("vks", False)}
    assert server.asked == ["127.0.0.1/vks/v1/by-email/bob%40hospital.example"]


class Promising:
    """A domain that promises."""

    kind = Kind.STS

    def look_up(self, domain: str, before: Promise | None, now: datetime) -> Promise:
        return Promise(Kind.STS, True, now, now + timedelta(days=7), now, f"{domain} promises to take mail only protected on the way", "1")


def test_what_the_domain_promises_is_said(alice: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(key_sources, "promise_sources", lambda *_: (Promising(),))
    assert alice("keys", "discover", "peter@hospital.example") == Exit.NO
    assert "tls.sts  promised  hospital.example promises to take mail only protected on the way." in capsys.readouterr().out
    assert alice("keys", "discover", "peter@hospital.example", "--json") == Exit.NO
    found = alice.json()
    assert isinstance(found, dict)
    assert [(p["kind"], p["outcome"]) for p in found["promises"]] == [("tls.sts", "promised")]


def test_for_whom_nothing_is_known_the_answer_is_no(alice: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert alice("keys", "discover", "peter@hospital.example") == Exit.NO
    said = capsys.readouterr().out
    assert "ldap     nothing   There is no key for this address." in said
    assert "wkd      off       This domain is not one of the internet." in said
    assert said.endswith("No key is known for this address.\n")


def test_an_address_that_is_none_is_usage(alice: Desk) -> None:
    assert alice("keys", "discover", "nobody") == Exit.USAGE
