"""The demo is started twice on one folder: by hand, or while another window of it is open."""

from pathlib import Path

import pytest

from securemail_desktop.cli.exit import Exit
from securemail_desktop.demo.main import run
from securemail_desktop.demo.world import DemoRuns, alone_in


def test_a_second_demo_of_a_folder_says_that_one_runs_and_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "demo"
    with alone_in(folder):
        before = sorted(folder.rglob("*"))
        assert run(["--headless", "--data", str(folder)], lambda _: 0) == Exit.USAGE
        assert sorted(folder.rglob("*")) == before
    assert "look for its window" in capsys.readouterr().err


def test_the_folder_is_free_again_when_a_demo_ends_with_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no server"), alone_in(tmp_path):
        raise RuntimeError("no server")
    with alone_in(tmp_path), pytest.raises(DemoRuns), alone_in(tmp_path):
        pass
