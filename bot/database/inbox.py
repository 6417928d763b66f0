"""Which updates arrived, which are still to be answered, and which chat comes next?"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.database.insert import insert_if_absent
from bot.database.tables import IncomingUpdate, UpdateState, now

MAX_ATTEMPTS = 6  # with the waits of 2, 4, 8, 16 and 32 s between them, about a minute


async def store_update(
    session: AsyncSession, *, bot_id: int, update_id: int, chat_key: str | None, payload: dict[str, Any]
) -> bool:
    """False if this update was stored before; a duplicate changes nothing."""
    return await insert_if_absent(
        session, IncomingUpdate, bot_id=bot_id, update_id=update_id, chat_key=chat_key, payload=payload
    )


async def next_updates(
    session: AsyncSession, *, bot_id: int, limit: int, in_flight: Collection[int] = ()
) -> list[IncomingUpdate]:
    """The first open update of each chat, oldest first; a chat whose first one waits, waits whole.

    `in_flight` are the ids of updates being answered now: they hold their chats back too.
    """
    earlier = aliased(IncomingUpdate)
    has_earlier = exists().where(
        earlier.bot_id == IncomingUpdate.bot_id,
        earlier.chat_key == IncomingUpdate.chat_key,
        earlier.state == "pending",
        earlier.id < IncomingUpdate.id,
    )
    query = (
        select(IncomingUpdate)
        .where(
            IncomingUpdate.bot_id == bot_id,
            IncomingUpdate.state == "pending",
            IncomingUpdate.next_attempt_at <= now(),
            IncomingUpdate.id.not_in(in_flight),
            ~has_earlier,
        )
        .order_by(IncomingUpdate.id)
        .limit(limit)
    )
    return list(await session.scalars(query))


async def mark_done(session: AsyncSession, incoming_update_id: int) -> None:
    """The payload goes: what was said is kept in its turn, and nowhere twice."""
    update = await session.get_one(IncomingUpdate, incoming_update_id)
    update.state, update.done_at, update.payload, update.error = "done", now(), {}, None


async def mark_failed(session: AsyncSession, incoming_update_id: int, error: str) -> UpdateState:
    """Tries again later, each time after twice the wait; after the last attempt the update is dead."""
    update = await session.get_one(IncomingUpdate, incoming_update_id)
    update.attempts += 1
    update.error = error
    update.next_attempt_at = now() + timedelta(seconds=2**update.attempts)
    if update.attempts >= MAX_ATTEMPTS:
        update.state, update.done_at = "dead", now()
    return update.state


async def count_updates(session: AsyncSession) -> dict[str, int]:
    rows = await session.execute(select(IncomingUpdate.state, func.count()).group_by(IncomingUpdate.state))
    return dict(rows.tuples().all())
