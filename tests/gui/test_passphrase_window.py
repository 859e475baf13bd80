"""The passphrase in Settings: set, changed, no longer asked for; never with a wrong or a mistyped one."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.passphrase_row import ASKED, NOT_ASKED, PassphraseRow
from securemail_desktop.gui.passphrase_window import PassphraseWindow
from securemail_desktop.gui.settings_window import SettingsWindow
from securemail_desktop.store.errors import StoreFull
from tests.support.fake_session import FakeSession
from tests.support.keyboard import controls, spoken

FORMER, NEW = "correct horse", "battery staple"


@pytest.fixture
def row(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[PassphraseRow]:
    window = SettingsWindow(session, look, background)
    window.show()
    qtbot.waitUntil(window.passphrase.button.isEnabled)
    yield window.passphrase
    window.close()
    qtbot.waitUntil(lambda: not isValid(window))


def opened(row: PassphraseRow) -> PassphraseWindow:
    row.button.click()
    window = row.window_of.window
    assert isinstance(window, PassphraseWindow)
    return window


def enter(window: PassphraseWindow, former: str, new: str, again: str) -> None:
    window.former.setText(former)
    window.new.setText(new)
    window.again.setText(again)
    QTest.keyClick(window.again, Qt.Key.Key_Return)


def test_a_passphrase_is_set_by_typing_it_twice(qtbot: QtBot, row: PassphraseRow, session: FakeSession) -> None:
    assert row.state.text() == NOT_ASKED
    window = opened(row)
    assert not window.former.isVisible()
    assert not window.stop.isVisible()
    enter(window, "", NEW, NEW)
    qtbot.waitUntil(lambda: row.state.text() == ASKED)
    assert session.passphrase == NEW


@pytest.mark.parametrize(
    ("new", "again", "said"),
    [
        ("short", "short", "Choose at least 8 characters"),
        ("", "", "Choose at least 8 characters"),
        (NEW, NEW + "s", "The two passphrases differ"),
    ],
)
def test_a_short_or_mistyped_one_is_not_set(row: PassphraseRow, session: FakeSession, new: str, again: str, said: str) -> None:
    window = opened(row)
    enter(window, "", new, again)
    assert said in window.problem.text()
    assert session.passphrase == ""


def test_it_is_changed_and_given_up_only_by_who_knows_it(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> None:
    session.passphrase = FORMER
    window = PassphraseWindow(session, look, background, is_set=True)
    window.show()
    enter(window, "wrong", NEW, NEW)
    qtbot.waitUntil(lambda: window.problem.text() == "Nothing was changed. This passphrase does not open your mail: try again.")
    assert session.passphrase == FORMER
    window.former.setText("wrong")
    window.stop.click()
    qtbot.waitUntil(window.stop.isEnabled)
    assert session.passphrase == FORMER
    window.former.setText(FORMER)
    with qtbot.waitSignal(window.changed):
        window.stop.click()
    assert session.passphrase == ""


def test_what_could_not_be_written_is_said(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> None:
    session.error = StoreFull("The disk is full: free some space and try again.")
    window = PassphraseWindow(session, look, background, is_set=False)
    qtbot.addWidget(window)
    window.show()
    enter(window, "", NEW, NEW)
    qtbot.waitUntil(lambda: "The disk is full" in window.problem.text())
    assert session.passphrase == ""


def test_everything_has_a_name_and_escape_forgets_what_was_typed(qtbot: QtBot, row: PassphraseRow, session: FakeSession) -> None:
    window = opened(row)
    assert all(spoken(widget) for widget in controls(window))
    window.new.setText(NEW)
    window.activateWindow()
    window.new.setFocus()
    qtbot.waitUntil(window.new.hasFocus)
    QTest.keyClick(window.new, Qt.Key.Key_Escape)
    assert window.new.text() == ""
    assert session.passphrase == ""
