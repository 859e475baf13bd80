"""Schemes and icons."""

import re
from pathlib import Path
from string import Template

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.app import make_application
from securemail_desktop.gui.look import TONES, Look, Scheme
from securemail_desktop.resources import ui_dir


@pytest.mark.parametrize("scheme", list(TONES))
def test_each_scheme_dresses_the_application(look: Look, scheme: Scheme) -> None:
    look.apply(scheme)
    assert look.tones is TONES[scheme]
    assert make_application().palette().window().color().name() == look.tones.ground
    assert look.tones.accent in make_application().styleSheet()
    look.apply(Scheme.LIGHT)


@pytest.mark.parametrize("scheme", list(TONES))
def test_the_search_field_has_an_edge_in_every_scheme(look: Look, scheme: Scheme, qtbot: QtBot) -> None:
    look.apply(scheme)
    field = QLineEdit()
    qtbot.addWidget(field)
    field.setProperty("kind", "search")
    field.resize(200, 40)
    image = field.grab().toImage()
    assert image.pixelColor(0, image.height() // 2).name() == look.tones.border
    look.apply(Scheme.LIGHT)


def test_system_scheme_is_one_of_ours(look: Look) -> None:
    look.apply(Scheme.SYSTEM)
    assert look.tones in TONES.values()
    look.apply(Scheme.LIGHT)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0, 3.0])
def test_icons_are_drawn_for_the_scale_of_the_screen(look: Look, scale: float) -> None:
    picture = look.icon("lock", "#123456").pixmap(QSize(20, 20), scale)
    assert picture.size() == QSize(int(20 * scale), int(20 * scale))
    image = picture.toImage()
    colours = {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y).alpha() == 255
    }
    assert colours == {"#123456"}


def test_disabled_icons_fade(look: Look) -> None:
    icon = look.icon("lock", "#000000")
    normal, faded = (icon.pixmap(QSize(24, 24), 1.0, mode).toImage() for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled))
    strongest = [max(i.pixelColor(x, y).alpha() for x in range(24) for y in range(24)) for i in (normal, faded)]
    assert strongest[1] < strongest[0] * 0.8


def test_style_sheet_names_known_colours_and_files_only(look: Look) -> None:
    sheet = (ui_dir() / "desktop" / "style.qss").read_text("utf-8")
    assert Template(sheet).is_valid()
    dressed = look._style_sheet()
    for file in re.findall(r'url\("([^"]+)"\)', dressed):
        assert Path(file).read_bytes().startswith(b"<svg"), file
