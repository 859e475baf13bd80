"""What the scanning process says arrives as it was said; anything else is no answer."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.text.worker.frames import WireBroken, read_frame, write_frame
from securemail_desktop.phi.errors import Outdated
from securemail_desktop.phi.scan import scan
from securemail_desktop.phi.worker import wire

NOTE = [("subject", "Re: lab"), ("body", "Pt Harriet Olsen, MRN 4711882, K 6.1 this morning"), ("attachment:0", "")]


def told(fields: wire.Fields, number: int = 7) -> io.BytesIO:
    stream = io.BytesIO()
    wire.tell(stream, number, scan(fields))
    stream.seek(0)
    return stream


def frames(stream: io.BytesIO) -> list[bytes]:
    return [read_frame(stream, 1 << 20) for _ in range(3)]


def test_an_answer_is_the_scan():
    assert wire.answer(told(NOTE), 7, NOTE) == scan(NOTE)


@given(st.lists(st.tuples(st.sampled_from(["subject", "body", "attachment:1"]), st.text(st.characters(), max_size=200)), max_size=3))
def test_a_question_arrives_as_it_was_asked(fields):
    stream = io.BytesIO()
    wire.ask(stream, 3, fields)
    stream.seek(0)
    assert wire.question(stream) == (3, fields)
    assert wire.question(stream) is None


def test_the_answer_to_another_question_is_none():
    with pytest.raises(WireBroken):
        wire.answer(told(NOTE, 6), 7, NOTE)


def test_a_question_that_was_given_up_says_so():
    stream = io.BytesIO()
    wire.give_up(stream, 7)
    stream.seek(0)
    with pytest.raises(Outdated):
        wire.answer(stream, 7, NOTE)
    stream.seek(0)
    with pytest.raises(WireBroken):
        wire.answer(stream, 8, NOTE)


def test_findings_beyond_the_text_are_none():
    shorter = [NOTE[0], ("body", "Pt"), NOTE[2]]
    with pytest.raises(WireBroken):
        wire.answer(told(NOTE), 7, shorter)


@pytest.mark.parametrize(
    "change",
    [
        lambda head: head[:-1],
        lambda head: [*head[:2], "high", *head[3:]],
        lambda head: [*head[:2], 7, *head[3:]],
        lambda head: [*head[:5], [["body", ["SPELL", "patient", "mrn", 0.9, ""]]], head[6]],
        lambda head: [*head[:5], [], head[6]],
        lambda head: [*head[:6], [["other", ["lab"]]]],
        lambda head: {},
    ],
)
def test_a_verdict_that_is_none_breaks_the_wire(change):
    head, *rest = frames(told(NOTE))
    stream = io.BytesIO()
    for frame in (json.dumps(change(json.loads(head))).encode(), *rest):
        write_frame(stream, frame)
    stream.seek(0)
    with pytest.raises(WireBroken):
        wire.answer(stream, 7, NOTE)


@given(st.integers(0, 2), st.binary(max_size=40))
def test_frames_of_any_octets_are_an_answer_or_none(number, octets):
    parts = frames(told(NOTE))
    parts[number] = octets
    stream = io.BytesIO()
    for frame in parts:
        write_frame(stream, frame)
    stream.seek(0)
    try:
        found = wire.answer(stream, 7, NOTE)
    except WireBroken:
        return
    assert 0 <= found.score <= 1
