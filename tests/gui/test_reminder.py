"""A file that is spoken of and not attached."""

from dataclasses import replace

import pytest

from securemail_desktop.gui.reminder import REMINDER, forgotten_attachment
from securemail_desktop.message.draft import Attachment
from tests.support.send_path import draft_to

DRAFT = draft_to()


@pytest.mark.parametrize(
    "text",
    [
        "Please find the attached report.",
        "I attach the letter.",
        "Please find the report of last week attached.",
        "I'm attaching it.",
        "Her result is attached.",
        "Attached you find the plan.",
        "See attached!",
        "It is in the attachment.",
        "Anbei der Befund.",
        "Der Befund ist im Anhang.",
        "Le compte rendu est ci-joint.",
        "Adjunto el informe.",
    ],
)
def test_a_promise_without_a_file_is_reminded_of(text: str) -> None:
    assert forgotten_attachment(replace(DRAFT, text=text)) == REMINDER
    assert forgotten_attachment(replace(DRAFT, text=text, attachments=(Attachment("a", "text/plain", b"x"),))) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The tick was still attached to the skin.".replace("still ", ""),
        "No news.\n\nOn 2026-11-24 at 09:00 +0000, bob@x.example wrote:\n> Please find the attached report.",
        "He grew attached to the ward.",
        "The attachment point hurts.",
    ],
)
def test_other_words_and_quotes_are_no_promise(text: str) -> None:
    assert forgotten_attachment(replace(DRAFT, text=text)) == ""
