from collections.abc import Iterator
from pathlib import Path

import pytest

from securemail_desktop.store.database import Database, store_path


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(store_path(tmp_path / "data"), b"k" * 32)
    yield opened
    opened.close()
