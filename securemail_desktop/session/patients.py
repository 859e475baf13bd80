"""The organisation's own patients on this device: their list as keyed digests, in the encrypted store and nowhere else."""

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime

from securemail_desktop.phi.errors import PatientListBroken
from securemail_desktop.phi.patient_list import KEY_SIZE, Head, PatientList
from securemail_desktop.phi.patient_list_building import Built, build
from securemail_desktop.store.settings import Settings
from securemail_desktop.store.vault import Vault

_KIND, _NAME = "patient-list", "list"
_SETTING = "patient_list"  # which list it is: it is read again when another program has replaced it


class Patients:
    """The list that is kept; `refresh` tells of it."""

    def __init__(self, vault: Vault, settings: Settings, clock: Callable[[], datetime]) -> None:
        """Keep where the list lies."""
        self._vault, self._settings, self._now = vault, settings, clock
        self.known, self.notice, self._mark = PatientList(), "", ""

    @property
    def head(self) -> Head:
        """Return how many patients the list has and when it was made."""
        return self.known.head

    def refresh(self) -> bytes | None:
        """Read the list where it was replaced; return its octets then, None where it is the same. Raise `StoreError`."""
        mark = str(self._settings.get(_SETTING) or "")
        if mark == self._mark:
            return None
        octets = (self._vault.get(_KIND, _NAME) or b"") if mark else b""
        try:
            self.known, self.notice = PatientList(octets), ""
        except PatientListBroken as error:
            octets, self.known, self.notice = b"", PatientList(), str(error)
        self._mark = mark
        return octets

    def take(self, lines: Iterable[str]) -> Built:
        """Replace the list by this table's; raise `PatientListRefused`, and keep the old one, when it is none. Raise `StoreError`."""
        built = build(lines, secrets.token_bytes(KEY_SIZE), self._now())
        self._vault.put(_KIND, _NAME, built.octets)
        self._settings.put(_SETTING, secrets.token_hex(16))
        return built

    def remove(self) -> None:
        """Give the list up; raise `StoreError`."""
        self._settings.put(_SETTING, "")
        self._vault.remove(_KIND, _NAME)

    def forget(self) -> None:
        """Drop the list from memory, until `refresh`."""
        self.known, self.notice, self._mark = PatientList(), "", ""
