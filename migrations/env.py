"""How does Alembic reach the database? Through the connection it is given, or the settings of the service."""

import asyncio
from typing import Literal

from alembic import context
from sqlalchemy import Connection, func, select

from bot.database.engine import open_engine
from bot.database.locks import lock_key
from bot.database.tables import Table, UtcDateTime
from bot.settings import load_settings


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Migrations name only SQLAlchemy's own types, so that they outlive the code of the day."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def migrate(connection: Connection) -> None:
    """In one transaction, on SQLite too: a migration that breaks off leaves nothing behind; one process at a time.

    Batch mode rebuilds a table by dropping it, which would cascade to its children: foreign keys rest
    meanwhile and are checked before the commit. SQLite heeds that switch only outside a transaction.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(lock_key("migrate"))))
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(
        connection=connection,
        target_metadata=Table.metadata,
        render_as_batch=True,
        render_item=render_item,
        transactional_ddl=True,
    )
    try:
        with context.begin_transaction():
            context.run_migrations()
        if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"the migration left rows without their parents: {broken[:5]}")
        connection.commit()
    finally:
        connection.rollback()  # after the commit there is nothing left to undo
        if is_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")


async def connect_and_migrate() -> None:
    engine = open_engine(load_settings().database_url)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


connection = context.config.attributes.get("connection")
if connection is not None:
    migrate(connection)
else:
    asyncio.run(connect_and_migrate())
