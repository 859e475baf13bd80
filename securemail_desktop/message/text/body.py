"""The text of a draft, field by field, as detection and policy read it."""

from collections.abc import Callable
from dataclasses import dataclass

from securemail_desktop.message.draft import Attachment, Draft
from securemail_desktop.message.text.bodies import body_lines
from securemail_desktop.message.text.concealed import concealed
from securemail_desktop.message.text.passage import Line, Passage, PassageKind, Place, join, places
from securemail_desktop.message.text.reading import AttachmentText, name_lines

__all__ = ["FieldText", "Passage", "PassageKind", "attachment_field", "authored_text", "field_texts"]


@dataclass(frozen=True, slots=True)
class FieldText:
    """One field's text. `field` is `subject`, `body`, `attachment:N` or `recipient:N` (N counts from 0); passages cover the text in order.

    `unreadable` is empty, or the reason in words why the attachment's text could not be read; `pending` while it is being read. `places` are
    the pages or parts of the file.
    """

    field: str
    text: str
    passages: tuple[Passage, ...] = ()
    unreadable: str = ""
    pending: bool = False
    places: tuple[Place, ...] = ()


def field_texts(draft: Draft, attachment_text: Callable[[Attachment], AttachmentText]) -> tuple[FieldText, ...]:
    """Return subject, body and attachments, in this order; `attachment_text` gives what was read of an attachment.

    The body's text begins with the plain body unchanged, so that offsets in it are offsets in the editor; text that only the HTML body
    has follows after a blank line. An attachment's file name follows its text after a blank line. So does what is concealed in each.
    """
    return (
        FieldText("subject", *_join([Line(draft.subject)])),
        FieldText("body", *_join(body_lines(draft.text, draft.html))),
        *(attachment_field(f"attachment:{number}", a, attachment_text(a)) for number, a in enumerate(draft.attachments)),
    )


def authored_text(draft: Draft) -> str:
    """Return what the author wrote of the body: nothing quoted, no signature, nothing hidden."""
    return "\n".join(line.text for line in body_lines(draft.text, draft.html) if line.kind is PassageKind.AUTHORED)


def _join(lines: list[Line]) -> tuple[str, tuple[Passage, ...]]:
    return join([*lines, *concealed(lines)])


def attachment_field(field: str, attachment: Attachment, found: AttachmentText) -> FieldText:
    """Return the field of one attachment: what was read of it, then its name."""
    name = name_lines(attachment)
    gap = [Line("")] if found.lines and name else []
    lines = [*found.lines, *gap, *name]
    text, passages = _join(lines)
    return FieldText(field, text, passages, found.unreadable, found.pending, places(lines))
