from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from securemail_desktop.accounts.errors import NotChanged, SettingsBroken
from securemail_desktop.accounts.settings import Account, Security, Server
from securemail_desktop.message.address import parse_address
from securemail_desktop.session.account_book import AccountBook
from securemail_desktop.store.database import Database
from securemail_desktop.store.folders import FolderTable
from securemail_desktop.store.settings import Settings
from securemail_desktop.store.vault import Vault

SMTP = Server("smtp.clinic.example", 465, Security.TLS, "alice")
IMAP = Server("imap.clinic.example", 993, Security.TLS, "alice")
ALICE = Account("alice", parse_address("Alice <alice@clinic.example>"), SMTP, IMAP)
SECOND = replace(ALICE, name="second")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    store = Database(tmp_path / "store.db", bytes(32))
    yield store
    store.close()


@pytest.fixture
def book(database: Database) -> AccountBook:
    book = AccountBook(database)
    book.add(ALICE, "secret")
    book.add(SECOND, "other")
    for account in ("alice", "second"):
        FolderTable(database).add(account, "INBOX", "inbox")
    return book


def test_accounts_stand_in_the_order_in_which_they_came_with_their_passwords(book: AccountBook) -> None:
    assert book.all() == (ALICE, SECOND)
    assert (book.password("alice"), book.password("second"), book.password("nobody")) == ("secret", "other", "")


def test_a_name_that_is_taken_changes_nothing(book: AccountBook) -> None:
    with pytest.raises(NotChanged, match=r"There is an account alice already: change that one, or remove it first\.$"):
        book.add(replace(ALICE, mailbox=None), "stolen")
    assert book.all() == (ALICE, SECOND)
    assert book.password("alice") == "secret"


def test_a_list_that_cannot_be_read_is_begun_anew(book: AccountBook, database: Database) -> None:
    Settings(database).put("accounts", {"broken": True})
    with pytest.raises(SettingsBroken):
        book.all()
    book.add(ALICE, "secret")
    assert book.all() == (ALICE,)


def folders(database: Database) -> list[str]:
    return [folder.account for folder in FolderTable(database).all()]


def test_a_change_keeps_the_place_the_password_and_the_mail_that_is_known(book: AccountBook, database: Database) -> None:
    changed = replace(ALICE, submission=replace(SMTP, port=587, security=Security.STARTTLS), mailbox=replace(IMAP, port=994))
    book.change(changed, None)
    assert book.all() == (changed, SECOND)
    assert book.password("alice") == "secret"
    assert folders(database) == ["alice", "second"]
    book.change(changed, "new")
    assert book.password("alice") == "new"


@pytest.mark.parametrize("mailbox", [replace(IMAP, user="someone"), replace(IMAP, host="other.example"), None])
def test_what_is_known_of_another_mailbox_goes(book: AccountBook, database: Database, mailbox: Server | None) -> None:
    book.change(replace(ALICE, mailbox=mailbox), None)
    assert folders(database) == ["second"]


def test_the_default_account_stands_first_and_nothing_else_changes(book: AccountBook) -> None:
    book.add(replace(ALICE, name="ward"), "other")
    book.add(replace(ALICE, name="lab"), "third")
    book.make_default("lab")
    assert [account.name for account in book.all()] == ["lab", "alice", "second", "ward"]
    assert [book.password(name) for name in ("lab", "ward")] == ["third", "other"]


def test_a_removed_account_leaves_no_password_and_no_mail(book: AccountBook, database: Database) -> None:
    book.remove("alice")
    assert book.all() == (SECOND,)
    assert Vault(database).names("password") == ["second"]
    assert folders(database) == ["second"]


def test_where_there_is_no_account_that_is_said(database: Database) -> None:
    with pytest.raises(NotChanged, match=r"^There is no account x: there is none yet\.$"):
        AccountBook(database).make_default("x")


def test_an_unknown_account_is_neither_changed_nor_removed(book: AccountBook) -> None:
    for act in (lambda: book.change(replace(ALICE, name="x"), "p"), lambda: book.remove("x"), lambda: book.make_default("x")):
        with pytest.raises(NotChanged, match="known are alice, second"):
            act()
    assert book.all() == (ALICE, SECOND)
    assert book.password("x") == ""
