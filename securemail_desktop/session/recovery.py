"""Keeps for the organisation what opens this user's mail: one package in the data folder, and one in the folder that the policy names.

Rules: only a policy that IT signed, or put on the machine itself, can name whom it is kept for: whoever can write to a folder of policies could read
everybody's mail otherwise. A package is made anew only when a key came or the recovery key changed, and put into the folder again when it is gone
from there. What was kept is recorded.
"""

import os
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography import x509

from securemail_desktop.audit.event import new_rid
from securemail_desktop.audit.journal import Journal
from securemail_desktop.audit.recovery import KEPT, RECOVERED, KeptRecord, RecoveredRecord, kept_fields, recovered_fields
from securemail_desktop.encryption.errors import EncryptionError
from securemail_desktop.encryption.record import KeyRecord
from securemail_desktop.encryption.recovery.keeping import contents_of, kept_names, put_back
from securemail_desktop.encryption.recovery.package import Contents, seal
from securemail_desktop.encryption.recovery.rule import RecoveryRule
from securemail_desktop.encryption.smime.identity import sha256_of
from securemail_desktop.session.opened import Opened
from securemail_desktop.store.errors import StoreClosed

PACKAGE = "recovery.p7m"
_KEPT = "recovery-kept"


class Safety(StrEnum):
    """NONE: the organisation keeps nothing. WAITING: it is to be kept yet. HERE: kept on this computer only. KEPT: in the organisation's hands."""

    NONE = "none"
    WAITING = "waiting"
    HERE = "here"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept for the organisation: since when (None for never), and in one sentence what is in the way, or empty."""

    safety: Safety
    since: datetime | None = None
    problem: str = ""


class Recovery:
    """What is kept for the organisation. Safe to use from any thread; every method raises `StoreClosed` while the store is closed."""

    def __init__(self, opened: Opened, journal: Callable[[], Journal], clock: Callable[[], datetime]) -> None:
        """Keep the store, how to get at the journal, and the clock."""
        self._opened, self._journal, self._now = opened, journal, clock
        self._one_at_a_time = threading.Lock()
        self._problem = ""

    @property
    def kept(self) -> Kept:
        """Return what is kept now."""
        rule, before = self._rule(), self._before()
        if rule is None:
            unsigned = self._opened.policy.recovery is not None
            return Kept(Safety.NONE, problem="Nothing is kept: the policy that names the recovery key is not signed." if unsigned else "")
        since = datetime.fromisoformat(before["at"]) if before else None
        if not self._is_new(rule, before):
            return Kept(Safety.WAITING, since, self._problem)
        return Kept(Safety.KEPT if before["folder"] else Safety.HERE, since, self._problem)

    def keep(self) -> Kept:
        """Bring what is kept up to date; what is in the way is in the answer. Raise `JournalError`, `StoreError`."""
        with self._one_at_a_time:
            rule = self._rule()
            if rule is not None:
                self._keep(rule)
            return self.kept

    def take_back(self, contents: Contents, record: RecoveredRecord) -> tuple[KeyRecord, ...]:
        """Record it, then take a package's keys into the ring, where they open old mail; return the new ones. Raise as `put_back`, `JournalError`."""
        ring = self._opened.ring
        self._journal().append(new_rid(), RECOVERED, *recovered_fields(record))
        return put_back(contents, ring, self._now())

    def _keep(self, rule: RecoveryRule) -> None:
        before, self._problem = self._before(), ""
        try:
            if not self._is_new(rule, before):
                before = self._package(rule, before)
            if before["folder"] and _is_gone(Path(before["folder"]), before["name"]):
                before = {**before, "folder": ""}
                self._opened.settings.put(_KEPT, before)
            if rule.folder and before["folder"] != rule.folder:
                self._hand_over(rule.folder, before)
        except EncryptionError as error:
            self._problem = str(error)
        except OSError as error:
            self._problem = f"The folder of your organisation for it cannot be written ({error.strerror}); it is tried again."

    def _package(self, rule: RecoveryRule, before: Mapping[str, Any]) -> dict[str, Any]:
        """Write a new package into the data folder; raise `EncryptionError`, `OSError`."""
        ring, now = self._opened.ring, self._now()
        names, contents = kept_names(ring), contents_of(ring, self._opened.key, now)
        certificate = x509.load_pem_x509_certificate(rule.certificate.encode("ascii"))
        _write(self._opened.data / PACKAGE, seal(contents, certificate))
        name = before.get("name") or f"{_plain(contents.addresses)}-{uuid4().hex[:8]}.p7m"
        made = {"name": name, "certificate": sha256_of(certificate), "keys": list(names), "at": now.isoformat(), "folder": ""}
        self._note(made)
        return made

    def _hand_over(self, folder: str, made: Mapping[str, Any]) -> None:
        _write(Path(folder) / made["name"], (self._opened.data / PACKAGE).read_bytes())
        self._note({**made, "folder": folder})

    def _note(self, made: dict[str, Any]) -> None:
        record = KeptRecord(made["certificate"], made["keys"], bool(made["folder"]))
        self._journal().append(new_rid(), KEPT, *kept_fields(record))
        self._opened.settings.put(_KEPT, made)

    def _is_new(self, rule: RecoveryRule, before: Mapping[str, Any]) -> bool:
        """Say whether the package in the data folder is for this key and holds all that it should."""
        if not before or not (self._opened.data / PACKAGE).is_file():
            return False
        certificate = sha256_of(x509.load_pem_x509_certificate(rule.certificate.encode("ascii")))
        return before["certificate"] == certificate and tuple(before["keys"]) == kept_names(self._opened.ring)

    def _rule(self) -> RecoveryRule | None:
        if self._opened.closed:
            raise StoreClosed
        return self._opened.policy.recovery if self._opened.policies.vouched else None

    def _before(self) -> dict[str, Any]:
        found = self._opened.settings.get(_KEPT)
        return found if isinstance(found, dict) else {}


def _plain(addresses: tuple[str, ...]) -> str:
    """Return whose package it is, as a file may be named everywhere."""
    return re.sub(r"[^A-Za-z0-9@._-]", "_", addresses[0])[:80] if addresses else "no-address"


def _is_gone(folder: Path, name: str) -> bool:
    """Say whether somebody took a package away; not where the folder cannot be reached or looked into now."""
    try:
        return folder.is_dir() and not (folder / name).is_file()
    except OSError:
        return False


def _write(path: Path, content: bytes) -> None:
    """Replace a file at once, for its owner alone; it is on the disk then, since nobody looks into it before all else is lost."""
    part = path.with_name(f".{uuid4().hex}.part")
    try:
        part.touch(mode=0o600, exist_ok=False)
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
