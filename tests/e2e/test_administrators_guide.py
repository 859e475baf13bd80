"""The administrator's guide, run as it stands, at a terminal that asks for passphrases."""

import os
import pty
import re
import shutil
import sys
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "administrators-guide.md"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]  # some twenty programs, one after the other


def _run_at_a_terminal(script: str, folder: Path, passphrase: str) -> tuple[int, str]:
    """Run a shell script, answer every question with the passphrase, and return its exit code and what stood on the screen."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execvpe(
            "bash", ["bash", "-eu", "-c", script], os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        )
    seen, asked = "", 0
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other side has ended
            break
        if not part:
            break
        seen += part.decode("utf-8", "replace")
        questions = len(re.findall(r"(?:assphrase of [^\n:]*|Again): ", seen))
        while asked < questions:
            os.write(terminal, f"{passphrase}\n".encode())
            asked += 1
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), seen


@pytest.mark.skipif(sys.platform == "win32" or shutil.which("bash") is None, reason="the guide's commands are for a shell")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_the_guide_works_word_for_word(tmp_path: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) >= 12
    code, seen = _run_at_a_terminal("\n".join(blocks), tmp_path, "correct horse battery")
    assert code == 0, seen
    last = seen.replace("\r", "").splitlines()[-5:]
    assert [
        re.sub(r"^\S+ \S+  (\S+) +clinic (version \d+)  ([a-z]+).*signed by (.*)  \w+$", r"\1 \2 \3 \4", line) for line in last[-4:]
    ] == [
        "pilot version 1 publish Dana Reed",
        "pilot version 2 publish Dana Reed",
        "broad version 2 promote Dana Reed, Evan Cho",
        "pilot version 3 rollback Dana Reed",
    ]
    assert seen.count("policy: clinic version 1,") >= 2  # at once, and in its status
    assert "policy: clinic version 2," in seen
    assert "policy: clinic version 3," in seen
    assert "came by: rollback 1" in seen
