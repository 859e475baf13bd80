"""Reminds of a file that the text speaks of and that is not there. Pure, cheap, and passive: nobody is stopped by it.

Only what the author wrote counts, not what he quotes: an answer to "see attached" promises nothing.
"""

import re

from securemail_desktop.message.draft import Draft
from securemail_desktop.message.text.passage import PassageKind
from securemail_desktop.message.text.quoted import line_kinds

REMINDER = "The text speaks of an attachment, but no file is attached."

_LOOKED_AT = 20_000  # characters: what one writes oneself stands above what one quotes, and a key must not wait
_ENGLISH = (
    r"\b(?:see|find|is|are|as|have|the|with|i|i['’]m|am|we) (?:the )?(?:attach|enclos)(?:ed|ing)?\b"
    r"|\bfind(?: [^\s.]{1,30}){1,5} (?:attached|enclosed)\b"
    r"|\b(?:attached|enclosed) (?:is|are|you|please|find|the|my|our|his|her)\b|\b(?:in|see) the (?:attachment|enclosure)s?\b"
)
_OTHERS = (
    r"\b(?:im anhang|anbei|angehängt|beigefügt|als anlage|en pièces? jointes?|ci-joint(?:e?s)?|adjunt[oa]s?|in allegato|in? anexo"
    r"|bijgevoegd|in de bijlage)\b"
)
_PROMISE = re.compile(f"{_ENGLISH}|{_OTHERS}", re.IGNORECASE)


def forgotten_attachment(draft: Draft) -> str:
    """Return the reminder for a draft without a file whose author speaks of one, else an empty text."""
    text = draft.text[:_LOOKED_AT]
    if draft.attachments or not _PROMISE.search(text):
        return ""
    lines = text.split("\n")
    own = [line for line, kind in zip(lines, line_kinds(lines), strict=True) if kind is PassageKind.AUTHORED]
    return REMINDER if _PROMISE.search("\n".join(own)) else ""
