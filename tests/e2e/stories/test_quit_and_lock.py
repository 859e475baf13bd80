"""Going away from the desk: quitting with mail that has not gone, and a passphrase before everything."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from securemail_desktop.demo.organisation import Organisation
from securemail_desktop.demo.world import World
from tests.support.arrivals import Arrivals
from tests.support.outage import outage
from tests.support.program import COMPOSE, Program

pytestmark = [pytest.mark.slow, pytest.mark.xvfb]
BOB = "bob@hospital.example"
TEXT = "Dear Bob, Helen Fairweather, MRN 4471902, has potassium 6.1 mmol/L."
PASSPHRASE = "correct horse battery"
Start = Callable[[], Program]


def test_quitting_with_unsent_mail_asks_and_it_goes_at_the_next_start(
    start: Start, world: World, organisation: Organisation, arrivals: Arrivals
) -> None:
    with outage(world, organisation):
        program = start()
        program.front()
        program.write(BOB, "Potassium", TEXT)
        program.send()
        program.see("Will be tried again", COMPOSE)
        program.press("space")
        program.gone(COMPOSE)
        program.front()
        program.see("Outbox: 1 message waits for the server")
        program.press("ctrl+q")
        program.see("1 message has not been sent")
        program.picture("asked")
        program.press("Escape")
        program.wait(lambda: (window := program.window()) is not None and not window.says("1 message has not been sent"))
        program.press("ctrl+q")
        program.reach("Quit")
        program.press("space")
        assert program.end() == 0
    assert arrivals.of(BOB) == []
    program = start()
    program.wait(lambda: arrivals.of(BOB) == [1])
    program.see("Outbox: nothing needs you")


def unlock(program: Program, passphrase: str) -> None:
    program.focus("Passphrase")
    program.type(passphrase)
    program.press("Return")


def test_a_passphrase_opens_the_program_and_its_lock(start: Start, alices: World, tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "securemail"), "lock", "set-passphrase", "--new-passphrase-file", "-"]
    where = ["--data", str(alices.alice), "--key-file", str(alices.alice_key)]
    subprocess.run([*command, *where], input=PASSPHRASE, text=True, check=True, capture_output=True)
    program = start()
    program.see("SecureMail is locked")
    program.front()
    unlock(program, "wrong horse battery")
    program.see("This passphrase does not open your mail")
    program.front()
    program.picture("wrong")
    unlock(program, PASSPHRASE)
    program.see("New message")
    program.front()
    program.press("ctrl+n")
    program.front(COMPOSE)
    program.type(f"{BOB},")
    program.see(f"{BOB}.", COMPOSE)
    program.press("ctrl+l")
    program.gone(COMPOSE)
    program.front()
    program.picture("locked")
    unlock(program, PASSPHRASE)
    program.see(f"{BOB}.", COMPOSE)
    program.picture("unlocked")
