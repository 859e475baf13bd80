"""The program is killed while its author writes, and while the message is held for Undo: at the next start the draft is there."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from securemail_desktop.accounts.settings import Account, Security, Server, accounts_document
from securemail_desktop.message.address import parse_address
from securemail_desktop.session.session import Session
from tests.support.writing_child import TEXT

ROOT = Path(__file__).parents[2]
ALICE = Account("a", parse_address("alice@clinic.example"), Server("127.0.0.1", 9, Security.STARTTLS, "alice"))


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["written", "held"])
def test_after_a_kill_the_draft_is_offered_again(tmp_path: Path, mode: str) -> None:
    data, key = tmp_path / "data", tmp_path / "key"
    with closing(Session(data, key)) as session:
        session.settings.put("accounts", accounts_document([ALICE]))
    command = [sys.executable, str(ROOT / "tests" / "support" / "writing_child.py"), str(data), str(key), mode]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    with closing(Session(data, key)) as session:
        assert session.drafts.left_behind() == 1
        (kept,) = session.drafts.all()
        draft = session.drafts.open(kept.id)
        assert (draft.text, [r.address.key for r in draft.recipients]) == (TEXT, ["bob@clinic.example"])
        assert session.outbox() == ()
