"""One scroll bar in the compose window: the page's, or the text's."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.look import Look
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Recipient
from tests.support.fake_session import FakeSession

LINE = "Shall we meet at noon?\n"
MANY = tuple(parse_address(f"person.{number}@ward.example") for number in range(8))


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[ComposeWindow]:
    window = ComposeWindow(session, session.new_draft(), look, background, timedelta(0))
    window.resize(360, 480)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    yield window
    window.deleteLater()


def test_a_window_is_laid_out_before_it_is_seen(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> None:
    draft = replace(session.new_draft(), recipients=tuple(map(Recipient, MANY[:2])))
    window = ComposeWindow(session, draft, look, background, timedelta(0))
    window.show()
    field = window._form.to
    assert field.height() <= field.chips.height() + field.line.sizeHint().height() + 4
    window.deleteLater()


def bars(window: ComposeWindow) -> tuple[bool, bool]:
    """Return whether the page has a bar, and whether the text has one."""
    form = window._form
    return form.writingScroll.verticalScrollBar().isVisible(), form.body.verticalScrollBar().isVisible()


def line_at(window: ComposeWindow) -> int:
    """Return how many pixels beneath the page's edge the cursor stands."""
    body = window._form.body
    return body.viewport().mapTo(window._form.writingScroll, body.cursorRect().center()).y()


def test_the_page_is_scrolled_where_addresses_leave_little(qtbot: QtBot, window: ComposeWindow) -> None:
    window._form.to.set_addresses(MANY)
    window._form.body.setPlainText(LINE * 14 + "検査結果")
    qtbot.waitUntil(lambda: bars(window) == (True, False))


def test_a_text_higher_than_the_page_is_scrolled_itself(qtbot: QtBot, window: ComposeWindow) -> None:
    window._form.to.set_addresses(MANY)
    window._form.body.setPlainText(LINE * 400)
    qtbot.waitUntil(lambda: bars(window) == (False, True))


def test_with_few_addresses_the_page_stands_still(qtbot: QtBot, window: ComposeWindow) -> None:
    window._form.body.setPlainText(LINE * 40)
    qtbot.waitUntil(lambda: bars(window) == (False, True))
    assert window._form.writingScroll.verticalScrollBar().maximum() == 0


def test_the_page_follows_the_cursor(qtbot: QtBot, window: ComposeWindow) -> None:
    form = window._form
    form.to.set_addresses(MANY)
    form.body.setPlainText(LINE * 14)
    qtbot.waitUntil(lambda: bars(window) == (True, False))
    form.body.setFocus()
    form.writingScroll.verticalScrollBar().setValue(0)
    form.body.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.waitUntil(lambda: 0 <= line_at(window) <= form.writingScroll.height())
