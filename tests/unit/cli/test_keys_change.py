"""`securemail keys create|export|accept|revoke`, as a person uses them; GnuPG and openssl read what comes out."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from securemail_desktop.cli.exit import Exit
from tests.support.keys import Peer
from tests.support.mail import BODY, message
from tests.support.pki import Wish, pem, person, pkcs12, pki
from tests.unit.cli.test_keys_open_protect import Desk

pytestmark = pytest.mark.slow
ALICE = "Alice Moreau <alice@clinic.example>"
PLACE = "clinic.example/hu/kei1q4tipxxu1yj79k9kfukdhfy631xe"


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    peer = Peer(tmp_path / "peer")
    yield peer
    peer.close()


@pytest.fixture
def alice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path / "alice", capsys)


def record(desk: Desk, *arguments: str) -> dict[str, object]:
    desk.forget()
    assert desk("keys", *arguments, "--json") == Exit.DONE
    (found,) = desk.json()  # type: ignore[misc]
    assert isinstance(found, dict)
    return found


def test_a_made_openpgp_key_receives_and_signs(alice: Desk, peer: Peer, capsys: pytest.CaptureFixture[str]) -> None:
    made = record(alice, "create", ALICE)
    assert (made["method"], made["role"], made["usable"], made["addresses"]) == ("openpgp", "own", True, ["alice@clinic.example"])
    public = alice.folder / "alice.asc"
    assert alice("keys", "export", "alice@clinic.example", "-o", str(public)) == Exit.DONE
    peer.gpg("--import", str(public))
    armour = peer.gpg("--armor", "--encrypt", "-r", str(made["key"]), stdin=b"for alice")
    assert b"BEGIN PGP MESSAGE" in armour


def test_a_private_openpgp_key_is_exported_under_the_given_password_only(alice: Desk, peer: Peer, tmp_path: Path) -> None:
    made = record(alice, "create", ALICE)
    out = tmp_path / "backup.asc"
    password = alice.file("password", "correct horse\n")
    assert alice("keys", "export", str(made["key"]), "--private", "--password-file", password, "-o", str(out)) == Exit.DONE
    assert oct(out.stat().st_mode)[-3:] == "600"
    peer.gpg("--import", str(out), password="wrong")
    assert not peer.gpg("--armor", "--detach-sign", stdin=b"x", password="wrong", check=False)
    assert b"BEGIN PGP SIGNATURE" in peer.gpg("--armor", "--detach-sign", stdin=b"x", password="correct horse")


def test_a_request_becomes_a_certificate_that_the_waiting_key_belongs_to(alice: Desk, tmp_path: Path) -> None:
    request = tmp_path / "alice.csr"
    assert alice("keys", "create", ALICE, "--request", str(request)) == Exit.DONE
    subprocess.run(["openssl", "req", "-in", str(request), "-noout", "-verify"], check=True, capture_output=True)
    asked = x509.load_pem_x509_csr(request.read_bytes())
    assert asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.RFC822Name) == [
        "alice@clinic.example"
    ]
    issued = person(Wish("alice@clinic.example"), pki().issuing).certificate
    stranger = record(alice, "import", alice.file("other.pem", pem(issued)))
    assert stranger["role"] == "other"
    mine = person(Wish("alice@clinic.example"), pki().issuing, _public_of(asked))  # type: ignore[arg-type]
    own = record(alice, "import", alice.file("mine.pem", pem(mine.certificate)))
    assert (own["role"], own["usable"]) == ("own", True)


def _public_of(request: x509.CertificateSigningRequest) -> object:
    """The authority has the public key only; `person` asks for nothing else of it."""

    class Holder:
        def public_key(self) -> object:
            return request.public_key()

    return Holder()


def test_a_private_certificate_is_exported_as_pkcs12(alice: Desk, tmp_path: Path) -> None:
    own = record(alice, "import", alice.file("me.p12", pkcs12(pki().bob, "")))
    out = tmp_path / "backup.p12"
    password = alice.file("password", "correct horse\n")
    assert alice("keys", "export", str(own["key"]), "--private", "--password-file", password, "-o", str(out)) == Exit.DONE
    assert load_pkcs12(out.read_bytes(), b"correct horse").cert is not None
    read = ["openssl", "pkcs12", "-in", str(out), "-passin", "pass:correct horse", "-noout"]
    subprocess.run(read, check=True, capture_output=True)


def test_a_key_is_accepted_by_its_whole_fingerprint_only(alice: Desk, peer: Peer, capsys: pytest.CaptureFixture[str]) -> None:
    fingerprint = peer.make_key("Bob <bob@hospital.example>")
    waiting = record(alice, "import", alice.file("bob.asc", peer.public(fingerprint)))
    assert not waiting["usable"]
    assert (
        alice("keys", "accept", "bob@hospital.example", "--fingerprint", fingerprint[:-1] + ("1" if fingerprint.endswith("0") else "0"))
        == Exit.USAGE
    )
    assert "Nothing was accepted" in capsys.readouterr().err
    spaced = " ".join(fingerprint[n : n + 4] for n in range(0, 40, 4)).lower()
    assert record(alice, "accept", "bob@hospital.example", "--fingerprint", spaced)["usable"]


def test_a_key_that_was_given_up_is_not_used_and_does_not_come_back(alice: Desk) -> None:
    bob = alice.file("bob.pem", pem(pki().bob.certificate))
    key = str(record(alice, "import", bob, "--accept")["key"])
    assert record(alice, "revoke", key[:8])["usable"] is False
    assert record(alice, "import", bob, "--accept")["usable"] is False
    assert record(alice, "accept", key, "--fingerprint", key)["usable"] is True


def test_an_own_key_that_was_given_up_still_opens_old_mail(alice: Desk, peer: Peer) -> None:
    made = str(record(alice, "create", ALICE)["key"])
    public = alice.folder / "alice.asc"
    alice("keys", "export", made, "-o", str(public))
    peer.gpg("--import", str(public))
    armour = peer.gpg("--armor", "--encrypt", "-r", made, stdin=BODY)
    head = b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n'
    parts = b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n"
    mail = alice.file("old.eml", message(head + parts + armour + b"\r\n--b--\r\n"))
    assert record(alice, "revoke", made)["usable"] is False
    alice.forget()
    assert alice("open", mail, "--json") in {Exit.DONE, Exit.NO}
    found = alice.json()
    assert isinstance(found, dict)
    assert found["decrypted"] is True


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("create", "not an address"), "is not one mail address"),
        (("export", "nobody@x.example", "-o", "/nonexistent/file"), "no key is named so"),
        (("accept", "abc", "--fingerprint", "abc"), "no key is named so"),
        (("create", ALICE, "--request", "/nonexistent/a.csr"), "cannot be written"),
    ],
)
def test_bad_input_is_refused_in_words(alice: Desk, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str) -> None:
    assert alice("keys", *arguments) == Exit.USAGE
    assert said in capsys.readouterr().err


def test_an_export_replaces_no_file_and_wants_a_password(alice: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = str(record(alice, "create", ALICE)["key"])
    there = alice.file("there", "precious")
    assert alice("keys", "export", made, "-o", there) == Exit.USAGE
    assert Path(there).read_text() == "precious"
    out = str(tmp_path / "new")
    assert alice("keys", "export", made, "--private", "-o", out) == Exit.USAGE
    assert alice("keys", "export", made, "--private", "--password-file", alice.file("short", "short\n"), "-o", out) == Exit.USAGE
    assert not Path(out).exists()


def test_published_keys_lie_where_gnupg_and_others_look_for_them(alice: Desk, peer: Peer, tmp_path: Path) -> None:
    made = str(record(alice, "create", ALICE)["key"])
    assert alice("keys", "publish", "--wkd", str(tmp_path / "www")) == Exit.DONE
    written = {str(path.relative_to(tmp_path / "www")) for path in (tmp_path / "www").rglob("*") if path.is_file()}
    assert written == {"clinic.example/policy", PLACE}
    peer.gpg("--import", str(tmp_path / "www" / PLACE))
    assert peer.fingerprint(ALICE) == made
    assert f"{Path(PLACE).name}@clinic.example" in peer.gpg("--with-wkd-hash", "--list-keys", made).decode(), "GnuPG calls it so"


def test_published_keys_can_be_read_by_the_web_server(alice: Desk, tmp_path: Path) -> None:
    record(alice, "create", ALICE)
    before = os.umask(0o077)  # as the program starts
    try:
        assert alice("keys", "publish", "--wkd", str(tmp_path / "new" / "www")) == Exit.DONE
    finally:
        os.umask(before)
    written = [tmp_path / "new", *(tmp_path / "new").rglob("*")]
    assert {oct(path.stat().st_mode)[-3:] for path in written if path.is_dir()} == {"755"}
    assert {oct(path.stat().st_mode)[-3:] for path in written if path.is_file()} == {"644"}


def test_a_new_key_takes_the_place_of_the_one_given_up_which_alone_is_published_as_revoked(alice: Desk, peer: Peer, tmp_path: Path) -> None:
    place = tmp_path / "www" / PLACE
    first = str(record(alice, "create", ALICE)["key"])
    record(alice, "revoke", first)
    assert alice("keys", "publish", "--wkd", str(tmp_path / "www")) == Exit.DONE
    peer.gpg("--import", str(place))
    assert b"pub:r:" in peer.gpg("--list-keys", "--with-colons", first)
    second = str(record(alice, "create", ALICE)["key"])
    assert alice("keys", "publish", "--wkd", str(tmp_path / "www")) == Exit.DONE
    shown = peer.gpg("--show-keys", "--with-colons", str(place)).decode()
    assert (second in shown, first in shown) == (True, False)


def test_without_a_key_there_is_nothing_to_publish(alice: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert alice("keys", "publish", "--wkd", str(tmp_path / "www")) == Exit.USAGE
    assert "make or import one" in capsys.readouterr().err
