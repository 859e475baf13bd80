"""This device at the central store: enrolling, bringing the journal there, checking what it holds."""

from dataclasses import replace

from securemail_desktop.audit.central_check import CentralVerification, verify_central
from securemail_desktop.audit.enrol import ENROLMENT_SETTING, enrol_device, load_enrolment
from securemail_desktop.audit.sync import Synced
from securemail_desktop.central.enrolment import Enrolment, EnrolmentDamaged, enrolment_document
from securemail_desktop.session.opened import Opened
from securemail_desktop.session.queue import Queue
from securemail_desktop.store.errors import StoreClosed


class CentralLink:
    """The way to the central store. What needs the store's secrets raises `StoreClosed` while the session is locked."""

    def __init__(self, opened: Opened, queue: Queue) -> None:
        """Keep the store, and the journal with the network."""
        self._opened, self._queue = opened, queue

    def enrolment(self) -> Enrolment | None:
        """Return where this device is enrolled, or None; raise `EnrolmentDamaged`."""
        return load_enrolment(self._store().settings)

    def enrolment_or_none(self) -> Enrolment | None:
        """Return where this device is enrolled; a damaged enrolment is none: whoever syncs after unlocking reads it, and says so."""
        try:
            return self.enrolment()
        except EnrolmentDamaged:
            return None

    def enrol(self, url: str, token: str, ca_file: str) -> None:
        """Enrol this device at the central store with a one-time token; the journal goes on in a new epoch. Raise `CentralError`, `JournalError`."""
        from securemail_desktop.central.client import CentralClient  # noqa: PLC0415 - HTTP takes time that no start should wait for

        self.sync()  # what waits in the former epoch stays here afterwards
        opened = self._store()
        with self._queue.network.open(CentralClient(url, ca_file=ca_file)) as client:
            self._queue.sign_as(enrol_device(client, url, ca_file, token, opened.settings, opened.vault))

    def moved(self, url: str) -> None:
        """Note that the central store has a new address."""
        enrolment = self.enrolment()
        if enrolment is not None:
            self._store().settings.put(ENROLMENT_SETTING, enrolment_document(replace(enrolment, url=url)))

    def sync(self) -> Synced:
        """Bring the journal to the central store; a device that is not enrolled keeps it here. Raise `JournalError`."""
        return self._queue.sync(self.enrolment)

    def verify(self) -> CentralVerification:
        """Check that the central store's log holds every acknowledged record unchanged; raise `CentralError`, `JournalError`."""
        enrolment = self.enrolment()
        if enrolment is None:
            return CentralVerification(0, 0, verified=False, problem="This device is not enrolled at a central store.")
        with self._queue.network.central(enrolment) as client:
            return verify_central(self._queue.journal, client, enrolment.checkpoint_key)

    def _store(self) -> Opened:
        if self._opened.closed:
            raise StoreClosed
        return self._opened
