"""The marked places of subject and text in reading order, to be gone through by key, and changed where one is looked at."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from securemail_desktop.gui.body_editor import BodyEditor
from securemail_desktop.gui.spans import Span
from securemail_desktop.gui.subject_line import SubjectLine


@dataclass(frozen=True, slots=True)
class Place:
    """One marked place: its field (`subject` or `body`), its text now, and how to put another text there, so that Undo brings it back."""

    field: str
    span: Span
    text: str
    replace: Callable[[str], None]


class Places(QObject):
    """Goes from place to place; `reached` carries the `Place`."""

    reached = Signal(object)

    def __init__(self, subject: SubjectLine, body: BodyEditor, parent: QObject) -> None:
        """Go through these two."""
        super().__init__(parent)
        self._subject, self._body = subject, body
        body.asked.connect(self._in_body)
        subject.asked.connect(self._in_subject)

    def go(self, step: int) -> None:
        """Select the next marked place (step 1) or the one before (step -1), around the ends, and tell of it.

        The next one of a cursor is the place that it stands at or in: mostly what was typed just now.
        """
        subject, body = ((0, s) for s in self._subject.spans()), ((1, s) for s in self._body.spans())
        places = sorted({(part, s.start, s.end): (part, s) for part, s in (*subject, *body)}.items())
        if not places:
            return
        part, start, end = (0, *self._subject.selection()) if self._subject.hasFocus() else (1, *self._body.selection())
        touched = next((key for key, _ in places if key[0] == part and key[1] <= start <= key[2]), None) if start == end else None
        here = (touched[0], touched[1], -1) if touched and step > 0 else (part, start, end)
        after = [found for key, found in places if key > here]
        before = [found for key, found in reversed(places) if key < here]
        part, span = (after or [places[0][1]])[0] if step > 0 else (before or [places[-1][1]])[0]
        (self._in_body if part else self._in_subject)(span)

    def _in_subject(self, span: Span) -> None:
        self._subject.select(span)
        self._reach("subject", span, self._subject.selectedText(), lambda new: self._subject.put(span, new))

    def _in_body(self, span: Span) -> None:
        self._body.select(span)
        self._reach("body", span, self._body.textCursor().selectedText(), lambda new: self._body.put(span, new))

    def _reach(self, field: str, span: Span, text: str, replace: Callable[[str], None]) -> None:
        self.reached.emit(Place(field, span, text, replace))
