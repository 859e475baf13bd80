"""Attachments are read once, kept in bounds, and never waited for by a review."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.passage import Line
from securemail_desktop.message.text.reading import BEING_READ, AttachmentText
from securemail_desktop.session import attachment_texts
from securemail_desktop.session.attachment_texts import AttachmentTexts
from securemail_desktop.session.reading_process import ReadingProcess


class Reader(ReadingProcess):
    """Answers by a function and counts."""

    def __init__(self, answer: Callable[[Attachment], AttachmentText]) -> None:
        super().__init__([])
        self.answer, self.asked = answer, 0

    def read(self, attachment: Attachment) -> AttachmentText:
        self.asked += 1
        return self.answer(attachment)


def content(attachment: Attachment) -> AttachmentText:
    return AttachmentText((Line(attachment.content.decode()),))


def file(text: str, name: str = "a.txt") -> Attachment:
    return Attachment(name, "text/plain", text.encode())


@contextmanager
def texts(answer: Callable[[Attachment], AttachmentText] = content, seconds: float = 60.0) -> Iterator[tuple[AttachmentTexts, Reader]]:
    reader = Reader(answer)
    with AttachmentTexts(reader, seconds) as known:
        yield known, reader


def test_what_was_not_read_is_being_read_and_counts_as_unreadable() -> None:
    with texts() as (known, reader):
        found = known.text(file("x"))
        assert (found, found.pending, bool(found.unreadable)) == (BEING_READ, True, True)
        assert reader.asked == 0


def test_a_file_is_read_once_whatever_object_holds_it() -> None:
    with texts() as (known, reader):
        for _ in range(3):
            known.read([file("Maria"), file("Maria"), file("Lopez")])
        assert known.text(file("Maria")) == content(file("Maria"))
        assert reader.asked == 2
        assert known.text(file("Maria", "b.txt")).pending  # its name and type decide how it is read


def test_what_was_interrupted_is_wanted_again() -> None:
    answers = iter([AttachmentText(unreadable="Reading it was interrupted.", pending=True), content(file("x"))])
    with texts(lambda _: next(answers)) as (known, _):
        known.read([file("x")])
        assert known.text(file("x")) == BEING_READ
        known.read([file("x")])
        assert known.text(file("x")).lines


def test_all_attachments_together_have_a_bound_of_time() -> None:
    def slow(attachment: Attachment) -> AttachmentText:
        time.sleep(0.6)
        return content(attachment)

    with texts(slow, 0.5) as (known, reader):
        known.read([file(str(n)) for n in range(5)])
        assert reader.asked == 1
        assert all(known.text(file(str(n))).unreadable and not known.text(file(str(n))).pending for n in range(1, 5))


def test_all_attachments_together_have_a_bound_of_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachment_texts, "_MOST_TEXT", 10)
    with texts() as (known, _):
        known.read([file("1234567"), file("abcdefg")])
        assert known.text(file("1234567")).lines
        assert "more text" in known.text(file("abcdefg")).unreadable


def test_old_texts_are_forgotten_but_none_of_the_message_that_was_read_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachment_texts, "_MOST_TEXT", 20)
    with texts() as (known, _):
        for name in ("1", "2", "3"):
            known.read([file(name * 14)])
        assert known.text(file("1" * 14)).pending
        assert known.text(file("2" * 14)).lines
        assert known.text(file("3" * 14)).lines


def test_closing_forgets_everything() -> None:
    with texts() as (known, _):
        known.read([file("x")])
    known.read([file("y")])
    assert known.text(file("x")).pending
    assert known.text(file("y")).pending
