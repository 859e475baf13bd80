"""Every window and state: each control says what it is, no two share a letter, no word is cut off, and a change of scheme leaves no colour."""

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import combinations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLayout, QMenu, QPlainTextEdit, QScrollArea, QStackedLayout, QWidget
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.background import Background
from securemail_desktop.gui.look import Look, Scheme
from securemail_desktop.gui.selectable_text import SelectableText
from securemail_desktop.gui.tones import DARK, LIGHT
from tests.gui.screenshots.scenes import SCENES
from tests.gui.screenshots.stage import Scene, Stage, clear_stage, rest
from tests.support.keyboard import controls, described, place, spoken

WITH_COLOURS_OF_THEIR_OWN = {"mailbox-newsletter", "mailbox-link"}
SETTLING = 200  # looks at a window that is laid out anew
SPECK = 40  # pixels: as many may come about where letters are smoothed
pytestmark = [pytest.mark.slow, pytest.mark.qt_log_ignore("This plugin does not support")]
every_scene = pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)


@pytest.fixture
def stage(qtbot: QtBot, look: Look, background: Background) -> Iterator[Stage]:
    yield Stage(look, background)
    clear_stage()
    look.apply(Scheme.LIGHT)


@pytest.fixture
def large_letters(stage: Stage) -> Iterator[Stage]:
    """Give the letters twice their size, as a user's system does."""
    usual = QApplication.font()
    large = QApplication.font()
    large.setPointSizeF(2 * usual.pointSizeF())
    QApplication.setFont(large)
    stage.look.apply(Scheme.LIGHT)
    yield stage
    clear_stage()
    QApplication.setFont(usual)
    stage.look.apply(Scheme.LIGHT)


@every_scene
def test_controls_speak_and_show_the_keyboard_and_no_word_is_cut_off(stage: Stage, scene: Scene) -> None:
    window = shown(stage, scene)
    assert described([widget for widget in controls(window) if not spoken(widget)]) == []
    assert [letter for letter, count in Counter(letters(window)).items() if count > 1] == []
    assert described([widget for widget in controls(window) if not _shows_focus(widget, window)]) == []
    assert {size: described(cut) for size in scene.sizes if (cut := cut_off(window, size) or bars_in_bars(window))} == {}
    stage.look.apply(Scheme.DARK)
    rest(40)
    assert scene.name in WITH_COLOURS_OF_THEIR_OWN or left_over(window) == {}
    assert {size: described(cut) for size in scene.sizes if (cut := cut_off(window, size))} == {}


@every_scene
def test_no_word_is_cut_off_where_letters_are_large(large_letters: Stage, scene: Scene) -> None:
    window = shown(large_letters, scene)
    assert {size: described(cut) for size in scene.sizes[:1] if (cut := cut_off(window, size))} == {}


def shown(stage: Stage, scene: Scene) -> QWidget:
    window = scene.make(stage)
    window.show()
    stage.look.apply(Scheme.LIGHT)
    window.resize(*next(iter(scene.sizes), (window.width(), window.height())))  # before it was laid out for the first time
    window.activateWindow()
    rest(20)
    return window


def letters(window: QWidget) -> Iterator[str]:
    """Yield what is pressed with Alt for each control that can be used now."""
    if isinstance(window, QMenu):
        yield from filter(None, (QKeySequence.mnemonic(action.text()).toString() for action in window.actions()))
    for widget in window.findChildren(QWidget):
        labels = isinstance(widget, QAbstractButton) or (isinstance(widget, QLabel) and widget.buddy() is not None)
        if labels and widget.isVisible() and widget.isEnabled() and (key := QKeySequence.mnemonic(widget.text()).toString()):
            yield key


def cut_off(window: QWidget, size: tuple[int, int]) -> list[QWidget]:
    """Return the words for which there is not enough room in a window of this size, when all has settled.

    That are those which are cut, which stand beyond its edge, or over another part.
    """
    window.resize(*size)
    found: list[QWidget] = []
    for _ in range(SETTLING):
        rest(20)
        worded = [
            w
            for w in window.findChildren(QWidget)
            if isinstance(w, QLabel | QAbstractButton | SelectableText) and w.isVisible() and w.text()
        ]
        found = [widget for widget in worded if not _fits(widget) or not _is_inside(widget, window)] or overlapping(window)
        if not found:
            break
    return found


def bars_in_bars(window: QWidget) -> list[QWidget]:
    """Return the texts with a scroll bar on a page that has one, too."""
    pages = [area for area in window.findChildren(QScrollArea) if area.verticalScrollBar().isVisible()]
    texts = [text for text in window.findChildren(QPlainTextEdit) if text.verticalScrollBar().isVisible()]
    return [text for text in texts if any(page.isAncestorOf(text) for page in pages)]


def overlapping(window: QWidget) -> list[QWidget]:
    """Return the parts that a layout had to put over the one before: it had no room for what must not be smaller."""
    laid_out = [layout for layout in window.findChildren(QLayout) if isinstance(layout.parent(), QWidget)]
    neighbours = (pair for layout in laid_out for pair in combinations(filter(QWidget.isVisible, _widgets(layout)), 2))
    return [other for one, other in neighbours if one.geometry().intersects(other.geometry())]


def _widgets(layout: QLayout) -> Iterator[QWidget]:
    if isinstance(layout, QStackedLayout):
        return
    for item in filter(None, map(layout.itemAt, range(layout.count()))):
        if isinstance(inner := item.layout(), QLayout):
            yield from _widgets(inner)
        elif isinstance(widget := item.widget(), QWidget):
            yield widget


def _fits(widget: QLabel | QAbstractButton | SelectableText) -> bool:
    if widget.hasHeightForWidth():
        return widget.heightForWidth(widget.width()) <= widget.height() + 1
    return widget.sizeHint().width() <= widget.width() + 1 and widget.minimumSizeHint().height() <= widget.height() + 1


def _is_inside(widget: QWidget, window: QWidget) -> bool:
    """Tell whether a word stands within the window, or can be scrolled there."""
    where = place(widget, window)
    areas = [area for area in window.findChildren(QScrollArea) if area.isAncestorOf(widget)]
    across = any(area.horizontalScrollBarPolicy() != Qt.ScrollBarPolicy.ScrollBarAlwaysOff for area in areas)
    return (across or (where.left() >= 0 and where.right() <= window.width())) and (bool(areas) or where.bottom() <= window.height())


def _shows_focus(widget: QWidget, window: QWidget) -> bool:
    """Tell whether the control looks otherwise when the keyboard is there, when all has settled."""
    for area in (area for area in window.findChildren(QScrollArea) if area.isAncestorOf(widget)):
        area.ensureWidgetVisible(widget)
    for _ in range(SETTLING):
        around = place(widget, window).adjusted(-6, -6, 6, 6)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if not widget.hasFocus():
            return True  # it gives the keyboard on
        with_it = window.grab(around).toImage()
        widget.clearFocus()
        if with_it != window.grab(around).toImage():
            return True
        rest(20)
    return False


def left_over(window: QWidget) -> dict[str, int]:
    """Return the colours of the light scheme that a picture of the window still shows, and how often."""
    light = {colour for colour in asdict(LIGHT).values() if isinstance(colour, str)} - set(map(str, asdict(DARK).values()))
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    found = Counter(array("I", bytes(image.constBits())))
    named = {f"#{value & 0xFFFFFF:06x}": count for value, count in found.items()}
    return {colour: count for colour, count in named.items() if colour in light and count > SPECK}
