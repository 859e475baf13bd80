"""What needs the store's key: accounts, policy, people, keys. A lock closes it, unlocking opens it again.

While it is closed every part that is asked raises `StoreClosed`; the parts themselves stay what they were, so that callers may keep them.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from threading import Lock

from securemail_desktop.accounts.errors import SettingsBroken
from securemail_desktop.accounts.settings import Account, read_accounts
from securemail_desktop.encryption.promise import Promises
from securemail_desktop.encryption.ring import KeyRing
from securemail_desktop.message.draft import Draft
from securemail_desktop.policy.evaluate import evaluate
from securemail_desktop.policy.model import ANY_VERSION, Policy
from securemail_desktop.recipients.told import Told
from securemail_desktop.sending import pipeline
from securemail_desktop.sending.checks import Checks
from securemail_desktop.sending.state import Review
from securemail_desktop.session.attachment_texts import AttachmentTexts
from securemail_desktop.session.directory_lists import DirectoryLists
from securemail_desktop.session.means import means_for
from securemail_desktop.session.own_scanner import OwnScanner
from securemail_desktop.session.patients import Patients
from securemail_desktop.session.people import People
from securemail_desktop.session.policy_in_force import InForce, Policies
from securemail_desktop.session.preferences import Preferences
from securemail_desktop.session.scanning_process import ScanningProcess, scanning_command
from securemail_desktop.store.contacts import Contacts
from securemail_desktop.store.errors import StoreClosed
from securemail_desktop.store.opening import open_store
from securemail_desktop.store.settings import Settings
from securemail_desktop.store.vault import Vault

NONE_YET = "No mail account is set up yet: add one with `securemail accounts add`."


class Opened:
    """The open store and what is made of it."""

    def __init__(self, data: Path, key: bytes, clock: Callable[[], datetime]) -> None:
        """Open the store; raise `StoreError`."""
        self.data = data
        self._now = clock
        self._ring: KeyRing | None = None
        self._key: bytes | None = key
        self._apart = False
        self._take_up()
        self.database = open_store(data, key)
        self.settings = Settings(self.database)
        self.policies, self.lists = Policies(self.settings, clock), DirectoryLists(self.settings)
        self.preferences = Preferences(self.settings, clock)
        self.vault = Vault(self.database)
        self.people = People(Contacts(self.database))
        self.patients = Patients(self.vault, self.settings, clock)
        self._listing = Lock()
        self._begin()

    def reopen(self, key: bytes) -> None:
        """Open the store again; raise `StoreError`."""
        self._take_up()
        self.database.reopen(key)
        self._key = key
        self._begin()

    def scan_apart(self) -> None:
        """Let a process of its own scan drafts from now on, also after a lock; returns at once."""
        self._apart = True
        self._scanning.start()

    def _take_up(self) -> None:
        self.texts, self._scanner = AttachmentTexts(), OwnScanner()
        self._scanning = ScanningProcess(scanning_command(), self._scanner)

    def _begin(self) -> None:
        try:
            self._others = self.database.others()
            self.refresh()
        except BaseException:
            self.close()
            raise

    @property
    def closed(self) -> bool:
        """Say whether it is closed."""
        return self.database.closed

    def refresh(self) -> None:
        """Read again what another program may have changed: accounts, policy, keys, the index."""
        self._read_accounts()
        self._take_policy(self._current_policy())
        self.people.refresh([account.address for account in self.accounts], self.policy.inside)
        self._take_patients()

    def catch_up(self) -> None:
        """Take what was changed while the program runs before anything is handed over: the policy, and what another program did in the store."""
        others = self.database.others()
        if others != self._others:
            self._others = others
            self._read_accounts()
            self.ring.reload()
        self.refresh_policy()

    def refresh_policy(self) -> None:
        """Take a policy that was replaced while the program runs."""
        found = self._current_policy()
        if (found.policy.id, found.age, found.notice) != (self.in_force.policy.id, self.in_force.age, self.in_force.notice):
            self._take_policy(found)

    @property
    def key(self) -> bytes:
        """Return the store's key, for what is kept for the organisation; raise `StoreClosed`."""
        key = self._key
        if key is None:
            raise StoreClosed
        return key

    @property
    def notices(self) -> tuple[str, ...]:
        """Return what is the matter with accounts, policy and patient list, and what policy tells; empty ones too."""
        return (self.account_notice, self.policy_notice, *self.policy.notices, _outdated(self.policy), self.patients.notice)

    @property
    def ring(self) -> KeyRing:
        """Return the open key ring; raise `StoreClosed`."""
        ring = self._ring
        if ring is None:
            raise StoreClosed
        return ring

    def review(self, draft: Draft, channel: str, owner: str = "") -> Review:
        """Review a draft with what is known now: pure and fast, no network. What was not read yet counts as unreadable.

        With an owner `drop_review` may give it up: raise `Outdated` then, and `NotScanned` where nobody knows what the draft holds.
        """
        self._take_patients()  # IT may have replaced the list while the window is open
        ring, policy = self.ring, self.policy  # the same ones to the end, whoever refreshes meanwhile
        now = self._now()
        checks = Checks(
            attachment_text=self.texts.text,
            scan=partial(self._scanning.scan, owner=owner) if self._apart else self._scanner.scan,
            concerns=partial(self.people.concerns, told=Told(self.patients.known, policy.open_lists)),
            capabilities=means_for(draft.sender, ring, policy, Promises(self.vault), now),
            decide=partial(evaluate, policy),
            calls_himself=self.people.calls_himself,
            inside=policy.inside,
            channel=channel,
            now=now,
            open_lists=policy.open_lists,
        )
        return pipeline.review(draft, checks)

    def drop_review(self, owner: str) -> None:
        """Give the owner's review up, if it is being scanned; from any thread, at once."""
        self._scanning.drop(owner)

    def review_in_full(self, draft: Draft, channel: str) -> Review:
        """Read the draft's attachments, then review it. Blocks, for a minute at most."""
        self.texts.read(draft.attachments)
        return self.review(draft, channel)

    def interrupt(self) -> None:
        """End reading and scanning that are under way, from any thread."""
        self.texts.interrupt()
        self._scanning.kill()

    def close(self) -> None:
        """Close the store, forget keys, people and what was read, and end GnuPG's agent."""
        self._key = None
        self.database.close()
        self.texts.close()
        self._scanning.close()
        self._scanner = OwnScanner()
        self.people.forget()
        self.patients.forget()
        if self._ring is not None:
            self._ring.close()
            self._ring = None

    @property
    def policy(self) -> Policy:
        """Return the policy that holds."""
        return self.in_force.policy

    @property
    def policy_notice(self) -> str:
        """Return what is the matter with the policy, or empty."""
        return self.in_force.notice

    def _current_policy(self) -> InForce:
        return self.policies.current(tuple(dict.fromkeys(account.address.domain for account in self.accounts)))

    def take_lists(self) -> None:
        """Count with what directories told of the organisation's lists."""
        self.in_force = self._with_lists(self._current_policy())

    def _with_lists(self, found: InForce) -> InForce:
        return replace(found, policy=found.policy.with_open_lists(self.lists.open_lists()))

    def _take_policy(self, found: InForce) -> None:
        self.in_force = self._with_lists(found)
        policy = found.policy
        if self._ring is None:
            self._ring = KeyRing(self.vault, self.data / "gnupg", policy.smime_anchors)
        else:  # it stays the same ring: somebody may be signing with it right now
            self._ring.anchor(policy.smime_anchors)
            self._ring.reload()
        self._ring.revocation = policy.keys.revocation

    def _take_patients(self) -> None:
        with self._listing:  # no other thread takes the list for known before both scanners know it
            octets = self.patients.refresh()
            if octets is not None:
                self._scanner.know(self.patients.known)
                self._scanning.know(octets)

    def _read_accounts(self) -> None:
        accounts: tuple[Account, ...] = ()
        try:
            accounts = read_accounts(self.settings.get("accounts"))
            notice = "" if accounts else NONE_YET
        except SettingsBroken as error:
            notice = str(error)
        self.accounts, self.account_notice = accounts, notice  # at once: somebody may be sending right now


def _outdated(policy: Policy) -> str:
    """Return that this program is older than the organisation wants, or empty."""
    if policy.minimum_version == ANY_VERSION:
        return ""
    here = version("securemail-desktop")
    wanted = f"Your organisation asks for version {policy.minimum_version} of this program, and this is {here}"
    return f"{wanted}: let your IT bring it up to date." if policy.outdated(here) else ""
