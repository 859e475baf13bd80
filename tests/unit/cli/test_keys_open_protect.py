"""`securemail keys`, `protect` and `open` together, as alice and bob use them on their machines."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from securemail_desktop.cli.exit import Exit
from securemail_desktop.cli.main import run
from tests.support.keys import Peer
from tests.support.mail import BODY, message
from tests.support.pki import Wish, pem, person, pkcs12, pki

pytestmark = pytest.mark.slow  # several seconds together


class Desk:
    """One person's data folder and the command line over it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        folder.mkdir()
        self.folder = folder
        self._capsys = capsys

    def __call__(self, command: str, *arguments: str) -> int:
        return run([command, "--data", str(self.folder / "data"), "--key-file", str(self.folder / "key"), *arguments])

    def file(self, name: str, content: bytes | str) -> str:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def forget(self) -> None:
        """Drop what was printed so far."""
        self._capsys.readouterr()

    def json(self) -> object:
        return json.loads(self._capsys.readouterr().out)


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    peer = Peer(tmp_path / "peer")
    peer.make_key("Alice <alice@clinic.example>", password="hers")
    peer.make_key("Bob <bob@hospital.example>")
    yield peer
    peer.close()


@pytest.fixture
def alice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    desk = Desk(tmp_path / "alice", capsys)
    desk("keys", "import", desk.file("me.p12", pkcs12(pki().alice, "pw")), "--password-file", desk.file("password", "pw\n"))
    desk("keys", "import", "--accept", desk.file("root.pem", pem(pki().root.certificate)))
    desk("keys", "import", desk.file("bob.pem", pem(pki().bob.certificate)))
    capsys.readouterr()
    return desk


@pytest.fixture
def bob(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    desk = Desk(tmp_path / "bob", capsys)
    desk("keys", "import", desk.file("me.p12", pkcs12(pki().bob, "")))
    desk("keys", "import", "--accept", desk.file("root.pem", pem(pki().root.certificate)))
    capsys.readouterr()
    return desk


def test_alice_protects_and_bob_opens(alice: Desk, bob: Desk) -> None:
    out = str(alice.folder / "out.eml")
    assert alice("protect", alice.file("m.eml", message(BODY)), "--method", "smime", "--to", "bob@hospital.example", "-o", out) == Exit.DONE
    assert oct(Path(out).stat().st_mode)[-3:] == "600"
    assert b"canary" not in Path(out).read_bytes()
    assert bob("open", out, "--json") == Exit.DONE
    found = bob.json()
    assert isinstance(found, dict)
    assert {name: found[name] for name in ("decrypted", "signature", "signer", "from_matches", "integrity", "subject", "warnings")} == {
        "decrypted": True,
        "signature": "valid",
        "signer": "alice@clinic.example",
        "from_matches": True,
        "integrity": "authenticated",
        "subject": "Hello",
        "warnings": [],
    }
    assert found["parts"][0]["text"].startswith("Grüße, the canary sings.")


def test_openpgp_between_them(alice: Desk, bob: Desk, peer: Peer) -> None:
    hers, his = peer.fingerprint("Alice <alice@clinic.example>"), peer.fingerprint("Bob <bob@hospital.example>")
    alice("keys", "import", alice.file("me.asc", peer.private(hers, "hers")), "--password-file", alice.file("hers", "hers"))
    alice("keys", "import", "--accept", alice.file("bob.asc", peer.public(his)))
    bob("keys", "import", bob.file("me.asc", peer.private(his)))
    bob("keys", "import", "--accept", bob.file("alice.asc", peer.public(hers)))
    out = str(alice.folder / "out.eml")
    source = alice.file("m.eml", message(BODY))
    assert alice("protect", source, "--method", "openpgp", "--to", "bob@hospital.example", "-o", out) == Exit.DONE
    bob.forget()
    assert bob("open", out, "--json") == Exit.DONE
    found = bob.json()
    assert isinstance(found, dict)
    assert (found["method"], found["signature"], found["from_matches"], found["subject"]) == ("openpgp", "valid", True, "Hello")


@pytest.mark.parametrize(
    ("method", "to", "says"),
    [
        ("smime", "carol@clinic.example", "there is no key for this address"),
        ("openpgp", "bob@hospital.example", "there is no key for this address"),
        ("smime", "eve@else.example", "nobody has vouched for eve@else.example's key yet"),
        ("smime", "old@hospital.example", "certificate expired on"),
    ],
)
def test_who_cannot_be_protected_gets_nothing(alice: Desk, capsys: pytest.CaptureFixture[str], method: str, to: str, says: str) -> None:
    stranger = person(Wish("eve@else.example"), pki().stranger_root).certificate
    old = person(Wish("old@hospital.example", last_day=0), pki().issuing).certificate
    alice("keys", "import", alice.file("others.pem", pem(stranger) + pem(old)))
    out = alice.folder / "out.eml"
    source = alice.file("m.eml", message(BODY))
    assert alice("protect", source, "--method", method, "--to", "bob@hospital.example", to, "-o", str(out)) == Exit.NO
    assert not out.exists()
    assert says in capsys.readouterr().err


def test_the_portal_is_said_to_be_missing(alice: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    source = alice.file("m.eml", message(BODY))
    assert alice("protect", source, "--method", "portal", "--to", "b@x.example", "-o", "x") == Exit.USAGE
    assert "portal is not available yet" in capsys.readouterr().err


def test_an_altered_message_is_answered_with_no(alice: Desk, bob: Desk) -> None:
    out = alice.folder / "out.eml"
    alice("protect", alice.file("m.eml", message(BODY)), "--method", "smime", "--to", "bob@hospital.example", "-o", str(out))
    lines = out.read_bytes().splitlines(keepends=True)
    lines[-2] = lines[-2][::-1].lstrip() + b"\r\n"
    assert bob("open", bob.file("altered.eml", b"".join(lines)), "--json") == Exit.NO
    found = bob.json()
    assert isinstance(found, dict)
    assert (found["signature"] != "valid", found["integrity"]) == (True, "unauthenticated")
    assert found["warnings"]


def test_a_spoofed_sender_is_answered_with_no(alice: Desk, bob: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    out = alice.folder / "out.eml"
    alice("protect", alice.file("m.eml", message(BODY)), "--method", "smime", "--to", "bob@hospital.example", "-o", str(out))
    spoofed = out.read_bytes().replace(b"From: alice@clinic.example", b"From: chief@clinic.example", 1)
    assert bob("open", bob.file("spoofed.eml", spoofed)) == Exit.NO
    assert "not the one that it says it is from" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "content"), [("missing", None), ("junk", b"\x00\x01\x02"), ("empty", b"")])
def test_what_is_no_message_is_usage(bob: Desk, capsys: pytest.CaptureFixture[str], name: str, content: bytes | None) -> None:
    path = str(bob.folder / name) if content is None else bob.file(name, content)
    assert bob("open", path) == Exit.USAGE
    assert name in capsys.readouterr().err


def test_keys_are_listed_with_what_they_are_good_for(alice: Desk) -> None:
    assert alice("keys", "list", "--json") == Exit.DONE
    found = alice.json()
    assert isinstance(found, list)
    assert sorted((row["role"], row["addresses"], row["accepted"], row["usable"]) for row in found) == [
        ("authority", [], False, True),
        ("authority", [], True, True),
        ("other", ["bob@hospital.example"], False, True),
        ("own", ["alice@clinic.example"], True, True),
    ]


def test_a_wrong_password_says_so_and_imports_nothing(bob: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    path = bob.file("alice.p12", pkcs12(pki().alice, "pw"))
    assert bob("keys", "import", path, "--password-file", bob.file("wrong", "wrong")) == Exit.USAGE
    assert "password is wrong" in capsys.readouterr().err
    assert bob("keys", "import", path) == Exit.USAGE
    assert "--password-file" in capsys.readouterr().err


def test_private_keys_and_passphrases_are_in_no_file_in_the_clear(alice: Desk, peer: Peer) -> None:
    hers = peer.fingerprint("Alice <alice@clinic.example>")
    alice("keys", "import", alice.file("me.asc", peer.private(hers, "hers")), "--password-file", alice.file("hers", "hers"))
    private = pki().alice.key.private_numbers()
    canaries = [hex(private.d)[2:66].encode(), private.d.to_bytes(256, "big")[:40]]
    files = [file for file in (alice.folder / "data").rglob("*") if file.is_file()]
    assert any(file.suffix == ".key" for file in files)
    for file in files:
        content = file.read_bytes()
        assert not any(canary in content for canary in canaries)
        assert b"(private-key" not in content
        assert oct(file.stat().st_mode)[-2:] == "00", file
