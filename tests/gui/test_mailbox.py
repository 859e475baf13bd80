"""The mailbox by keyboard: folders, list, reading pane, and what can be done with a message."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.accounts.errors import Unreachable
from securemail_desktop.encryption.opened import Part
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.breaking import whole
from securemail_desktop.gui.folder_model import Kind
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.main_window import MainWindow
from securemail_desktop.gui.message_table import MessageTable
from securemail_desktop.gui.private_folder import PrivateFolder
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.display.link import read_link
from securemail_desktop.message.draft import Recipient
from tests.gui.conftest import UNDO  # type: ignore[import-not-found]  # pytest puts the checkout on the path
from tests.support.fake_mail import ARCHIVE, INBOX, JUNK, OTHER, SENT, TRASH, Content, FakeMail
from tests.support.fake_session import FakeSession

pytestmark = [
    pytest.mark.slow,  # many seconds together
    pytest.mark.qt_log_ignore("does not support raise", "does not support grabbing"),  # the offscreen platform says so
]
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PDF = Part("application/pdf", "result.pdf", b"%PDF")
EXE = Part("application/octet-stream", "result.pdf.exe", b"MZ")


@pytest.fixture
def mail(session: FakeSession) -> FakeMail:
    for subject in ("Oldest", "Middle", "Newest"):
        session.mail.put(INBOX, subject)
    return session.mail


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, mail: FakeMail, look: Look, background: Background, tmp_path: Path) -> Iterator[MainWindow]:
    main = MainWindow(session, look, background, UNDO)
    main._mail.saver._folder = PrivateFolder(tmp_path / "opened")
    main.resize(1200, 760)
    main.show()
    main.activateWindow()
    qtbot.waitUntil(lambda: main._mail.list.table.messages.rowCount() == len(mail.rows[INBOX]) and not main._mailbox._looking)
    table(main).setFocus()
    yield main
    for child in main._composing:
        if isValid(child):
            child.deleteLater()
    main.deleteLater()


def table(window: MainWindow) -> MessageTable:
    return window._mail.list.table


def read(qtbot: QtBot, window: MainWindow, row: int = 0) -> None:
    table(window).go_to(row)
    view = table(window).current
    assert view is not None
    qtbot.waitUntil(lambda: window._mail.pane.reading is not None and window._mail.pane.reading.view.id == view.id)


def subjects(window: MainWindow) -> list[str]:
    messages = table(window).messages
    return [messages.index(row).data() for row in range(messages.rowCount())]


def go_to(window: MainWindow, name: str) -> None:
    folders = window._form.folders
    row = next(row for row in range(folders.places.rowCount()) if folders.places.index(row).data() == name)
    folders.setCurrentIndex(folders.places.index(row))


def status(window: MainWindow) -> str:
    return window._form.statusText.text()


def test_the_inbox_is_shown_at_first_and_nothing_is_opened_by_itself(window: MainWindow, mail: FakeMail) -> None:
    assert window._form.folders.currentIndex().data() == "Inbox"
    assert subjects(window) == ["Newest", "Middle", "Oldest"]
    assert window._mail.pane._form.state.title == "Choose a message to read it"
    assert not [call for call in mail.calls if call.startswith(("read", "mark"))]
    assert "Newest" not in window.windowTitle()


def test_reading_by_arrow_keys_marks_as_seen_after_a_moment(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    qtbot.keyClick(table(window), Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: window._mail.pane.reading is not None)
    assert window._mail.pane._form.subject.text() == "Newest"
    assert window._mail.pane.body.toPlainText() == "The text of Newest."
    assert not mail.rows[INBOX][0].seen
    qtbot.waitUntil(lambda: mail.rows[INBOX][0].seen, timeout=4000)
    assert [row.seen for row in mail.rows[INBOX]] == [True, False, False]
    qtbot.waitUntil(lambda: window._form.folders.place.count == 2)  # type: ignore[union-attr]


def test_enter_opens_marks_at_once_and_goes_to_the_text(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    table(window).go_to(1)
    qtbot.keyClick(table(window), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: mail.rows[INBOX][1].seen)
    qtbot.waitUntil(lambda: window.focusWidget() is window._mail.pane.body)


def test_next_and_previous_by_letter(qtbot: QtBot, window: MainWindow) -> None:
    for key, subject in ((Qt.Key.Key_J, "Newest"), (Qt.Key.Key_J, "Middle"), (Qt.Key.Key_K, "Newest")):
        qtbot.keyClick(table(window), key)
        qtbot.waitUntil(lambda s=subject: window._mail.pane.reading is not None and window._mail.pane.reading.view.subject == s)


def test_who_runs_down_the_list_reads_only_where_he_stops(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    mail.gate.clear()
    table(window).go_to(0)
    qtbot.waitUntil(lambda: "read 3" in mail.calls)
    table(window).go_to(1)
    table(window).go_to(2)
    mail.gate.set()
    qtbot.waitUntil(lambda: window._mail.pane.reading is not None and window._mail.pane.reading.view.subject == "Oldest")
    assert "read 2" not in mail.calls


def test_a_message_that_can_not_be_read_says_why_and_can_be_tried_again(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    mail.error = Unreachable("The mail server does not answer.")
    table(window).go_to(0)
    state = window._mail.pane._form.state
    qtbot.waitUntil(lambda: state.title == "The mail server does not answer.")
    mail.error = None
    state.button.setFocus()
    qtbot.keyClick(state.button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window._mail.pane.reading is not None)


def test_header_shows_full_addresses_and_plain_text(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    markup = "<img src='file:///etc/passwd'><b>bold</b>"
    mail.put(
        INBOX, f"{markup}\u202e", Content("text", files=(replace(PDF, filename=f"{markup}.pdf"),)), sender='"<b>Bob</b>" <bob@lab.example>'
    )
    window._mailbox.refresh()
    qtbot.waitUntil(lambda: table(window).messages.rowCount() == 4)
    read(qtbot, window)
    pane = window._mail.pane
    assert pane._form.subject.text() == f"{markup}\ufffd"
    assert pane.header.texts["From"].text() == "<b>Bob</b> <bob@lab.example>"
    assert {label.textFormat() for label in pane.verdict.findChildren(QLabel)} == {Qt.TextFormat.PlainText}
    shown = [whole(text.toPlainText()) for text in (pane._form.subject, pane.header.texts["From"])]
    assert shown == [f"{markup}\ufffd", "<b>Bob</b> <bob@lab.example>"]
    for role in (Qt.ItemDataRole.ToolTipRole,):
        assert "<img" not in pane._files.index(0).data(role)


def test_a_name_that_poses_as_an_address_is_warned_of(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    mail.put(INBOX, "Pay now", sender='"ceo@clinic.example" <mallory@evil.example>')
    window._mailbox.refresh()
    qtbot.waitUntil(lambda: table(window).messages.rowCount() == 4)
    read(qtbot, window)
    assert "looks like an address" in window._mail.pane.verdict.accessibleName()
    assert window._mail.pane.verdict.property("tone") == "danger"


def test_many_recipients_take_few_lines(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    many = ", ".join(f"p{n}@lab.example" for n in range(10_000))
    mail.put(INBOX, "All", Content("Hello", cc=many))
    window._mailbox.refresh()
    qtbot.waitUntil(lambda: table(window).messages.rowCount() == 4)
    read(qtbot, window)
    header = window._mail.pane.header
    assert header.texts["Cc"].text().endswith("p5@lab.example and 9,994 more")
    header.all.click()
    assert header.texts["Cc"].text().endswith("p499@lab.example and 9,500 more")
    qtbot.waitUntil(lambda: window._mail.pane.body.height() > 120)


@pytest.mark.parametrize(
    ("key", "modifiers", "call"),
    [
        (Qt.Key.Key_R, CTRL, "reply 3 everyone=False"),
        (Qt.Key.Key_R, CTRL | SHIFT, "reply 3 everyone=True"),
        (Qt.Key.Key_F, CTRL | SHIFT, "forward 3"),
    ],
)
def test_answers_open_a_compose_window(
    qtbot: QtBot, window: MainWindow, mail: FakeMail, key: Qt.Key, modifiers: Qt.KeyboardModifier, call: str
) -> None:
    read(qtbot, window)
    qtbot.keyClick(table(window), key, modifiers)
    qtbot.waitUntil(lambda: len(window._composing) == 1)
    assert call in mail.calls
    assert "Newest" in window._composing[0]._form.subject.text()


def test_delete_moves_to_trash_goes_on_to_the_next_and_can_be_undone(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    read(qtbot, window, 1)
    qtbot.keyClick(table(window), Qt.Key.Key_Delete)
    assert subjects(window) == ["Newest", "Oldest"]
    qtbot.waitUntil(lambda: status(window) == "1 message moved to Trash.")
    assert [row.subject for row in mail.rows[TRASH]] == ["Middle"]
    qtbot.waitUntil(lambda: window._mail.pane.reading is not None and window._mail.pane.reading.view.subject == "Oldest")
    qtbot.keyClick(window._form.statusButton, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: subjects(window) == ["Newest", "Middle", "Oldest"])
    assert window._form.statusButton.isHidden()


def test_a_deletion_that_fails_brings_the_message_back(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    table(window).go_to(0)
    mail.error = Unreachable("The mail server does not answer.")
    qtbot.keyClick(table(window), Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: status(window) == "The mail server does not answer.")
    qtbot.waitUntil(lambda: subjects(window) == ["Newest", "Middle", "Oldest"])


def test_deleting_for_good_asks_first(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    mail.put(TRASH, "Old rubbish")
    window._mailbox.read_folders()
    go_to(window, "Trash")
    qtbot.waitUntil(lambda: subjects(window) == ["Old rubbish"])
    table(window).go_to(0)
    table(window).setFocus()
    qtbot.keyClick(table(window), Qt.Key.Key_Delete)
    sheet = window._mail._asking
    assert sheet.isVisible()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert len(mail.rows[TRASH]) == 1
    table(window).setFocus()
    qtbot.keyClick(table(window), Qt.Key.Key_Delete)
    qtbot.keyClick(next(b for b in sheet.findChildren(QPushButton) if b.property("unsafe") and not b.isHidden()), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: mail.rows[TRASH] == [])


def test_archive_flag_and_unread_by_key(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    read(qtbot, window, 2)
    qtbot.keyClick(table(window), Qt.Key.Key_S)
    qtbot.waitUntil(lambda: mail.rows[INBOX][2].flagged)
    assert window._mail.tools.buttons["flag"].accessibleName() == "Take the flag off"
    qtbot.keyClick(table(window), Qt.Key.Key_U)
    qtbot.waitUntil(lambda: "mark [1] seen=False flagged=None" in mail.calls)
    qtbot.keyClick(table(window), Qt.Key.Key_A)
    qtbot.waitUntil(lambda: [row.subject for row in mail.rows[ARCHIVE]] == ["Oldest"])
    qtbot.waitUntil(lambda: status(window) == "1 message moved to Archive.")


def test_several_messages_are_moved_together(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    table(window).go_to(0)
    qtbot.keyClick(table(window), Qt.Key.Key_Down, SHIFT)
    assert len(table(window).chosen()) == 2
    window._mail.tools.target.emit(JUNK)
    qtbot.waitUntil(lambda: status(window) == "2 messages moved to Junk.")
    qtbot.waitUntil(lambda: subjects(window) == ["Oldest"])


def test_the_menu_offers_the_folders_and_the_rest(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    read(qtbot, window)
    tools = window._mail.tools
    qtbot.keyClick(tools.buttons["more"], Qt.Key.Key_Space)
    labels = [action.text().replace("&", "") for action in tools.menu.actions()]
    assert labels == ["Mark as unread", "Move to", "Print…", "View source"]
    inside = tools.menu.actions()[1].menu()
    assert [action.text() for action in inside.actions()][-1] == "Projects / Diabetes study"  # type: ignore[attr-defined]
    inside.actions()[-1].trigger()  # type: ignore[attr-defined]
    tools.menu.close()
    qtbot.waitUntil(lambda: [row.subject for row in mail.rows[OTHER]] == ["Newest"])


def test_source_is_shown_as_text(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    read(qtbot, window)
    qtbot.keyClick(table(window), Qt.Key.Key_U, CTRL)
    qtbot.waitUntil(lambda: window._mail._source is not None)
    source = window._mail._source
    assert source is not None
    assert source.form.text.toPlainText().startswith("From: Bob Weiss")
    assert "Newest" not in source.windowTitle()
    qtbot.keyClick(source.form.text, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not isValid(source))


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Down])
def test_what_was_found_is_reached_and_read_by_one_key(qtbot: QtBot, window: MainWindow, mail: FakeMail, key: Qt.Key) -> None:
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    listed = window._mail.list
    qtbot.keyClicks(listed.search, "middle")
    qtbot.waitUntil(lambda: "found" in listed._form.count.text())
    qtbot.keyClick(listed.search, key)
    assert window.focusWidget() is listed.table
    qtbot.waitUntil(lambda: window._mail.pane.reading is not None)


def test_search_finds_says_what_it_does_not_find_and_ends_by_escape(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    qtbot.keyClick(table(window), Qt.Key.Key_K, CTRL)
    search = window._mail.list.search
    assert window.focusWidget() is search
    qtbot.keyClicks(search, "middle")
    qtbot.waitUntil(lambda: subjects(window) == ["Middle"])
    qtbot.keyClicks(search, " nothing")
    state = window._mail.list._form.state
    qtbot.waitUntil(lambda: state.title == "Nothing matches")
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: subjects(window) == ["Newest", "Middle", "Oldest"])
    assert search.text() == ""


def test_new_mail_leaves_the_selection_on_its_message(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    read(qtbot, window, 1)
    reads = len([call for call in mail.calls if call.startswith("read")])
    mail.arriving = [replace(mail.rows[INBOX][0], id=99, subject="Just in")]
    mail.contents[99] = Content("New")
    qtbot.keyClick(table(window), Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: subjects(window) == ["Just in", "Newest", "Middle", "Oldest"])
    assert table(window).currentIndex().row() == 2
    assert [index.row() for index in table(window).selectionModel().selectedRows()] == [2]
    assert len([call for call in mail.calls if call.startswith("read")]) == reads


def test_offline_says_so_and_keeps_what_is_here(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    mail.error = Unreachable("The mail server does not answer.")
    window._refresh()
    bar = window._mail.list._form.bar
    qtbot.waitUntil(bar.isVisible)
    assert bar.accessibleName() == "The mail server does not answer. What was opened before can be read."
    assert subjects(window) == ["Newest", "Middle", "Oldest"]
    mail.error = None
    bar.findChildren(QPushButton)[0].click()
    qtbot.waitUntil(lambda: not bar.isVisible())


def test_new_mail_is_looked_for_in_the_inbox_whatever_folder_is_open(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    go_to(window, "Sent")
    qtbot.waitUntil(lambda: f"refresh {SENT}" in mail.calls and not window._mailbox._looking)
    assert mail.calls.count("refresh None") == 1
    window._mailbox.refresh()
    qtbot.waitUntil(lambda: mail.calls.count("refresh None") == 2 and mail.calls.count(f"refresh {SENT}") == 2)


def test_a_folder_that_is_opened_while_the_server_is_asked_is_looked_at_afterwards(
    qtbot: QtBot, window: MainWindow, mail: FakeMail
) -> None:
    mail.gate.clear()
    window._mailbox.refresh()
    go_to(window, "Sent")
    state = window._mail.list._form.state
    qtbot.waitUntil(lambda: state.title == "Looking for mail…")
    mail.gate.set()
    qtbot.waitUntil(lambda: f"refresh {SENT}" in mail.calls)
    qtbot.waitUntil(lambda: state.title == "Nothing here")


def test_a_lock_leaves_nothing_of_a_message_and_the_unlocking_opens_it_again(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    read(qtbot, window)
    opened = window._opened = PrivateFolder(tmp_path / "mine")
    path = opened.put("a.txt", b"patient")
    window._locking.closing.emit()
    assert window._mail.pane.reading is None
    assert "Newest" not in window._mail.pane.body.toPlainText()
    assert not path.exists()
    window._locking.opened.emit()
    qtbot.waitUntil(lambda: window._mail.pane.body.toPlainText() == "The text of Newest.")


def test_a_file_that_is_unpacked_after_the_lock_is_not_opened_and_does_not_stay(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = PrivateFolder(tmp_path / "mine")
    window._opened = window._mail.saver._folder = opened
    slow, behind, shown, put = Event(), Event(), list[Path](), opened.put

    def slowly(name: str, content: bytes) -> Path:
        slow.wait(10)
        return put(name, content)

    monkeypatch.setattr(opened, "put", slowly)
    window._mail.saver.open_file = lambda path: bool(shown.append(path)) or True
    window._mail.saver.open(Part("result.txt", "text/plain", b"patient"))
    window._locking.closing.emit()
    window._background.run(window, lambda: None, lambda _: behind.set(), lambda _: None, "general")
    slow.set()
    qtbot.waitUntil(behind.is_set)
    assert shown == []
    assert not list((tmp_path / "mine").rglob("result.txt"))


def test_a_message_that_arrives_after_the_lock_is_not_shown(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    mail.gate.clear()
    table(window).go_to(0)
    qtbot.waitUntil(lambda: "read 3" in mail.calls)
    window._locking.closing.emit()
    mail.gate.set()
    qtbot.waitUntil(lambda: not window._mail._reading_now)
    assert window._mail.pane.reading is None


def test_an_empty_folder_says_so(qtbot: QtBot, window: MainWindow) -> None:
    go_to(window, "Sent")
    state = window._mail.list._form.state
    qtbot.waitUntil(lambda: state.title == "Nothing here")
    assert state.button.accessibleName() == "Look for new mail"
    assert window._mail.pane._form.state.title == "No message to read"


def test_an_answer_for_a_folder_that_was_left_is_dropped(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    mail.put(SENT, "My answer", seen=True)
    mail.gate.clear()
    table(window).go_to(0)
    qtbot.waitUntil(lambda: "read 3" in mail.calls)
    go_to(window, "Sent")
    qtbot.waitUntil(lambda: subjects(window) == ["My answer"])
    mail.gate.set()
    qtbot.waitUntil(lambda: not window._mail._reading_now)
    assert window._mail.pane.reading is None


def test_files_are_saved_only_on_request_and_under_a_clean_name(qtbot: QtBot, window: MainWindow, mail: FakeMail, tmp_path: Path) -> None:
    mail.put(INBOX, "File", Content("See it", files=(replace(PDF, filename="../../result.pdf"),)))
    window._mailbox.refresh()
    qtbot.waitUntil(lambda: table(window).messages.rowCount() == 4)
    read(qtbot, window)
    pane = window._mail.pane
    assert pane._files.index(0).data() == "result.pdf · 4 bytes"
    save = next(b for b in pane._form.fileButtons.findChildren(QPushButton) if b.accessibleName() == "Save as the attachment")
    qtbot.keyClick(save, Qt.Key.Key_Space)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    assert Path(dialog.selectedFiles()[0]).name == "result.pdf"
    dialog.fileSelected.emit(str(tmp_path / "kept.pdf"))
    dialog.close()
    qtbot.waitUntil(lambda: status(window) == "Saved as kept.pdf.")
    assert (tmp_path / "kept.pdf").read_bytes() == b"%PDF"


def test_a_program_is_opened_only_after_a_deliberate_press(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    mail.put(INBOX, "File", Content("See it", files=(EXE, PDF)))
    window._mailbox.refresh()
    qtbot.waitUntil(lambda: table(window).messages.rowCount() == 4)
    read(qtbot, window)
    opened: list[Path] = []
    window._mail.saver.open_file = lambda path: opened.append(path) is None
    files = window._mail.pane._form.fileList
    assert (
        files.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole).startswith("Attachment result.pdf.exe, 2 bytes. In spite of its name")
    )
    files.setFocus()
    qtbot.keyClick(files, Qt.Key.Key_Return)
    sheet = window._mail.sheet
    assert sheet.isVisible()
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert opened == []
    files.setCurrentIndex(files.model().index(1, 0))
    qtbot.keyClick(files, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(opened) == 1)
    assert opened[0].name == "result.pdf"
    assert opened[0].read_bytes() == b"%PDF"


def show_html(qtbot: QtBot, window: MainWindow, mail: FakeMail, html: str, sender: str = "Bob <bob@lab.example>") -> None:
    mail.put(INBOX, "Links", Content("", html), sender=sender)
    window._mailbox.refresh()
    qtbot.waitUntil(lambda: table(window).messages.rowCount() == 4)
    read(qtbot, window)


def link(window: MainWindow, href: str, text: str) -> None:
    found = read_link(href, text)
    assert found is not None
    window._mail.pane.body.link_activated.emit(found)


def test_a_deceptive_link_names_its_real_host_before_it_is_opened(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    show_html(qtbot, window, mail, "<a href='https://evil.example/x'>https://bank.example</a>")
    opened: list[str] = []
    window._mail.open_link = lambda target: opened.append(target) is None
    link(window, "https://evil.example/x", "https://bank.example")
    bar = window._mail.pane._form.bar
    assert bar.accessibleName() == "The text says bank.example, but the link leads to evil.example."
    buttons = {b.accessibleName(): b for b in bar.findChildren(QPushButton) if not b.isHidden()}
    buttons["Don’t open it"].click()
    assert not bar.isVisible()
    assert opened == []
    link(window, "https://evil.example/x", "https://bank.example")
    next(b for b in bar.findChildren(QPushButton) if b.accessibleName() == "Open evil.example" and not b.isHidden()).click()
    assert opened == ["https://evil.example/x"]


def test_an_honest_link_opens_and_one_in_a_message_that_pretends_asks(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    opened: list[str] = []
    window._mail.open_link = lambda target: opened.append(target) is None
    show_html(qtbot, window, mail, "<a href='https://lab.example/'>our site</a>", '"ceo@clinic.example" <mallory@evil.example>')
    link(window, "https://lab.example/", "our site")
    assert opened == []
    assert "leads to lab.example" in window._mail.pane._form.bar.accessibleName()
    read(qtbot, window, 1)
    link(window, "https://lab.example/", "our site")
    assert opened == ["https://lab.example/"]


def test_a_mail_link_opens_a_draft_with_the_address_alone(qtbot: QtBot, window: MainWindow) -> None:
    read(qtbot, window)
    link(window, "mailto:carol@lab.example?bcc=mallory@evil.example&body=x", "write")
    qtbot.waitUntil(lambda: len(window._composing) == 1)
    draft = window._composing[0]._editor.draft()
    assert [recipient.address.spec for recipient in draft.recipients] == ["carol@lab.example"]


def test_pictures_from_the_internet_are_not_loaded_and_it_is_said(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    show_html(qtbot, window, mail, "<p>Hello</p><img src='https://tracker.example/x.png' width='200' height='100'>")
    assert "from the internet" in window._mail.pane._form.bar.accessibleName()
    assert "Hello" in window._mail.pane.body.toPlainText()


def test_drafts_are_listed_opened_and_discarded(qtbot: QtBot, session: FakeSession, window: MainWindow) -> None:
    draft = replace(session.new_draft(), subject="<i>Half</i> a thought", recipients=(Recipient(parse_address("Bob <bob@lab.example>")),))
    session.drafts.save(draft)
    window._drafts.refresh()
    window._form.folders.go_to(Kind.DRAFTS)
    qtbot.waitUntil(lambda: window._drafts.model.rowCount() == 1)
    assert window._form.folders.place is not None
    qtbot.waitUntil(lambda: window._form.folders.place.count == 1)  # type: ignore[union-attr]
    entries = window._drafts.form.entries
    assert entries.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole).startswith("Draft. To Bob. <i>Half</i> a thought.")
    entries.setFocus()
    qtbot.keyClick(entries, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window._composing) == 1)
    assert window._composing[0]._form.subject.text() == "<i>Half</i> a thought"
    window._composing[0].close()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    entries.setFocus()
    qtbot.keyClick(entries, Qt.Key.Key_Delete)
    sheet = window._drafts.sheet
    assert sheet.isVisible()
    qtbot.keyClick(next(b for b in sheet.findChildren(QPushButton) if b.property("unsafe") and not b.isHidden()), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window._drafts.model.rowCount() == 0)


def test_the_draft_that_was_asked_about_is_discarded_though_another_came_to_its_place(
    qtbot: QtBot, session: FakeSession, window: MainWindow
) -> None:
    first = replace(session.new_draft(), subject="First", message_id="<1@x.example>")
    session.drafts.save(first)
    window._drafts.refresh()
    qtbot.waitUntil(lambda: window._drafts.model.rowCount() == 1)
    window._drafts._ask()
    session.drafts.save(replace(first, subject="Second", message_id="<2@x.example>"))  # autosave of another window
    window._drafts.refresh()
    qtbot.waitUntil(lambda: window._drafts.model.rowCount() == 2)
    assert window._drafts.form.entries.currentIndex().data() == "First"
    sheet = window._drafts.sheet
    qtbot.keyClick(next(b for b in sheet.findChildren(QPushButton) if b.property("unsafe") and not b.isHidden()), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window._drafts.model.rowCount() == 1)
    assert [draft.subject for draft in session.drafts.kept.values()] == ["Second"]


def test_f6_goes_through_the_panes_in_reading_order(qtbot: QtBot, window: MainWindow) -> None:
    read(qtbot, window)
    pane = window._mail.pane
    window._form.folders.setFocus()
    went: list[QWidget | None] = []
    for _ in range(4):
        focused = window.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_F6)
        went.append(window.focusWidget())
    assert went == [table(window), pane.body, window._form.folders, table(window)]


def test_every_control_of_the_mailbox_is_reached_by_tab_and_has_a_name(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    mail.put(INBOX, "File", Content("See it", files=(PDF,)))
    window._mailbox.refresh()
    qtbot.waitUntil(lambda: table(window).messages.rowCount() == 4)
    read(qtbot, window)
    window._form.newButton.setFocus()
    names: list[str] = []
    for _ in range(40):
        focused = window.focusWidget()
        assert focused is not None
        names.append(focused.accessibleName() or getattr(focused, "text", str)())
        if focused is window._mail.pane._form.fileButtons.findChildren(QPushButton)[-1]:
            break
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert "" not in names, names
    order = ["New message", "Folders", "Search this folder", "Messages in Inbox", "Reply", "Delete", "Message text", "Attachments"]
    positions = [names.index(name) for name in order]
    assert positions == sorted(positions)


def test_a_narrow_window_shows_one_pane_at_a_time_with_a_way_back(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(420, 700)
    panes = (window._form.sidebar, window._mail.list, window._mail.pane)
    assert [pane.isVisible() for pane in panes] == [False, True, False]
    table(window).go_to(0)
    qtbot.keyClick(table(window), Qt.Key.Key_Return)
    assert [pane.isVisible() for pane in panes] == [False, False, True]
    assert window._form.backButton.text() == "Back to Inbox"
    qtbot.waitUntil(lambda: window._mail.pane.reading is not None)
    qtbot.keyClick(window._mail.pane.body, Qt.Key.Key_Escape)
    assert [pane.isVisible() for pane in panes] == [False, True, False]
    qtbot.keyClick(table(window), Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert [pane.isVisible() for pane in panes] == [True, False, False]
    qtbot.keyClick(window._form.folders, Qt.Key.Key_Return)
    assert [pane.isVisible() for pane in panes] == [False, True, False]
    window.resize(800, 700)
    assert [pane.isVisible() for pane in panes] == [True, True, False]
    window.resize(1200, 700)
    assert [pane.isVisible() for pane in panes] == [True, True, True]


def test_a_large_folder_is_scrolled_without_reading_it_all(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    mail.fill(JUNK, 100_000)
    window._mailbox.read_folders()
    go_to(window, "Junk")
    qtbot.waitUntil(lambda: table(window).messages.rowCount() == 100_000)
    qtbot.keyClick(table(window), Qt.Key.Key_End)
    qtbot.waitUntil(lambda: table(window).messages.message(99_999) is not None)
    assert len([call for call in mail.calls if call.startswith(f"listing {JUNK}")]) < 12
    assert table(window).messages.index(99_999).data() == "Message 0"


def test_without_folders_the_window_says_how_it_goes_on(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> None:
    session.mail.folders = lambda: ()  # type: ignore[method-assign]
    session.mail.error = Unreachable("The mail server does not answer.")
    main = MainWindow(session, look, background, timedelta(0))
    qtbot.addWidget(main)
    main.show()
    qtbot.waitUntil(lambda: main._mail.list._form.state.title == "Your mail is not here yet")
    assert main._mail.list._form.bar.isVisible()


def test_widths_are_kept_until_the_next_start(
    qtbot: QtBot, session: FakeSession, window: MainWindow, look: Look, background: Background
) -> None:
    window._mail.splitter.setSizes([420, 500])
    window._mail.splitter.splitterMoved.emit(420, 1)
    wanted = window._mail.splitter.sizes()
    window.resize(500, 700)
    window.resize(1200, 760)
    qtbot.waitUntil(lambda: window._mail.splitter.sizes() == wanted)
    window.close()
    again = MainWindow(session, look, background, UNDO)
    qtbot.addWidget(again)
    again.resize(1200, 760)
    again.show()
    qtbot.waitUntil(lambda: again._mail.splitter.sizes() == wanted)


@pytest.mark.parametrize("odd", ["", "x,y", "0,0", "1", "99999999,3", "-4,5"])
def test_odd_widths_are_passed_over(window: MainWindow, odd: str) -> None:
    before = window._mail.splitter.sizes()
    window._mail.restore(odd)
    assert window._mail.splitter.sizes() == before


def test_the_copy_of_what_one_sent_is_called_so(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    mail.put(SENT, "My answer", sender="Alice Moreau <alice@clinic.example>", seen=True)
    mail.put(SENT, "Moved here", sender="Bob <bob@lab.example>", seen=True)
    go_to(window, "Sent")
    qtbot.waitUntil(lambda: len(subjects(window)) == 2)
    read(qtbot, window, 1)
    assert window._mail.pane.verdict.accessibleName() == "Your own copy."
    read(qtbot, window, 0)
    assert window._mail.pane.verdict.accessibleName().startswith("Ordinary mail")


def test_quit_wipes_what_was_opened(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    opened = window._opened = PrivateFolder(tmp_path / "mine")
    path = opened.put("a.txt", b"patient")
    assert window.close()
    assert not path.exists()


def test_nothing_of_a_message_is_in_a_title_or_on_the_clipboard(qtbot: QtBot, window: MainWindow) -> None:
    read(qtbot, window)
    assert {w.windowTitle() for w in QApplication.topLevelWidgets() if "Newest" in w.windowTitle()} == set()
    assert "Newest" not in QApplication.clipboard().text()


def test_a_small_window_leaves_the_text_its_room_and_offers_the_files_in_a_menu(qtbot: QtBot, window: MainWindow, mail: FakeMail) -> None:
    mail.put(INBOX, "With files", Content("Dear Alice\n" * 20, files=(PDF, EXE)))
    window._refresh()
    qtbot.waitUntil(lambda: subjects(window)[0] == "With files")
    read(qtbot, window)
    window.resize(340, 320)
    view = table(window).current
    assert view is not None
    window._mail._open(view)
    pane = window._mail.pane
    qtbot.waitUntil(lambda: pane.height() < 320 and pane._form.fileList.isHidden())
    qtbot.waitUntil(lambda: pane.body.viewport().height() >= 4 * pane.body.fontMetrics().lineSpacing())
    wanted: list[Part] = []
    pane.open_wanted.disconnect()
    pane.open_wanted.connect(wanted.append)
    first = pane._files_button.files_menu.actions()[0].menu()
    assert isinstance(first, QMenu)
    first.actions()[0].trigger()
    assert wanted == [PDF]
    window.resize(1200, 760)
    qtbot.waitUntil(lambda: not pane._form.fileList.isHidden() and pane._files_button.isHidden())
