"""How is a row added unless it is there already, on SQLite and on PostgreSQL alike?"""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.tables import Table


async def insert_if_absent(session: AsyncSession, table: type[Table], **values: Any) -> bool:
    """False where a unique constraint already holds such a row; that row stays as it is."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    query = dialect.insert(table).values(**values).on_conflict_do_nothing().returning(table.id)
    return await session.scalar(query) is not None
