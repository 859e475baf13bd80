"""Something is lost, and two people of the organisation get the mail back: a whole computer, or the key of a store that is still there."""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from securemail_desktop.cli.exit import Exit
from securemail_desktop.session.session import Session
from tests.support.keys import Peer
from tests.support.mail import BODY, message
from tests.support.pki import pem, pkcs12, pki
from tests.support.policy_repository import Publisher
from tests.unit.cli.test_keys_open_protect import Desk

pytestmark = pytest.mark.slow
ALICE = "Alice Moreau <alice@clinic.example>"
NAMES = ("Dana Reed", "Evan Cole", "Fay Stone")


class Hospital:
    """Its recovery key with the three who hold it, the signed policy that names it, and the folder that packages lie in."""

    def __init__(self, desk: Desk, path: Path) -> None:
        self.key, self.folder = path / "offline", path / "share"
        self.folder.mkdir()
        self.words = [desk.file(f"words{number}", f"the words of {name}\n") for number, name in enumerate(NAMES)]
        holders = [argument for name in NAMES for argument in ("--holder", name)]
        made = ("--organisation", "Example Clinic", *holders, "-o", str(self.key), *self._given(range(3)))
        assert desk("keys", "recovery-key", *made) == Exit.DONE
        certificate = (self.key / "recovery-certificate.pem").read_text().strip().replace("\n", "\n    ")
        self.publisher = Publisher(path / "policies")
        self.publisher.publish(1, text=f"recovery:\n  folder: {self.folder}\n  certificate: |\n    {certificate}")

    def follow(self, desk: Desk) -> None:
        source = ("--root", self.publisher.pin, "--ring", "pilot")
        assert desk("policy", "follow", str(self.publisher.folder.path), *source) == Exit.DONE

    def recover(self, desk: Desk, package: Path, one: int, other: int, *more: str) -> int:
        shares = [argument for n in (one, other) for argument in ("--share", str(self.key / f"share-{n + 1}.json"))]
        return desk("keys", "recover", str(package), *shares, *self._given((one, other)), "--reason", "laptop stolen", *more)

    def _given(self, numbers: range | tuple[int, ...]) -> list[str]:
        return [argument for n in numbers for argument in ("--share-passphrase-file", self.words[n])]


@pytest.fixture
def alice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path / "alice", capsys)


@pytest.fixture
def hospital(alice: Desk, tmp_path: Path) -> Hospital:
    return Hospital(alice, tmp_path)


@pytest.fixture
def mails(alice: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What alice got while she had her keys: by S/MIME from bob's program, by OpenPGP from a stranger's GnuPG."""
    alice("keys", "import", alice.file("me.p12", pkcs12(pki().alice, "pw")), "--password-file", alice.file("password", "pw\n"))
    assert alice("keys", "create", ALICE) == Exit.DONE
    public = tmp_path / "alice.asc"
    assert alice("keys", "export", _openpgp(alice), "-o", str(public)) == Exit.DONE
    bob, out = Desk(tmp_path / "bob", capsys), str(tmp_path / "smime.eml")
    bob("keys", "import", bob.file("me.p12", pkcs12(pki().bob, "")))
    bob("keys", "import", "--accept", bob.file("root.pem", pem(pki().root.certificate) + pem(pki().alice.certificate)))
    letter = bob.file("m.eml", message(BODY, sender="bob@hospital.example"))
    assert bob("protect", letter, "--method", "smime", "--to", "alice@clinic.example", "-o", out) == Exit.DONE
    peer = Peer(tmp_path / "peer")
    peer.gpg("--import", str(public))
    armour = peer.gpg("--armor", "--encrypt", "-r", "alice@clinic.example", stdin=BODY)
    peer.close()
    head = b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n'
    parts = b"--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n"
    (tmp_path / "openpgp.eml").write_bytes(message(head + parts + armour + b"\r\n--b--\r\n"))
    return [out, str(tmp_path / "openpgp.eml")]


def _openpgp(desk: Desk) -> str:
    desk.forget()
    desk("keys", "list", "--json")
    return next(str(key["key"]) for key in _listed(desk) if key["method"] == "openpgp")


def _listed(desk: Desk) -> list[dict[str, object]]:
    found = desk.json()
    assert isinstance(found, list)
    return found


def _opens(desk: Desk, mail: str) -> bool:
    desk.forget()
    if desk("open", mail, "--json") not in {Exit.DONE, Exit.NO}:
        return False
    found = desk.json()
    assert isinstance(found, dict)
    return found["decrypted"] is True and "canary" in json.dumps(found)


def _kept(desk: Desk) -> dict[str, object]:
    desk.forget()
    desk("keys", "kept", "--json")
    found = desk.json()
    assert isinstance(found, dict)
    return found


def _doctor(desk: Desk) -> dict[str, object]:
    desk.forget()
    desk("doctor", "--json")
    return next(finding for finding in _listed(desk) if finding["subject"] == "backup of keys")


def _acts(desk: Desk) -> list[str]:
    desk.forget()
    assert desk("audit", "show", "--json") == Exit.DONE
    return [str(record.get("act")) for record in _records(desk.json())]


def _records(shown: object) -> list[dict[str, object]]:
    found = shown["records"] if isinstance(shown, dict) else shown
    assert isinstance(found, list)
    return found


def test_a_computer_is_lost_and_two_people_get_the_mail_back(alice: Desk, hospital: Hospital, mails: list[str]) -> None:
    hospital.follow(alice)
    assert _kept(alice)["kept"] == "kept"
    assert "keys-kept" in _acts(alice)
    (package,) = hospital.folder.iterdir()
    assert package.name.startswith("alice@clinic.example-")
    shutil.rmtree(alice.folder)
    alice.folder.mkdir()
    hospital.words = [alice.file(f"words{number}", f"the words of {name}\n") for number, name in enumerate(NAMES)]
    assert not any(_opens(alice, mail) for mail in mails)
    assert hospital.recover(alice, package, 2, 0) == Exit.DONE
    assert all(_opens(alice, mail) for mail in mails)
    assert "keys-recovered" in _acts(alice)
    alice("keys", "list", "--json")
    assert not any(key["usable"] for key in _listed(alice) if key["role"] == "own"), "nobody signs with what was recovered"


def test_one_person_alone_gets_nothing(
    alice: Desk, hospital: Hospital, mails: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hospital.follow(alice)
    assert _kept(alice)["kept"] == "kept"
    (package,) = hospital.folder.iterdir()
    other = Desk(tmp_path / "other", capsys)
    assert hospital.recover(other, package, 1, 1) == Exit.USAGE
    hospital.words[0] = hospital.words[1]
    assert hospital.recover(other, package, 1, 0) == Exit.USAGE
    assert "Dana Reed" in capsys.readouterr().err
    assert not _opens(other, mails[0])
    assert "keys-recovered" not in _acts(other)


def test_a_lost_key_of_the_store_is_put_back(alice: Desk, hospital: Hospital, mails: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    hospital.follow(alice)
    alice("keys", "kept")
    package = alice.folder / "data" / "recovery.p7m"
    (alice.folder / "key").write_text("00" * 32)
    assert alice("keys", "list") == Exit.USAGE
    assert hospital.recover(alice, package, 0, 1, "--store-key") == Exit.DONE
    assert "opens again" in capsys.readouterr().out
    assert all(_opens(alice, mail) for mail in mails)
    assert "keys-recovered" in _acts(alice)
    alice.forget()
    alice("keys", "list", "--json")
    assert all(key["usable"] for key in _listed(alice) if key["role"] == "own"), "it is the user's own store as it was"


def _put(desk: Desk, act: Callable[[], object]) -> dict[str, object]:
    act()
    return _kept(desk)


def test_what_comes_later_is_kept_too_and_a_folder_that_is_away_is_tried_again(alice: Desk, hospital: Hospital) -> None:
    hospital.follow(alice)
    first = _kept(alice)
    assert first["kept"] == "kept"
    hospital.folder.rename(hospital.folder.with_name("away"))
    second = _put(alice, lambda: alice("keys", "create", ALICE))
    assert (second["kept"], "cannot be written" in str(second["problem"])) == ("here", True)
    assert _doctor(alice)["well"] is False
    assert _put(alice, lambda: hospital.folder.with_name("away").rename(hospital.folder))["kept"] == "kept"
    assert _doctor(alice)["well"] is True
    assert len(list(hospital.folder.iterdir())) == 1
    assert _acts(alice).count("keys-kept") == 4


def test_a_package_that_was_deleted_from_the_folder_is_put_there_again(alice: Desk, hospital: Hospital) -> None:
    hospital.follow(alice)
    assert _kept(alice)["kept"] == "kept"
    (package,) = hospital.folder.iterdir()
    content = package.read_bytes()
    assert _put(alice, package.unlink)["kept"] == "kept"
    assert package.read_bytes() == content
    assert _acts(alice).count("keys-kept") == 3
    package.unlink()
    hospital.folder.rename(hospital.folder.with_name("away"))
    assert _kept(alice)["kept"] == "kept", "who is not in the organisation's network hears of nothing"


def test_a_package_is_on_the_disk_before_it_counts_as_kept(alice: Desk, hospital: Hospital, monkeypatch: pytest.MonkeyPatch) -> None:
    hospital.follow(alice)
    forced: list[int] = []
    force = os.fsync

    def noted(descriptor: int) -> None:
        forced.append(os.fstat(descriptor).st_ino)
        force(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    assert _kept(alice)["kept"] == "kept"
    (package,) = hospital.folder.iterdir()
    assert {package.stat().st_ino, (alice.folder / "data" / "recovery.p7m").stat().st_ino} <= set(forced)


def test_nothing_is_kept_for_a_policy_that_anybody_could_have_written(alice: Desk, hospital: Hospital, tmp_path: Path) -> None:
    certificate = (hospital.key / "recovery-certificate.pem").read_text().strip().replace("\n", "\n    ")
    unsigned = tmp_path / "unsigned"
    unsigned.mkdir()
    text = f"schema: 1\nname: mine\nversion: 1\nrecovery:\n  folder: {hospital.folder}\n  certificate: |\n    {certificate}\n"
    (unsigned / "policy.yaml").write_text(text)
    with closing(Session(alice.folder / "data", alice.folder / "key")) as session:
        session.settings.put("policy-folder", str(unsigned))
    found = _kept(alice)
    assert (found["kept"], "not signed" in str(found["problem"])) == ("none", True)
    assert not list(hospital.folder.iterdir())
