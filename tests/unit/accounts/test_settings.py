import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.accounts.errors import SettingsBroken
from securemail_desktop.accounts.settings import Account, Security, Server, accounts_document, parse_server, read_accounts
from securemail_desktop.message.address import Address

text = st.text(st.characters(codec="utf-8"), max_size=10)
words = st.text("abcxyz", min_size=1, max_size=5)
servers = st.builds(Server, text, st.integers(1, 65535), st.sampled_from(Security), text, text, text)
accounts = st.builds(Account, text, st.builds(Address, st.just("bób") | words, words, words), servers, st.none() | servers)
ALICE = Account("alice", Address("alice", "clinic.example", "Alice"), Server("mail.clinic.example", 465, Security.TLS, "alice"))


@given(st.lists(accounts, max_size=3))
def test_accounts_come_back_as_they_were(listed: list[Account]) -> None:
    assert read_accounts(json.loads(json.dumps(accounts_document(listed)))) == tuple(listed)


def test_no_document_is_no_account() -> None:
    assert read_accounts(None) == ()


@pytest.mark.parametrize("name", ["name", "address", "submission", "mailbox"])
@pytest.mark.parametrize("value", [1, [], {"host": "x"}])
def test_a_broken_field_is_said(name: str, value: object) -> None:
    with pytest.raises(SettingsBroken, match="add the accounts anew"):
        read_accounts([{**accounts_document([ALICE])[0], name: value}])


def test_a_broken_address_is_said() -> None:
    with pytest.raises(SettingsBroken):
        read_accounts([{**accounts_document([ALICE])[0], "address": {"local": "", "domain": "x y", "name": ""}}])


@pytest.mark.parametrize("document", [{}, "x", 3, [1], [None], [{}]])
def test_a_broken_document_is_said(document: object) -> None:
    with pytest.raises(SettingsBroken):
        read_accounts(document)


@pytest.mark.parametrize(
    ("name", "value"), [("port", 0), ("port", True), ("port", 65536), ("port", "465"), ("security", "none"), ("host", None)]
)
def test_a_broken_server_is_said(name: str, value: object) -> None:
    document = accounts_document([ALICE])
    submission = document[0]["submission"]
    assert isinstance(submission, dict)
    submission[name] = value
    with pytest.raises(SettingsBroken):
        read_accounts(document)


@pytest.mark.parametrize(
    ("given_text", "host", "port", "security"),
    [
        ("mail.clinic.example:465", "mail.clinic.example", 465, Security.TLS),
        ("mail.clinic.example:465/tls", "mail.clinic.example", 465, Security.TLS),
        ("Mail.Clinic.example:587/STARTTLS", "mail.clinic.example", 587, Security.STARTTLS),
        ("[::1]:993", "::1", 993, Security.TLS),
    ],
)
def test_parse_server(given_text: str, host: str, port: int, security: Security) -> None:
    assert parse_server(given_text, "alice", "roots.pem", "127.0.0.1") == Server(host, port, security, "alice", "roots.pem", "127.0.0.1")


@pytest.mark.parametrize(
    "given_text", ["", "mail", "mail:", ":465", "mail:0", "mail:65536", "mail:x", "mail:465/plain", "mail:-1", "mail:４"]
)
def test_parse_server_names_the_remedy(given_text: str) -> None:
    with pytest.raises(SettingsBroken, match=r"HOST:PORT|must be /starttls"):
        parse_server(given_text, "alice")
