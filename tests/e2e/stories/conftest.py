"""One demo organisation for all stories, alice's program anew for each; both are the real ones. Without a real X server the stories are left out."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.demo.alice import open_alice
from securemail_desktop.demo.organisation import Organisation
from securemail_desktop.demo.world import World, open_world
from securemail_desktop.gui.appearance import SCHEME
from securemail_desktop.gui.background import Background
from tests.support.arrivals import Arrivals
from tests.support.desk import Desk, story_scheme
from tests.support.program import Program


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
    yield from sat_at(qtbot, world, organisation)


@pytest.fixture
def own_desk(qtbot: QtBot, alices: World, organisation: Organisation) -> Iterator[Desk]:
    """Return a desk where something may be destroyed: no other story sits at it."""
    yield from sat_at(qtbot, alices, organisation)


def sat_at(qtbot: QtBot, world: World, organisation: Organisation) -> Iterator[Desk]:
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


@pytest.fixture
def alices(world: World, organisation: Organisation, tmp_path: Path) -> World:
    """Return the same organisation with a data folder of alice's that nobody has used yet; her account and keys are set up."""
    for shared in ("world", "policy"):
        (tmp_path / shared).symlink_to(world.folder / shared, target_is_directory=True)
    own = World(tmp_path)
    with closing(open_alice(own, organisation)) as session:
        session.preferences.set(SCHEME, story_scheme().value)
    return own


@pytest.fixture
def arrivals(organisation: Organisation) -> Arrivals:
    return Arrivals(organisation)


@pytest.fixture
def start(qapp: object, alices: World, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[], Program]]:
    """Give a function that starts alice's program in a process of its own; those that still run at the end are killed."""
    started: list[Program] = []

    def begin() -> Program:
        started.append(Program(alices.alice, alices.alice_key, tmp_path, request.node.name))
        return started[-1]

    yield begin
    for program in started:
        program.close()
