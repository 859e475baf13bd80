"""From key to paint while a large draft is reviewed: `key_to_paint.py [KILOBYTES] [KEYS]`, 200 and 400 when left out.

A real session reviews in its lane; keys come as events to a real event loop, 60 ms apart with pauses between, and each is timed from when it is
due until the editor has painted. The floor is the same run in a plain editor without a review. Run it under Xvfb (`xvfb-run -a`) or with
QT_QPA_PLATFORM=offscreen.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if os.environ.get("DISPLAY") else "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from securemail_desktop.accounts.settings import Account, Security, Server, accounts_document
from securemail_desktop.gui.app import make_application, make_look
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.gui.garbage import Garbage
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.session.session import Session

ALICE = parse_address("Alice Ward <alice@clinic.example>")
LINE = "Patient Maria Lopez, born 03/12/1961, MRN 99317742, has potassium 6.1 mmol/L; please call the ward about the dose of furosemide.\n"
GAP_MS = 60
PAUSES, PAUSES_MS = 0.15, range(270, 1500, 30)  # how often the author pauses, so that a review begins, and for how long


class Stopwatch(QObject):
    """Times each key of an editor from the moment when it is due, whatever the window does then, to the end of the paint that follows."""

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__()
        self.editor = editor
        self.spent: list[float] = []
        self._due = self._next = 0.0
        self._chance = random.Random(1)
        self._clock = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._press)
        editor.viewport().installEventFilter(self)

    def wait(self) -> None:
        """Press the next key after the usual gap, or after a pause, so that keys meet a review in each of its steps."""
        gap = self._chance.choice(PAUSES_MS) if self._chance.random() < PAUSES else GAP_MS
        self._next = time.perf_counter() + gap / 1000
        self._clock.start(gap)

    def _press(self) -> None:
        if not self._due:
            self._due = self._next
            key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
            QCoreApplication.postEvent(self.editor, key)
        self.wait()

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint and self._due:
            QTimer.singleShot(0, self, self._painted)
        return False

    def _painted(self) -> None:
        if self._due:
            self.spent.append(1000 * (time.perf_counter() - self._due))
            self._due = 0.0


def type_in(editor: QPlainTextEdit, keys: int) -> list[float]:
    watch = Stopwatch(editor)
    watch.wait()
    wait_for(lambda: len(watch.spent) >= keys)
    return sorted(watch.spent[2:])


def wait_for(reached: Callable[[], bool]) -> None:
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: loop.quit() if reached() else None)
    timer.start(GAP_MS)
    loop.exec()


def report(name: str, spent: list[float], floor: float) -> None:
    p99 = spent[int(0.99 * len(spent))]
    print(
        f"{name:<28} p50 {statistics.median(spent):6.1f} ms  p99 {p99:6.1f} ms  most {spent[-1]:6.1f} ms  p99 is {p99 / floor:.1f} x the floor's"
    )


def large_draft(session: Session, kilobytes: int) -> Draft:
    text = LINE * (kilobytes * 1000 // len(LINE))
    return replace(session.new_draft(), recipients=(Recipient(parse_address("bob@hospital.example")),), subject="Result", text=text)


def main(kilobytes: int, keys: int) -> None:
    application = make_application()
    with tempfile.TemporaryDirectory() as folder:
        session = Session(Path(folder) / "data", Path(folder) / "key")
        server = Server("127.0.0.1", 9, Security.STARTTLS, "alice")
        session.settings.put("accounts", accounts_document([Account("clinic", ALICE, server)]))
        session.refresh()
        session.scan_apart()
        background, look = Background(application), make_look(application)
        draft = large_draft(session, kilobytes)
        plain = QPlainTextEdit(draft.text)
        plain.resize(800, 500)
        plain.show()
        floor = type_in(plain, keys)
        report("a plain editor", floor, floor[int(0.99 * len(floor))])
        plain.hide()
        window = ComposeWindow(session, draft, look, background, timedelta(0))
        window.show()
        Garbage(application).spare_what_is_there()
        body, shown = window._form.body, []
        window._live.ready.connect(shown.append)
        wait_for(lambda: bool(shown))
        body.moveCursor(QTextCursor.MoveOperation.Start)  # every mark moves at each key
        report(f"{kilobytes} kB, being reviewed", type_in(body, keys), floor[int(0.99 * len(floor))])
        print(f"reviews shown meanwhile: {len(shown)}, marks: {len(body._marks):,}")
        print("target: p99 <= 16 ms, most <= 50 ms")
        background.close()
        session.close()


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:3] or (200, 400)))
