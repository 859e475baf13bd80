r"""The Sent folder of a mailbox (RFC 6154, `\\Sent`): where the author's own copy is filed, once."""

from securemail_desktop.accounts.errors import NotThere
from securemail_desktop.accounts.protocol import Mailbox


class Sent:
    """Implements `sending.channel.SentFolder` over any mailbox; the folder is looked up at first use."""

    def __init__(self, mailbox: Mailbox) -> None:
        """Keep the mailbox; nothing is connected yet."""
        self._mailbox = mailbox
        self._name = ""

    def holds(self, message_id: str) -> bool:
        """Say whether the copy is there already; raise `AccountError`."""
        return self._mailbox.find(self._folder(), message_id)

    def file(self, message: bytes) -> None:
        """File the copy, marked as read; raise `AccountError`."""
        self._mailbox.append(self._folder(), message, seen=True)

    def _folder(self) -> str:
        if not self._name:
            self._name = next((f.name for f in self._mailbox.folders() if f.role == "sent"), "")
        if not self._name:
            raise NotThere("The mailbox has no Sent folder: make one named Sent.")
        return self._name
