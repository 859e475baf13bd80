"""What the window needs of the program behind it; `session.Session` has these methods, and so has the fake of the tests."""

from collections.abc import Collection, Mapping
from typing import Protocol

from securemail_desktop.accounts.settings import Account
from securemail_desktop.audit.feedback import FeedbackRecord
from securemail_desktop.gui.accounts_port import AccountsPort
from securemail_desktop.gui.keys_port import KeysPort
from securemail_desktop.gui.limits_port import LimitsPort
from securemail_desktop.gui.mail_port import DraftsPort, MailPort
from securemail_desktop.gui.policy_port import PolicyPort
from securemail_desktop.message.draft import Draft
from securemail_desktop.policy.model import Policy
from securemail_desktop.recipients.completion import Suggestion
from securemail_desktop.sending.state import Answer, OutboxEntry, Receipt, Review
from securemail_desktop.session.preferences import Decision, Preferences


class SessionPort(Protocol):
    """One user's open mail program. Everything but `accounts`, `notices` and `new_draft` may block: it is called in a background lane."""

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts, the default one first."""
        ...

    @property
    def notices(self) -> tuple[str, ...]:
        """Return what the user should know now, one sentence each."""
        ...

    @property
    def mail(self) -> MailPort:
        """Return the folders and messages of all accounts."""
        ...

    @property
    def drafts(self) -> DraftsPort:
        """Return the kept drafts."""
        ...

    @property
    def keys(self) -> KeysPort:
        """Return the key ring as a person manages it."""
        ...

    @property
    def setup(self) -> AccountsPort:
        """Return the accounts as a person sets them up."""
        ...

    @property
    def limits(self) -> LimitsPort:
        """Return how long sends are held and when the window locks."""
        ...

    @property
    def preferences(self) -> Preferences:
        """Return what the user wants kept: the scheme of the window, decisions about doubts. Its reading does not block."""
        ...

    def contacts(self, prefix: str) -> tuple[Suggestion, ...]:
        """Return whom the typed letters may mean, the likeliest first."""
        ...

    def new_draft(self, account: Account | None = None) -> Draft:
        """Return an empty draft of the account."""
        ...

    def review(self, draft: Draft) -> Review:
        """Review a draft with what is known now."""
        ...

    def drop_review(self, message_id: str) -> None:
        """Give a review of this draft up that is under way, because the draft has changed: it may raise `Outdated`. Does not block."""
        ...

    def scan_apart(self) -> None:
        """Let a process of its own scan drafts from now on, so that typing never waits for a review."""
        ...

    def read_attachments(self, draft: Draft) -> None:
        """Read the draft's attachments, so that the next review knows their text."""
        ...

    def send(self, review: Review, answers: Mapping[str, Answer], channel: str) -> tuple[Receipt, ...]:
        """Deliver what may go and hold the rest in the outbox with its reason."""
        ...

    def record_attempt(self, review: Review, answers: Mapping[str, Answer], channel: str) -> None:
        """Record that a message did not go as it was reviewed: forbidden, changed by an answer, or taken back (`sending.attempt`).

        Answers are by the id of the question or concern; the answer to a block is under `sending.state.BLOCK`.
        """
        ...

    def report_mistake(self, record: FeedbackRecord) -> None:
        """Record that what a detector found is no patient data, for the administrator."""
        ...

    def revoke(self, decisions: Collection[Decision]) -> None:
        """Take decisions about recipients back and record it: their doubts are told of again."""
        ...

    def outbox(self) -> tuple[OutboxEntry, ...]:
        """Return what is in the outbox, newest first."""
        ...

    def retry(self, entry_id: str) -> tuple[Receipt, ...]:
        """Try again what is deferred or ready; an UNKNOWN is searched for."""
        ...

    def resume(self, *, at_once: bool = False) -> None:
        """Go on with everything that time alone can settle; `at_once` does not wait for the next due time."""
        ...

    def send_again(self, entry_id: str) -> tuple[Receipt, ...]:
        """Send an UNKNOWN again because the author decided so."""
        ...

    def reopen(self, entry_id: str) -> Draft:
        """Return what was held as a draft."""
        ...

    def discard(self, entry_id: str) -> None:
        """Give a held message up."""
        ...

    def prepare(self) -> None:
        """Do what makes later reviews fit this mailbox better; for idle time."""
        ...

    @property
    def policy(self) -> Policy:
        """Return the policy in force; while the session is locked that of before."""
        ...

    @property
    def policy_updates(self) -> PolicyPort:
        """Return where the policy comes from, and what brings the newest one."""
        ...

    @property
    def urgent_contact(self) -> str:
        """Return how to reach someone at once instead of by mail, in the organisation's words, or an empty text."""
        ...

    def lock(self) -> None:
        """Close the store and forget its key; what was protected goes on."""
        ...

    def unlock(self, passphrase: str) -> None:
        """Open the store again; the passphrase is empty where none is set."""
        ...

    def needs_passphrase(self) -> bool:
        """Say whether unlocking takes a passphrase."""
        ...

    def set_passphrase(self, former: str, new: str) -> None:
        """Ask for another passphrase from now on, for none where it is empty; `former` is the one that holds, if any."""
        ...

    def under_way(self) -> int:
        """Return how many messages have copies that time alone hands over, also while it is locked."""
        ...

    def interrupt(self) -> None:
        """End network work that is under way, from any thread."""
        ...

    def close(self) -> None:
        """Close everything."""
        ...
