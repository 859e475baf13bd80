"""Brings the ring's newest signed policy here, puts it in force at once, and writes what came and what was refused into the journal."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from securemail_desktop.audit.event import new_rid
from securemail_desktop.audit.journal import Journal
from securemail_desktop.audit.policy_change import (
    APPLY,
    REJECT,
    LastApplied,
    PolicyApplied,
    PolicyRejected,
    applied_fields,
    is_of,
    last_applied,
    rejected_fields,
)
from securemail_desktop.central.policy_errors import NoRoom, PolicySourceError, Reason, SourceAway, SourceExpired, SourceRejected
from securemail_desktop.central.signed_policy import Floor, SignedPolicy, Subscription
from securemail_desktop.policy.errors import PolicyError
from securemail_desktop.session.machine import Following, MachineBroken
from securemail_desktop.session.opened import Opened
from securemail_desktop.session.policy_in_force import InForce, Known, policy_in
from securemail_desktop.session.queue import Queue
from securemail_desktop.session.signed_store import Kept, read_kept, write_kept
from securemail_desktop.store.errors import StoreClosed


@dataclass(frozen=True, slots=True)
class PolicyStatus:
    """What is known of the policy in force, for whoever wants to see it.

    `following` is None where this device follows no source; `folder` is that of an unsigned policy, or empty. `heard` is when a source last said
    that this is the newest, `asked` when one was asked, both None for never; `problem` what was wrong then; `how` how the policy came, or empty.
    """

    in_force: InForce
    following: Following | None
    folder: str
    heard: datetime | None = None
    asked: datetime | None = None
    source: str = ""
    problem: str = ""
    how: str = ""


class PolicyUpdates:
    """The signed policies of an open session. What needs the store raises `StoreClosed` while that is locked."""

    def __init__(self, opened: Opened, queue: Queue, clock: Callable[[], datetime]) -> None:
        """Learn from the journal what this device has had, and tell it of what is wrong with what was kept; raise `JournalError`, `StoreError`."""
        self._opened, self._queue, self._now = opened, queue, clock
        self._one_at_a_time = threading.Lock()
        self._last: LastApplied | None = None
        if opened.policies.follows:  # looking through a long journal takes a moment that nobody else needs to wait
            self._learn()
        self._opened.refresh_policy()
        self._tell_fault()

    @property
    def status(self) -> PolicyStatus:
        """Return what is known now; raise `StoreError`."""
        policies, kept = self._store().policies, read_kept(self._store().settings)
        try:
            follows = policies.following
        except MachineBroken:
            follows = None
        never = Kept()
        return PolicyStatus(
            in_force=self._opened.in_force,
            following=follows,
            folder=policies.folder,
            heard=kept.heard if kept.heard != never.heard else None,
            asked=kept.asked if kept.asked != never.asked else None,
            source=kept.source,
            problem=kept.problem,
            how=self._how(follows, kept),
        )

    def check(self) -> PolicyStatus:
        """Ask the sources for the newest policy and put it in force; blocks. Raise `JournalError`, `StoreError`."""
        with self._one_at_a_time:
            opened = self._store()
            try:
                follows = opened.policies.following
            except MachineBroken:
                follows = None
            if follows is not None:
                self._learn()
                self._ask(follows)
            opened.refresh_policy()
            return self.status

    def _ask(self, follows: Following) -> None:
        kept, problem = read_kept(self._opened.settings), None
        for source in follows.sources:
            try:
                self._take(follows, kept, source)
            except PolicySourceError as error:
                problem = problem if problem is not None and isinstance(error, SourceAway) else error
                continue
            return
        if problem is not None:
            self._refuse(follows, kept, problem)

    def _take(self, follows: Following, kept: Kept, source: str) -> None:
        """Fetch, check, keep and record; raise `PolicySourceError`."""
        from securemail_desktop.central.policy_fetch import open_source  # noqa: PLC0415 - as below
        from securemail_desktop.central.policy_source import fetch  # noqa: PLC0415 - TUF and HTTP take time that no start should wait for

        known = kept.files if kept.pin == follows.pin else {}
        with self._queue.network.open(open_source(source, follows.ca_file)) as way:
            floor = self._opened.policies.known.floor if self._is_known(follows.pin) else Floor()
            signed = fetch(Subscription(follows.ring, follows.pin), known, way, self._opened.data, floor)
        if self._opened.policies.is_frozen(kept, follows.pin, signed):
            raise SourceExpired("What the source has does not fit this computer's clock: set the clock right, or tell your IT.")
        try:
            policy_in(signed)
        except PolicyError as error:
            told = "Your organisation's new policy cannot be read by this version of the program"
            raise SourceRejected(Reason.UNREADABLE, f"{told}; tell your IT: {str(error).splitlines()[0]}") from error
        now = self._now()
        new = Kept(follows.pin, follows.ring, dict(signed.files), now, source, now)
        write_kept(self._opened.settings, new)
        self._record(follows, signed)

    def _refuse(self, follows: Following, kept: Kept, error: PolicySourceError) -> None:
        """Keep what was wrong; what is not to be trusted is recorded once, not at every question."""
        told = _told(error.reason, follows) if isinstance(error, SourceRejected) else ""
        if isinstance(error, SourceRejected) and told != kept.told:
            self._record_reject(error.reason, follows)
        if not isinstance(error, NoRoom):
            write_kept(self._opened.settings, replace(kept, asked=self._now(), problem=str(error), told=told or kept.told))

    def _record(self, follows: Following, signed: SignedPolicy) -> None:
        last, release = self._last, signed.release
        if last is None or (last.sha256, last.ring) != (release.sha256, follows.ring) or not is_of(last, follows.pin):
            how = release.how if last is not None else "first"
            record = PolicyApplied(
                release.name, release.version, release.sha256, follows.ring, follows.pin, signed.floor.timestamp, signed.floor.snapshot, how
            )
            self._journal.append(new_rid(), APPLY, *applied_fields(record))
            self._last = None
            self._learn()

    def _record_reject(self, reason: Reason, follows: Following) -> None:
        policy = self._opened.policy.id
        record = PolicyRejected(reason, follows.ring, follows.pin, policy.name, policy.version, policy.sha256)
        self._journal.append(new_rid(), REJECT, *rejected_fields(record))

    def _learn(self) -> None:
        last = self._last = self._last or last_applied(self._journal.last_of(APPLY))
        if last is not None:
            self._opened.policies.known = Known(Floor(last.timestamp, last.snapshot), last.pin, _moment(last.t))

    def _tell_fault(self) -> None:
        """Record that what was kept is gone, older or changed: nothing but a person does that. Once, not at every start."""
        fault = self._opened.in_force.fault
        follows = self._opened.policies.following if fault else None
        if fault is not None and follows is not None:
            kept, told = read_kept(self._opened.settings), _told(fault, follows)
            if kept.told != told:
                self._record_reject(fault, follows)
                write_kept(self._opened.settings, replace(kept, told=told))

    def _how(self, follows: Following | None, kept: Kept) -> str:
        if follows is None:
            return ""
        try:
            release = self._opened.policies.checked(kept, follows.pin).release
        except SourceRejected:
            return ""
        return f"{release.how} {release.detail}".strip()

    def _is_known(self, pin: str) -> bool:
        known = self._opened.policies.known
        return bool(known.pin) and pin.startswith(known.pin)

    @property
    def _journal(self) -> Journal:
        return self._queue.journal

    def _store(self) -> Opened:
        if self._opened.closed:
            raise StoreClosed
        return self._opened


def _told(reason: Reason, follows: Following) -> str:
    """Return what a refusal is known by, so that it is recorded once."""
    return f"{reason} {follows.pin} {follows.ring}"


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
