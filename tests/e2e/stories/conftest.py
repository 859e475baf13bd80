"""One demo organisation for all stories, alice's program anew for each; both are the real ones. Without a real X server the stories are left out."""

import os
from collections.abc import Iterator
from contextlib import closing

import pytest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.demo.alice import open_alice
from securemail_desktop.demo.organisation import Organisation
from securemail_desktop.demo.world import World, open_world
from securemail_desktop.gui.background import Background
from tests.support.desk import Desk


@pytest.fixture(autouse=True, scope="session")
def real_screen() -> None:
    if os.environ.get("QT_QPA_PLATFORM") != "xcb" or not os.environ.get("DISPLAY"):
        pytest.skip("needs a real X server: ./test starts one")


@pytest.fixture(scope="session")
def world(real_screen: None, tmp_path_factory: pytest.TempPathFactory) -> World:
    return open_world(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def organisation(world: World) -> Iterator[Organisation]:
    with Organisation(world) as running:
        yield running


@pytest.fixture
def desk(qtbot: QtBot, world: World, organisation: Organisation) -> Iterator[Desk]:
    background = Background()
    with closing(open_alice(world, organisation)) as session:
        desk = Desk(qtbot, world, organisation, session, background)
        yield desk
        session.interrupt()
        background.close()
        for window in [*desk.window._composing, desk.window]:
            if isValid(window):
                window.deleteLater()
        qtbot.waitUntil(lambda: not isValid(desk.window))
