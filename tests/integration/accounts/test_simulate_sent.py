"""`securemail policy simulate --imap-sent` on a real Dovecot: the Sent folder is read and stays as it is."""

import argparse
import json
from contextlib import closing
from pathlib import Path

import pytest

from securemail_desktop.accounts.imap import ImapMailbox
from securemail_desktop.accounts.settings import Account, Security, accounts_document
from securemail_desktop.cli.exit import Exit
from securemail_desktop.cli.main import run
from securemail_desktop.cli.opening import open_store
from securemail_desktop.message.address import parse_address
from securemail_desktop.store.settings import Settings
from securemail_desktop.store.vault import Vault
from tests.integration.accounts.conftest import PASSWORDS, Clinic
from tests.support.policies import HEAD, policy_folder

HELD = HEAD + "rules: [{id: lab, title: L, when: {words: cafeteria}, then: {require: transport}}]\n"


def letter(number: int, text: str) -> bytes:
    head = f"From: alice@clinic.example\r\nTo: bob@partner.example\r\nSubject: Tuesday\r\nMessage-ID: <sim-{number}@clinic.example>\r\n"
    return f"{head}Date: Mon, 02 Nov 2026 09:00:00 +0000\r\n\r\n{text}\r\n".encode()


def test_a_sent_folder_is_judged_and_not_touched(clinic: Clinic, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server, password = clinic.mailbox(Security.TLS), PASSWORDS["alice@clinic.example"]
    with closing(ImapMailbox(server, password)) as box:
        box.append("Sent", letter(1, "The cafeteria is closed."), seen=False)
        box.append("Sent", letter(2, "See you on Tuesday."), seen=False)
        before = [(h.uid, h.flags) for h in box.headers("Sent", 2)]
    opening = argparse.Namespace(data=tmp_path / "data", key_file=tmp_path / "key", passphrase_file=None)
    account = Account("clinic", parse_address("alice@clinic.example"), clinic.submission(Security.TLS), server)
    with closing(open_store(opening)) as database, database.transaction():
        Settings(database).put("accounts", accounts_document([account]))
        Vault(database).put("password", "clinic", password.encode())
    policies = ("--base", str(policy_folder(tmp_path / "base", HEAD)), "--candidate", str(policy_folder(tmp_path / "new", HELD)))
    store = ("--data", str(opening.data), "--key-file", str(opening.key_file))
    assert run(["policy", "simulate", "--json", "--imap-sent", "clinic", "--newest", "2", *policies, *store]) == Exit.DONE
    found = json.loads(capsys.readouterr().out)
    assert (found["messages"], found["shifts"]["newly held"], found["shifts"]["unchanged"]) == (2, 1, 1)
    with closing(ImapMailbox(server, password)) as box:
        assert [(h.uid, h.flags) for h in box.headers("Sent", 2)] == before
    assert run(["policy", "simulate", "--json", "--imap-sent", "nobody", *policies, *store]) == Exit.USAGE
    assert "no account nobody" in json.loads(capsys.readouterr().out)["error"]
