"""Forms are bound to typed classes, and a disagreement is an error."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.form import FormError, load_form

UI = """<?xml version="1.0" encoding="UTF-8"?>
<ui version="4.0"><class>F</class><widget class="QWidget" name="F"><widget class="QLineEdit" name="line"/></widget></ui>"""


class Right:
    root: QWidget
    line: QLineEdit


class WrongType:
    line: QLabel


class Missing:
    other: QLabel


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "f.ui"
    path.write_text(UI, "utf-8")
    return path


def test_annotated_widgets_are_bound(qtbot: QtBot, file: Path) -> None:
    form = load_form(Right, file, None)
    qtbot.addWidget(form.root)
    assert form.line.parent() is form.root


@pytest.mark.parametrize(
    ("kind", "message"), [(WrongType, "line should be a QLabel, it is QLineEdit"), (Missing, "other should be a QLabel")]
)
def test_disagreement_is_an_error(qtbot: QtBot, file: Path, kind: type[object], message: str) -> None:
    with pytest.raises(FormError, match=message):
        load_form(kind, file, None)


def test_missing_form_is_an_error(qtbot: QtBot, tmp_path: Path) -> None:
    with pytest.raises(FormError, match=r"none\.ui"):
        load_form(Right, tmp_path / "none.ui", None)
