import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.text.passage import PassageKind
from securemail_desktop.message.text.quoted import line_kinds

LETTERS = {PassageKind.AUTHORED: "a", PassageKind.QUOTED: "q", PassageKind.SIGNATURE: "s"}

TABLE = [
    ("hello\nworld", "aa"),
    ("", "a"),
    ("yes\n\n> question?\n> more\nagreed", "aaqqa"),
    ("yes\n\nOn Tue, 4 Mar 2025 at 05:06, Bob <bob@x.example> wrote:\n\n> question?\n\nagreed", "aaqqqaa"),
    ("yes\n\nOn Tue, 4 Mar 2025 at 05:06, Bob Keller\n<bob@hospital.example> wrote:\n> question?", "aaqqq"),
    ("yes\nOn Tue, 4 Mar 2025, Bob wrote:\n\nquestion?\n\nmore", "aqqqqq"),
    ("Am 04.03.2025 um 05:06 schrieb Bob:\nFrage?", "qq"),
    ("Le 4 mars 2025 à 05:06, Bob <bob@x.example> a écrit :\n> q", "qq"),
    ("El 4/3/2025 a las 5:06, Bob escribió:\nq", "qq"),
    ("2025-03-04 05:06 GMT+01:00 Bob <bob@x.example> wrote:\nq", "qq"),
    ("Bob Keller wrote:\n> q\nno", "qqa"),
    ("On Monday the patient wrote:\nI am well", "aa"),
    ("He wrote: I am well\nOn we go", "aa"),
    ("see below\n\n-----Original Message-----\nFrom: Bob\n\nq", "aaqqqq"),
    ("fyi\n---------- Forwarded message ---------\nq", "aqq"),
    ("-------- Weitergeleitete Nachricht --------\nq", "qq"),
    ("Begin forwarded message:\n\nq", "qqq"),
    ("ok\n________________________________\nFrom: Bob <bob@x.example>\nSent: Tuesday\nTo: Alice\nSubject: x\n\nq", "aqqqqqqq"),
    ("ok\nFrom: Bob\nSent: Tuesday\nTo: Alice\nSubject: x\n\nq", "aqqqqqq"),
    ("ok\n*Von:* Bob\n*Gesendet:* Dienstag\n*An:* Alice\n*Betreff:* x\nq", "aqqqqq"),
    ("From: the desk of Dr Keller\nplease call", "aa"),
    ("________________________________\nno header here", "aa"),
    ("hello\n-- \nAlice Keller\nWard 3", "asss"),
    ("hello\n--\nAlice", "ass"),
    ("hello\n-- \nAlice\n\n> q", "asssq"),
    ("hello\n\nOn 4 Mar 2025 Bob wrote:\n> q\n> -- \n> Bob", "aaqqqq"),
    ("hello\n-- \n" + "text\n" * 20, "a" * 23),
    ("-- ", "s"),
    ("1 > 2", "a"),
]


@pytest.mark.parametrize(("text", "kinds"), TABLE)
def test_kinds(text: str, kinds: str) -> None:
    assert "".join(LETTERS[kind] for kind in line_kinds(text.split("\n"))) == kinds


samples = ["> q", "-- ", "", "On 4 Mar Bob wrote:", "From: Bob", "To: x", "Date: y", "_" * 20, "--- original ---", "text"]


@given(st.lists(st.sampled_from(samples), max_size=12))
def test_every_line_has_a_kind_and_marks_are_quotes(lines: list[str]) -> None:
    kinds = line_kinds(lines)
    assert len(kinds) == len(lines)
    assert all(kind is PassageKind.QUOTED for line, kind in zip(lines, kinds, strict=True) if line.startswith(">"))


LONG = ["On wrote", "wrote:" * 9000, "On 1" + " " * 50_000 + "wrote:", "-" * 50_000, "> " * 25_000, "_" * 50_000, "From:" * 10_000]


@pytest.mark.parametrize("line", LONG)
def test_time_is_linear(line: str) -> None:
    started = time.perf_counter()
    line_kinds([line] * 3 + [line[:40]] * 3_000)
    assert time.perf_counter() - started < 2
