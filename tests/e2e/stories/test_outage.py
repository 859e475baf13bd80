"""The servers go away while the program runs, and come back: it says so in words, loses nothing, and goes on by itself."""

from collections.abc import Callable

import pytest

from securemail_desktop.demo.organisation import Organisation
from securemail_desktop.demo.world import World
from tests.support.arrivals import Arrivals
from tests.support.outage import outage
from tests.support.program import COMPOSE, Program

pytestmark = [pytest.mark.slow, pytest.mark.xvfb]
BOB = "bob@hospital.example"
TEXT = "Dear Bob, Helen Fairweather, MRN 4471902, has potassium 6.1 mmol/L."


def test_mail_waits_for_the_servers_and_goes_by_itself_once(
    start: Callable[[], Program], world: World, organisation: Organisation, arrivals: Arrivals
) -> None:
    program = start()
    program.front()
    program.see("Rota for December")
    with outage(world, organisation):
        program.press("F5")
        program.see("What was opened before can be read.")
        program.see("Try again")
        program.picture("away")
        program.write(BOB, "Potassium", TEXT)
        program.send()
        program.see("Will be tried again", COMPOSE)
        program.see("Nothing is lost", COMPOSE)
        program.picture("kept")
        program.press("space")
        program.gone(COMPOSE)
        program.front()
        program.see("Outbox: 1 message waits for the server")
        program.see("Will be tried again")
        program.picture("outbox")
        assert arrivals.of(BOB) == []
    program.see("Outbox: nothing needs you")
    program.see("1 message that had to wait went out.")
    program.picture("gone")
    program.wait(lambda: (window := program.window()) is not None and not window.says("What was opened before can be read."))
    program.press("ctrl+k")
    program.picture("back")
    assert arrivals.of(BOB) == [1]
