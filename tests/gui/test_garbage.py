"""Garbage is collected on the thread of the windows, whichever thread made it."""

import gc
import threading
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from securemail_desktop.gui import garbage
from securemail_desktop.gui.garbage import Garbage


class Circle:
    """Lies in a circle with itself; tells the thread that collects it."""

    def __init__(self, ends: list[str]) -> None:
        self.me, self.ends = self, ends

    def __del__(self) -> None:
        self.ends.append(threading.current_thread().name)


@pytest.fixture
def owner() -> Iterator[QObject]:
    owner = QObject()
    yield owner
    owner.deleteLater()


def test_what_a_worker_leaves_is_collected_by_the_window(qtbot: QtBot, owner: QObject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(garbage, "LOOK_MS", 10)
    monkeypatch.setattr(garbage, "DUE", (100, 5, 5))
    gc.enable()
    Garbage(owner)
    ends: list[str] = []

    def work() -> None:
        for _ in range(3_000):
            Circle(ends)

    worker = threading.Thread(target=work, name="worker")
    worker.start()
    worker.join()
    qtbot.waitUntil(lambda: len(ends) == 3_000)
    assert set(ends) == {threading.main_thread().name}


def test_only_what_is_due_is_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[int] = []
    monkeypatch.setattr(garbage.gc, "collect", turns.append)
    for count in ((1, 0, 0), (60_000, 3, 3), (60_000, 21, 3), (0, 0, 51)):
        monkeypatch.setattr(garbage.gc, "get_count", partial(tuple[int, ...], count))
        garbage.collect_due()
    assert turns == [0, 1, 2]
