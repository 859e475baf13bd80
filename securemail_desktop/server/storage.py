"""The server's database: SQLAlchemy Core with types that SQLite and PostgreSQL share; SQLite in WAL mode, synchronous=FULL, 0600.

Entries and nodes are only ever inserted. A writing transaction takes the write lock first (single writer), so that what it reads stays true.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError

from securemail_desktop.server.errors import NotReady

METADATA = MetaData()

ORGANIZATIONS = Table(
    "organizations",
    METADATA,
    Column("organization", String(63), primary_key=True),
    Column("sealing_key", LargeBinary, nullable=False),
    Column("sealing_key_id", String(80), nullable=False),
)
INVITATIONS = Table(
    "invitations",
    METADATA,
    Column("token_sha256", String(64), primary_key=True),
    Column("organization", ForeignKey("organizations.organization"), nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("epoch", String(36), nullable=False, default=""),
)
EPOCHS = Table(
    "epochs",
    METADATA,
    Column("epoch", String(36), primary_key=True),
    Column("device", String(36), nullable=False),
    Column("organization", ForeignKey("organizations.organization"), nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("secret_sha256", String(64), nullable=False),
    Column("opened", BigInteger, nullable=False),
    Column("revoked", Boolean, nullable=False, default=False),
)
ENTRIES = Table(
    "entries",
    METADATA,
    Column("organization", ForeignKey("organizations.organization"), primary_key=True),
    Column("leaf", BigInteger, primary_key=True, autoincrement=False),
    Column("epoch", ForeignKey("epochs.epoch"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("received", BigInteger, nullable=False),
    UniqueConstraint("epoch", "seq"),
)
NODES = Table(
    "nodes",
    METADATA,
    Column("organization", ForeignKey("organizations.organization"), primary_key=True),
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)
FORKS = Table(
    "forks",
    METADATA,
    Column("epoch", ForeignKey("epochs.epoch"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("record_sha256", String(64), primary_key=True),
    Column("record", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("received", BigInteger, nullable=False),
)


class Storage:
    """The open database."""

    def __init__(self, url: str) -> None:
        """Open or create it; raise `NotReady`."""
        try:
            parsed = make_url(url)
        except ArgumentError as error:
            raise NotReady("The database address cannot be read; write it like sqlite:////var/lib/securemail/central.db.") from error
        if parsed.get_backend_name() != "sqlite" or not parsed.database:
            raise NotReady(
                "This version keeps its records in SQLite only; write the address like sqlite:////var/lib/securemail/central.db."
            )
        self._engine = create_engine(parsed, pool_size=10, max_overflow=40, hide_parameters=True)
        event.listen(self._engine, "connect", _prepare_connection)
        event.listen(self._engine, "begin", _begin)
        try:
            _create_private(Path(parsed.database))
            METADATA.create_all(self._engine)
        except (OSError, DatabaseError) as error:
            self._engine.dispose()
            raise NotReady(
                f"The database {parsed.database} cannot be opened; check that it is one and the rights of its folder."
            ) from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a consistent view."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give the one writer its transaction: durable at the end, undone on an exception."""
        with self._engine.connect().execution_options(single_writer=True) as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def now_ms() -> int:
    """Return the server's time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def _prepare_connection(connection: SQLiteConnection, _: object) -> None:
    connection.isolation_level = None  # the driver would begin on its own, and too late
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("single_writer") else "BEGIN")


def _create_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)
