"""What servers found for a search through all folders, beside what the rows here say: whoever typed it last has it.

A server sees the text of a message, but not what is inside of an encryption: protected messages are found by their rows only.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress

from securemail_desktop.accounts.errors import NotThere, Renumbered, ServerRefused
from securemail_desktop.accounts.protocol import Mailbox, Place
from securemail_desktop.session.folder_sync import FolderSync
from securemail_desktop.store.folders import FolderRow, FolderTable
from securemail_desktop.store.messages import MessageTable


class MailSearch:
    """The hits of one search, for any thread."""

    def __init__(self, folders: FolderTable, messages: MessageTable) -> None:
        """Have no hits."""
        self._folders, self._messages = folders, messages
        self._hits: tuple[str, frozenset[int]] = ("", frozenset())

    def hits(self, words: str) -> frozenset[int]:
        """Return the messages that servers found for these words so far."""
        return self._hits[1] if self._hits[0] == words else frozenset()

    def ask(self, words: str, box: Mailbox, account: str, wanted: Callable[[], bool]) -> None:
        """Search an account's folders on its server, while it is `wanted`; raise `AccountError`. A folder that was never looked at is first."""
        sync = FolderSync(box, self._folders, self._messages)
        for folder in [folder for folder in self._folders.all() if folder.account == account]:
            if not wanted():
                return
            with suppress(NotThere, Renumbered, ServerRefused):  # one folder less: the others are searched all the same
                self._take(words, self._found(words, box, sync, folder))

    def _found(self, words: str, box: Mailbox, sync: FolderSync, folder: FolderRow) -> Iterable[int]:
        if not folder.next_uid:
            sync.run(folder)
            folder = self._folders.get(folder.id) or folder
        return self._messages.ids(folder.id, box.holding(Place(folder.name, folder.validity), words.split()))

    def _take(self, words: str, found: Iterable[int]) -> None:
        self._hits = (words, self.hits(words) | frozenset(found))
