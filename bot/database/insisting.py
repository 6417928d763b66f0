"""What must be written down, however long the database is away? That somebody was answered, so that it is once."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.engine import DATABASE_IS_AWAY, Sessions

log = structlog.get_logger()

RETRY_SECONDS = 2.0


async def insist(sessions: Sessions, write: Callable[[AsyncSession], Awaitable[object]]) -> None:
    """In a transaction of its own, again and again until it is committed."""
    while True:
        try:
            async with sessions.begin() as session:
                await write(session)
            return
        except (*DATABASE_IS_AWAY, OSError):
            log.exception("not_written_down")
            await asyncio.sleep(RETRY_SECONDS)
