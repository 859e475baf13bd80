"""What the program and the process that reads attachments say to each other over two pipes.

A question is two frames: what the attachment is, and its content. The answer is one frame of UTF-8 lines: the reason why not all could be
read, then each line of text behind a letter for its kind, or behind `@` the place (a page, a sheet) of the lines that follow. Whoever took the
process over can send only text.
"""

import json
from dataclasses import replace
from typing import IO

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.passage import Line, PassageKind
from securemail_desktop.message.text.reading import LARGEST_TEXT, TOO_LONG, AttachmentText
from securemail_desktop.message.text.worker.frames import WireBroken, read_frame, write_frame

LARGEST_ANSWER = 16 * 1024 * 1024  # octets: the largest text in UTF-8 with its letters, line ends and places
_LARGEST_LABEL = 300
_LARGEST_REASON = 1_000
_LARGEST_QUESTION = 256 * 1024 * 1024
_PLACE = "@"
_KINDS = {"a": PassageKind.AUTHORED, "q": PassageKind.QUOTED, "s": PassageKind.SIGNATURE, "h": PassageKind.HIDDEN}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}


def ask(stream: IO[bytes], attachment: Attachment) -> None:
    """Send an attachment to be read; raise `OSError` when nobody listens."""
    about = [attachment.filename, attachment.content_type, attachment.content_id, attachment.inline]
    write_frame(stream, json.dumps(about).encode())
    write_frame(stream, attachment.content)
    stream.flush()


def question(stream: IO[bytes]) -> Attachment | None:
    """Return the next attachment to read, None at the end; raise `WireBroken`."""
    try:
        filename, content_type, content_id, inline = json.loads(read_frame(stream, _LARGEST_QUESTION))
    except WireBroken:
        return None
    return Attachment(filename, content_type, read_frame(stream, _LARGEST_QUESTION), content_id, inline)


def tell(stream: IO[bytes], found: AttachmentText) -> None:
    """Send the answer; what is longer than can be sent is cut and says so."""
    write_frame(stream, "\n".join(_rows(_shortened(found))).encode("utf-8", "replace"))
    stream.flush()


def answer(stream: IO[bytes]) -> AttachmentText:
    """Return the answer; raise `WireBroken` for anything that is none."""
    try:
        first, *rows = read_frame(stream, LARGEST_ANSWER).decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise WireBroken from error
    return AttachmentText(tuple(_lines(rows)), first[:_LARGEST_REASON])


def _rows(found: AttachmentText) -> list[str]:
    rows, place = [" ".join(found.unreadable.split())], ""
    for line in found.lines:
        if line.place != place:
            place = line.place
            rows.append(_PLACE + " ".join(place.split()))
        rows += [_LETTERS[line.kind] + text for text in line.text.split("\n")]
    return rows


def _lines(rows: list[str]) -> list[Line]:
    lines, place = [], ""
    for row in rows:
        if row[:1] == _PLACE:
            place = row[1 : _LARGEST_LABEL + 1]
        elif row[:1] in _KINDS:
            lines.append(Line(row[1:], _KINDS[row[0]], place))
        else:
            raise WireBroken
    return lines


def _shortened(found: AttachmentText) -> AttachmentText:
    left = LARGEST_TEXT
    kept: list[Line] = []
    for line in found.lines:
        if len(line.text) >= left:
            return AttachmentText((*kept, replace(line, text=line.text[:left])), found.unreadable or TOO_LONG)
        kept.append(line)
        left -= len(line.text) + 1
    return found
