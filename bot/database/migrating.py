"""Do the tables in the database fit this code, and how are they brought up to it?"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

import migrations
from bot.database.engine import Sessions, build_sessions, open_engine
from bot.errors import ServiceError

T = TypeVar("T")


@asynccontextmanager
async def open_database(database_url: str) -> AsyncIterator[Sessions]:
    """A database that fits this code, closed at the end."""
    engine = open_engine(database_url)
    try:
        await bring_up_to_date(engine)
        yield build_sessions(engine)
    finally:
        # A task that was cancelled, but not waited for, hands its connection back later; nobody would close that.
        event.listen(engine.sync_engine, "checkin", lambda _connection, entry: entry.close())
        await engine.dispose()


async def bring_up_to_date(engine: AsyncEngine) -> None:
    """SQLite is upgraded on the spot; a database that others may share waits for its operator."""
    if engine.dialect.name != "sqlite" and not await is_up_to_date(engine):
        raise ServiceError("The database is older than this program; run: maldongmu db upgrade")
    await upgrade(engine)


async def is_up_to_date(engine: AsyncEngine) -> bool:
    scripts = ScriptDirectory.from_config(build_config())
    revision = await _connected(engine, _revision)
    if revision is not None and revision not in {script.revision for script in scripts.walk_revisions()}:
        raise ServiceError(
            f"The database was made by a newer version of this program, of revision {revision}; update the program."
        )
    return revision == scripts.get_current_head()


async def upgrade(engine: AsyncEngine) -> None:
    if await is_up_to_date(engine):
        return

    def run(connection: Connection) -> None:
        command.upgrade(build_config(connection), "head")

    await _connected(engine, run)


def build_config(connection: Connection | None = None) -> Config:
    """Alembic's configuration from the `migrations` package, wherever that is installed."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(migrations.__path__[0])).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def _connected(engine: AsyncEngine, work: Callable[[Connection], T]) -> T:
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(work)
    except (DBAPIError, OSError) as error:
        shown = engine.url.render_as_string(hide_password=True)
        cause = error.orig if isinstance(error, DBAPIError) else error
        raise ServiceError(f"MALDONGMU_DATABASE_URL: cannot use {shown}: {cause}") from error
