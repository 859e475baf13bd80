"""Brings the author's answers to the journal where they change the message or take it back: at once, in a lane of its own."""

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from securemail_desktop.audit.feedback import FeedbackRecord
from securemail_desktop.gui.background import Background
from securemail_desktop.gui.send_flow import CHANNEL
from securemail_desktop.gui.session_port import SessionPort
from securemail_desktop.sending.state import Answer, Review

LANE = "journal"


class AnswerLog(QObject):
    """The log of one window; `failed` carries the error of an answer that could not be recorded."""

    failed = Signal(object)

    def __init__(self, session: SessionPort, background: Background, parent: QObject) -> None:
        """Record by the session."""
        super().__init__(parent)
        self._session, self._background = session, background

    def attempt(self, review: Review, answers: Mapping[str, Answer]) -> None:
        """Record that the message did not go as it was reviewed, and what was answered, by the id of question or concern."""
        self._background.run(self, lambda: self._session.record_attempt(review, answers, CHANNEL), lambda _: None, self.failed.emit, LANE)

    def mistake(self, record: FeedbackRecord) -> None:
        """Record that a finding is no patient data."""
        self._background.run(self, lambda: self._session.report_mistake(record), lambda _: None, self.failed.emit, LANE)
