"""What the mailbox part of the window needs of the program behind it: `session.mail` and `session.drafts`, and the fakes of the tests.

Calls marked (network) are made in the lane "mailbox", those about one message in "reading", so that what is here opens while a server is slow; all
others in the lane "store". Each may raise the errors that `words.failure` knows.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft
from securemail_desktop.message.invitation import Answer
from securemail_desktop.session.mail_view import FolderView, Listing, Reading, SavedDraft
from securemail_desktop.store.shown import NEWEST_FIRST, Shown


class MailPort(Protocol):
    """Folders and messages; what was seen once can be read without a network."""

    def folders(self) -> tuple[FolderView, ...]:
        """Return the folders known here, the inbox first, then those with a role, then the others by name."""
        ...

    def listing(self, folder: int, offset: int, count: int, words: str = "", shown: Shown = NEWEST_FIRST) -> Listing:
        """Return rows of a folder as a view shows them; with `words` only those of whose sender, recipients or subject each word is a part."""
        ...

    def found(self, words: str, offset: int, count: int, shown: Shown = NEWEST_FIRST) -> Listing:
        """Return rows of all folders as `listing` does, with what servers found for these words since `search`."""
        ...

    def search(self, words: str, wanted: Callable[[], bool]) -> None:
        """Search the text of all folders' messages on their servers, while it is `wanted` (network). It is called in a lane of its own."""
        ...

    def refresh(self, folder: int | None = None) -> int:
        """Bring the list of folders, and one folder's rows (None: the inbox's), up to date; return how many unread ones came to inboxes (network)."""
        ...

    def watch(self, account: str, wanted: Callable[[], bool]) -> bool:
        """Wait some minutes at most, while it is `wanted`, until the account's inbox may have changed; say whether it may.

        It is called in a lane of its own.
        """
        ...

    def read(self, message: int) -> Reading:
        """Return one message, decrypted and verified; it is fetched once and kept (network)."""
        ...

    def source(self, message: int) -> bytes:
        """Return the message as it came (network)."""
        ...

    def mark(self, messages: Sequence[int], *, seen: bool | None = None, flagged: bool | None = None) -> None:
        """Set flags here at once and on the server (network)."""
        ...

    def move(self, messages: Sequence[int], folder: int) -> None:
        """Move messages to another folder of their account (network)."""
        ...

    def delete(self, messages: Sequence[int]) -> None:
        """Move messages to the trash folder; those that lie there already are deleted for good (network)."""
        ...

    def reply(self, message: int, *, everyone: bool) -> Draft:
        """Return a draft that answers a message (network)."""
        ...

    def respond(self, message: int, said: Answer) -> Draft:
        """Return a draft that answers an invitation to its organizer (network)."""
        ...

    def again(self, message: int, recipient: Address) -> Draft:
        """Return a draft that sends a message once more to one of its recipients (network)."""
        ...

    def forward(self, message: int) -> Draft:
        """Return a draft that forwards a message with its files (network)."""
        ...


class DraftsPort(Protocol):
    """Drafts in the encrypted store of this machine."""

    def save(self, draft: Draft, *, writing: bool = False) -> None:
        """Keep a draft durably, in place of its former state; `writing` while its window is open."""
        ...

    def all(self) -> tuple[SavedDraft, ...]:
        """Return the drafts, newest first."""
        ...

    def open(self, draft_id: str) -> Draft:
        """Return a draft as it was saved."""
        ...

    def discard(self, draft_id: str) -> None:
        """Forget a draft; an unknown one is no error."""
        ...

    def left_behind(self) -> int:
        """Return how many drafts were being written when the program ended unexpectedly; each is told of once."""
        ...
