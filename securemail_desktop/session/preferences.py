"""What the user wants kept beyond a message: how the window looks, and decisions about doubts that need not be asked again for a while.

A decision is for one exact address and one check, apart for messages with and without patient data, and ends by itself after 30 days. About
what one text says (another name in the greeting, another patient), and about patient data to an address that is new, there is none (warnings.md, 8).
What was decided so is still in the record of every message.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from securemail_desktop.message.address import Address
from securemail_desktop.recipients import first_contact, greeting, telling_name, wrong_patient
from securemail_desktop.recipients.concern import Concern
from securemail_desktop.sending.state import Review

LASTS = timedelta(days=30)
# Who greets or writes about another person next time is asked again, whatever was right this time.
_OF_ONE_TEXT = frozenset({greeting.NAME, telling_name.NAME, wrong_patient.NAME})
_PREFERENCES, _DECISIONS = "preferences", "decisions"
_SIGNATURE = "signature:"
_Key = tuple[str, str, bool]


class Documents(Protocol):
    """Named JSON documents: `store.settings.Settings`."""

    def put(self, name: str, document: object) -> None:
        """Store or replace a document."""
        ...

    def get(self, name: str) -> object | None:
        """Return the document or None."""
        ...


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision that holds: about which check and address (`Address.key`), whether for patient data, and until when."""

    check: str
    recipient: str
    phi: bool
    until: datetime


class Preferences:
    """Preferences and decisions of one user, for any thread."""

    def __init__(self, documents: Documents, clock: Callable[[], datetime]) -> None:
        """Keep them in `documents`; `clock` returns the aware time."""
        self._documents, self._clock, self._lock = documents, clock, Lock()
        self._decisions = {_key(decision): decision for decision in _read(documents.get(_DECISIONS))}

    def get(self, name: str) -> str:
        """Return a preference, or an empty text."""
        return str(self._all().get(name, ""))

    def set(self, name: str, value: str) -> None:
        """Keep a preference."""
        with self._lock:
            self._documents.put(_PREFERENCES, {**self._all(), name: value})

    def signature(self, sender: Address) -> str:
        """Return the signature for mail of an own address, or an empty text."""
        return self.get(_SIGNATURE + sender.key)

    def set_signature(self, sender: Address, text: str) -> None:
        """Keep the signature for mail of an own address; an empty text is none."""
        self.set(_SIGNATURE + sender.key, text)

    def decisions(self) -> tuple[Decision, ...]:
        """Return the decisions that hold now."""
        now = self._clock()
        return tuple(d for d in self._decisions.values() if d.until > now)

    def decided(self, review: Review, concern: Concern) -> Decision | None:
        """Return the decision that answers a doubt, or None."""
        found = self._decisions.get((concern.check, concern.recipient, review.scan.phi))
        return found if found is not None and found.until > self._clock() and may_be_kept(review, concern) else None

    def decide(self, review: Review, concern: Concern) -> bool:
        """Keep that the author finds a recipient right; return False where no decision may be kept."""
        if not may_be_kept(review, concern):
            return False
        made = Decision(concern.check, concern.recipient, review.scan.phi, self._clock() + LASTS)
        with self._lock:
            self._keep({**self._decisions, _key(made): made})
        return True

    def forget(self, decisions: Collection[Decision]) -> None:
        """Ask again about what was decided; what is not known any more is no error."""
        gone = set(map(_key, decisions))
        with self._lock:
            self._keep({key: kept for key, kept in self._decisions.items() if key not in gone})

    def _keep(self, decisions: dict[_Key, Decision]) -> None:
        """Store the decisions that hold still, then count with them: one that could not be stored does not count."""
        now = self._clock()
        held = {key: kept for key, kept in decisions.items() if kept.until > now}
        self._documents.put(_DECISIONS, [[d.check, d.recipient, d.phi, d.until.isoformat()] for d in held.values()])
        self._decisions = held

    def _all(self) -> Mapping[str, object]:
        document = self._documents.get(_PREFERENCES)
        return document if isinstance(document, dict) else {}


def may_be_kept(review: Review, concern: Concern) -> bool:
    """Tell whether a decision about a doubt may outlast its message: about one address, not of what one text says, no patient data to a new one."""
    new = any(c.check == first_contact.NAME and c.recipient == concern.recipient for c in review.concerns)
    return bool(concern.recipient) and concern.check not in _OF_ONE_TEXT and not (review.scan.phi and new)


def _key(decision: Decision) -> _Key:
    return decision.check, decision.recipient, decision.phi


def _read(document: object) -> tuple[Decision, ...]:
    """Return the decisions of a document; a damaged one has none, so that everything is asked again."""
    rows = document if isinstance(document, list) else []
    try:
        return tuple(Decision(str(check), str(key), bool(phi), datetime.fromisoformat(until)) for check, key, phi, until in rows)
    except (TypeError, ValueError):
        return ()
