"""A small mailbox for tests of recipients: what alice sent and got, as the index learns it."""

from datetime import UTC, datetime, timedelta

from securemail_desktop.message.address import Address, parse_address, parse_addresses
from securemail_desktop.message.draft import AddressField, Draft, Recipient
from securemail_desktop.recipients.index import Correspondence, RecipientIndex

ALICE = parse_address("Alice Ward <alice@hospital.example>")
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Mailbox:
    """Alice's mail, told line by line; each message is a day after the one before."""

    def __init__(self) -> None:
        """Begin with an empty index."""
        self.index = RecipientIndex((ALICE,), ("hospital.example",))
        self.now = START

    def sent(self, to: str, times: int = 1, *, message_id: str = "", cc: str = "") -> "Mailbox":
        """Let alice have written a message, or several of them."""
        for _ in range(times):
            self.index.learn_sent(self._message(ALICE, to, cc, message_id))
        return self

    def got(self, sender: str, to: str = "alice@hospital.example", times: int = 1, *, message_id: str = "", cc: str = "") -> "Mailbox":
        """Let alice have got a message, or several of them."""
        for _ in range(times):
            self.index.learn_received(self._message(parse_address(sender), to, cc, message_id))
        return self

    def draft(self, to: str, text: str = "", *, subject: str = "", cc: str = "", answers: str = "") -> Draft:
        """Return what alice writes now."""
        recipients = [Recipient(a) for a in parse_addresses(to)] + [Recipient(a, AddressField.CC) for a in parse_addresses(cc)]
        return Draft(ALICE, tuple(recipients), subject, text, "<draft@hospital.example>", self.now, in_reply_to=answers)

    def _message(self, sender: Address, to: str, cc: str, message_id: str) -> Correspondence:
        self.now += timedelta(days=1)
        return Correspondence(sender, parse_addresses(to), self.now, parse_addresses(cc), message_id)
