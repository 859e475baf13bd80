"""The one sheet: what answers it, and what does not."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from securemail_desktop.gui import sheet as sheet_module
from securemail_desktop.gui.look import Look
from securemail_desktop.gui.proof import Friction
from securemail_desktop.gui.sheet import Choice, Chosen, Question, Sheet

CHOICES = (Choice("Use bob@partner.example", "replace:bob@partner.example", safe=True), Choice("Send anyway", "keep", safe=False))


@pytest.fixture
def sheet(qtbot: QtBot, look: Look) -> Iterator[Sheet]:
    window = QWidget()
    QVBoxLayout(window).addWidget(QPushButton("behind"))
    window.resize(600, 500)
    shown = Sheet(window, look)
    window.show()
    yield shown
    window.deleteLater()


def ask(sheet: Sheet, friction: Friction) -> list[Chosen]:
    answers: list[Chosen] = []
    sheet.chosen.connect(answers.append)
    sheet.ask(Question("Send it?", "Because.", CHOICES, friction=friction))
    return answers


def button(sheet: Sheet, text: str) -> QPushButton:
    return next(b for b in sheet.findChildren(QPushButton) if b.accessibleName() == text)


def press(widget: QWidget, key: Qt.Key, *, held: bool = False) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", held))


def test_enter_takes_the_safe_choice(sheet: Sheet) -> None:
    answers = ask(sheet, Friction())
    press(button(sheet, "Send anyway"), Qt.Key.Key_Return)
    assert [a.value for a in answers] == ["replace:bob@partner.example"]


def test_enter_takes_the_safe_choice_that_has_the_keyboard(sheet: Sheet, qtbot: QtBot) -> None:
    answers: list[Chosen] = []
    sheet.chosen.connect(answers.append)
    people = (Choice("bob@partner.example", "bob", safe=True), Choice("carol@partner.example", "carol", safe=True))
    for focused, taken in (("carol@partner.example", "carol"), ("Send anyway", "bob")):
        sheet.ask(Question("Who can’t open it?", "One of them.", (*people, Choice("Send anyway", "keep", safe=False)), back="Nobody"))
        button(sheet, focused).setFocus()
        qtbot.waitUntil(button(sheet, focused).hasFocus)
        press(button(sheet, focused), Qt.Key.Key_Return)
        assert [a.value for a in answers] == [taken]
        answers.clear()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_a_key_that_is_held_down_answers_nothing(sheet: Sheet, key: Qt.Key) -> None:
    answers = ask(sheet, Friction())
    for widget in (sheet, button(sheet, CHOICES[0].label), button(sheet, CHOICES[1].label)):
        press(widget, key, held=True)
    assert answers == []
    assert sheet.isVisible()


def test_what_comes_in_the_first_moment_is_no_answer(qtbot: QtBot, sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_module, "SETTLE_MS", 60_000)
    answers = ask(sheet, Friction())
    press(sheet, Qt.Key.Key_Return)
    press(button(sheet, "Send anyway"), Qt.Key.Key_Space)
    qtbot.mouseClick(button(sheet, "Send anyway"), Qt.MouseButton.LeftButton)
    qtbot.mouseClick(button(sheet, "Go back to the draft"), Qt.MouseButton.LeftButton)
    assert (answers, sheet.isVisible(), sheet.is_settled()) == ([], True, False)
    press(sheet, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def test_the_first_moment_is_short_and_ends(qtbot: QtBot, sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_module, "SETTLE_MS", 10)
    answers = ask(sheet, Friction())
    qtbot.waitUntil(sheet.is_settled)
    press(sheet, Qt.Key.Key_Return)
    assert len(answers) == 1


def test_the_doubtful_recipient_is_ticked(sheet: Sheet) -> None:
    answers = ask(sheet, Friction(tick="I have checked bob@partner.example"))
    unsafe, tick = button(sheet, "Send anyway"), sheet._form.proof.tick
    assert not unsafe.isEnabled()
    assert tick.accessibleName() == "I have checked bob@partner.example"
    press(tick, Qt.Key.Key_Space)
    press(unsafe, Qt.Key.Key_Space)
    assert [a.value for a in answers] == ["keep"]


def test_the_domain_is_typed_and_enter_in_its_line_presses_nothing(sheet: Sheet) -> None:
    answers = ask(sheet, Friction(domain="partner.example"))
    unsafe, line = button(sheet, "Send anyway"), sheet._form.proof.domain
    line.insert("other.example")
    assert not unsafe.isEnabled()
    line.clear()
    line.insert("@Partner.Example ")
    assert unsafe.isEnabled()
    press(line, Qt.Key.Key_Return)
    assert answers == []
    assert sheet.isVisible()


def test_a_new_question_forgets_what_was_given_for_the_last(sheet: Sheet) -> None:
    ask(sheet, Friction(tick="I have checked it"))
    sheet._form.proof.tick.setChecked(True)
    ask(sheet, Friction(tick="I have checked it"))
    assert not button(sheet, "Send anyway").isEnabled()


def test_safe_choices_never_ask_for_proof(sheet: Sheet) -> None:
    ask(sheet, Friction("tick", "x.example", 20))
    assert button(sheet, CHOICES[0].label).isEnabled()
    assert button(sheet, "Go back to the draft").isEnabled()


def test_a_sheet_that_asks_nothing_has_no_card(qtbot: QtBot, look: Look) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    shown = Sheet(window, look)

    assert shown.findChildren(QWidget) == []
