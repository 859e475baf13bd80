"""The search through all folders: rows of this machine at once, what servers find afterwards; each row says where it is."""

from collections.abc import Iterator
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from securemail_desktop.accounts.errors import Unreachable
from securemail_desktop.gui import search_scope
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.message_list import MessageList
from securemail_desktop.gui.search_scope import HONEST
from securemail_desktop.store.shown import Only
from tests.gui.conftest import UNDO  # type: ignore[import-not-found]  # pytest puts the checkout on the path
from tests.support.fake_mail import INBOX, Content
from tests.support.fake_session import FakeSession


@pytest.fixture
def session() -> FakeSession:
    session = FakeSession()
    names = {folder.role: folder.id for folder in session.mail.folders()}
    session.mail.put(INBOX, "Potassium of today")
    session.mail.put(INBOX, "Rota")
    session.mail.put(names["sent"], "Re: Potassium")
    session.mail.put(names["trash"], "Potassium, old")
    session.mail.put(names["archive"], "Lab results", Content("The potassium was high."))
    return session


@pytest.fixture
def main(qtbot: QtBot, session: FakeSession, look: Look, background: Background, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    monkeypatch.setattr(search_scope, "ASK_MS", 10)
    window = MainWindow(session, look, background, UNDO)
    window.show()
    qtbot.waitUntil(lambda: window._mail.list.table.messages.rowCount() == 2)
    yield window
    session.mail.gate.set()
    window.deleteLater()


@pytest.fixture
def messages(main: MainWindow) -> MessageList:
    return main._mail.list


def subjects(messages: MessageList) -> list[str]:
    model = messages.table.messages
    return [view.subject for row in range(model.rowCount()) if (view := model.message(row))]


def search(qtbot: QtBot, messages: MessageList, text: str) -> None:
    messages.search.setText(text)
    QTest.keyClick(messages.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: messages._known)


def test_the_folder_is_searched_first_and_the_way_further_stands_beneath(qtbot: QtBot, messages: MessageList) -> None:
    assert not messages.scope.isVisible()
    search(qtbot, messages, "potassium")
    assert subjects(messages) == ["Potassium of today"]
    assert messages.scope.button.isVisible()
    assert not messages.scope.told.isVisible()
    assert messages.search.accessibleName() == "Search this folder"


def test_all_folders_are_searched_by_one_press_and_servers_find_more(qtbot: QtBot, messages: MessageList, session: FakeSession) -> None:
    search(qtbot, messages, "potassium")
    session.mail.gate.clear()
    messages.scope.button.setFocus()
    QTest.keyClick(messages.scope.button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(subjects(messages)) == 3)
    assert set(subjects(messages)) == {"Potassium of today", "Re: Potassium", "Potassium, old"}
    qtbot.waitUntil(lambda: "search potassium" in session.mail.calls)
    assert messages.scope.told.text() == f"{HONEST} Looking on the servers too…"
    assert messages.search.accessibleName() == "Search all folders"
    session.mail.gate.set()
    qtbot.waitUntil(lambda: "Lab results" in subjects(messages))
    assert messages.scope.told.text() == HONEST


def test_a_row_says_its_folder_and_names_whom_it_went_to(qtbot: QtBot, messages: MessageList) -> None:
    search(qtbot, messages, "potassium")
    messages.scope.button.click()
    qtbot.waitUntil(lambda: len(subjects(messages)) >= 3)
    model = messages.table.messages
    spoken = {str(model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(model.rowCount())}
    assert any("To alice@clinic.example. Re: Potassium." in said and said.endswith("In Sent.") for said in spoken)
    assert any("Potassium, old." in said and said.endswith("In Trash.") for said in spoken)


def test_it_goes_back_to_the_folder_by_the_same_button_and_with_another_folder(
    qtbot: QtBot, main: MainWindow, messages: MessageList
) -> None:
    search(qtbot, messages, "potassium")
    messages.scope.button.click()
    qtbot.waitUntil(lambda: len(subjects(messages)) >= 3)
    messages.scope.button.click()
    qtbot.waitUntil(lambda: subjects(messages) == ["Potassium of today"])
    assert messages.table.messages.places == {}
    messages.scope.button.click()
    qtbot.waitUntil(lambda: len(subjects(messages)) >= 3)
    messages.search.clear()
    messages._search_now()
    qtbot.waitUntil(lambda: len(subjects(messages)) == 2)
    assert not messages.scope.isVisible()


def test_an_older_search_is_given_up_when_another_word_is_typed(qtbot: QtBot, messages: MessageList, session: FakeSession) -> None:
    asked: list[bool] = []
    going = Event()

    def slow(words: str, wanted: object) -> None:
        going.wait(10)
        asked.append(wanted())  # type: ignore[operator]

    session.mail.search = slow  # type: ignore[method-assign,assignment]
    search(qtbot, messages, "potassium")
    messages.scope.button.click()
    qtbot.waitUntil(lambda: not messages.scope._pause.isActive())
    search(qtbot, messages, "rota")
    qtbot.waitUntil(lambda: not messages.scope._pause.isActive())
    going.set()
    qtbot.waitUntil(lambda: asked == [False, True])


def test_servers_that_cannot_be_asked_are_said_and_what_is_here_stays(qtbot: QtBot, messages: MessageList, session: FakeSession) -> None:
    session.mail.error = Unreachable("The server mail.clinic.example does not answer: try again later.")
    search(qtbot, messages, "potassium")
    messages.scope.button.click()
    qtbot.waitUntil(lambda: "Not all servers were searched: The server mail.clinic.example" in messages.scope.told.text())
    assert len(subjects(messages)) == 3


def test_deleting_what_lies_in_the_trash_asks_wherever_it_was_found(
    qtbot: QtBot, main: MainWindow, messages: MessageList, session: FakeSession
) -> None:
    search(qtbot, messages, "potassium")
    messages.scope.button.click()
    qtbot.waitUntil(lambda: len(subjects(messages)) >= 3)
    row = subjects(messages).index("Potassium, old")
    messages.table.go_to(row)
    messages.table.setFocus()
    QTest.keyClick(messages.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(main._mail._asking.isVisible)
    assert any(button.text() == "Delete for good" for button in main._mail._asking.findChildren(QPushButton))
    assert not [call for call in session.mail.calls if call.startswith("delete")]


@pytest.mark.parametrize("text", ["potassium", "creatinine"])
def test_tab_goes_from_the_search_to_how_far_it_goes_whatever_was_found(qtbot: QtBot, messages: MessageList, text: str) -> None:
    search(qtbot, messages, text)
    messages.search.setFocus()
    QTest.keyClick(messages.search, Qt.Key.Key_Tab)
    assert messages.window().focusWidget() is messages.scope.button


def test_who_types_fast_searches_all_folders_by_tab_and_space(qtbot: QtBot, messages: MessageList) -> None:
    messages.search.setFocus()
    QTest.keyClicks(messages.search, "potassium")
    QTest.keyClick(messages.search, Qt.Key.Key_Tab)
    assert messages.window().focusWidget() is messages.scope.button
    QTest.keyClick(messages.scope.button, Qt.Key.Key_Space)
    assert messages.window().focusWidget() is messages.scope.button
    qtbot.waitUntil(lambda: "Re: Potassium" in subjects(messages))


def test_nothing_found_says_where_was_looked(qtbot: QtBot, messages: MessageList) -> None:
    search(qtbot, messages, "high")
    state = messages._form.state
    assert state.accessibleName() == "Nothing matches “high” is in no sender, recipient or subject of this folder."
    messages.scope.button.click()
    qtbot.waitUntil(lambda: subjects(messages) == ["Lab results"])
    search(qtbot, messages, "creatinine")
    assert state.accessibleName() == "Nothing matches “creatinine” was found in no folder."


def test_a_letter_that_is_taken_back_at_once_leaves_no_way_to_search_for_nothing(messages: MessageList) -> None:
    messages.search.setText("p")
    messages.search.clear()
    messages._search_now()
    assert not messages.scope.isVisible()


def test_what_the_view_hides_is_not_said_to_be_nowhere(qtbot: QtBot, messages: MessageList) -> None:
    messages.view.choose(Only.FLAGGED)
    qtbot.waitUntil(lambda: messages._known)
    search(qtbot, messages, "potassium")
    assert messages._form.state.accessibleName() == "Nothing flagged matches Other messages may hold “potassium”."
    messages._form.state.button.click()
    qtbot.waitUntil(lambda: subjects(messages) == ["Potassium of today"])
