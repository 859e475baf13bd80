"""Work leaves the main thread, outcomes come back to it, and nobody is called who is gone."""

import threading

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.background import Background


def test_outcome_arrives_on_the_main_thread(qtbot: QtBot, background: Background) -> None:
    owner, seen = QObject(), []
    background.run(owner, threading.get_ident, lambda r: seen.append((r, threading.get_ident())), seen.append, "general")
    qtbot.waitUntil(lambda: bool(seen))
    worked, delivered = seen[0]
    assert delivered == threading.get_ident()
    assert worked != delivered


def test_error_arrives_as_failed(qtbot: QtBot, background: Background) -> None:
    owner, done, failed = QObject(), [], []

    def work() -> None:
        raise OSError("disk full")

    background.run(owner, work, done.append, failed.append, "general")
    qtbot.waitUntil(lambda: bool(failed))
    assert str(failed[0]) == "disk full"
    assert done == []


def test_a_lane_is_serial_and_lanes_are_apart(qtbot: QtBot, background: Background) -> None:
    owner, order, gate = QObject(), [], threading.Event()
    background.run(owner, lambda: (gate.wait(5), order.append("first")), lambda _: None, order.append, "account")
    background.run(owner, lambda: order.append("second"), lambda _: None, order.append, "account")
    background.run(owner, lambda: (order.append("other"), gate.set()), lambda _: None, order.append, "review")
    qtbot.waitUntil(lambda: len(order) == 3)
    assert order == ["other", "first", "second"]


def test_outcome_of_a_destroyed_owner_is_dropped(qtbot: QtBot, background: Background) -> None:
    owner, seen, gate = QObject(), [], threading.Event()
    background.run(owner, lambda: gate.wait(5), seen.append, seen.append, "general")
    with qtbot.waitSignal(owner.destroyed):
        owner.deleteLater()
    gate.set()
    last: list[object] = []
    background.run(background, lambda: None, last.append, last.append, "general")
    qtbot.waitUntil(lambda: bool(last))
    assert seen == []


def test_closing_waits_and_delivers_nothing_more(qtbot: QtBot) -> None:
    lanes, seen, worked = Background(), [], []
    lanes.run(lanes, lambda: worked.append(1), seen.append, seen.append, "general")
    lanes.close()
    qtbot.wait(20)
    assert worked == [1]
    assert seen == []
    lanes.run(lanes, lambda: worked.append(2), seen.append, seen.append, "general")
    qtbot.wait(20)
    assert worked == [1]
