"""`securemail doctor`: says what is not well and what to do, whatever is broken, and never fails itself."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from securemail_desktop.cli.exit import Exit
from securemail_desktop.cli.main import run
from securemail_desktop.server.embedded import EmbeddedServer
from tests.support.alice import BOB, PETER, Alice, Office, Scene, send

Doctor = Callable[[Alice], tuple[int, dict[str, dict[str, Any]]]]


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Doctor:
    def examine(alice: Alice) -> tuple[int, dict[str, dict[str, Any]]]:
        capsys.readouterr()
        code = run(["doctor", "--data", str(alice.data), "--key-file", str(alice.key_file), "--json"])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err
        return code, {finding["subject"]: finding for finding in json.loads(printed.out)}

    return examine


def unwell(findings: dict[str, dict[str, Any]]) -> dict[str, tuple[str, str]]:
    return {name: (f["seen"], f["remedy"]) for name, f in findings.items() if not f["well"]}


def test_all_is_well(scene: Scene, doctor: Doctor) -> None:
    code, findings = doctor(scene())
    assert (code, unwell(findings)) == (Exit.DONE, {})
    assert findings["accounts"]["seen"] == "clinic (alice@clinic.example)"
    assert findings["policy"]["seen"] == "clinic version 1"
    assert findings["keys of alice@clinic.example"]["seen"] == "S/MIME certificate"


def test_a_broken_policy(scene: Scene, doctor: Doctor) -> None:
    alice = scene()
    (alice.policy / "policy.yaml").write_text("schema: [")
    code, findings = doctor(alice)
    assert code == Exit.NO
    [(seen, remedy)] = unwell(findings).values()
    assert seen.startswith("The policy cannot be read, so the built-in strict one is in force; tell your IT: policy.yaml:1:")
    assert remedy == "correct the file; `securemail policy lint` shows every problem"


def test_a_broken_list_of_accounts(scene: Scene, doctor: Doctor, capsys: pytest.CaptureFixture[str]) -> None:
    alice = scene()
    with alice.session() as session:
        session.settings.put("accounts", [{"name": 1}])
    code, findings = doctor(alice)
    assert (code, unwell(findings)["accounts"]) == (
        Exit.NO,
        ("The stored list of accounts cannot be read: add the accounts anew.", "add one with `securemail accounts add ADDRESS`"),
    )
    place = ["--data", str(alice.data), "--key-file", str(alice.key_file)]
    added = run(["accounts", "add", "alice@clinic.example", "--smtp", "mail.clinic.example:465", "--user", "", *place])
    assert added == Exit.DONE, "the remedy works"
    assert "accounts" not in unwell(doctor(alice)[1])


def test_gnupg_that_is_missing(scene: Scene, doctor: Doctor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    alice = scene()
    monkeypatch.setenv("PATH", str(tmp_path))
    code, findings = doctor(alice)
    assert (code, unwell(findings)) == (
        Exit.NO,
        {"GnuPG": ("not found", "install the package gnupg; without it there is no OpenPGP")},
    )


def test_a_central_store_that_is_away(scene: Scene, doctor: Doctor, office: Office, tmp_path: Path) -> None:
    alice = scene()
    with EmbeddedServer(tmp_path / "central", office.certificate.certificate, office.certificate.key) as central:
        with alice.session() as session:
            session.central.enrol(central.url, central.invite("clinic"), str(office.authority.roots))
        assert doctor(alice)[0] == Exit.DONE
    with alice.session() as session:
        send(session, alice.draft(BOB))
    code, findings = doctor(alice)
    assert (code, unwell(findings)) == (
        Exit.NO,
        {
            "central store": (
                "The central server cannot be reached; the records stay here and are sent later.",
                "the records stay here and are sent when it can be reached",
            )
        },
    )


@pytest.mark.parametrize(
    ("document", "seen"),
    [({"url": 1}, "The stored enrolment of this device is damaged; enrol it again.")],
)
def test_a_damaged_enrolment(scene: Scene, doctor: Doctor, document: object, seen: str) -> None:
    alice = scene()
    with alice.session() as session:
        session.settings.put("enrolment", document)
    code, findings = doctor(alice)
    assert (code, unwell(findings)) == (Exit.NO, {"central store": (seen, "enrol this device again")})


def test_messages_that_wait_for_their_author(scene: Scene, doctor: Doctor) -> None:
    alice = scene()
    with alice.session() as session:
        send(session, alice.draft(PETER))
    code, findings = doctor(alice)
    assert (code, unwell(findings)) == (Exit.NO, {"outbox": ("1 message waits for you", "open the outbox and decide")})


def test_a_journal_that_was_written_into(scene: Scene, doctor: Doctor) -> None:
    import sqlite3

    alice = scene()
    with alice.session() as session:
        send(session, alice.draft(BOB))
    with sqlite3.connect(alice.data / "journal.db") as journal:
        journal.execute("UPDATE records SET record = CAST(replace(CAST(record AS TEXT), 'send', 'sent') AS BLOB) WHERE position = 2")
    journal.close()
    code, findings = doctor(alice)
    assert code == Exit.NO
    assert unwell(findings)["journal"][1] == "keep the file and tell your privacy officer"


def test_an_own_certificate_without_its_key(scene: Scene, doctor: Doctor) -> None:
    alice = scene()
    with alice.session() as session:
        [name] = session.vault.names("smime-key")
        session.vault.remove("smime-key", name)
    code, findings = doctor(alice)
    assert (code, unwell(findings)) == (
        Exit.NO,
        {
            "keys of alice@clinic.example": (
                "none that can sign",
                "import a certificate or key of alice@clinic.example with `securemail keys import FILE`",
            )
        },
    )
