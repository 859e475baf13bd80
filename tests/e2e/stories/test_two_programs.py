"""The program is started once more on the same store: by its icon, by a link of the browser, while it is locked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.program import COMPOSE, MAIN, Program

pytestmark = [pytest.mark.slow, pytest.mark.xvfb]
Start = Callable[[], Program]


def test_the_second_start_leads_to_the_first_window(start: Start, tmp_path: Path) -> None:
    program = start()
    program.front()
    program.press("ctrl+n")
    program.front(COMPOSE)
    program.type("Dear Bob")
    with program.start_another(tmp_path / "second") as second:
        out, err = second.communicate(timeout=30)
    assert (second.returncode, out, err) == (0, "", "")
    assert {window.title for window in program.windows()} == {MAIN, COMPOSE}
    program.see("Dear Bob", COMPOSE)


def test_a_link_waits_for_the_lock_of_the_first_window(start: Start, tmp_path: Path) -> None:
    program = start()
    program.front()
    program.press("ctrl+l")
    program.see("SecureMail is locked")
    program.focus("Unlock")
    with program.start_another(tmp_path / "second", "mailto:bob@hospital.example") as second:
        second.communicate(timeout=30)
    assert second.returncode == 0
    assert program.window(COMPOSE) is None
    program.front()
    program.picture("locked")
    program.press("space")
    program.see("bob@hospital.example", COMPOSE)
    program.picture("opened")
