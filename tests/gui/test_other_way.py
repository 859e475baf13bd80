"""A sent message that somebody cannot open goes once more by another way."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.encryption.method import Method
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.private_folder import PrivateFolder
from tests.gui.conftest import UNDO  # type: ignore[import-not-found]  # pytest puts the checkout on the path
from tests.support.fake_mail import ALICE, INBOX, SENT, Content
from tests.support.fake_session import FakeSession

pytestmark = [pytest.mark.qt_log_ignore("does not support raise", "does not support grabbing"), pytest.mark.slow]
BOB, CAROL = "bob@hospital.example", "carol@lab.example"


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, look: Look, background: Background, tmp_path: Path) -> Iterator[MainWindow]:
    session.mail.put(INBOX, "Received")
    session.mail.put(SENT, "Result", Content("Potassium", cc=CAROL), sender=str(ALICE.spec), to=BOB)
    main = MainWindow(session, look, background, UNDO)
    main._mail.saver._folder = PrivateFolder(tmp_path / "opened")
    main.resize(1200, 760)
    main.show()
    main.activateWindow()
    qtbot.waitUntil(lambda: main._mail.list.table.messages.rowCount() == 1 and not main._mailbox._looking)
    yield main
    for child in main._composing:
        if isValid(child):
            child.deleteLater()
    main.deleteLater()


def read(qtbot: QtBot, window: MainWindow, folder: str, subject: str) -> None:
    folders = window._form.folders
    row = next(row for row in range(folders.places.rowCount()) if folders.places.index(row).data() == folder)
    folders.setCurrentIndex(folders.places.index(row))
    table = window._mail.list.table
    qtbot.waitUntil(lambda: table.messages.rowCount() == 1 and table.messages.index(0).data() == subject)
    table.setFocus()
    table.go_to(0)
    qtbot.waitUntil(lambda: window._mail.pane.reading is not None and window._mail.pane.reading.view.subject == subject)


def labels(qtbot: QtBot, window: MainWindow) -> list[str]:
    tools = window._mail.tools
    qtbot.keyClick(tools.buttons["more"], Qt.Key.Key_Space)
    found = [action.text().replace("&", "") for action in tools.menu.actions()]
    tools.menu.close()
    return found


def choices(window: MainWindow) -> dict[str, QPushButton]:
    return {b.accessibleName(): b for b in window._other_way._sheet.findChildren(QPushButton) if not b.isHidden()}


def test_only_a_sent_message_offers_it(qtbot: QtBot, window: MainWindow) -> None:
    read(qtbot, window, "Inbox", "Received")
    assert "They can’t open it…" not in labels(qtbot, window)
    qtbot.keyClick(window._mail.list.table, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert not window._other_way._sheet.isVisible()
    read(qtbot, window, "Sent", "Result")
    assert "They can’t open it…" in labels(qtbot, window)


def ask(qtbot: QtBot, window: MainWindow) -> None:
    read(qtbot, window, "Sent", "Result")
    qtbot.keyClick(window._mail.list.table, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(window._other_way._sheet.isVisible)


def test_whom_it_concerns_is_asked_and_his_way_is_marked(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    session.means[BOB] = Method.SMIME
    ask(qtbot, window)
    assert [name for name in choices(window) if "@" in name] == [BOB, CAROL]
    qtbot.keyClick(choices(window)[BOB], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(window._composing) == 1)
    assert [r.address.key for r in window._composing[0]._editor.draft().recipients] == [BOB]
    assert [call for call in session.keys.calls if call.startswith("cannot")] == [f"cannot open smime:{BOB}"]
    assert "no longer written to in the way that was used" in window._form.statusText.text()


def test_what_is_not_sealed_marks_nothing(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    session.means[CAROL] = Method.TLS
    ask(qtbot, window)
    qtbot.keyClick(choices(window)[CAROL], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(window._composing) == 1)
    assert not [call for call in session.keys.calls if call.startswith("cannot")]
    assert "nothing has to be opened" in window._form.statusText.text()


def test_never_mind_does_nothing(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    ask(qtbot, window)
    qtbot.keyClick(window._other_way._sheet, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window._other_way._sheet.isVisible())
    assert not [call for call in session.mail.calls if call.startswith("again")]
