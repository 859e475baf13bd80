"""`securemail lock`: a passphrase before the mail store, for people and for automation."""

from pathlib import Path

import pytest

from securemail_desktop.cli.exit import Exit
from securemail_desktop.cli.main import run
from securemail_desktop.store import passphrase


def call(folder: Path, *arguments: str) -> int:
    return run([*arguments, "--data", str(folder / "data"), "--key-file", str(folder / "key")])


def test_a_passphrase_is_set_asked_for_and_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passphrase, "_COST", 2**10)
    secret, wrong, short = tmp_path / "secret", tmp_path / "wrong", tmp_path / "short"
    secret.write_text("correct horse\n")
    wrong.write_text("battery staple\n")
    short.write_text("horse\n")
    assert call(tmp_path, "lock", "set-passphrase", "--new-passphrase-file", str(short)) == Exit.USAGE
    assert "at least 8 characters" in capsys.readouterr().err
    assert call(tmp_path, "lock", "set-passphrase", "--new-passphrase-file", str(secret)) == Exit.DONE
    assert "nobody can open the mail store without it" in capsys.readouterr().out
    for command in (("accounts", "list"), ("keys", "list"), ("lock", "remove-passphrase")):
        assert call(tmp_path, *command) == Exit.USAGE
        assert "name a file that holds it with --passphrase-file" in capsys.readouterr().err
        assert call(tmp_path, *command, "--passphrase-file", str(wrong)) == Exit.USAGE
        error = capsys.readouterr().err
        assert "does not open your mail" in error or "wait" in error
        (tmp_path / "data" / "unlock.tries").unlink(missing_ok=True)
    assert call(tmp_path, "accounts", "list", "--passphrase-file", str(secret)) == Exit.DONE
    assert call(tmp_path, "lock", "remove-passphrase", "--passphrase-file", str(secret)) == Exit.DONE
    assert call(tmp_path, "accounts", "list") == Exit.DONE
