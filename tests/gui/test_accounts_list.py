"""Accounts in Settings: a further one, changes, and removing, which asks."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.accounts.errors import NotChanged
from securemail_desktop.gui.account_window import AccountWindow
from securemail_desktop.gui.accounts_list import AccountsList
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.settings_window import SettingsWindow
from securemail_desktop.message.address import parse_address
from tests.gui.conftest import UNDO  # type: ignore[import-not-found]  # pytest puts the checkout on the path
from tests.support.fake_session import FakeSession

WARD = "ward@clinic.example"


@pytest.fixture
def session() -> FakeSession:
    session = FakeSession()
    (alice,) = session.accounts
    session.accounts = (alice, replace(alice, name="ward", address=parse_address(f"Ward 3 <{WARD}>")))
    return session


@pytest.fixture
def main(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[MainWindow]:
    window = MainWindow(session, look, background, UNDO)
    window.show()
    window._satellites.settings.show()
    yield window
    window.deleteLater()


@pytest.fixture
def accounts(main: MainWindow) -> AccountsList:
    settings = main._satellites.settings.window
    assert isinstance(settings, SettingsWindow)
    return settings.accounts


def rows(accounts: AccountsList) -> list[str]:
    return [accounts.entries.item(row).text() for row in range(accounts.entries.count())]


def remove(qtbot: QtBot, accounts: AccountsList, row: int) -> None:
    accounts.entries.setCurrentRow(row)
    accounts.entries.setFocus()
    QTest.keyClick(accounts.entries, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: accounts.sheet.isVisible() and accounts.sheet.is_settled())
    (button,) = (b for b in accounts.sheet.findChildren(QPushButton) if b.text() == "Remove the account")
    button.click()


def test_removing_asks_and_says_what_is_lost(qtbot: QtBot, accounts: AccountsList, session: FakeSession) -> None:
    accounts.entries.setCurrentRow(1)
    accounts.remove.click()
    qtbot.waitUntil(lambda: accounts.sheet.isVisible() and accounts.sheet.is_settled())
    assert accounts.sheet._form.title.text() == f"Remove {WARD}?"
    assert "The mail on the server stays" in accounts.sheet._form.message.text()
    QTest.keyClick(accounts.sheet, Qt.Key.Key_Return)
    assert session.setup.calls == [], "Return keeps it"


def test_the_default_account_is_chosen_and_written_from(
    qtbot: QtBot, main: MainWindow, accounts: AccountsList, session: FakeSession
) -> None:
    assert rows(accounts)[0].endswith(" · default")
    accounts.entries.setCurrentRow(0)
    assert not accounts.prefer.isEnabled()
    accounts.entries.setCurrentRow(1)
    QTest.keyClick(accounts.prefer, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: rows(accounts)[0] == f"{WARD} · default")
    compose = main.compose()
    assert compose is not None
    assert compose._editor.draft().sender.spec == WARD


def test_a_removed_account_is_gone_everywhere(qtbot: QtBot, main: MainWindow, accounts: AccountsList, session: FakeSession) -> None:
    remove(qtbot, accounts, 1)
    qtbot.waitUntil(lambda: rows(accounts) == ["alice@clinic.example"])
    assert main._form.account.text() == "alice@clinic.example"
    assert main._form.root.isVisible()


def test_what_waits_in_the_outbox_keeps_its_account(qtbot: QtBot, accounts: AccountsList, session: FakeSession) -> None:
    session.setup.error = NotChanged(
        "2 messages of this account wait in the outbox: send or discard what is there, then remove the account."
    )
    remove(qtbot, accounts, 1)
    qtbot.waitUntil(lambda: accounts.told.text() == str(session.setup.error))
    assert len(rows(accounts)) == 2


def test_without_the_last_account_the_window_begins_anew(qtbot: QtBot, main: MainWindow, accounts: AccountsList) -> None:
    remove(qtbot, accounts, 1)
    qtbot.waitUntil(lambda: len(rows(accounts)) == 1)
    remove(qtbot, accounts, 0)
    qtbot.waitUntil(lambda: rows(accounts) == [])
    assert main._first.page is not None
    assert not main._form.root.isVisible()
    assert not accounts.change.isVisible()
    assert not accounts.remove.isVisible()


@pytest.mark.qt_log_ignore("does not support raise")
def test_one_window_adds_or_changes_and_a_lock_closes_it(qtbot: QtBot, main: MainWindow, accounts: AccountsList) -> None:
    accounts.more.click()
    adding = accounts.window_of.window
    assert isinstance(adding, AccountWindow)
    assert adding.page.form.address.text() == ""
    accounts.entries.setCurrentRow(1)
    QTest.keyClick(accounts.entries, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: accounts.window_of.window is not adding)
    changing = accounts.window_of.window
    assert isinstance(changing, AccountWindow)
    assert changing.page.form.address.text() == WARD
    changing.page.form.password.setText("secret")
    main._locking.lock()
    assert not changing.isVisible()
    qtbot.waitUntil(lambda: not isValid(changing))


def test_a_further_account_is_shown_and_has_a_signature(
    qtbot: QtBot, main: MainWindow, accounts: AccountsList, session: FakeSession
) -> None:
    session.accounts = (*session.accounts, replace(session.accounts[0], name="third", address=parse_address("third@clinic.example")))
    accounts._changed()
    settings = main._satellites.settings.window
    assert isinstance(settings, SettingsWindow)
    assert rows(accounts)[-1] == "third@clinic.example"
    assert settings.signature.addresses.count() == 3
    assert main._form.account.text().endswith("third@clinic.example")


def test_escape_takes_back_the_question_and_leaves_the_settings_open(qtbot: QtBot, accounts: AccountsList) -> None:
    accounts.window().activateWindow()
    qtbot.waitUntil(accounts.window().isActiveWindow)
    accounts.entries.setFocus()
    QTest.keyClick(accounts.entries, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: accounts.sheet.isVisible() and accounts.sheet.is_settled())
    QTest.keyClick(accounts.sheet.focusWidget() or accounts.sheet, Qt.Key.Key_Escape)
    assert not accounts.sheet.isVisible()
    assert accounts.window().isVisible()
    QTest.keyClick(accounts.entries, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isValid(accounts) or not accounts.isVisible())
