"""The scheme is chosen in a menu, put on at once and kept."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.appearance import LABELS, AppearanceMenu, chosen_scheme
from securemail_desktop.gui.look import TONES, Look, Scheme
from tests.support.fake_session import FakeSession


@pytest.fixture
def menu(qtbot: QtBot, look: Look, session: FakeSession) -> Iterator[AppearanceMenu]:
    button = QPushButton()
    qtbot.addWidget(button)
    yield AppearanceMenu(button, look, session.preferences, button)
    look.apply(Scheme.LIGHT)


@pytest.mark.parametrize("scheme", list(Scheme))
def test_choice_is_put_on_and_kept(menu: AppearanceMenu, look: Look, session: FakeSession, scheme: Scheme) -> None:
    action = next(a for a in menu._schemes.actions() if a.text() == LABELS[scheme])
    action.trigger()
    assert look.scheme is scheme
    assert look.tones is TONES.get(scheme, look.tones)
    assert chosen_scheme(session.preferences) is scheme


def test_nothing_or_nonsense_kept_is_the_systems(session: FakeSession) -> None:
    assert chosen_scheme(session.preferences) is Scheme.SYSTEM
    session.preferences.set("scheme", "of a later version")
    assert chosen_scheme(session.preferences) is Scheme.SYSTEM


def test_keys_of_the_menu_differ() -> None:
    keys = [label[label.index("&") + 1].lower() for label in LABELS.values()]
    assert len(set(keys)) == len(keys)
