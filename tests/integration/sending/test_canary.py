"""No patient data in logs, temporary files, process arguments or the store's files: a canary is searched in everything that a run writes."""

import base64
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

NAME, NUMBER, PLACE = "Quillonia Vexfeather", "MRN 99317742", "Zzyzxville"
WORDS = (b"Quillonia", b"Vexfeather", b"99317742", b"Zzyzxville")

DRAFTS = {
    "smime.eml": "To: bob@hospital.example\nSubject: {name}\n\nPatient {name}, {number}, of {place}, has potassium 6.1.\n",
    "openpgp.eml": "To: carol@practice.example\nSubject: Result\n\nPatient {name}, {number}, of {place}, has potassium 6.1.\n",
    "held.eml": "To: peter.novak@webmail.example\nSubject: {name}\n\nPatient {name}, {number}, of {place}, has diabetes.\n",
    "inside.eml": "To: chen@clinic.example\nSubject: {number}\n\nPatient {name}, {number}, of {place}, is NPO.\n",
    "broken.eml": 'To: "{name} <broken\nSubject: {name}\nContent-Type: multipart/mixed; boundary=x\n\n{number} {place}\n',
}


def forms(word: bytes) -> Iterator[bytes]:
    """The word as it is, in UTF-16, and in base64 at each of the three alignments."""
    yield word
    yield word.decode().encode("utf-16-le")
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + word)
        yield encoded[4 if shift else 0 : len(encoded) // 4 * 4 - 4]


NEEDLES = tuple(form for word in WORDS for form in forms(word) if len(form) >= 8)


def hits(content: bytes) -> list[bytes]:
    return [needle for needle in NEEDLES if needle in content]


@contextmanager
def watched_arguments(seen: list[bytes]) -> Iterator[None]:
    """Read every process's arguments again and again while the block runs."""
    stop = threading.Event()

    def watch() -> None:
        while not stop.is_set():
            for entry in Path("/proc").iterdir():
                if entry.name.isdigit() and int(entry.name) != os.getpid():
                    try:
                        seen.extend(hits((entry / "cmdline").read_bytes()))
                    except OSError:
                        continue
            time.sleep(0.01)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@pytest.mark.slow
def test_a_whole_run_leaves_no_patient_data_on_alices_machine(tmp_path: Path) -> None:
    drafts, data, temp, home = (tmp_path / name for name in ("drafts", "demo", "t", "home"))
    for folder in (drafts, temp, home):
        folder.mkdir()
    for name, text in DRAFTS.items():
        body = "From: alice@clinic.example\nMIME-Version: 1.0\n" + text.format(name=NAME, number=NUMBER, place=PLACE)
        (drafts / name).write_text(body)
    environment = {**os.environ, "TMPDIR": str(temp), "HOME": str(home), "PYTHONWARNINGS": "default"}
    command = [sys.executable, "-m", "securemail_desktop", "demo", "--headless", "--json", "--drafts", str(drafts), "--data", str(data)]
    arguments: list[bytes] = []
    with watched_arguments(arguments):
        done = subprocess.run(command, capture_output=True, timeout=90, check=False, env=environment, cwd=Path(__file__).parents[3])
    assert arguments == []
    assert hits(done.stdout) == []
    assert hits(done.stderr) == [], done.stderr
    assert done.stdout, done.stderr.decode()[-2000:]
    messages = json.loads(done.stdout)["messages"]
    assert {m["draft"]: m.get("verdict") for m in messages}["smime.eml"] == "protected"

    # What other people's servers received is theirs; everything else of the run is searched.
    theirs = (data / "world" / "mailboxes" / "chen", data / "world" / "delivered" / "partner-lab.example")
    files = [p for root in (data, temp, home) for p in root.rglob("*") if p.is_file() and not any(p.is_relative_to(t) for t in theirs)]
    assert len(files) > 20
    assert {str(p.relative_to(tmp_path)): hits(p.read_bytes()) for p in files if hits(p.read_bytes())} == {}
    assert [p for p in (data / "alice").rglob("*") if p.is_file() and p.stat().st_mode & 0o077] == []


def test_the_search_finds_what_it_should() -> None:
    for text in (f"x {NAME}", base64.b64encode(f"{NUMBER} of {NAME} in {PLACE}".encode()).decode()):
        assert hits(text.encode())
    assert hits("Patient Vexfeather".encode("utf-16-le"))
