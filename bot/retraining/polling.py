"""How is the database asked again and again, even if it is away for a while?"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import DBAPIError

log = structlog.get_logger()


async def repeat(look: Callable[[], Awaitable[None]], every_seconds: float) -> None:
    """Until cancelled."""
    while True:
        try:
            await look()
        except (DBAPIError, OSError):  # an OSError: asyncpg finds no server
            log.exception("database_not_readable")
        await asyncio.sleep(every_seconds)
