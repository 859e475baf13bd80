"""The composition root: opens store, accounts, policy, index and journal, and hands them over as arguments.

Callers (window, command line, companions) talk to a `Session`; it adds no decision of its own.
"""

from collections.abc import Mapping
from pathlib import Path

from securemail_desktop.accounts.settings import Account
from securemail_desktop.message.address import Address
from securemail_desktop.message.draft import Draft
from securemail_desktop.sending.state import Answer, OutboxEntry, Receipt, Review


class Session:
    """One user's open mail program."""

    def __init__(self, data: Path, key_file: Path | None) -> None:
        """Open everything in the data folder; raise `StoreError`.

        A broken policy never raises: the last good one holds, or the built-in strict one; `notices` says so.
        """
        raise NotImplementedError

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts, the default one first."""
        raise NotImplementedError

    def contacts(self, prefix: str) -> tuple[Address, ...]:
        """Return known addresses whose name or address starts with the text, best first, for completion."""
        raise NotImplementedError

    def review(self, draft: Draft) -> Review:
        """Review a draft with what is known now: pure and fast, no network."""
        raise NotImplementedError

    def send(self, review: Review, answers: Mapping[str, Answer], channel: str) -> tuple[Receipt, ...]:
        """Deliver what may go and hold the rest in the outbox with its reason. Blocks; the author's answers are by question id."""
        raise NotImplementedError

    @property
    def notices(self) -> tuple[str, ...]:
        """Return what the user should know now, one sentence each: a broken policy, a central store that is away, no account."""
        raise NotImplementedError

    def new_draft(self, account: Account | None = None) -> Draft:
        """Return an empty draft of the account (the default one): Message-ID and date given."""
        raise NotImplementedError

    def outbox(self) -> tuple[OutboxEntry, ...]:
        """Return what is in the outbox, newest first."""
        raise NotImplementedError

    def retry(self, entry_id: str) -> tuple[Receipt, ...]:
        """Try again what is deferred or ready; an UNKNOWN is searched for and never blindly sent again."""
        raise NotImplementedError

    def resume(self) -> None:
        """Go on with everything that time alone can settle: after a crash, after being offline; then sync the journal."""
        raise NotImplementedError

    def send_again(self, entry_id: str) -> tuple[Receipt, ...]:
        """Send an UNKNOWN again because the author decided so, knowing that it may arrive twice."""
        raise NotImplementedError

    def reopen(self, entry_id: str) -> Draft:
        """Return what was held as a draft with the recipients that got nothing yet; it stays in the outbox until it is sent or discarded."""
        raise NotImplementedError

    def discard(self, entry_id: str) -> None:
        """Give a held message up because the author decided so; the journal says so."""
        raise NotImplementedError

    def interrupt(self) -> None:
        """End network work that is under way, from any thread."""
        raise NotImplementedError

    def close(self) -> None:
        """Close everything."""
        raise NotImplementedError
