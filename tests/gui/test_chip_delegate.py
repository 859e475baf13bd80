"""A chip shows the whole address, however narrow it is."""

import pytest
from PySide6.QtGui import QFont
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.chip_delegate import who_lines
from securemail_desktop.gui.recipient_model import Chip
from securemail_desktop.message.address import parse_address

LONG = "Dr. Maximiliane von Hohenstein <m.a.von.hohenstein-wittgenstein@rehabilitation-centre.north.example>"


@pytest.mark.parametrize("room", [60, 120, 300, 2000])
def test_the_whole_address_is_laid_out(qtbot: QtBot, room: int) -> None:
    layout = who_lines(Chip(parse_address(LONG)), QFont(), room)
    lines = [layout.lineAt(n) for n in range(layout.lineCount())]
    assert sum(line.textLength() for line in lines) == len(layout.text())
    assert "m.a.von.hohenstein-wittgenstein@rehabilitation-centre.north.example" in layout.text().replace("\u200b", "")
    assert all(line.naturalTextWidth() <= room for line in lines)


def test_the_name_stands_where_there_is_room(qtbot: QtBot) -> None:
    assert who_lines(Chip(parse_address(LONG)), QFont(), 2000).text().startswith("Dr. Maximiliane")
    assert who_lines(Chip(parse_address(LONG)), QFont(), 120).text().startswith("m.\u200ba.\u200bvon")


def test_lines_end_after_a_sign_between_words(qtbot: QtBot) -> None:
    layout = who_lines(Chip(parse_address("bob@partner.example")), QFont(), 100)
    first = layout.lineAt(0)
    assert layout.text()[: first.textLength()].rstrip("\u200b")[-1] in "@."
