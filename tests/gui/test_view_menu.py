"""What a list shows and in which order: chosen in a menu, said in words, kept where it should be."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.mail_tools import Act
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.view_menu import ONLY, ORDERS
from securemail_desktop.store.shown import Only, Order
from tests.gui.conftest import UNDO  # type: ignore[import-not-found]  # pytest puts the checkout on the path
from tests.support.fake_mail import INBOX, SENT, TRASH
from tests.support.fake_session import FakeSession

pytestmark = [
    pytest.mark.slow,  # many seconds together
    pytest.mark.qt_log_ignore("does not support raise", "does not support grabbing"),  # the offscreen platform says so
]


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[MainWindow]:
    for subject, seen, flagged in (("Cherry", True, False), ("Apple", False, False), ("Banana", True, True)):
        session.mail.put(INBOX, subject, seen=seen, flagged=flagged)
    session.mail.put(SENT, "Sent", seen=True)
    main = MainWindow(session, look, background, UNDO)
    main.resize(1200, 760)
    main.show()
    main.activateWindow()
    qtbot.waitUntil(lambda: subjects(main) == ["Banana", "Apple", "Cherry"] and not main._mailbox._looking)
    yield main
    main.deleteLater()


def subjects(window: MainWindow) -> list[str]:
    messages = window._mail.list.table.messages
    return [messages.index(row).data() for row in range(messages.rowCount())]


def button(window: MainWindow) -> str:
    return window._mail.list._form.viewButton.accessibleName()


def test_the_menu_is_opened_by_key_and_its_letters_differ(qtbot: QtBot, window: MainWindow) -> None:
    view = window._mail.list.view
    qtbot.keyClick(window._mail.list._form.viewButton, Qt.Key.Key_Space)
    assert view._menu.isVisible()
    ticked = [action.text() for action in view._menu.actions() if action.isChecked()]
    assert ticked == [ONLY[Only.ALL], ORDERS[Order.NEWEST]]
    view._menu.close()
    letters = [label[label.index("&") + 1].lower() for label in (*ONLY.values(), *ORDERS.values())]
    assert len(set(letters)) == len(letters)


def test_another_order_is_shown_said_and_kept(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    view = window._mail.list.view
    view._actions[Order.SUBJECT].trigger()
    qtbot.waitUntil(lambda: subjects(window) == ["Apple", "Banana", "Cherry"])
    assert button(window) == "Show and sort: All messages, By subject"
    window._leave()
    assert session.preferences.get("order") == "subject"


def test_only_unread_ones_are_shown_and_the_one_that_is_read_stays(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    view = window._mail.list.view
    view.choose(Only.UNREAD)
    qtbot.waitUntil(lambda: subjects(window) == ["Apple"])
    assert window._mail.list._form.count.text() == "1 unread"
    window._mail.list.table.go_to(0)
    qtbot.waitUntil(lambda: session.mail.rows[INBOX][1].seen, timeout=5000)
    window._mailbox.refresh()
    qtbot.waitUntil(lambda: not window._mailbox._looking)
    assert subjects(window) == ["Apple"]


def test_where_nothing_belongs_to_the_view_it_says_so_with_the_way_out(qtbot: QtBot, window: MainWindow) -> None:
    window._mail.list.view.choose(Only.ATTACHED)
    state = window._mail.list._form.state
    qtbot.waitUntil(lambda: state.title == "Nothing with files")
    state.button.click()
    qtbot.waitUntil(lambda: len(subjects(window)) == 3)


def test_another_folder_shows_all_in_the_same_order(qtbot: QtBot, window: MainWindow) -> None:
    view = window._mail.list.view
    view.choose(Only.FLAGGED)
    view.choose(Order.SENDER)
    qtbot.waitUntil(lambda: subjects(window) == ["Banana"])
    folders = window._form.folders
    folders.setCurrentIndex(
        folders.places.index(next(r for r in range(folders.places.rowCount()) if folders.places.index(r).data() == "Sent"))
    )
    qtbot.waitUntil(lambda: subjects(window) == ["Sent"])
    assert (view.only, view.order) == (Only.ALL, Order.SENDER)
    assert view.shown("sent", -1).order is Order.RECIPIENT


def test_what_was_kept_is_put_on_and_nonsense_is_not(window: MainWindow) -> None:
    view = window._mail.list.view
    view.sort("oldest")
    assert view.order is Order.OLDEST
    view.sort("of a later version")
    assert view.order is Order.OLDEST


def test_the_message_that_is_read_can_be_answered_and_deleted_where_the_view_has_taken_it_out(
    qtbot: QtBot, window: MainWindow, session: FakeSession
) -> None:
    page = window._mail
    page.list.table.go_to(2)
    qtbot.waitUntil(lambda: page.pane.reading is not None)
    page.list.view.choose(Only.FLAGGED)
    qtbot.waitUntil(lambda: subjects(window) == ["Banana"])
    page.list.table.clearSelection()
    assert page.tools.buttons["reply"].isEnabled()
    page.tools._press(Act.DELETE)
    qtbot.waitUntil(lambda: [row.subject for row in session.mail.rows[TRASH]] == ["Cherry"])
    qtbot.waitUntil(lambda: page.pane.reading is None)
    assert not page.tools.buttons["reply"].isEnabled()
