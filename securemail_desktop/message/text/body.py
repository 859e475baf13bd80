"""The text of a draft, field by field, as detection and policy read it."""

from dataclasses import dataclass
from enum import StrEnum

from securemail_desktop.message.draft import Draft


class PassageKind(StrEnum):
    """Where a stretch of text comes from."""

    AUTHORED = "authored"
    QUOTED = "quoted"
    SIGNATURE = "signature"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a field's text: `start` and `end` in Unicode code points."""

    kind: PassageKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class FieldText:
    """One field's text. `field` is `subject`, `body` or `attachment:N` (N counts from 0); passages cover the text in order.

    `unreadable` is empty, or the reason in words why the attachment's text could not be read.
    """

    field: str
    text: str
    passages: tuple[Passage, ...] = ()
    unreadable: str = ""


def field_texts(draft: Draft) -> tuple[FieldText, ...]:
    """Return subject, body and attachments, in this order.

    The body's text begins with the plain body unchanged, so that offsets in it are offsets in the editor; text that only the HTML body
    has follows after a blank line.
    """
    raise NotImplementedError
