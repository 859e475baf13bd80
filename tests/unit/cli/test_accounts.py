import io
import json
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from securemail_desktop.accounts.autoconfig import Autoconfig
from securemail_desktop.accounts.offer import Found, Proposal, Source
from securemail_desktop.accounts.settings import Security, Server, read_accounts
from securemail_desktop.cli.exit import Exit
from securemail_desktop.cli.main import run
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Recipient
from securemail_desktop.session.session import Session
from securemail_desktop.store.database import Database, store_path
from securemail_desktop.store.secrets import store_key
from securemail_desktop.store.settings import Settings
from securemail_desktop.store.vault import Vault
from tests.support.authority import Authority
from tests.support.faulty_smtp import FaultySmtp, Say, Step, at

PASSWORD = "canary-password"


class Desk:
    """One user's data folder and the command line over it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.key_file = folder / "key"
        self.password = folder / "password"
        self.password.write_text(PASSWORD + "\n")

    def __call__(self, *arguments: str) -> int:
        return run(["accounts", "--data", str(self.data), "--key-file", str(self.key_file), *arguments])

    def add(self, *arguments: str) -> int:
        return self("add", "Alice <alice@clinic.example>", "--password-file", str(self.password), *arguments)

    def store(self) -> Database:
        return Database(store_path(self.data), store_key(self.data, self.key_file))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_add_keeps_servers_in_settings_and_the_password_in_the_vault(desk: Desk) -> None:
    assert desk.add("--smtp", "mail.clinic.example:587/starttls", "--imap", "mail.clinic.example:993") == Exit.DONE
    database = desk.store()
    (account,) = read_accounts(Settings(database).get("accounts"))
    assert account.name == "alice@clinic.example"
    assert account.submission == Server("mail.clinic.example", 587, Security.STARTTLS, "alice@clinic.example")
    assert account.mailbox == Server("mail.clinic.example", 993, Security.TLS, "alice@clinic.example")
    assert Vault(database).get("password", account.name) == PASSWORD.encode()
    database.close()
    for file in desk.data.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert PASSWORD.encode() not in file.read_bytes()
        assert b"clinic.example" not in file.read_bytes()


def test_list_shows_accounts_without_secrets(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    assert desk("list") == Exit.DONE
    assert "No account yet" in capsys.readouterr().out
    desk.add("--smtp", "mail.clinic.example:465")
    desk.add("--smtp", "other.example:465", "--name", "second")
    capsys.readouterr()
    assert desk("list") == Exit.DONE
    shown = capsys.readouterr().out
    assert [line.split(":")[0] for line in shown.splitlines()] == ["alice@clinic.example", "second"]
    assert "mail.clinic.example:465/tls" in shown
    assert PASSWORD not in shown
    assert desk("list", "--json") == Exit.DONE
    assert [account["name"] for account in json.loads(capsys.readouterr().out)] == ["alice@clinic.example", "second"]


def test_the_default_account_is_listed_first(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("work", "ward"):
        desk.add("--smtp", "mail.clinic.example:465", "--name", name)
    assert desk("default", "ward") == Exit.DONE
    capsys.readouterr()
    desk("list")
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == ["ward", "work"]


def test_remove_forgets_the_password_too(desk: Desk) -> None:
    desk.add("--smtp", "mail.clinic.example:465")
    desk.add("--smtp", "mail.clinic.example:465", "--name", "second")
    assert desk("remove", "alice@clinic.example") == Exit.DONE
    database = desk.store()
    assert [account.name for account in read_accounts(Settings(database).get("accounts"))] == ["second"]
    assert Vault(database).names("password") == ["second"]
    database.close()


def test_an_account_whose_messages_wait_is_not_removed(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.add("--smtp", "mail.clinic.example:465")
    with closing(Session(desk.data, desk.key_file)) as session:
        peter = (Recipient(parse_address("peter@webmail.example")),)
        draft = replace(session.new_draft(), recipients=peter, text="Patient Helen Fairweather, MRN 99317742, has potassium 6.1 mmol/L.")
        session.send(session.review_in_full(draft, "cli"), {}, "cli")
        (entry,) = session.outbox()
    assert desk("remove", "alice@clinic.example") == Exit.USAGE
    assert "A message of this account waits in the outbox" in capsys.readouterr().err
    with closing(Session(desk.data, desk.key_file)) as session:
        session.discard(entry.id)
    assert desk("remove", "alice@clinic.example") == Exit.DONE


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["add", "no address", "--smtp", "m.example:465"], ""),
        (["add", "a@b.example", "--smtp", "m.example"], "HOST:PORT"),
        (["add", "a@b.example", "--smtp", "m.example:465", "--imap", "m.example:993/ssl"], "/starttls"),
        (["add", "a@b.example", "--smtp", "m.example:465", "--ca-file", "none.pem"], "no such file"),
        (["add", "a@b.example", "--smtp", "m.example:465", "--password-file", "none"], "the password cannot be read"),
        (["add", "a@b.example", "--smtp", "m.example:465"], "no terminal"),
        (["test"], "no account to test"),
        (["remove", "nobody"], "there is no account nobody"),
        (["default", "nobody"], "There is no account nobody"),
    ],
)
def test_what_makes_no_sense_exits_2_with_the_remedy(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert desk(*arguments) == Exit.USAGE
    error = capsys.readouterr().err
    assert sentence in error
    assert len(error.splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"\n", b"two\nlines\n", b"\xff\n"])
def test_a_password_file_holds_one_line(desk: Desk, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    desk.password.write_bytes(content)
    assert desk.add("--smtp", "m.example:465") == Exit.USAGE
    assert "password" in capsys.readouterr().err


def test_password_from_standard_input(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("from input\r\n"))
    assert desk("add", "alice@clinic.example", "--smtp", "m.example:465", "--password-file", "-") == Exit.DONE
    database = desk.store()
    assert Vault(database).get("password", "alice@clinic.example") == b"from input"
    database.close()


def test_adding_twice_is_refused_and_changes_nothing(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk.add("--smtp", "mail.clinic.example:465")
    assert desk.add("--smtp", "other.example:465") == Exit.USAGE
    assert "already" in capsys.readouterr().err
    desk("list")
    assert "other.example" not in capsys.readouterr().out


def test_a_store_of_another_key_exits_2(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    desk("list")
    desk.key_file.write_text("00" * 32)
    assert desk("list") == Exit.USAGE
    assert "does not open the store" in capsys.readouterr().err


def test_test_names_each_hop(desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    authority = Authority(tmp_path)
    with FaultySmtp(authority.issue("mail.clinic.example"), password=PASSWORD) as server:
        smtp = f"mail.clinic.example:{server.port}/starttls"
        desk.add("--smtp", smtp, "--ca-file", str(authority.roots), "--connect-to", "127.0.0.1")
        capsys.readouterr()
        assert desk("test") == Exit.DONE
        lines = capsys.readouterr().out.splitlines()
        assert [line.split(": ")[2:4] for line in lines] == [["connect", "ok"], ["TLS", "ok"], ["sign-in", "ok"]]
        server.script = at(Step.AUTH, Say("535 5.7.8 no"))
        assert desk("test", "--json") == Exit.NO
        results = json.loads(capsys.readouterr().out)
    assert [result["works"] for result in results] == [True, True, False]
    assert "check user name and password" in results[-1]["detail"]
    assert PASSWORD not in json.dumps(results)


ELSEWHERE = Server("mail.provider.example", 993, Security.TLS, "a")
IMAP = Server("imap.clinic.example", 993, Security.TLS, "alice@clinic.example")
SMTP = Server("smtp.clinic.example", 587, Security.STARTTLS, "alice@clinic.example")


def finding(monkeypatch: pytest.MonkeyPatch, mailbox: Found | None, submission: Found | None, *, browser: bool = False) -> None:
    monkeypatch.setattr(Autoconfig, "find", lambda _, address: Proposal(mailbox, submission, browser))


def test_the_servers_of_an_address_are_found_and_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finding(monkeypatch, Found(IMAP, Source.DNS), Found(SMTP, Source.GUESSED))
    assert desk.add() == Exit.DONE
    shown = capsys.readouterr().out
    assert "Reads from imap.clinic.example:993/tls (named by its domain's service records)." in shown
    assert "Sends by smtp.clinic.example:587/starttls (found under its usual name)." in shown
    desk("list", "--json")
    (account,) = json.loads(capsys.readouterr().out)
    assert (account["mailbox"]["host"], account["submission"]["port"]) == ("imap.clinic.example", 587)


@pytest.mark.parametrize(
    ("mailbox", "browser", "sentence"),
    [
        (None, False, "were not found: name them with --smtp and --imap"),
        (None, True, "through a browser, which this program cannot do yet"),
        (
            Found(Server("mail.provider.example", 993, Security.TLS, "a"), Source.DNS, outside=True),
            False,
            "mail.provider.example, which lies outside",
        ),
    ],
)
def test_servers_that_are_not_found_or_lie_elsewhere_are_not_taken(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    mailbox: Found | None,
    browser: bool,
    sentence: str,
) -> None:
    finding(monkeypatch, mailbox, Found(SMTP, Source.GUESSED), browser=browser)
    assert desk.add() == Exit.USAGE
    assert sentence in capsys.readouterr().err
    desk("list")
    assert "No account yet" in capsys.readouterr().out
