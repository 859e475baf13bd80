"""Start and end: exit code 2 with a message where no window can open, and one dialog where the store cannot."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.app import build_window, open_link
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from tests.support.fake_session import FakeSession

pytestmark = pytest.mark.slow  # many seconds together


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if k not in {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"}}
    command = [sys.executable, "-m", "securemail_desktop", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env={**kept, **environment}, timeout=60, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be without a display")
def test_without_a_display_it_says_so(tmp_path: Path) -> None:
    ended = start("--data", str(tmp_path))
    assert ended.returncode == 2
    assert "there is no display" in ended.stderr
    assert "Traceback" not in ended.stderr


RUN = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from tests.support.fake_session import FakeSession
from securemail_desktop.gui import app
from securemail_desktop.gui.main_window import MainWindow
session = FakeSession()
application = app.make_application()
close = lambda: [w.close() for w in application.topLevelWidgets() if isinstance(w, MainWindow)]
QTimer.singleShot(300, close)
print(app.run(session), "interrupt" in session.calls)
"""

EXPLAIN = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QMessageBox
from securemail_desktop.gui import app
application = app.make_application()
def close():
    box = next(w for w in application.topLevelWidgets() if isinstance(w, QMessageBox))
    print(box.text(), box.informativeText(), box.textFormat().name, sep="|")
    box.done(0)
QTimer.singleShot(300, close)
app.explain("It can't be opened", "No <keyring>: name a key file.")
"""


def script(text: str) -> str:
    # A process of its own: an application that has quit once opens no window any more.
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr[-500:]
    return ended.stdout.strip()


def test_run_ends_with_the_window() -> None:
    assert script(RUN) == "0 True"


def test_the_reason_is_shown_as_plain_text() -> None:
    assert script(EXPLAIN) == "It can't be opened|No <keyring>: name a key file.|PlainText"


@pytest.mark.parametrize(
    ("link", "composed", "told"),
    [
        ("mailto:bob@hospital.example?subject=Lab", ["bob@hospital.example"], ""),
        ("mailto:bob@hospital.example?subject=Lab%0ABcc:%20eve@x.example", None, "hides a line break"),
    ],
)
def test_a_mail_link_opens_a_message_or_says_why_not(link: str, composed: list[str] | None, told: str, qtbot: QtBot) -> None:
    session = FakeSession()
    with_lanes = Background()
    window = build_window(session, with_lanes)
    qtbot.addWidget(window)
    before = set(QApplication.topLevelWidgets())  # those of other tests may still be there
    open_link(window, session, link)
    opened = [w for w in set(QApplication.topLevelWidgets()) - before if isinstance(w, ComposeWindow)]
    assert [[r.address.spec for r in w._editor.draft().recipients] for w in opened] == ([composed] if composed else [])
    assert told in window._form.statusText.text()
    for w in opened:
        w.deleteLater()
    with_lanes.close()


def test_a_word_that_is_no_link_is_a_usage_error(tmp_path: Path) -> None:
    ended = start("--data", str(tmp_path), "hello")
    assert (ended.returncode, "no command 'hello'" in ended.stderr) == (2, True)
