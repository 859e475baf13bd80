"""A process that reads attachments may hang, die, lie or be taken over: that file is unreadable, the next one is read, nothing is reached."""

import ctypes
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from securemail_desktop.message.draft import Attachment
from securemail_desktop.session.reading_process import ReadingProcess, reading_command
from tests.support.pdf import pdf
from tests.unit.message.text.test_attachment import READABLE

pytestmark = pytest.mark.slow  # many seconds together

ODD = Path(__file__).parents[2] / "support" / "odd_reader.py"


KILLED = """
import sys, threading
from securemail_desktop.message.draft import Attachment
from securemail_desktop.session.reading_process import ReadingProcess
reader = ReadingProcess([sys.executable, sys.argv[1], "tell_pid"])
number = reader.read(Attachment("", "", b"x")).lines[0].text
threading.Thread(target=reader.read, args=[Attachment("", "", b"hang")]).start()
while reader._worker.asked < 2:
    pass
print(number, flush=True)
"""


def text(content: bytes) -> Attachment:
    return Attachment("x.txt", "text/plain", content)


@contextmanager
def odd(way: str, seconds: float = 30.0, more: Sequence[str] = ()) -> Iterator[ReadingProcess]:
    with closing(ReadingProcess([sys.executable, str(ODD), way, *more], seconds)) as process:
        yield process


def pid(process: ReadingProcess) -> int:
    assert process._worker._process is not None
    return process._worker._process.pid


def test_reads_every_format_once_the_doors_are_closed() -> None:
    with closing(ReadingProcess(reading_command())) as process:
        for content, content_type, filename, expected in READABLE:
            found = process.read(Attachment(filename, content_type, content))
            assert ("\n".join(line.text for line in found.lines), found.unreadable) == (expected, ""), filename
        found = process.read(Attachment("", "", pdf("Maria Lopez")))
        assert [line.text for line in found.lines] == ["Maria Lopez"]
        for charset in ("koi8-r", "iso-2022-jp", "mac-roman", "utf-7", "cp037"):
            found = process.read(Attachment("", f"text/plain; charset={charset}", "Lopez 4711".encode(charset)))
            assert [line.text for line in found.lines] == ["Lopez 4711"], charset


@pytest.mark.parametrize(
    ("way", "word"), [("hang", "too long"), ("spin", "too long"), ("garbage", "broke"), ("flood", "broke"), ("fail", "damaged")]
)
def test_what_goes_wrong_is_the_reason_why_the_file_could_not_be_read(way: str, word: str) -> None:
    with odd(way, 2.0) as process:
        found = process.read(text(b"x"))
        assert found.lines == ()
        assert word in found.unreadable
        assert not found.pending


@pytest.mark.parametrize(("way", "word"), [("die", "broke"), ("eat", "memory")])
def test_only_the_file_that_breaks_the_process_is_unreadable(way: str, word: str) -> None:
    with odd(way) as process:
        for content, reason in [(b"a", ""), (way.encode(), word), (b"b", "")]:
            found = process.read(text(content))
            assert reason in found.unreadable
            assert bool(found.unreadable) is bool(reason)


def test_a_process_that_died_meanwhile_is_replaced_unseen() -> None:
    with odd("die") as process:
        process.read(text(b"a"))
        os.kill(pid(process), 9)
        assert process.read(text(b"b")).unreadable == ""


def test_a_process_reads_a_number_of_files_and_is_replaced() -> None:
    with odd("tell_pid") as process:
        pids = [process.read(text(b"x")).lines[0].text for _ in range(51)]
    assert len(set(pids[:50])) == 1
    assert pids[50] != pids[0]


def test_nothing_can_be_read_without_a_process() -> None:
    with closing(ReadingProcess(["/nowhere/securemail"])) as process:
        assert "started" in process.read(text(b"x")).unreadable


def test_reading_is_interrupted_from_another_thread_and_wanted_again() -> None:
    with odd("hang") as process:
        found = []
        reader = threading.Thread(target=lambda: found.append(process.read(text(b"x"))))
        reader.start()
        while process._worker._process is None:
            pass
        process.kill()
        reader.join(20)
        assert found[0].pending


def test_closing_ends_the_process() -> None:
    with odd("die") as process:
        process.read(text(b"a"))
        number = pid(process)
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it ends with its file, or its processor time")
def test_the_process_dies_with_a_program_that_is_killed_while_it_reads() -> None:
    program = subprocess.Popen([sys.executable, "-c", KILLED, str(ODD)], stdout=subprocess.PIPE, text=True)
    with program:
        assert program.stdout is not None
        number = int(program.stdout.readline())
        program.kill()
    end = time.monotonic() + 20
    while Path(f"/proc/{number}").exists() and Path(f"/proc/{number}/stat").read_text().split(") ")[1][0] != "Z":
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_process_knows_nothing_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECUREMAIL_SECRET", "x")
    with odd("tell_environment") as process:
        assert {line.text for line in process.read(text(b"x")).lines} <= {"LC_CTYPE"}  # Python sets this one itself


@pytest.mark.parametrize("more", [[], ["without namespaces"]])
def test_nothing_is_reached_from_within(tmp_path: Path, more: list[str]) -> None:
    file = tmp_path / "store.db"
    file.write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server, odd("reach", more=more) as process:
        found = process.read(text(f"{file}\n{server.getsockname()[1]}".encode()))
    assert found.unreadable == ""
    went = {line.text for line in found.lines}
    assert not went & {"open", "write", "list", "network", "socket", "pipe", "keyring", "parent"}
    land = _landlock()
    assert land < 1 or not went & {"remove", "rename"}
    assert land < 6 or "signal" not in went
    if os.geteuid() != 0 and land >= 6:  # root keeps some of its rights where there are no namespaces
        assert went == set()


def _landlock() -> int:
    """Return the version of the kernel's Landlock, below 1 where it has none."""
    return int(ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1)) if sys.platform == "linux" else 0
