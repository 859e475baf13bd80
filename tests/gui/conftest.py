"""Windows without a screen, in our look; every test gets a background of its own and leaves no thread behind."""

import gc
import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from securemail_desktop.gui import sheet
from securemail_desktop.gui.app import make_application, make_look
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.garbage import collect_due
from securemail_desktop.gui.look import Look, Scheme
from tests.support.fake_session import FakeSession

UNDO = timedelta(seconds=0.3)


@pytest.fixture
def look(qtbot: QtBot) -> Look:
    return make_look(make_application(), Scheme.LIGHT)


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    lanes = Background()
    yield lanes
    lanes.close()


@pytest.fixture
def session() -> FakeSession:
    return FakeSession()


@pytest.fixture(autouse=True)
def presses_count_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer sheets without waiting; the test of the waiting sets its own time."""
    monkeypatch.setattr(sheet, "SETTLE_MS", 0)


@pytest.fixture(autouse=True)
def no_worker_collects_garbage() -> Iterator[None]:
    """As in the program: a worker that collected a window's parts would end the process."""
    gc.disable()
    yield
    collect_due()
    gc.enable()


@pytest.fixture(autouse=True)
def windows_that_end_are_gone(qapp: QApplication) -> Iterator[None]:
    """Let no window outlive its test: a locked one keeps all others off the screen."""
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
