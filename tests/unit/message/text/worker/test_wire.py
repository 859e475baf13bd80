"""Frames between the program and its reading process: what goes in comes out, and nonsense is refused."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.passage import Line, PassageKind, join
from securemail_desktop.message.text.reading import LARGEST_TEXT, AttachmentText
from securemail_desktop.message.text.worker import wire
from securemail_desktop.message.text.worker.frames import WireBroken

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LABEL = st.sampled_from(["", "page 1", "page 2", "sheet @x"])
LINES = st.lists(st.builds(Line, TEXT, st.sampled_from(PassageKind), LABEL), max_size=8)


def frame(content: bytes) -> bytes:
    return len(content).to_bytes(8, "big") + content


def told(found: AttachmentText) -> AttachmentText:
    stream = io.BytesIO()
    wire.tell(stream, found)
    stream.seek(0)
    return wire.answer(stream)


@given(TEXT, TEXT, st.binary(max_size=100), st.booleans())
def test_attachment_arrives_as_it_was(name: str, kind: str, content: bytes, inline: bool) -> None:
    sent = Attachment(name, kind, content, "id@x", inline)
    stream = io.BytesIO()
    wire.ask(stream, sent)
    stream.seek(0)
    assert wire.question(stream) == sent
    assert wire.question(stream) is None


@given(LINES, st.sampled_from(["", "It is damaged."]))
def test_answer_arrives_as_it_was(lines: list[Line], reason: str) -> None:
    found = told(AttachmentText(tuple(lines), reason))
    assert found.unreadable == reason
    assert join(found.lines) == join(lines)
    assert [line.place for line in found.lines] == [line.place for line in lines for _ in line.text.split("\n")]


def test_half_a_surrogate_keeps_the_places_of_the_rest() -> None:
    assert told(AttachmentText((Line("a\ud800b"),))).lines == (Line("a?b"),)


@pytest.mark.slow
def test_too_long_a_text_is_cut_and_says_so() -> None:
    found = told(AttachmentText((Line("é" * LARGEST_TEXT), Line("x"))))
    assert sum(len(line.text) for line in found.lines) == LARGEST_TEXT
    assert found.unreadable
    assert told(AttachmentText((Line(""),) * 2 * LARGEST_TEXT)).unreadable


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\0\0\0",
        (1 << 63).to_bytes(8, "big"),
        frame(b"\nax")[:-1],
        frame(b"\n\xff"),
        frame(b"\nzwhat"),
        frame(b"\n\na"),
    ],
)
def test_nonsense_is_refused(sent: bytes) -> None:
    with pytest.raises(WireBroken):
        wire.answer(io.BytesIO(sent))


@given(st.binary(max_size=60))
def test_any_octets_are_an_answer_or_refused(content: bytes) -> None:
    for sent in (content, frame(content)):
        try:
            assert isinstance(wire.answer(io.BytesIO(sent)), AttachmentText)
        except WireBroken:
            continue
