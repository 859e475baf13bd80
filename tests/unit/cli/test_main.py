"""The overview of commands, and what is said to a command that there is not."""

import pytest

from securemail_desktop.cli.exit import Exit
from securemail_desktop.cli.main import run


@pytest.mark.parametrize(("typed", "said"), [("polcy", "no command 'polcy'; did you mean policy?"), ("bogus", "no command 'bogus'")])
def test_an_unknown_command_is_named(typed: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([typed]) == Exit.USAGE
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


def test_help_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == Exit.DONE
    assert "no command" not in capsys.readouterr().out
