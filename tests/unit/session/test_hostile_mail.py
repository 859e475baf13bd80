"""Mail that was made to break its reader: the right result or one plain sentence, within bounds of processor time and memory."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from securemail_desktop.message.display.limits import MAX_MARKUP
from tests.support import hostile_mail

MORE, DEEP, HEADER = "more parts than this program shows", "nested more deeply", "header of the message is too large"
# What may be expected of those that are not simply read as "hello".
TOLD = {
    "nested 100 deep": DEEP,
    "nested 5,000 deep": DEEP,
    "100,000 parts": MORE,
    "a thousand multiparts of a thousand parts": MORE,
    "a header line of 2 MB": HEADER,
    "10,000 fields": HEADER,
    "a header of 50 MB": HEADER,
    "one line of 50 MB": HEADER,
    "a sender of parentheses": "field From cannot be read",
    "a recipient of signs": "field To cannot be read",
}
TEXTS = {
    "a boundary that begins another": ("inner", "outer"),
    "NULs": ("he",),
    "UTF-16 of an odd length": ("h\0i\0",),
    "unknown-8bit": ("ABC", "é"),
    "an unknown charset": ("Grüße",),
    "UTF-7": ("hello <script>",),
}
SIZES = {"base64 that is all padding": 1_000_000, "flowed lines without end": 1_000_000, "10 MB of quotations": 10_000_000}
FILES = {
    "messages 5,000 deep": [""],
    "nested 100 deep": [""],
    "nested 5,000 deep": [""],
    "a name in a charset that does not exist": ["ÿ\0a"],
    "an 8-bit name": ["Befund Köhler.txt"],
}
UNANSWERED = {name for name, told in TOLD.items() if told == HEADER}
OURS = {"from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "mime-version"}
OURS |= {"content-type", "content-transfer-encoding"}
BOB = "bob@hospital.example"
LONGEST = 250_000  # characters that a window edits and checks without waiting
WITHOUT_HELLO = {
    "100,000 parts",
    "a thousand multiparts of a thousand parts",
    "one line of 50 MB",
    "a header of 50 MB",
    "lines of CR",
    "DER without end",
}
WITHOUT_HELLO |= {"a codec that is no charset", "nothing", "blank lines", "a name in 20,000 sections", *TEXTS, *SIZES, *FILES}


@pytest.fixture(scope="module")
def readings() -> dict[str, dict[str, Any]]:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, hostile_mail.__file__], capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(root)}, timeout=900
    )
    found = {document["name"]: document for document in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 0, f"ended after {list(found)[-1:]}: {done.stderr.decode()[-500:]}"
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", hostile_mail.MESSAGES)
def test_hostile_mail_is_read_or_explained(readings: dict[str, dict[str, Any]], name: str) -> None:
    found = readings[name]
    text, warnings = str(found["text"]) + str(found["html"]), " ".join(map(str, found["warnings"]))
    assert TOLD.get(name, "") in warnings
    assert all(piece in text for piece in TEXTS.get(name, ()))
    assert name in WITHOUT_HELLO or "hello" in text
    assert int(str(found["size"])) >= SIZES.get(name, 0)
    assert name not in FILES or found["files"] == FILES[name]
    assert all(error.endswith(".") and len(error) < 200 for error in map(str, found["errors"]))


@pytest.mark.slow
@pytest.mark.parametrize("name", hostile_mail.MESSAGES)
def test_hostile_mail_is_shown_answered_and_forwarded_or_it_is_said_why_not(readings: dict[str, dict[str, Any]], name: str) -> None:
    found = readings[name]
    assert found["markup"] < 4 * MAX_MARKUP
    assert name in {"two senders", "DER without end", *UNANSWERED} or found["answers"]["reply"]["recipients"] in ([BOB], [])
    for way, answer in found["answers"].items():
        if name in UNANSWERED or (name == "DER without end" and way in {"forward", "again"}):
            assert answer["error"].endswith((": write a new message instead.", "send it to the other person.", ": write it anew."))
            continue
        assert set(answer["fields"]) <= OURS
        assert answer["recipients"] == answer["reviewed"]
        assert set(answer["recipients"]) <= {*found["senders"], BOB}
        assert answer["size"] < LONGEST


@pytest.mark.slow
def test_two_senders_are_both_shown(readings: dict[str, dict[str, Any]]) -> None:
    assert readings["two senders"]["senders"] == ["bob@hospital.example", "eve@x.example"]
