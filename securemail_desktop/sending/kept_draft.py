"""A draft as it is kept: its message file with the digests of its files in their place, and the files as they are.

So a large file is neither encoded nor written again with every change of the text, and a draft's text is read without its files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from securemail_desktop.message.compose import draft_bytes
from securemail_desktop.message.draft import Attachment, Draft
from securemail_desktop.message.errors import MessageError, ParseError
from securemail_desktop.message.parse import parse_draft
from securemail_desktop.sending.errors import NotKeepable
from securemail_desktop.store.errors import StoreClosed
from securemail_desktop.store.outbox import OutboxTable


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """`document` is the message file, `files` are octets by hex SHA-256."""

    document: bytes
    files: Mapping[str, bytes]


def keep(draft: Draft) -> KeptDraft:
    """Return what is kept of a draft; raise `NotKeepable` for one that could not be opened again, `ComposeError`."""
    digests = [sha256(attachment.content).hexdigest() for attachment in draft.attachments]
    stand_ins = (replace(a, content=digest.encode()) for a, digest in zip(draft.attachments, digests, strict=True))
    document = draft_bytes(replace(draft, attachments=tuple(stand_ins)))
    try:
        parse_draft(document)
    except MessageError as error:
        raise NotKeepable(f"The message is too large to be kept: use fewer recipients or attachments. {error}") from error
    return KeptDraft(document, dict(zip(digests, (a.content for a in draft.attachments), strict=True)))


def opened(kept: KeptDraft) -> Draft:
    """Return the draft; raise `ParseError` when it is damaged."""
    draft = parse_draft(kept.document)
    return replace(draft, attachments=tuple(_filled(attachment, kept.files) for attachment in draft.attachments))


def draft_of(entry_id: str, table: OutboxTable) -> Draft:
    """Return an entry's draft with Bcc; raise `StoreClosed` while the store is locked, `MessageError` when it cannot be read."""
    document = table.draft(entry_id)
    if document is None:
        raise StoreClosed
    files = table.files(entry_id)
    return opened(KeptDraft(document, files)) if files else parse_draft(document)  # earlier versions kept files inside of it


def _filled(attachment: Attachment, files: Mapping[str, bytes]) -> Attachment:
    content = files.get(attachment.content.decode("ascii", "replace"))
    if content is None or sha256(content).hexdigest().encode() != attachment.content:
        raise ParseError("A file of the message was damaged where it was kept.")
    return replace(attachment, content=content)
