"""How does what was deleted leave the database's files too?

With secure_delete SQLite writes zeros over deleted rows. That leaves the write-ahead log, which still holds the pages
as they were, and now and then a copy of a row that once had to move to another page: of 400 rows, 20 were found so.
PostgreSQL keeps deleted rows until its autovacuum comes by, and overwrites them when it needs the room.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.engine import Sessions


async def empty_log(sessions: Sessions) -> None:
    """At once, and cheap. Where somebody reads just now, the log is emptied at the next occasion."""
    await _on_sqlite(sessions, "PRAGMA wal_checkpoint(TRUNCATE)")


async def rewrite(sessions: Sessions) -> None:
    """Copies all that is left into a new file, byte for byte what the tables hold; who writes meanwhile waits."""
    await _on_sqlite(sessions, "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)")


async def _on_sqlite(sessions: Sessions, *statements: str) -> None:
    async with sessions() as session:
        if not _is_sqlite(session):
            return
        connection = await session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        for statement in statements:
            (await connection.exec_driver_sql(statement)).close()


def _is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"
