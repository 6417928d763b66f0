"""How do several processes on one PostgreSQL agree who does what? By advisory locks, which end with whoever holds them.

SQLite serves one process, which needs no agreement. The locks belong to a connection: between this program and
PostgreSQL there may be no pooler that hands connections on after each transaction.
"""

import asyncio
from collections.abc import Collection
from contextlib import suppress
from hashlib import blake2b

from sqlalchemy import ARRAY, BigInteger, bindparam, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession

from bot.database.engine import Sessions

TRY_LOCK = text("SELECT key FROM unnest(:keys) AS key WHERE pg_try_advisory_lock(key)")
UNLOCK = text("SELECT pg_advisory_unlock(key) FROM unnest(:keys) AS key")
KEYS = bindparam("keys", type_=ARRAY(BigInteger))


def lock_key(*names: str | int) -> int:
    """A number of 64 bits with a sign, as PostgreSQL wants it."""
    named = "\0".join(map(str, names)).encode()
    return int.from_bytes(blake2b(named, digest_size=8).digest(), signed=True)


async def wait_for_turn(session: AsyncSession, work: str) -> None:
    """Until the transaction ends, nobody else gets past this line for the same work."""
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(lock_key(work))))


class HeldLocks:
    """What this process has taken upon itself, on a connection of its own.

    If that breaks, all is free again; on the next one it takes back what nobody else has taken meanwhile.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._held: set[int] = set()
        self._in_use = asyncio.Lock()

    async def try_lock(self, keys: Collection[int]) -> set[int]:
        """Those of them that nobody else holds, now held."""
        async with self._in_use:
            granted = await _try_lock(await self._connected(), keys)
            self._held |= granted
            return granted

    async def unlock(self, keys: Collection[int]) -> None:
        async with self._in_use:
            self._held -= set(keys)
            if self._connection and not self._connection.invalidated:
                await self._connection.execute(UNLOCK.bindparams(KEYS), {"keys": list(keys)})

    async def are_held(self) -> bool:
        """False once the connection has broken: then the locks are gone with it."""
        async with self._in_use:
            if self._connection is None or self._connection.invalidated:
                return False
            try:
                await self._connection.execute(select(1))
            except DBAPIError:
                return False
            return True

    async def close(self) -> None:
        if self._connection:
            with suppress(DBAPIError):
                await self._connection.invalidate()  # closed, not handed back with the locks on it
            await self._connection.close()
            self._connection = None

    async def _connected(self) -> AsyncConnection:
        if self._connection is None or self._connection.invalidated:
            await self.close()
            connection = await self._engine.connect()
            self._connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
            self._held = await _try_lock(self._connection, self._held)
        return self._connection


async def _try_lock(connection: AsyncConnection, keys: Collection[int]) -> set[int]:
    return set(await connection.scalars(TRY_LOCK.bindparams(KEYS), {"keys": list(keys)}))


def held_locks(sessions: Sessions) -> HeldLocks | None:
    """None on SQLite."""
    engine: AsyncEngine = sessions.kw["bind"]
    return HeldLocks(engine) if engine.dialect.name == "postgresql" else None
