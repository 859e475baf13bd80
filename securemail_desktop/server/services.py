"""The central server's parts, opened together: database, keys, logs, devices."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from securemail_desktop.server.keys import checkpoint_key
from securemail_desktop.server.log import Log
from securemail_desktop.server.registry import Registry
from securemail_desktop.server.storage import ORGANIZATIONS, Storage


@dataclass(frozen=True, slots=True)
class Services:
    """The open parts; close `storage` at the end."""

    storage: Storage
    log: Log
    registry: Registry


def open_services(data: Path, database: str = "") -> Services:
    """Open the server's data folder; `database` is a SQLAlchemy URL, or empty for `central.db` in the folder. Raise `NotReady`."""
    storage = Storage(database or f"sqlite:///{data / 'central.db'}")
    try:
        with storage.reading() as connection:
            organizations = connection.execute(select(func.count()).select_from(ORGANIZATIONS)).scalar_one()
        log = Log(storage, checkpoint_key(data, may_make=organizations == 0))
    except BaseException:
        storage.close()
        raise
    return Services(storage, log, Registry(data, storage, log))
