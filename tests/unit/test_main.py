"""The program's entry: where a command line goes. In processes of its own, for it changes how errors of the whole process are written."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.policies import HEAD, policy_folder


def securemail(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "securemail_desktop", *words], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("before", [["--data", "D"], ["--key-file=K", "--data", "D"]], ids=" ".join)
def test_options_of_every_command_may_stand_before_it(tmp_path: Path, before: list[str]) -> None:
    policy_folder(tmp_path / "policy", HEAD)
    ended = securemail(tmp_path, *before, "policy", "lint", "policy")
    assert (ended.returncode, ended.stdout.strip()) == (0, "nothing to object to")


@pytest.mark.slow
def test_an_unknown_command_is_named(tmp_path: Path) -> None:
    ended = securemail(tmp_path, "--data", "D", "polcy")
    assert ended.returncode == 2
    assert "did you mean policy?" in ended.stderr
