"""What was read of an attachment, and what is known of one that was not read yet."""

from dataclasses import dataclass

from securemail_desktop.message.draft import Attachment
from securemail_desktop.message.text.passage import Line


@dataclass(frozen=True, slots=True)
class AttachmentText:
    """The lines of an attachment's text. `unreadable` is empty, or the reason in words why not all of it could be read.

    `pending` while it is being read: until then it counts as unreadable.
    """

    lines: tuple[Line, ...] = ()
    unreadable: str = ""
    pending: bool = False


BEING_READ = AttachmentText(unreadable="It is being read.", pending=True)


def name_lines(attachment: Attachment) -> list[Line]:
    """Return the file's name as text, because it travels with the file; underscores separate words."""
    return [Line(attachment.filename.replace("_", " "))] if attachment.filename else []
