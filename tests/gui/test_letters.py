"""Fifty letters as makers and mail programs build them: what Chromium shows of each is all there, in its order, legible, and nothing lies over it."""

import pytest
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.html_view import HtmlView
from securemail_desktop.gui.look import Look, Scheme
from tests.support.html_measure import measure
from tests.support.letters import expected, names, parts, source


def test_there_are_fifty_letters() -> None:
    assert len(names()) >= 50


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
@pytest.mark.parametrize("name", names())
def test_a_letter_is_whole_in_order_and_legible(qtbot: QtBot, look: Look, name: str, scheme: Scheme) -> None:
    look.apply(scheme)
    view = HtmlView(look)
    qtbot.addWidget(view)
    view.resize(700, 600)
    view.show()
    view.show_message(source(name), "", parts())
    measured = measure(view, expected(name))
    assert view.shown.refusal == ""
    assert measured.missing == ()
    assert measured.found == measured.expected
    assert measured.overflow == 0
    assert measured.overlaps == 0
    assert measured.contrast >= 4.45  # colours are whole numbers
    assert measured.smallest >= 11
