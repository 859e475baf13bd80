"""What the first rows do not need is neither imported nor built before them: each would keep the user waiting at every start."""

import subprocess
import sys

import pytest

START = """
import sys
from PySide6.QtWidgets import QWidget
from securemail_desktop.gui.app import build_window
from securemail_desktop.gui.sheet import Sheet
from tests.support.fake_session import FakeSession
window = build_window(FakeSession())
window.show()
print(sum(len(sheet.findChildren(QWidget)) for sheet in window.findChildren(Sheet)), len(window.findChildren(Sheet)) > 0, *sys.modules)
"""
LATER = {"compose_window", "printout", "keys_window", "settings_window", "help_window", "account_page"}


@pytest.mark.slow
def test_the_first_window_has_what_it_shows_and_no_more() -> None:
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True, timeout=60)

    built, any_sheet, *modules = done.stdout.split()
    assert (built, any_sheet) == ("0", "True")
    assert "securemail_desktop.gui.message_list" in modules
    assert not {f"securemail_desktop.gui.{name}" for name in LATER} & set(modules)
    assert not {"PySide6.QtPrintSupport", "securemail_desktop.message.display.html"} & set(modules)
