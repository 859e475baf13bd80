"""The installed PySide6 keeps None alive: 6.12.0 loses a reference to it on every void call and aborts on Python 3.11."""

import subprocess
import sys

CALLS = """
from PySide6.QtGui import QColor, QGuiApplication, QPen, QTextCharFormat
application = QGuiApplication([])
pen, style = QPen(), QTextCharFormat()
for _ in range(15_000):
    pen.setColor(QColor("red"))
    style.setFontUnderline(True)
print("alive")
"""


def test_thirty_thousand_void_calls() -> None:
    run = subprocess.run([sys.executable, "-c", CALLS], capture_output=True, text=True, timeout=60, check=False)
    assert run.stdout.strip() == "alive", run.stderr[-500:]
