"""The program's entry: where a command line goes."""

import sys
from pathlib import Path

import pytest

from securemail_desktop.__main__ import main
from tests.support.policies import HEAD, policy_folder


@pytest.mark.parametrize("before", [["--data", "D"], ["--data=D"], ["--key-file", "K", "--data", "D"]], ids=" ".join)
def test_options_of_every_command_may_stand_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], before: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    policy_folder(tmp_path / "policy", HEAD)
    monkeypatch.setattr(sys, "argv", ["securemail", *before, "policy", "lint", "policy"])
    assert main() == 0
    assert "nothing to object to" in capsys.readouterr().out


def test_an_unknown_command_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["securemail", "--data", "D", "polcy"])
    assert main() == 2
    assert "did you mean policy?" in capsys.readouterr().err
