"""Text that fits any width, is plain, and is copied without the marks of its breaks."""

from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.look import Look
from securemail_desktop.gui.selectable_text import SelectableText

ADDRESS = "m.a.von.hohenstein-wittgenstein@rehabilitation-centre.north-rhine-clinics.example"


def shown(qtbot: QtBot, text: str, width: int) -> SelectableText:
    label = SelectableText()
    qtbot.addWidget(label)
    label.setText(text)
    label.show()
    label.resize(width, label.heightForWidth(width))
    return label


def test_a_long_word_is_broken_at_its_signs_and_copied_whole(qtbot: QtBot, look: Look) -> None:
    label = shown(qtbot, ADDRESS, 200)
    lines = label.document().firstBlock().layout()
    assert lines.lineCount() > 1
    assert all(lines.lineAt(number).naturalTextWidth() <= 200 for number in range(lines.lineCount()))
    first = label.toPlainText()[: lines.lineAt(0).textLength()]
    assert first.rstrip("\u200b")[-1] in "@.-"
    label.selectAll()
    assert label.createMimeDataFromSelection().text() == ADDRESS
    assert label.text() == ADDRESS


def test_its_height_follows_its_width(qtbot: QtBot, look: Look) -> None:
    label = shown(qtbot, ADDRESS, 200)
    assert label.heightForWidth(200) > label.heightForWidth(2000)
    assert label.verticalScrollBar().maximum() == 0
    label.moveCursor(QTextCursor.MoveOperation.End)
    assert label.viewport().rect().contains(label.cursorRect())


def test_nothing_in_it_is_markup(qtbot: QtBot, look: Look) -> None:
    label = shown(qtbot, "<b>Bob</b>", 400)
    assert label.toPlainText() == "<b>Bob</b>"
    assert label.isReadOnly()
