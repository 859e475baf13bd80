"""Changed files of every format for a minute each: no exception, no crash, no hang, no growth; whatever they are, they are read or have a reason."""

import re
import subprocess
import sys

import pytest

from tests.support.fuzz import FORMATS, case

SECONDS = 60  # of processor time
_SEED = 1
_MOST_MEMORY = 300  # MiB: the process itself and the largest case


@pytest.mark.long
@pytest.mark.timeout(60 * SECONDS)
@pytest.mark.parametrize("name", FORMATS)
def test_changed_files_are_read_for_a_minute(name: str) -> None:
    command = [sys.executable, "-m", "tests.support.fuzz", name, str(SECONDS), str(_SEED)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60 * SECONDS)
    said = done.stdout.splitlines()
    assert done.returncode == 0, f"{name}, case {said[-1:]} of seed {_SEED}: {done.stderr[-2000:]}"
    summary = re.fullmatch(r"(\d+) cases, (\d+) MiB", said[-1])
    assert summary
    assert int(summary[1]) > 100
    assert int(summary[2]) < _MOST_MEMORY


@pytest.mark.parametrize("name", FORMATS)
def test_a_case_is_the_same_each_time_and_most_differ(name: str) -> None:
    contents = [case(name, 7, number).content for number in range(10)]
    assert contents == [case(name, 7, number).content for number in range(10)]
    assert len(set(contents)) > 2
