"""How is the database opened, so that many writers and foreign keys work on SQLite too?"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import ServiceError

Sessions = async_sessionmaker[AsyncSession]

# What passes when the database is back; an OSError is asyncpg's word for a server it cannot find.
DATABASE_ERRORS = (DBAPIError, PoolTimeoutError, OSError)
DATABASE_IS_AWAY = (OperationalError, InterfaceError, PoolTimeoutError)  # and not: it refuses just this row
# Hundreds of short transactions take turns. SQLite has one writer at a time and lets the others try again at random, so
# few may try: with twenty, one went without for 10 s. Whoever waits for a connection is served in order.
POOLS: dict[str, dict[str, Any]] = {
    "sqlite": {"pool_size": 5, "max_overflow": 0, "pool_timeout": 60},  # seconds
    "postgresql": {"pool_size": 10, "max_overflow": 10, "pool_timeout": 60},
}
# Without these, 300 writers took four times as long, left orphan rows, and what was deleted stood on in the file.
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "busy_timeout=10000",
    "foreign_keys=ON",
    "secure_delete=ON",
)


class ClosedWithItsTransaction(sqlite3.Connection):
    """When a task is cancelled amid a statement, its connection is closed, but lives on as long as the statement does.

    Until the garbage collector comes by, nobody else could write: a service that was told to stop never did.
    """

    def close(self) -> None:
        self.rollback()
        super().close()


def open_engine(database_url: str) -> AsyncEngine:
    url = make_url(database_url)
    is_sqlite = url.get_backend_name() == "sqlite"
    is_memory = is_sqlite and url.database in (None, "", ":memory:")
    driver_settings = {"connect_args": {"factory": ClosedWithItsTransaction}} if is_sqlite else {}
    if is_sqlite and not is_memory:
        try:
            Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ServiceError(f"MALDONGMU_DATABASE_URL: cannot make the folder of {url.database}: {error}") from error
    try:
        # No error may carry what people said into a log, or into the row of a failed update.
        engine = create_async_engine(
            url,
            pool_pre_ping=not is_sqlite,
            hide_parameters=True,
            **driver_settings,
            **({} if is_memory else POOLS[url.get_backend_name()]),
        )
    except ModuleNotFoundError as error:
        raise ServiceError(
            f"MALDONGMU_DATABASE_URL: the driver {error.name} is not installed; pip install {error.name}"
        ) from error
    if is_sqlite:
        event.listen(engine.sync_engine, "connect", _set_pragmas)
    return engine


def build_sessions(engine: AsyncEngine) -> Sessions:
    """Rows stay readable after the commit, so that a query's result may leave its transaction."""
    return async_sessionmaker(engine, expire_on_commit=False)


def _set_pragmas(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
