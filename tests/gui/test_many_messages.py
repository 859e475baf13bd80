"""Several messages at once: selected by key, whether they were looked at or not, dragged to a folder, and their menu."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from securemail_desktop.gui import dragging
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.folder_list import FolderList
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.message_table import MessageTable
from securemail_desktop.gui.private_folder import PrivateFolder
from tests.gui.conftest import UNDO  # type: ignore[import-not-found]  # pytest puts the checkout on the path
from tests.support.fake_mail import ARCHIVE, INBOX, JUNK, TRASH
from tests.support.fake_session import FakeSession

pytestmark = [
    pytest.mark.slow,  # many seconds together
    pytest.mark.qt_log_ignore("does not support raise", "does not support grabbing"),  # the offscreen platform says so
]
MANY = 450


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, look: Look, background: Background, tmp_path: Path) -> Iterator[MainWindow]:
    session.mail.fill(INBOX, MANY)
    main = MainWindow(session, look, background, UNDO)
    main._mail.saver._folder = PrivateFolder(tmp_path / "opened")
    main.resize(1200, 760)
    main.show()
    main.activateWindow()
    qtbot.waitUntil(lambda: table(main).messages.rowCount() == MANY and not main._mailbox._looking)
    table(main).setFocus()
    yield main
    main.deleteLater()


def table(window: MainWindow) -> MessageTable:
    return window._mail.list.table


def count(window: MainWindow) -> str:
    return window._mail.list._form.count.text()


def select_all(qtbot: QtBot, window: MainWindow) -> None:
    table(window).go_to(0)
    qtbot.keyClick(table(window), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)


def test_all_are_moved_though_few_were_looked_at(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    select_all(qtbot, window)
    qtbot.waitUntil(lambda: count(window) == f"{MANY} selected")
    assert len(table(window).chosen()) < MANY
    qtbot.keyClick(table(window), Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: len(session.mail.rows[TRASH]) == MANY)
    qtbot.waitUntil(lambda: window._form.statusText.text() == f"{MANY} messages moved to Trash.")
    assert window._form.statusButton.isVisible()
    qtbot.waitUntil(lambda: table(window).messages.rowCount() == 0)


def test_all_are_flagged_at_once(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    select_all(qtbot, window)
    qtbot.keyClick(table(window), Qt.Key.Key_S)
    qtbot.waitUntil(lambda: all(row.flagged for row in session.mail.rows[INBOX]))
    assert table(window).count() == MANY


def test_nothing_is_done_to_other_messages_when_the_folder_has_changed(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    select_all(qtbot, window)
    session.mail.put(INBOX, "Just came")
    qtbot.keyClick(table(window), Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "has just changed" in window._form.statusText.text())
    assert session.mail.rows[TRASH] == []


def dropped(view: FolderList, name: str, data: QMimeData) -> tuple[bool, bool]:
    """Drag the data over a folder and drop it; return whether it was taken on the way and at the end."""
    row = next(row for row in range(view.places.rowCount()) if view.places.index(row).data() == name)
    point = view.visualRect(view.places.index(row)).center()
    action, left, none = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    view.dragEnterEvent(QDragEnterEvent(point, action, data, left, none))
    over = QDragMoveEvent(point, action, data, left, none)
    view.dragMoveEvent(over)
    assert view.over == (row if over.isAccepted() else -1)
    drop = QDropEvent(QPointF(point), action, data, left, none, QEvent.Type.Drop)
    view.dropEvent(drop)
    assert view.over == -1
    return over.isAccepted(), drop.isAccepted()


def test_messages_are_dragged_to_a_folder(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    table(window).go_to(1)
    assert dropped(window._form.folders, "Junk", dragging.marked()) == (True, True)
    qtbot.waitUntil(lambda: [row.subject for row in session.mail.rows[JUNK]] == [f"Message {MANY - 2}"])


@pytest.mark.parametrize("name", ["Inbox", "Outbox", "Projects"])
def test_where_messages_cannot_go_they_are_not_taken(window: MainWindow, name: str) -> None:
    table(window).go_to(1)
    assert dropped(window._form.folders, name, dragging.marked()) == (False, False)


def test_what_other_programs_drag_is_not_taken(window: MainWindow) -> None:
    data = QMimeData()
    data.setText("anything")
    assert dropped(window._form.folders, "Junk", data) == (False, False)
    window._form.folders.dragLeaveEvent(QDragLeaveEvent())


def test_what_travels_and_its_picture_say_nothing_of_a_message(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []
    real = dragging._label
    monkeypatch.setattr(dragging, "_label", lambda text, *rest: texts.append(text) or real(text, *rest))
    monkeypatch.setattr(dragging.QDrag, "exec", lambda *_: Qt.DropAction.IgnoreAction)
    table(window).go_to(0)
    table(window).startDrag(Qt.DropAction.MoveAction)
    select_all(qtbot, window)
    table(window).startDrag(Qt.DropAction.MoveAction)
    assert texts == ["1 message", f"{MANY} messages"]
    assert dragging.marked().formats() == [dragging.MARK]


def menu_at(window: MainWindow, reason: QContextMenuEvent.Reason, at: QPoint) -> QMenu | None:
    view = table(window)
    view.contextMenuEvent(QContextMenuEvent(reason, at, view.viewport().mapToGlobal(at)))
    shown = QApplication.activePopupWidget()
    return shown if isinstance(shown, QMenu) else None


@pytest.mark.parametrize("reason", [QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard])
def test_a_row_has_a_menu_with_all_that_can_be_done(
    qtbot: QtBot, window: MainWindow, session: FakeSession, reason: QContextMenuEvent.Reason
) -> None:
    table(window).go_to(0)
    menu = menu_at(window, reason, table(window).visualRect(table(window).currentIndex()).center())
    assert menu is not None
    labels = [action.text().replace("&", "") for action in menu.actions()]
    assert labels == ["Reply", "Reply all", "Forward", "Archive", "Delete", "Flag", "Mark as unread", "Move to", "Print…", "View source"]
    menu.actions()[3].trigger()
    menu.close()
    qtbot.waitUntil(lambda: len(session.mail.rows[ARCHIVE]) == 1)


def test_where_nothing_is_selected_there_is_no_menu(window: MainWindow) -> None:
    table(window).clearSelection()
    assert menu_at(window, QContextMenuEvent.Reason.Mouse, table(window).visualRect(table(window).messages.index(3)).center()) is None


def test_a_hundred_thousand_are_selected_without_being_read(qtbot: QtBot, window: MainWindow, session: FakeSession) -> None:
    session.mail.fill(INBOX, 100_000)
    window._mailbox.refresh()
    qtbot.waitUntil(lambda: table(window).messages.rowCount() == 100_000)
    session.mail.calls.clear()
    select_all(qtbot, window)
    assert count(window) == "100,000 selected"
    assert len([call for call in session.mail.calls if call.startswith("listing")]) <= 2
