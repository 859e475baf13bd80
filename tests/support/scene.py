"""Fixtures: alice's program with a server that does what a script says. A folder's conftest imports them by name."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support.alice import Alice, Office, Scene
from tests.support.authority import Issued
from tests.support.faulty_smtp import FaultySmtp, Script, behave


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture
def scene(office: Office, tmp_path: Path) -> Iterator[Scene]:
    """Make alice's program with a server that does what the script says."""
    with ExitStack() as stack:

        def make(script: Script = behave, certificate: Issued | None = None, imap_port: int = 0, **how: Any) -> Alice:
            server = stack.enter_context(FaultySmtp(certificate or office.certificate, script, **how))
            return Alice(office, tmp_path, server, imap_port)

        yield make
