"""Every label and form of the product shows text as text, and every icon that is named exists."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pytestqt.qtbot import QtBot

from securemail_desktop.gui import words
from securemail_desktop.gui.look import Look
from securemail_desktop.resources import ui_dir

DESKTOP = ui_dir() / "desktop"
FORMS = sorted((DESKTOP / "forms").glob("*.ui"))


@pytest.mark.parametrize("form", FORMS, ids=lambda p: p.name)
def test_labels_of_forms_are_plain(form: Path) -> None:
    labels = [w for w in ET.parse(form).iter("widget") if w.get("class") == "QLabel"]
    for label in labels:
        formats = [p[0].text for p in label.findall("property") if p.get("name") == "textFormat"]
        assert formats == ["Qt::TextFormat::PlainText"], label.get("name")


def test_icons_exist() -> None:
    named = {e.text for form in FORMS for p in ET.parse(form).iter("property") if p.get("name") == "iconName" for e in p}
    named |= {icon for icon, _ in (*words.STATE_ICONS.values(), *words.VERDICT_ICONS.values())}
    for source in Path(words.__file__).parent.glob("*.py"):
        named |= set(re.findall(r'look\.(?:mark\([^,"\n]*, |icon\(|tone_icon\()"([a-z]+)"', source.read_text("utf-8")))
    missing = {name for name in named if not (DESKTOP / "icons" / f"{name}.svg").is_file()}
    assert missing == set()


def test_inter_is_shipped_with_its_licence(qtbot: QtBot, look: Look) -> None:
    from PySide6.QtGui import QFontDatabase

    assert "SIL OPEN FONT LICENSE" in (DESKTOP / "fonts" / "Inter-LICENSE.txt").read_text("utf-8").upper()
    assert "Inter" in QFontDatabase.families()
