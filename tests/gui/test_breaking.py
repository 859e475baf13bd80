"""Long words in narrow places: nothing is left out, and addresses are broken behind their signs."""

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.breaking import breakable, broken
from securemail_desktop.gui.fitting_box import FittingBox
from securemail_desktop.gui.fitting_button import FittingButton
from securemail_desktop.gui.look import Look, Scheme
from securemail_desktop.gui.tick import Tick

ADDRESS = "m.a.von.hohenstein-wittgenstein@rehabilitation-centre.example"


@pytest.mark.parametrize("text", [ADDRESS, "Remove " + ADDRESS, "Übermäßig 山田太郎 😀 لغة عربية", "", "a" * 200])
@pytest.mark.parametrize("width", [60, 150, 4000])
def test_nothing_is_lost(look: Look, text: str, width: int) -> None:
    lines = broken(text, QApplication.font(), width).split("\n")
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    metrics = QFontMetrics(QApplication.font())
    assert all(metrics.horizontalAdvance(line) <= width or len(line) == 1 for line in lines)
    assert width < 4000 or len(lines) == 1


def test_an_address_is_broken_behind_its_signs(look: Look) -> None:
    assert all(line[-1] in "@.-" for line in broken(ADDRESS, QApplication.font(), 200).split("\n")[:-1])


def test_marks_of_a_prefix_are_the_prefix_of_the_marks() -> None:
    assert all(breakable(ADDRESS).startswith(breakable(ADDRESS[:n])) for n in range(len(ADDRESS)))


def test_a_narrow_button_is_as_high_as_its_label(qtbot: QtBot, look: Look) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    button = FittingButton(f"Remove {ADDRESS}", holder)
    one, line = button.sizeHint(), button.fontMetrics().lineSpacing()
    assert button.heightForWidth(one.width()) == one.height()
    assert button.heightForWidth(one.width() // 2) >= one.height() + line


def test_a_tick_says_all_that_it_confirms(qtbot: QtBot, look: Look) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    tick = Tick(holder)
    tick.ask(f"I have checked it: {ADDRESS} is right")
    tick.resize(220, 20)
    holder.show()
    shown = tick.text().split("\n")
    assert len(shown) > 1
    assert "".join(shown).replace(" ", "") == f"I have checked it: {ADDRESS} is right".replace(" ", "")
    assert tick.accessibleName() == f"I have checked it: {ADDRESS} is right"
    assert tick.heightForWidth(220) >= len(shown) * tick.fontMetrics().lineSpacing()


def test_the_senders_box_gives_way_also_after_a_change_of_scheme(qtbot: QtBot, look: Look) -> None:
    box = FittingBox()
    qtbot.addWidget(box)
    box.addItem(f"Dr. Maximiliane von Hohenstein <{ADDRESS}>")
    box.show()
    look.apply(Scheme.DARK)
    look.apply(Scheme.LIGHT)
    assert box.minimumSizeHint().width() < 200
    assert ADDRESS in box.toolTip()
    fitting = box._fitting(box.currentText(), box.fontMetrics().horizontalAdvance(ADDRESS) + 8)
    assert fitting == ADDRESS


def test_an_address_that_fits_on_a_line_of_its_own_stays_whole(look: Look) -> None:
    assert broken("Send the result to carol@practice.example", QApplication.font(), 200).split("\n")[-1] == "carol@practice.example"
