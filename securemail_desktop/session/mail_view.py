"""What the mailbox shows: folders, rows and one opened message, as frozen values that any thread may keep."""

from dataclasses import dataclass
from datetime import datetime

from securemail_desktop.encryption.opened import Opened, Part
from securemail_desktop.message.address import Address
from securemail_desktop.message.invitation import Invitation
from securemail_desktop.message.marks import NO_MARKS, Marks


@dataclass(frozen=True, slots=True)
class FolderView:
    """One folder. `id` is the store's, `name` the server's; `role` an RFC 6154 attribute in small letters, or empty.

    `path` are its names as people read them, from the outermost to its own.
    """

    id: int
    account: str
    name: str
    role: str
    total: int
    unseen: int
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageView:
    """One row of a message list: decoded header text from a stranger, never to be taken for markup. `id` is the store's."""

    id: int
    folder: int
    sender: str
    to: str
    subject: str
    date: datetime
    seen: bool
    flagged: bool
    answered: bool
    size: int
    forwarded: bool = False
    marks: Marks = NO_MARKS


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a folder, newest first, and how many messages there are in all."""

    rows: tuple[MessageView, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One message, opened. `text` and `html` are the bodies (empty where there is none), `files` what else is in it.

    `invitation` is the appointment that it brings, whose part is one of the files as well.

    `sender`, `to` and `cc` come from the outside of the message; an address that can't be read is left out and `opened.warnings` says so.
    """

    view: MessageView
    opened: Opened
    sender: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    text: str
    html: str
    files: tuple[Part, ...]
    invitation: Invitation | None = None


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A row of the drafts: `id` is the Message-ID that the draft will be sent under."""

    id: str
    to: str
    subject: str
    saved: datetime
