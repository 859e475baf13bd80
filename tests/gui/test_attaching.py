"""Files and pictures by button, drop and paste; what can't be attached is said and nothing else is lost."""

import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.gui import attaching
from securemail_desktop.gui.attaching import is_picture
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.private_folder import write_file
from securemail_desktop.gui.reading_files import LARGEST, NotAttachable, distinct, read_file, read_picture
from securemail_desktop.gui.send_flow import Step
from securemail_desktop.message.draft import Attachment
from tests.gui.test_compose_window import BOB, press_send, write
from tests.support.fake_session import FakeSession


@pytest.fixture
def window(qtbot: QtBot, session: FakeSession, look: Look, background: Background) -> Iterator[ComposeWindow]:
    made = ComposeWindow(session, session.new_draft(), look, background, timedelta(seconds=0.3))
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    if isValid(made):
        made.deleteLater()


def names(window: ComposeWindow) -> list[str]:
    return [attachment.filename for attachment in window._editor.files.attachments]


def image() -> QImage:
    made = QImage(8, 6, QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.red)
    return made


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def drop(window: ComposeWindow, data: QMimeData) -> QDropEvent:
    event = QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    window.dropEvent(event)
    return event


def test_a_file_becomes_an_attachment_with_its_type(tmp_path: Path) -> None:
    (tmp_path / "plan.pdf").write_bytes(b"%PDF")
    (tmp_path / "odd.tar.gz").write_bytes(b"x")
    assert read_file(tmp_path / "plan.pdf") == Attachment("plan.pdf", "application/pdf", b"%PDF")
    assert read_file(tmp_path / "odd.tar.gz").content_type == "application/octet-stream"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.mkdir(), "is a folder"),
        (os.mkfifo, "is a device"),
        (lambda path: None, "could not be read"),
        (lambda path: path.write_bytes(b"12345678901"), "mail servers"),
        (lambda path: path.symlink_to(path), "could not be read"),
    ],
)
def test_what_is_no_file_is_said_without_waiting_for_it(tmp_path: Path, make, said: str) -> None:
    make(tmp_path / "plan")
    with pytest.raises(NotAttachable, match=said):
        read_file(tmp_path / "plan", 10)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "film.mp4"
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(NotAttachable, match=r"film.mp4 has 50.0 MB: mail servers take no more than about 50.0 MB"):
        read_file(path)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_that_may_not_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "plan").write_text("x")
    (tmp_path / "plan").chmod(0)
    with pytest.raises(NotAttachable, match="Permission denied"):
        read_file(tmp_path / "plan")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_no_text_can_travel(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/pl\xffan.txt"))
    path.write_text("x")
    assert read_file(path).filename == "pl?an.txt"


def test_a_picture_is_a_png_with_a_neutral_name() -> None:
    made = read_picture(image())
    assert (made.filename, made.content_type, made.content[:8]) == ("Picture.png", "image/png", b"\x89PNG\r\n\x1a\n")
    with pytest.raises(NotAttachable):
        read_picture(QImage())


def test_names_are_told_apart() -> None:
    plan = Attachment("plan.pdf", "application/pdf", b"")
    second = Attachment("Plan (2).pdf", "application/pdf", b"")
    assert distinct(plan, ()) == "plan.pdf"
    assert distinct(plan, (plan,)) == "plan (2).pdf"
    assert distinct(plan, (plan, second)) == "plan (3).pdf"


def test_text_wins_over_a_picture_of_the_text() -> None:
    data = QMimeData()
    data.setImageData(image())
    assert is_picture(data)
    data.setText("a table")
    assert not is_picture(data)


def test_a_picture_dragged_from_a_browser_is_a_picture() -> None:
    data = QMimeData()
    data.setImageData(image())
    data.setUrls([QUrl("https://clinic.example/scan.png")])
    data.setText("https://clinic.example/scan.png")
    assert is_picture(data)


def test_dropped_files_and_pictures_are_attached(qtbot: QtBot, window: ComposeWindow, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    data = QMimeData()
    data.setImageData(image())
    assert drop(window, files(tmp_path / "a.txt")).isAccepted()
    drop(window, data)
    qtbot.waitUntil(lambda: names(window) == ["a.txt", "Picture.png"])


def test_a_pasted_picture_is_attached_and_pasted_markup_is_text(qtbot: QtBot, window: ComposeWindow) -> None:
    data = QMimeData()
    data.setImageData(image())
    assert window._form.body.canInsertFromMimeData(data)
    window._form.body.insertFromMimeData(data)
    window._form.body.insertFromMimeData(data)
    qtbot.waitUntil(lambda: bool(names(window)) and not window._editor.attaching.is_reading())
    markup = QMimeData()
    markup.setHtml("<table><tr><td>K+</td><td>6.1</td></tr></table><img src='file:///etc/passwd'>")
    window._form.body.insertFromMimeData(markup)
    assert window._form.body.toPlainText() == "K+\t6.1"
    assert names(window) == ["Picture.png"]
    assert "Picture.png is attached already" in window._form.bar.accessibleName()


def test_two_files_of_one_name_are_told_apart_and_the_same_file_comes_once(qtbot: QtBot, window: ComposeWindow, tmp_path: Path) -> None:
    for folder, text in (("a", "one"), ("b", "two")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "plan.txt").write_text(text)
        drop(window, files(tmp_path / folder / "plan.txt"))
    qtbot.waitUntil(lambda: names(window) == ["plan.txt", "plan (2).txt"])
    drop(window, files(tmp_path / "a" / "plan.txt"))
    qtbot.waitUntil(lambda: "plan.txt is attached already" in window._form.bar.accessibleName())
    assert len(names(window)) == 2


def test_one_bad_file_among_good_ones_is_said_and_stays_said(qtbot: QtBot, window: ComposeWindow, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("one")
    (tmp_path / "folder").mkdir()
    drop(window, files(tmp_path / "folder", tmp_path / "good.txt"))
    qtbot.waitUntil(lambda: names(window) == ["good.txt"])
    qtbot.waitUntil(lambda: window._live.current is not None)
    assert "folder is a folder" in window._form.bar.accessibleName()
    assert not window._form.bar.isHidden()
    window._form.bar.chosen.emit("dismiss")
    assert window._form.bar.isHidden()


def test_all_files_together_stay_below_the_bound(
    qtbot: QtBot, window: ComposeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "LARGEST", 10)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"{name}6789"[:7])
    drop(window, files(tmp_path / "a.txt", tmp_path / "b.txt"))
    qtbot.waitUntil(lambda: "b.txt has 7 bytes: with the other files" in window._form.bar.accessibleName())
    assert names(window) == ["a.txt"]


def test_nothing_goes_while_a_file_is_read(
    qtbot: QtBot, window: ComposeWindow, session: FakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Event()

    def slow(path: Path, room: int) -> Attachment:
        gate.wait(10)
        return read_file(path, room)

    monkeypatch.setattr(attaching, "read_file", slow)
    (tmp_path / "a.txt").write_text("one")
    write(qtbot, window, BOB)
    drop(window, files(tmp_path / "a.txt"))
    press_send(qtbot, window)
    assert window._flow.step is Step.WRITING
    assert "still being read" in window._form.bar.accessibleName()
    gate.set()
    qtbot.waitUntil(lambda: names(window) == ["a.txt"])
    press_send(qtbot, window)
    qtbot.waitUntil(lambda: bool(session.sent), timeout=5000)
    assert [a.filename for a in session.sent[0][0].attachments] == ["a.txt"]


def test_nothing_is_dropped_on_a_message_that_is_held_for_undo(
    qtbot: QtBot, window: ComposeWindow, session: FakeSession, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("one")
    session.hold = timedelta(seconds=60)
    write(qtbot, window, BOB)
    press_send(qtbot, window)
    qtbot.waitUntil(lambda: window._flow.step is Step.HOLDING)
    assert not drop(window, files(tmp_path / "a.txt")).isAccepted()
    assert not window._editor.attaching.is_reading()


def test_files_are_removed_one_by_one_by_key(qtbot: QtBot, window: ComposeWindow, tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).write_text(name)
    drop(window, files(*(tmp_path / name for name in "abc")))
    qtbot.waitUntil(lambda: names(window) == ["a", "b", "c"])
    view = window._form.attachments
    view.setFocus()
    view.setCurrentIndex(window._editor.files.index(1))
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert names(window) == ["a", "c"]
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert names(window) == ["a"]


def test_the_button_opens_a_dialog_for_several_files(qtbot: QtBot, window: ComposeWindow, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    qtbot.keyClick(window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.fileMode() == QFileDialog.FileMode.ExistingFiles
    dialog.filesSelected.emit([str(tmp_path / "a.txt")])
    dialog.close()
    qtbot.waitUntil(lambda: names(window) == ["a.txt"])


def stuck(answers: Event, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = Path.open
    monkeypatch.setattr(Path, "open", lambda path, *how: (path.name == name and answers.wait(30), usual(path, *how))[1])


def test_a_disk_that_does_not_answer_keeps_no_other_file_back(
    qtbot: QtBot, window: ComposeWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("stuck.pdf", "plan.pdf"):
        (tmp_path / name).write_bytes(b"%PDF")
    answers = Event()
    stuck(answers, "stuck.pdf", monkeypatch)
    window._editor.attaching._read([partial(read_file, tmp_path / "stuck.pdf", seconds=0.05)])
    window._editor.attaching.attach([str(tmp_path / "plan.pdf")])
    qtbot.waitUntil(lambda: names(window) == ["plan.pdf"])
    assert not window._editor.attaching.is_reading()
    answers.set()


def test_a_disk_that_does_not_answer_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "stuck.pdf").write_bytes(b"%PDF")
    answers = Event()
    stuck(answers, "stuck.pdf", monkeypatch)
    with pytest.raises(NotAttachable, match=r"stuck.pdf could not be read: its disk does not answer. Copy it"):
        read_file(tmp_path / "stuck.pdf", seconds=0.05)
    answers.set()


def test_a_disk_that_takes_nothing_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Event()
    monkeypatch.setattr("securemail_desktop.gui.private_folder.os.fsync", lambda _: answers.wait(30))
    with pytest.raises(OSError, match="its disk does not answer"):
        write_file(tmp_path / "plan.pdf", b"%PDF", seconds=0.05)
    answers.set()
