"""From key to paint while a large draft is reviewed: `key_to_paint.py [KILOBYTES] [KEYS]`, 200 and 400 when left out.

A real session reviews in its lane; keys come as events to a real event loop, 60 ms apart, and each is timed until the editor has painted. The floor
is the same run in a plain editor without a review. Run it under Xvfb (`xvfb-run -a`) or with QT_QPA_PLATFORM=offscreen.
"""

import os
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if os.environ.get("DISPLAY") else "offscreen")
sys.path.insert(0, str(Path(__file__).parents[2]))

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from securemail_desktop.accounts.settings import Account, Security, Server, accounts_document
from securemail_desktop.gui.app import make_application, make_look, spare_pauses
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.compose_window import ComposeWindow
from securemail_desktop.message.address import parse_address
from securemail_desktop.message.draft import Draft, Recipient
from securemail_desktop.session.session import Session

ALICE = parse_address("Alice Ward <alice@clinic.example>")
LINE = "Patient Maria Lopez, born 03/12/1961, MRN 99317742, has potassium 6.1 mmol/L; please call the ward about the dose of furosemide.\n"
GAP_MS = 60


class Stopwatch(QObject):
    """Times each key of an editor from its posting to the end of the paint that follows."""

    def __init__(self, editor: QPlainTextEdit) -> None:
        super().__init__()
        self.editor = editor
        self.spent: list[float] = []
        self._posted = 0.0
        editor.viewport().installEventFilter(self)

    def press(self) -> None:
        if not self._posted:
            self._posted = time.perf_counter()
            key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
            QCoreApplication.postEvent(self.editor, key)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint and self._posted:
            QTimer.singleShot(0, self, self._painted)
        return False

    def _painted(self) -> None:
        if self._posted:
            self.spent.append(1000 * (time.perf_counter() - self._posted))
            self._posted = 0.0


def type_in(editor: QPlainTextEdit, keys: int) -> list[float]:
    watch, loop, timer = Stopwatch(editor), QEventLoop(), QTimer()
    timer.timeout.connect(lambda: loop.quit() if len(watch.spent) >= keys else watch.press())
    timer.start(GAP_MS)
    loop.exec()
    return sorted(watch.spent[2:])


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
        spare_pauses()
        pauses = QTimer()  # the author pauses, so that a review begins, and goes on while it runs
        pauses.timeout.connect(window._live.now)
        pauses.start(700)
        report(f"{kilobytes} kB, being reviewed", type_in(window._form.body, keys), floor[int(0.99 * len(floor))])
        print("target: p99 <= 16 ms, most <= 50 ms")
        pauses.stop()
        background.close()
        session.close()


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:3] or (200, 400)))
