"""Files that hold messages under any name: what is in them is read as a message's, and nothing else is taken for one."""

from base64 import b64encode

import pytest

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.attachment import attachment_text
from securemail_desktop.message.text.reading import AttachmentText

LINE = "Maria Lopez, MRN 4711"
CODED = b"Content-Transfer-Encoding: base64\r\n\r\n" + b64encode(LINE.encode()) + b"\r\n"
MESSAGE = b"From: alice@clinic.example\r\nSubject: Results\r\nMIME-Version: 1.0\r\nX-Note: seen\r\n" + CODED
SEPARATOR = b"From alice@clinic.example Tue Nov 24 09:00:00 2026\n"


def read(content: bytes, name: str) -> AttachmentText:
    return attachment_text(Attachment(name, "application/octet-stream", content))


@pytest.mark.parametrize("name", ["page.mht", "Inbox", "letters.mbox", "1.emlx", "a.txt", "a.eml"])
@pytest.mark.parametrize("before", [b"", SEPARATOR, b"1234      \n"])
def test_a_message_is_read_whatever_its_file_is_called(name: str, before: bytes) -> None:
    texts = [line.text for line in read(before + MESSAGE, name).lines]
    assert LINE in texts
    assert "Subject: Results" in texts


@pytest.mark.parametrize("name", ["Inbox", "letters.eml"])
def test_every_message_of_a_mailbox_is_read(name: str) -> None:
    plain = SEPARATOR + b"Message-ID: <1@clinic.example>\n\nHello\n\nFrom the ward: it rains.\n\n"
    found = read(plain + SEPARATOR + MESSAGE, name)
    assert [(line.place, line.text) for line in found.lines if line.text in {"Hello", "From the ward: it rains.", LINE}] == [
        ("message 1", "Hello"),
        ("message 1", "From the ward: it rains."),
        ("message 2", LINE),
    ]


@pytest.mark.parametrize("text", ["To: Bob\n\nPlease call.\n", "Note: see below\nMRN: 4711\n", "From here\nto there\n", "12\nAge: 4\n"])
def test_a_text_with_colons_stays_a_text(text: str) -> None:
    assert "\n".join(line.text for line in read(text.encode(), "a.txt").lines) == text


def test_other_lines_of_its_header_are_read_too() -> None:
    assert "X-Note: seen" in [line.text for line in read(MESSAGE, "Inbox").lines]
