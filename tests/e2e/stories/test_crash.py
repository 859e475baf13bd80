"""The whole program is killed at the worst moments, as by a power cut, and started again: nothing is lost, nothing goes twice, and it says so."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event

import pytest

from securemail_desktop.demo.mx import Mx
from securemail_desktop.demo.organisation import Organisation
from tests.support.arrivals import Arrivals
from tests.support.outage import deaf, forgetful
from tests.support.program import COMPOSE, Program

pytestmark = [pytest.mark.slow, pytest.mark.xvfb]
BOB = "bob@hospital.example"
TEXT = "Dear Bob, Helen Fairweather, MRN 4471902, has potassium 6.1 mmol/L."
Start = Callable[[], Program]


def attach(program: Program, file: Path) -> None:
    program.press("ctrl+shift+a")
    program.front("Attach files")
    program.type(str(file))
    program.press("Return")
    program.gone("Attach files")
    program.front(COMPOSE)
    program.see(file.name, COMPOSE)


def go_on_in_drafts(program: Program) -> None:
    program.see("1 draft from before the program ended: go on in Drafts.")
    program.see("Drafts, 1 kept")
    program.see("Rota for December")
    program.picture("started-again")
    program.front()
    program.press("Down")
    program.see("Potassium")
    program.press("Return")
    program.focus("Drafts")
    program.press("Return")
    program.front(COMPOSE)
    program.see(TEXT, COMPOSE)


def test_a_draft_with_a_file_is_there_after_a_kill_while_it_was_written(start: Start, tmp_path: Path, arrivals: Arrivals) -> None:
    report = tmp_path / "report.txt"
    report.write_text("Helen Fairweather, MRN 4471902: potassium 6.1 mmol/L\n")
    program = start()
    program.front()
    program.write(BOB, "Potassium", TEXT)
    attach(program, report)
    program.see("Saved", COMPOSE)
    program.picture("written")
    program.kill()
    program = start()
    go_on_in_drafts(program)
    program.see("report.txt", COMPOSE)
    program.see(f"{BOB}. Protected", COMPOSE)
    program.picture("opened")
    program.send()
    program.gone(COMPOSE)
    program.front()
    program.see(f"Sent to {BOB}.")
    program.picture("sent")
    assert arrivals.of(BOB) == [1]


def test_a_message_in_its_undo_hold_is_a_draft_after_a_kill_and_goes_once(start: Start, arrivals: Arrivals) -> None:
    program = start()
    program.front()
    program.write(BOB, "Potassium", TEXT)
    program.press("ctrl+Return")
    program.see("Sending in", COMPOSE)
    program.kill()
    assert arrivals.of(BOB) == []
    program = start()
    go_on_in_drafts(program)
    program.send()
    program.gone(COMPOSE)
    program.front()
    program.see(f"Sent to {BOB}.")
    program.see("Drafts")
    assert arrivals.of(BOB) == [1]


@pytest.mark.parametrize(
    ("way", "arrived", "key", "answer"),
    [(deaf, [], "alt+s", "Send again"), (forgetful, [1], "alt+d", "Discard the message")],
    ids=["before", "after"],
)
def test_a_kill_while_it_is_handed_over_asks_the_author_and_sends_nothing_twice(
    start: Start,
    organisation: Organisation,
    arrivals: Arrivals,
    way: Callable[[Mx], AbstractContextManager[Event]],
    arrived: list[int],
    key: str,
    answer: str,
) -> None:
    program = start()
    program.front()
    program.write(BOB, "Potassium", TEXT)
    with way(organisation.servers["hospital.example"]) as reached:
        program.send()
        assert reached.wait(30)
        program.picture("handing-over")
        program.kill()
    program = start()
    program.see("A message that may be about a patient may not have arrived: it waits for you in the Outbox.")
    program.see("Outbox: 1 message needs your decision")
    program.see("Rota for December")
    program.picture("started-again")
    assert arrivals.of(BOB) == arrived
    program.front()
    program.press("Down", "Down", "Return")
    program.see("Not certain")
    program.picture("outbox")
    program.press(key)
    program.see("Keep it in the Outbox")
    program.picture("question")
    program.reach(answer)
    program.press("space")
    program.see("Outbox: nothing needs you")
    program.picture("settled")
    assert arrivals.of(BOB) == [1]
