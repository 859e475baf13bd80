"""A second start on the same data opens no second window: it hands its link over and ends."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from securemail_desktop.gui.app import answer_start, build_window
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.one_window import OneWindow
from tests.support.fake_session import FakeSession

LINK = "mailto:bob@hospital.example?subject=Lab"
SECOND = """
import sys
from pathlib import Path
from securemail_desktop.gui.app import make_application
from securemail_desktop.gui.one_window import OneWindow
one = OneWindow(Path(sys.argv[1]), make_application())
print(one.take() or one.hand_over(sys.argv[2]))
"""


@pytest.fixture
def first(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OneWindow]:
    with TemporaryDirectory() as short:  # a socket's path is, and pytest's folders may be too long
        monkeypatch.setenv("XDG_RUNTIME_DIR", short)
        one = OneWindow(tmp_path / "data")
        assert one.take()
        yield one
        one.let_go()


def second(tmp_path: Path, link: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", SECOND, str(tmp_path / "data"), link]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))


@pytest.mark.slow
@pytest.mark.parametrize("link", [LINK, ""])
def test_a_second_start_hands_its_link_over(qtbot: QtBot, first: OneWindow, tmp_path: Path, link: str) -> None:
    first.listen()
    with qtbot.waitSignal(first.asked, timeout=30_000) as heard:
        started = second(tmp_path, link)
    qtbot.waitUntil(lambda: started.poll() is not None, timeout=30_000)
    assert heard.args == [link]
    assert started.communicate()[0].strip() == "True"


def test_who_does_not_listen_is_still_the_only_one(first: OneWindow, tmp_path: Path) -> None:
    other = OneWindow(tmp_path / "data")
    assert not other.take()
    assert not other.hand_over(LINK)
    first.let_go()
    assert other.take()
    other.let_go()


def test_what_a_killed_program_left_is_in_nobodys_way(qtbot: QtBot, first: OneWindow, tmp_path: Path) -> None:
    Path(first._name).touch()
    first.listen()
    assert first._server.isListening()
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_link_without_an_end_is_not_kept(qtbot: QtBot, first: OneWindow) -> None:
    first.listen()
    heard: list[str] = []
    first.asked.connect(heard.append)
    socket = QLocalSocket()
    socket.connectToServer(first._name)
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.ConnectedState)
    socket.write(b"x" * 200_000)
    qtbot.waitUntil(lambda: socket.state() == QLocalSocket.LocalSocketState.UnconnectedState)
    assert heard == []


@pytest.mark.qt_log_ignore("does not support raise")  # the offscreen platform says so
def test_a_link_that_comes_while_it_is_locked_waits(qtbot: QtBot, session: FakeSession, background: Background) -> None:
    window = build_window(session, background)
    window.show()
    window._locking.lock()
    qtbot.waitUntil(lambda: session.locked)
    answer_start(window, session, LINK)
    assert window._composing == []
    qtbot.waitUntil(window._locking._page.button.isEnabled)
    window._locking._page.unlock_wanted.emit("")
    qtbot.waitUntil(lambda: bool(window._composing))
    [compose] = window._composing
    assert isinstance(compose, ComposeWindow)
    assert [r.address.spec for r in compose._editor.draft().recipients] == ["bob@hospital.example"]
    compose.deleteLater()
    window.deleteLater()
    qtbot.waitUntil(lambda: not isValid(window))
