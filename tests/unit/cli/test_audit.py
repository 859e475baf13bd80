import json
import re
from pathlib import Path

import pytest

from securemail_desktop.audit.device import load_device
from securemail_desktop.audit.journal import Journal, journal_path
from securemail_desktop.cli.exit import Exit
from securemail_desktop.cli.main import run
from securemail_desktop.store.database import Database, store_path
from securemail_desktop.store.secrets import store_key
from securemail_desktop.store.settings import Settings
from securemail_desktop.store.vault import Vault
from tests.support.audit import edit, fill

SEND = {
    "phase": "intent",
    "out": "intent",
    "rcpt": [{"dom": "partner.example", "via": "tls"}, {"dom": None, "via": "portal"}],
    "msg": {"mid": "<a@clinic.example>"},
}


class Desk:
    """One user's data folder and the command line over it."""

    def __init__(self, folder: Path) -> None:
        self.data, self.key_file = folder / "data", folder / "key"

    def __call__(self, command: str, *arguments: str) -> int:
        return run(["audit", "--data", str(self.data), "--key-file", str(self.key_file), command, *arguments])

    def journal(self) -> Journal:
        database = Database(store_path(self.data), store_key(self.data, self.key_file))
        device = load_device(Settings(database), Vault(database))
        database.close()
        return Journal(journal_path(self.data), device)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    journal = desk.journal()
    fill(journal, 2)
    journal.append("0190aaaa-send", "send", SEND, {"rcpt": ["bob@partner.example"]})
    journal.close()
    return desk


def test_show_lists_records_and_keeps_the_seal(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk("show") == Exit.DONE
    out = capsys.readouterr().out
    assert [line.split()[1] for line in out.splitlines()] == ["1", "2", "3", "4"]
    assert re.fullmatch(r"\S+Z +4 0190aaaa-send send intent partner.example:tls sealed:portal", out.splitlines()[-1])
    assert "bob" not in out
    assert desk("show", "--last", "1", "--json") == Exit.DONE
    (record,) = json.loads(capsys.readouterr().out)["records"]
    assert record["msg"] == {"mid": "<a@clinic.example>"}


def test_verify_says_what_is_right_and_what_is_not_proven(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk("verify") == Exit.DONE
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "4 records: every one is right"
    assert out[1].startswith("not proven: This device is not enrolled")
    assert desk("verify", "--json") == Exit.DONE
    document = json.loads(capsys.readouterr().out)
    assert (document["records"], document["problem"], len(document["unproven"])) == (4, "", 1)


def test_verify_names_the_wrong_record_and_exits_1(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    edit(journal_path(desk.data), "DELETE FROM records WHERE seq = 3")
    assert desk("verify") == Exit.NO
    assert "record 3 is missing before it" in capsys.readouterr().out
    assert desk("verify", "--json") == Exit.NO
    assert "(0190aaaa-send)" in json.loads(capsys.readouterr().out)["problem"]


@pytest.mark.parametrize("arguments", [["verify", "--central"], ["sync"]])
def test_the_central_store_needs_an_enrolment(desk: Desk, capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert desk(*arguments) == Exit.USAGE
    assert "securemail audit enrol URL" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["show", "verify", "sync"])
def test_no_journal_is_said_and_none_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    desk = Desk(tmp_path)
    assert desk(command) == Exit.USAGE
    assert "there is no journal" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_wrong(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("journal.db-wal", "journal.db-shm"):
        (desk.data / name).unlink(missing_ok=True)
    content = journal_path(desk.data).read_bytes()
    journal_path(desk.data).write_bytes(b"x" * 100 + content[100:])
    assert desk("verify") == Exit.NO
    assert "damaged" in capsys.readouterr().out


def test_a_token_file_that_is_not_there_is_usage(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").write_text("\n")
    for name, sentence in (("missing", "cannot be read"), ("empty", "is empty")):
        assert desk("enrol", "https://127.0.0.1:1", "--token-file", str(tmp_path / name)) == Exit.USAGE
        assert sentence in capsys.readouterr().err


def test_enrolment_away_is_later_and_without_https_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("token\n")
    assert desk("enrol", "https://127.0.0.1:1", "--token-file", str(tmp_path / "token")) == Exit.LATER
    assert desk("enrol", "http://127.0.0.1:1", "--token-file", str(tmp_path / "token")) == Exit.NO
