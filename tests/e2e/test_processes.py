"""`securemail send` as processes: two at once on one store, and Ctrl-C at every moment."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from securemail_desktop.cli.exit import Exit
from securemail_desktop.sending.state import State
from tests.support.alice import BOB, Alice, Scene, clear
from tests.support.faulty_smtp import Fault, Hang, Script, Step, at, behave

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
MID = "<m1@clinic.example>"


def start(alice: Alice, file: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "securemail_desktop", "send", "--data", str(alice.data), "--key-file", str(alice.key_file), str(file)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT)


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in out + err
    return process.returncode, err


def wait_for(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def slow(step: Step, sent: str) -> Fault | None:
    if step is Step.CONTENT:
        time.sleep(0.2)
    return None


def test_four_programs_on_one_store(scene: Scene) -> None:
    alice = scene(slow)
    files = [alice.file(BOB, name=f"{n}.eml", message_id=f"<n{n}@clinic.example>") for n in range(4)]
    processes = [start(alice, file) for file in files]
    assert [ended(p) for p in processes] == [(Exit.DONE, "")] * 4
    assert alice.server.taken == {(f"<n{n}@clinic.example>", BOB): 1 for n in range(4)}
    with alice.session() as session:
        assert session.outbox() == ()
        assert session.journal.verify().problem == ""


def test_one_file_sent_by_two_programs_while_it_waits(scene: Scene) -> None:
    alice = scene(at(Step.GREETING, Hang()))
    file = alice.file(BOB)
    first = start(alice, file)
    wait_for(lambda: alice.server.connections > 0)
    second = start(alice, file)
    time.sleep(0.8)
    alice.server.script = behave
    first.send_signal(signal.SIGINT)
    assert ended(first) == (Exit.LATER, "securemail send: interrupted; the message is in the outbox\n")
    assert ended(second) == (Exit.DONE, "")
    assert alice.server.taken == {(MID, BOB): 1}


# Where the server hangs when Ctrl-C comes, where the message stands afterwards, and how often the server has it.
MOMENTS: list[tuple[str, Script, str, State, int]] = [
    ("connecting", at(Step.GREETING, Hang()), "", State.ACCEPTED, 1),
    ("signing in", at(Step.AUTH, Hang()), "AUTH", State.ACCEPTED, 1),
    ("naming the recipient", at(Step.RCPT, Hang()), "RCPT", State.ACCEPTED, 1),
    ("handing over", at(Step.DATA, Hang()), "DATA", State.UNKNOWN, 0),
    ("waiting for the answer", at(Step.CONTENT, Hang(taken=True)), "DATA", State.UNKNOWN, 1),
]


@pytest.mark.parametrize(("script", "command", "state", "taken"), [row[1:] for row in MOMENTS], ids=[row[0] for row in MOMENTS])
def test_ctrl_c_is_prompt_and_loses_nothing(scene: Scene, script: Script, command: str, state: State, taken: int) -> None:
    alice = scene(script)
    process = start(alice, alice.file(BOB))
    wait_for(lambda: alice.server.connections > 0 and (not command or any(c.startswith(command) for c in alice.server.commands)))
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    asked = time.monotonic()
    assert ended(process) == (Exit.LATER, "securemail send: interrupted; the message is in the outbox\n")
    assert time.monotonic() - asked < 5, "it must not wait for the server that hangs"
    alice.server.script = behave
    with alice.session() as session:
        [entry] = session.outbox()
        assert [r.state for r in session.retry(entry.id)] == [state]
        assert session.journal.verify().problem == ""
    assert alice.server.taken[MID, BOB] == taken
    assert not any(clear(m.content) for m in alice.server.messages)


def test_ctrl_c_at_any_moment(scene: Scene) -> None:
    """Also while the program starts, reads, reviews, writes and closes."""
    alice = scene()
    for n in range(12):
        message_id = f"<n{n}@clinic.example>"
        process = start(alice, alice.file(BOB, message_id=message_id))
        time.sleep(0.05 + n * 0.06)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        with alice.session() as session:
            session.resume()
            waiting = {r.state for e in session.outbox() for r in e.receipts}
            assert waiting <= {State.UNKNOWN}
            assert session.journal.verify().problem == ""
            kept = session.keeps(message_id)
        assert alice.server.taken[message_id, BOB] <= 1
        if process.returncode == Exit.DONE:
            assert alice.server.taken[message_id, BOB] == 1
        elif process.returncode == Exit.LATER:
            assert kept or alice.server.taken[message_id, BOB] == 1


def test_output_that_nobody_reads(scene: Scene) -> None:
    alice = scene()
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "securemail_desktop", "send", "--data", str(alice.data), "--key-file", str(alice.key_file)]
    done = subprocess.run([*command, str(alice.file(BOB))], stdout=write, stderr=subprocess.PIPE, check=False, timeout=60, cwd=ROOT)
    os.close(write)
    assert (done.returncode, done.stderr) == (Exit.UNREAD, b"")
    assert alice.server.taken == {(MID, BOB): 1}


def test_a_file_from_standard_input(scene: Scene) -> None:
    alice = scene()
    command = [
        sys.executable,
        "-m",
        "securemail_desktop",
        "send",
        "--data",
        str(alice.data),
        "--key-file",
        str(alice.key_file),
        "/dev/stdin",
    ]
    done = subprocess.run(command, input=alice.file(BOB).read_bytes(), capture_output=True, check=False, timeout=60, cwd=ROOT)
    assert (done.returncode, done.stderr) == (Exit.DONE, b"")
    assert alice.server.taken == {(MID, BOB): 1}
