"""An error that nobody expected is written without its text: the desktop's own log must hold no patient data."""

import subprocess
import sys
from pathlib import Path

import pytest

CANARY = "Quillonia Vexfeather"
SLOT = """
import os
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QCoreApplication, QTimer
app = QCoreApplication([])
QTimer.singleShot(0, broken)
QTimer.singleShot(50, app.quit)
app.exec()
"""
WAYS = {
    "main": "broken()",
    "thread": "import threading; one = threading.Thread(target=broken); one.start(); one.join()",
    "cause": """
try:
    broken()
except ValueError as error:
    raise RuntimeError("for " + name) from error
""",
    "destructor": """
class Holder:
    def __del__(self): broken()
Holder()
""",
    "slot": SLOT,
}


@pytest.mark.parametrize("way", WAYS)
def test_an_unexpected_error_tells_its_place_and_not_its_text(tmp_path: Path, way: str) -> None:
    script = tmp_path / "script.py"
    begin = (
        "from securemail_desktop import faults; import sys; faults.install(); name = sys.argv[1]\ndef broken(): raise ValueError(name)\n"
    )
    script.write_text(begin + WAYS[way])
    ended = subprocess.run([sys.executable, str(script), CANARY], capture_output=True, text=True, timeout=60, check=False)
    assert CANARY not in ended.stderr + ended.stdout
    assert "unexpected builtins.ValueError" in ended.stderr
    assert "in broken" in ended.stderr
    assert ("RuntimeError" in ended.stderr) is (way == "cause")
