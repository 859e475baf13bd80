"""A process that scans drafts says what a scan here says; where it hangs, dies or lies nothing is known of that text, and the next one is scanned."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from securemail_desktop.phi.errors import NotScanned, Outdated
from securemail_desktop.phi.patient_list import PatientList
from securemail_desktop.phi.patient_list_building import build
from securemail_desktop.phi.scan import Scanner, scan
from securemail_desktop.session.scanning_process import ScanningProcess, scanning_command
from tests.unit.phi.test_verdicts import TABLES, table

pytestmark = pytest.mark.slow  # each starts a process

ODD = Path(__file__).parents[2] / "support" / "odd_scanner.py"
LONG = "The plan for the new office with tables and the cost of carpets.\n" * 4
NOTE = [
    ("subject", "Result"),
    ("body", LONG + "Maria Lopez, MRN 4711882, has pneumonia, call 212-555-0142 or +49 30 901820 or +263 4 700000."),
]
BREAKS = [("body", LONG + "ODD")]

KILLED = """
import sys, threading
from securemail_desktop.phi.scan import Scanner
from securemail_desktop.session.scanning_process import ScanningProcess
process = ScanningProcess([sys.executable, sys.argv[1], "spin"], Scanner())
process.start()
process._ready.result(60)
threading.Thread(target=process.scan, args=[[("body", "ODD" * 100)]]).start()
while not process._worker.asked:
    pass
print(process._worker._process.pid, flush=True)
"""


class Watched(Scanner):
    """Counts what is scanned in the program."""

    def __init__(self) -> None:
        super().__init__()
        self.scanned = 0

    def scan(self, fields):
        self.scanned += 1
        return super().scan(fields)


@contextmanager
def scanning(*command: str, seconds: float = 60.0, wait: bool = True) -> Iterator[tuple[ScanningProcess, Watched]]:
    here = Watched()
    with closing(ScanningProcess(command or scanning_command(), here, seconds)) as process:
        process.start()
        assert not wait or process._ready.result(60)
        yield process, here


def odd(way: str) -> tuple[str, ...]:
    return sys.executable, str(ODD), way


def test_every_verdict_is_the_same_as_in_the_program():
    with scanning() as (process, here):
        for file in sorted(TABLES.glob("*.txt")):
            for _, subject, body in table(file.name):
                fields = [("subject", subject), ("body", f"{body}\n{LONG}")]
                assert process.scan(fields) == scan(fields), body
        assert process.scan(NOTE) == scan(NOTE)
        assert here.scanned == 0


def test_the_process_knows_the_organisations_patients_also_after_it_broke():
    octets = build(["mrn\n", "448213\n"], bytes(32), datetime(2026, 1, 2, tzinfo=UTC)).octets
    fields = [("body", f"Please look at 448213 again.\n{LONG}")]
    with scanning() as (process, _):
        assert process.scan(fields) == scan(fields)
        process.know(octets)
        assert process.scan(fields) == scan(fields, PatientList(octets)) != scan(fields)
        process._worker._process.kill()
        assert process.scan(fields) == scan(fields, PatientList(octets))
        process.know(b"")
        assert process.scan(fields) == scan(fields)


def test_texts_are_scanned_here_until_the_process_is_ready():
    with scanning(*odd("never ready"), wait=False) as (process, here):
        assert process.scan(NOTE) == scan(NOTE)
        assert here.scanned == 1


def test_texts_are_scanned_here_where_no_process_can_be_started():
    with scanning("/nowhere/securemail", wait=False) as (process, here):
        for _ in range(5):
            assert process.scan(NOTE) == scan(NOTE)
        assert here.scanned == 5


def test_a_name_is_scanned_here():
    with scanning() as (process, here):
        process.scan([("recipient:0", "John Smith diabetic foot")])
        assert here.scanned == 1


@pytest.mark.parametrize(("way", "word"), [("die", "failed"), ("garbage", "failed"), ("stale", "failed"), ("fail", "failed")])
def test_nothing_is_known_of_a_text_that_breaks_the_process_and_the_next_is_scanned(way, word):
    with scanning(*odd(way)) as (process, here):
        process.scan(NOTE)
        for _ in range(2):
            with pytest.raises(NotScanned, match=word):
                process.scan(BREAKS)
        assert process.scan(NOTE) == scan(NOTE)
        assert here.scanned == 0


@pytest.mark.parametrize("way", ["hang", "spin"])
def test_a_text_that_takes_too_long_is_given_up(way):
    with scanning(*odd(way), seconds=2.0) as (process, here):
        with pytest.raises(NotScanned, match="too long"):
            process.scan(BREAKS)
        assert here.scanned == 0


def test_a_process_that_died_meanwhile_is_replaced():
    with scanning() as (process, _):
        process._worker._process.kill()
        process._worker._process.wait()
        assert process.scan(NOTE) == scan(NOTE)  # here, while a new one starts
        assert process._ready.result(60)
        assert process._worker.running


def test_a_scan_is_interrupted_from_another_thread():
    with scanning(*odd("hang")) as (process, _):
        errors = []

        def ask():
            try:
                process.scan(BREAKS)
            except NotScanned as error:
                errors.append(str(error))

        asking = threading.Thread(target=ask)
        asking.start()
        while not process._worker.asked:
            pass
        process.kill()
        asking.join(60)
        assert "interrupted" in errors[0]


@pytest.mark.skipif(sys.platform == "win32", reason="there a scan is always finished")
def test_only_its_owner_gives_a_scan_up_and_the_process_goes_on():
    with scanning(*odd("hang")) as (process, here):
        given_up = []

        def ask():
            try:
                process.scan(BREAKS, "alice")
            except Outdated as error:
                given_up.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        while process._owner != "alice":
            pass
        number = process._worker._process.pid
        process.drop("bob")
        process.drop("")
        while asking.is_alive():  # what comes before the scan has begun does nothing
            process.drop("alice")
            asking.join(0.05)
        assert len(given_up) == 1
        process.drop("alice")
        assert process.scan(NOTE, "alice") == scan(NOTE)
        assert process._worker._process.pid == number
        assert here.scanned == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there a scan is always finished")
def test_a_scan_without_an_owner_is_never_given_up():
    with scanning(*odd("nap")) as (process, here):
        done = []
        asking = threading.Thread(target=lambda: done.append(process.scan([("body", LONG + "ODD once")])))
        asking.start()
        while not process._worker.asked:
            pass
        while asking.is_alive():
            process._worker.give_up()
            asking.join(0.05)
        assert done == [scan([("body", LONG + "ODD once")])]
        assert here.scanned == 0


def test_closing_ends_the_process_and_none_is_started_again():
    with scanning() as (process, _):
        number = process._worker._process.pid
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)
    assert process.scan(NOTE) == scan(NOTE)
    assert not process._worker.running


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_process_can_reach_nothing_and_knows_nothing_of_our_environment(monkeypatch):
    monkeypatch.setenv("SECUREMAIL_SECRET", "x")
    with scanning() as (process, _):
        inside = Path(f"/proc/{process._worker._process.pid}")
        assert "Max open files            3  " in (inside / "limits").read_text()
        assert "Max file size             0  " in (inside / "limits").read_text()
        if os.geteuid() == 0:  # a process that can't be dumped shows its own user neither
            assert b"SECUREMAIL" not in (inside / "environ").read_bytes()
            files = {file.readlink().name for file in (inside / "fd").iterdir() if int(file.name) > 2}
            assert files <= {"words.marisa", "misspellings.marisa"}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it ends when it has scanned and nobody listens")
def test_the_process_dies_with_a_program_that_is_killed_while_it_scans():
    program = subprocess.Popen([sys.executable, "-c", KILLED, str(ODD)], stdout=subprocess.PIPE, text=True)
    with program:
        number = int(program.stdout.readline())
        program.kill()
    end = time.monotonic() + 60
    while Path(f"/proc/{number}").exists() and Path(f"/proc/{number}/stat").read_text().split(") ")[1][0] != "Z":
        assert time.monotonic() < end
        time.sleep(0.01)
