from collections.abc import Iterator
from pathlib import Path

import pytest

from securemail_desktop.audit.journal import Journal
from securemail_desktop.server.services import Services, open_services
from tests.support.central import DirectStore, enrol_directly


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = open_services(tmp_path / "server")
    yield opened
    opened.storage.close()


@pytest.fixture
def device_store(services: Services, tmp_path: Path) -> Iterator[tuple[Journal, DirectStore]]:
    device, enrolled = enrol_directly(services)
    journal = Journal(tmp_path / "device" / "journal.db", device)
    yield journal, DirectStore(services, enrolled)
    journal.close()
