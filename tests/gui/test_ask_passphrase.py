"""The question for the passphrase before there is a window."""

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.app import ask_passphrase
from securemail_desktop.gui.lock_page import LockPage
from securemail_desktop.store.errors import PassphraseNeeded


def asked() -> tuple[QWidget, LockPage]:
    window = next(w for w in QApplication.topLevelWidgets() if w.isVisible() and w.findChild(LockPage))
    page = window.findChild(LockPage)
    assert isinstance(page, LockPage)
    return window, page


def test_it_is_asked_until_it_is_right(qtbot: QtBot) -> None:
    for problem, words in (("", "battery"), ("This passphrase does not open your mail: try again.", "correct horse")):

        def answer(problem: str = problem, words: str = words) -> None:
            _, page = asked()
            assert page._problem.text() == problem
            page.passphrase.setText(words)
            qtbot.keyClick(page.passphrase, Qt.Key.Key_Return)

        QTimer.singleShot(100, answer)
        assert ask_passphrase(problem) == words


def test_closing_the_question_opens_nothing(qtbot: QtBot) -> None:
    def close() -> None:
        window, _ = asked()
        window.close()

    QTimer.singleShot(100, close)
    with pytest.raises(PassphraseNeeded):
        ask_passphrase("")
