"""Which policy holds: the signed one of the ring that this device follows, the organisation's folder, or the built-in strict one.

What was kept of a signed policy is checked from the pinned root on at every start. It stays in force when its source is away; it gets stricter when
that lasts. A broken policy leaves the last good one in force. Kept files lie in the encrypted store, so that nobody can slip in other ones.
"""

import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from securemail_desktop.central.policy_errors import Reason, SourceRejected
from securemail_desktop.central.signed_policy import Floor, SignedPolicy, Subscription
from securemail_desktop.policy.decision import PolicyId
from securemail_desktop.policy.errors import Problem
from securemail_desktop.policy.freshness import Age
from securemail_desktop.policy.load import PolicyError, builtin_policy, load_contents, load_policy, load_with_files
from securemail_desktop.policy.model import Policy
from securemail_desktop.session.machine import Following, MachineBroken, Scopes, following
from securemail_desktop.session.machine_scopes import machine_scopes
from securemail_desktop.session.signed_store import FOLLOW, Kept, read_kept
from securemail_desktop.store.settings import Settings

MACHINE_POLICY = Path("/etc/securemail/policies/managed")
SLACK = timedelta(days=1)  # how far a clock may be behind before it counts as set back
_MAIN = "policy.yaml"
_LAST_GOOD = "last-good-policy"
_STRICT = "so the built-in strict one is in force"


@dataclass(frozen=True, slots=True)
class InForce:
    """The policy that holds, a notice that is empty when all is well, how old it is, and what is wrong with what was kept of it."""

    policy: Policy
    notice: str = ""
    age: Age = Age.FRESH
    fault: Reason | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the journal knows of signed policies: the versions that this device has had, of which root, and when (None without any)."""

    floor: Floor = field(default_factory=Floor)
    pin: str = ""
    at: datetime | None = None


class Policies:
    """Finds the policy that holds; one that was found is not read again while nothing changed."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime], scopes: Callable[[], Scopes] = machine_scopes) -> None:
        """Read nothing yet."""
        self._settings, self._now, self._scopes = settings, clock, scopes
        self.known = Known()
        self._read: tuple[Mapping[str, bytes], dict[Age, Policy]] = ({}, {})  # replaced at once: several threads send

    @property
    def following(self) -> Following | None:
        """Return what this device follows, None where it follows nothing; raise `MachineBroken`, `StoreError`."""
        chosen = self._settings.get(FOLLOW)
        return following(self._scopes(), chosen if isinstance(chosen, dict) else {})

    @property
    def folder(self) -> str:
        """Return the folder that an unsigned policy is read from, empty where there is none; the machine's wins entirely."""
        if _machine_has_its_own():
            return str(MACHINE_POLICY)
        chosen = self._settings.get("policy-folder")
        return chosen if isinstance(chosen, str) and not self.follows else ""

    @property
    def vouched(self) -> bool:
        """Say whether the policy is one that IT signed or put on this machine, not a folder that others may be able to write to."""
        return _machine_has_its_own() or self.follows

    def current(self, inside: tuple[str, ...]) -> InForce:
        """Return the policy that holds; `inside` are the domains of the built-in one. Raise `StoreError`."""
        if _machine_has_its_own():
            return _of_folder(self._settings, MACHINE_POLICY, inside)
        try:
            follows = self.following
        except MachineBroken as error:
            return InForce(builtin_policy(inside), f"{error} The built-in strict policy is in force.")
        if follows is not None:
            return self._signed(follows, inside)
        folder = self.folder
        return _of_folder(self._settings, Path(folder), inside) if folder else InForce(builtin_policy(inside))

    def checked(self, kept: Kept, pin: str) -> SignedPolicy:
        """Check what was kept against the pinned root and what the journal knows; raise `SourceRejected`, `PolicyError`."""
        if not kept.files or kept.pin != pin:
            raise SourceRejected(Reason.CACHE_DELETED, "Your organisation's policy is not on this device")
        from securemail_desktop.central.policy_source import still_good  # noqa: PLC0415 - TUF takes time that only a signed policy is worth

        try:
            signed = still_good(Subscription(kept.ring, pin), kept.files)
        except SourceRejected as error:
            raise SourceRejected(Reason.CACHE_REPLACED, "The policy on this device was changed by somebody") from error
        floor = self.known.floor
        if self.known.pin == pin[: len(self.known.pin)] and (
            signed.floor.timestamp < floor.timestamp or signed.floor.snapshot < floor.snapshot
        ):
            raise SourceRejected(Reason.CACHE_OLDER, "The policy on this device was put back to an older one")
        return signed

    def clock_is_behind(self, kept: Kept, signed: SignedPolicy) -> bool:
        """Say whether this device's clock is behind the last word of a source and its signature."""
        return self._now() + SLACK < max(kept.heard, signed.signed_at)

    def is_frozen(self, kept: Kept, pin: str, came: SignedPolicy) -> bool:
        """Say whether what came only looks new because the clock was set back, or is too old by this clock.

        What is newer than everything this device has had proves its time itself; the rest is compared with what store and journal have seen.
        """
        try:
            had = self.checked(kept, pin).floor.timestamp
        except SourceRejected:
            had = self.known.floor.timestamp
        seen = came.signed_at if came.floor.timestamp > had else max(came.signed_at, kept.heard, self.known.at or kept.heard)
        return self._now() + SLACK < seen or self._now() >= came.fresh_until

    def _signed(self, follows: Following, inside: tuple[str, ...]) -> InForce:
        kept = read_kept(self._settings)
        try:
            signed = self.checked(kept, follows.pin)
        except SourceRejected as error:
            first = error.reason is Reason.CACHE_DELETED and not self._had(follows.pin)
            told = "Your organisation's policy has not arrived yet" if first else str(error)
            return InForce(builtin_policy(inside), f"{told}, {_STRICT}.", fault=None if first else error.reason)
        behind = self.clock_is_behind(kept, signed)
        silence = self._now() - kept.heard
        try:
            policy = self._load(kept, signed, Age.FRESH)
            age = max(policy.freshness.age(silence), Age.PROTECTS if behind else Age.FRESH)
            return InForce(self._load(kept, signed, age), _aged(age, silence, behind=behind), age)
        except PolicyError as error:
            told = f"The policy cannot be read, {_STRICT}; tell your IT: {_first_line(error)}"
            return InForce(builtin_policy(inside), told, fault=Reason.UNREADABLE)

    def _load(self, kept: Kept, signed: SignedPolicy, age: Age) -> Policy:
        files, loaded = self._read
        if files != kept.files:
            loaded = {}
            self._read = (kept.files, loaded)
        if age not in loaded:
            loaded[age] = policy_in(signed, age)
        return loaded[age]

    def _had(self, pin: str) -> bool:
        return self.known.at is not None and pin.startswith(self.known.pin)

    @property
    def follows(self) -> bool:
        """Say whether this device follows a source, or is set up wrongly to do so; raise `StoreError`."""
        try:
            return self.following is not None
        except MachineBroken:
            return True


def policy_in(signed: SignedPolicy, age: Age = Age.FRESH) -> Policy:
    """Return the policy that was signed; raise `PolicyError`, also where it is not the one that its release names."""
    from securemail_desktop.policy.bundle import unpack  # noqa: PLC0415 - it tries cases as well, which no start waits for

    policy = load_contents(unpack(signed.content), age=age)
    release = signed.release
    if policy.id != PolicyId(release.name, release.version, release.sha256):
        raise PolicyError([Problem(_MAIN, 1, 1, "expected the policy that its signed release names")])
    return policy


def still_stands(policy: Policy, folder: str) -> bool:
    """Say whether the folder holds this very policy, without looking into the store; one that cannot be read does not.

    A signed policy has no folder, and stands while the store that keeps it is closed.
    """
    if not folder:
        return not _machine_has_its_own()
    try:
        return load_policy(Path(folder)).id == policy.id
    except PolicyError:
        return False


def _machine_has_its_own() -> bool:
    """Say whether the administrator put a whole policy here; on Windows anybody could make such a folder."""
    return sys.platform != "win32" and (MACHINE_POLICY / _MAIN).is_file()


def _of_folder(settings: Settings, folder: Path, inside: tuple[str, ...]) -> InForce:
    try:
        policy, files = load_with_files(folder)
    except PolicyError as error:
        return _last_good(settings, inside, _first_line(error))
    kept = {name: b64encode(content).decode("ascii") for name, content in files.items()}
    if settings.get(_LAST_GOOD) != kept:
        settings.put(_LAST_GOOD, kept)
    return InForce(policy)


def _last_good(settings: Settings, inside: tuple[str, ...], problem: str) -> InForce:
    try:
        policy = load_contents(_unpacked(settings.get(_LAST_GOOD)))
    except (PolicyError, ValueError):
        return InForce(builtin_policy(inside), f"The policy cannot be read, {_STRICT}; tell your IT: {problem}")
    return InForce(policy, f"The policy cannot be read, so the last good one stays in force; tell your IT: {problem}")


def _first_line(error: PolicyError) -> str:
    return str(error).splitlines()[0]


def _unpacked(files: object) -> dict[str, bytes]:
    """Return the kept files; raise `ValueError` when they are none."""
    return {str(name): b64decode(str(text), validate=True) for name, text in files.items()} if isinstance(files, dict) else {}


def _aged(age: Age, silence: timedelta, *, behind: bool) -> str:
    if behind:
        return "This computer's clock is behind, so everything to the outside goes protected: set it right, or tell your IT."
    days = f"Nothing was heard of your organisation's policy for {silence.days} days"
    return {
        Age.FRESH: "",
        Age.TOLD: f"{days}; connect to your organisation's network, or tell your IT.",
        Age.PROTECTS: f"{days}, so everything to the outside goes protected or waits; tell your IT.",
        Age.BLOCKS: f"{days}, so nothing may leave the organisation; tell your IT.",
    }[age]
