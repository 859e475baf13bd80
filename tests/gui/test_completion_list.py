"""What the completion list says of an address."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from securemail_desktop.gui.completion_list import CompletionList, row_of, spoken
from securemail_desktop.gui.look import Look
from securemail_desktop.message.address import Address, parse_address
from securemail_desktop.recipients.completion import Suggestion

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANNA = parse_address("Anna Keller <anna.keller@clinic.example>")


@pytest.mark.parametrize(
    ("suggestion", "shown", "said"),
    [
        (
            Suggestion(ANNA, 3, NOW - timedelta(days=1)),
            ("Anna Keller", "anna.keller@clinic.example", "Yesterday", ""),
            "Anna Keller <anna.keller@clinic.example>, you wrote to it 3 times, last Yesterday.",
        ),
        (
            Suggestion(parse_address("a@x.example"), 0, None, "a@y.example"),
            ("a@x.example", "you never wrote to it", "new", "Not to be confused with a@y.example"),
            "a@x.example, you never wrote to it. Not to be confused with a@y.example",
        ),
        (
            Suggestion(Address("a", "x.example", "Bob \u202e<b@y.example>"), 1, NOW - timedelta(days=1)),
            ("Bob \ufffd<b@y.example>", "a@x.example", "Yesterday", ""),
            "Bob \ufffd<b@y.example> <a@x.example>, you wrote to it once, last Yesterday.",
        ),
    ],
)
def test_the_whole_address_and_the_last_contact_are_shown(suggestion: Suggestion, shown: tuple[str, ...], said: str) -> None:
    row = row_of(suggestion, NOW)
    assert (row.heading, row.lead, row.aside, row.detail) == shown
    assert spoken(suggestion, NOW) == said


@pytest.mark.qt_log_ignore("does not support")  # the offscreen platform says so of popups
def test_the_chosen_address_is_taken_as_it_is(qtbot: QtBot, look: Look) -> None:
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    listed, taken = CompletionList(line, look), []
    listed.chosen.connect(taken.append)
    listed.offer([Suggestion(parse_address("bob@x.example"), 0, None), Suggestion(ANNA, 3, NOW)])
    qtbot.waitUntil(listed.popup.isVisible)
    qtbot.keyClick(listed.popup, Qt.Key.Key_Down)
    qtbot.keyClick(listed.popup, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: taken == [ANNA])
    listed.offer([])
    assert not listed.popup.isVisible()
