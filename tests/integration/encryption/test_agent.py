"""GnuPG's agent ends with the program, however that ends, and one that was left does not hinder the next start."""

import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from securemail_desktop.encryption.openpgp.home import GpgHome

pytestmark = pytest.mark.slow
USE_AND_DIE = """
import os, signal, sys
from pathlib import Path
from securemail_desktop.encryption.openpgp.home import GpgHome
GpgHome(Path(sys.argv[1])).gpg.list_keys(secret=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def runs(home: Path) -> bool:
    command = ["gpg-connect-agent", "--homedir", str(home), "--no-autostart", "/bye"]
    return b"no gpg-agent" not in subprocess.run(command, capture_output=True, check=False).stderr


def wait_for_its_end(home: Path) -> None:
    end = time.monotonic() + 30  # it looks every few seconds whether its program lives
    while runs(home):
        assert time.monotonic() < end, "the agent stays"
        time.sleep(0.1)


def test_an_agent_ends_with_its_killed_program(tmp_path: Path) -> None:
    home = tmp_path / "gpg"
    assert subprocess.run([sys.executable, "-c", USE_AND_DIE, str(home)], check=False).returncode == -signal.SIGKILL
    wait_for_its_end(home)


def test_a_home_works_right_after_its_program_was_killed(tmp_path: Path) -> None:
    home = tmp_path / "gpg"
    subprocess.run([sys.executable, "-c", USE_AND_DIE, str(home)], check=False)
    with closing(GpgHome(home)) as opened:
        assert opened.gpg.list_keys(secret=True) == []
        assert runs(home)
    wait_for_its_end(home)


def test_who_lets_go_of_a_home_leaves_the_agent_to_the_others(tmp_path: Path) -> None:
    home = tmp_path / "gpg"
    with closing(GpgHome(home)) as first:
        first.gpg.list_keys(secret=True)
        GpgHome(home).close()
        assert runs(home), "a second program ended the agent of the first"
    wait_for_its_end(home)


def test_the_last_one_ends_the_agent(tmp_path: Path) -> None:
    home = tmp_path / "gpg"
    first = GpgHome(home)
    with closing(GpgHome(home)) as second:
        first.close()
        second.gpg.list_keys(secret=True)
    wait_for_its_end(home)
