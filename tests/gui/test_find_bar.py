"""Finding words in a message: by keyboard, in plain text and in a layout, and nothing of it is kept."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look, Scheme
from securemail_desktop.gui.main_window import MainWindow
from tests.gui.conftest import UNDO  # type: ignore[import-not-found]  # pytest puts the checkout on the path
from tests.support.fake_mail import INBOX, Content
from tests.support.fake_session import FakeSession

pytestmark = [
    pytest.mark.slow,
    pytest.mark.qt_log_ignore("does not support raise", "does not support grabbing"),
]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PLAIN = "Her HbA1c is 7.1 %.\n" + "words\n" * 200 + "Repeat HbA1c on Monday.\n" + "words\n" * 200 + "hba1c"
HTML = "<table><tr><td>Her <b>HbA1c</b></td></tr></table>" + "<p>words</p>" * 200 + "<p>Repeat Hb<i>A1c</i></p>"


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[MainWindow]:
    session.mail.put(INBOX, "Layout", Content("", HTML))
    session.mail.put(INBOX, "Plain", Content(PLAIN))
    main = MainWindow(session, look, background, UNDO)
    main.resize(1200, 700)
    main.show()
    main.activateWindow()
    qtbot.waitUntil(lambda: main._mail.list.table.messages.rowCount() == 2 and not main._mailbox._looking)
    yield main
    main.deleteLater()


def read(qtbot: QtBot, window: MainWindow, row: int) -> None:
    table = window._mail.list.table
    table.go_to(row)
    view = table.current
    assert view is not None
    qtbot.waitUntil(lambda: window._mail.pane.reading is not None and window._mail.pane.reading.view.id == view.id)
    window._mail.pane.focus_text()


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.focusWidget() or window, key, modifier)


def look_for(qtbot: QtBot, window: MainWindow, words: str) -> None:
    press(window, Qt.Key.Key_F, CTRL)
    find = window._mail.pane.finder
    assert find.line.hasFocus()
    QTest.keyClicks(find.line, words)
    qtbot.waitUntil(lambda: not find._settle.isActive())


@pytest.mark.parametrize(("row", "many"), [(0, 3), (1, 2)])
def test_every_place_is_found_and_gone_to_by_keys(qtbot: QtBot, window: MainWindow, row: int, many: int) -> None:
    read(qtbot, window, row)
    look_for(qtbot, window, "hba1c")
    find, body = window._mail.pane.finder, window._mail.pane.body
    assert find.count.text() == f"1 of {many}"
    assert body.textCursor().selectedText() == "HbA1c"
    press(window, Qt.Key.Key_F3)
    assert find.count.text() == f"2 of {many}"
    assert body.verticalScrollBar().value() > 0
    assert body.viewport().rect().contains(body.cursorRect())
    press(window, Qt.Key.Key_F3, SHIFT)
    press(window, Qt.Key.Key_F3, SHIFT)
    assert find.count.text() == f"{many} of {many}"
    assert len(body.extraSelections()) == many - 1


def test_what_is_not_there_is_said_and_escape_leads_back_to_the_text(qtbot: QtBot, window: MainWindow) -> None:
    read(qtbot, window, 0)
    look_for(qtbot, window, "sarcoma")
    find = window._mail.pane.finder
    assert find.count.text() == "Not found"
    assert find.count.accessibleName() == "Not found"
    assert not find.next.isEnabled()
    press(window, Qt.Key.Key_Escape)
    assert not find.is_open
    assert window._mail.pane.body.hasFocus()
    assert not window._mail.pane.body.extraSelections()


def test_another_message_is_searched_for_the_same_words(qtbot: QtBot, window: MainWindow) -> None:
    read(qtbot, window, 0)
    look_for(qtbot, window, "hba1c")
    read(qtbot, window, 1)
    assert window._mail.pane.finder.count.text() == "1 of 2"


def test_zooming_and_another_scheme_keep_the_place_that_was_found(qtbot: QtBot, window: MainWindow, look: Look) -> None:
    read(qtbot, window, 1)
    look_for(qtbot, window, "repeat")
    body = window._mail.pane.body
    body.step_zoom(2)
    look.apply(Scheme.DARK)
    assert window._mail.pane.finder.count.text() == "1 of 1"
    assert body.textCursor().selectedText() == "Repeat"


def test_a_bar_that_was_not_used_leaves_the_keyboard_where_it_is(window: MainWindow) -> None:
    window._form.folders.setFocus()
    window._mail.pane.finder.shut()
    assert window.focusWidget() is window._form.folders


def test_ctrl_f_in_the_list_searches_the_folder(qtbot: QtBot, window: MainWindow) -> None:
    read(qtbot, window, 0)
    window._mail.list.table.setFocus()
    press(window, Qt.Key.Key_F, CTRL)
    assert window._mail.list.search.hasFocus()
    assert not window._mail.pane.finder.is_open


def test_a_lock_forgets_what_was_looked_for(qtbot: QtBot, window: MainWindow) -> None:
    read(qtbot, window, 0)
    look_for(qtbot, window, "Maria Lopez")
    window._mail.forget()
    assert not window._mail.pane.finder.is_open
    assert not window._mail.pane.finder.line.text()
