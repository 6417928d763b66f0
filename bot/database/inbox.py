"""Which updates arrived, which are still to be answered, and which chat comes next?"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import CompoundSelect, and_, func, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.insert import insert_if_absent
from bot.database.tables import IncomingUpdate, UpdateState, now

MAX_ATTEMPTS = 6  # with the waits of 2, 4, 8, 16 and 32 s between them, about a minute
GIVE_UP_AFTER = timedelta(hours=24)  # Telegram itself keeps an update no longer
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=5)


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
    query = (
        select(IncomingUpdate)
        .where(
            IncomingUpdate.id.in_(_firsts(bot_id)),
            IncomingUpdate.next_attempt_at <= now(),
            IncomingUpdate.id.not_in(in_flight),
        )
        .order_by(IncomingUpdate.id)
        .limit(limit)
    )
    return list(await session.scalars(query))


async def next_of_chat(session: AsyncSession, incoming_update_id: int) -> IncomingUpdate | None:
    """What arrived next in the same chat and is still to be answered."""
    this = await session.get_one(IncomingUpdate, incoming_update_id)
    query = select(IncomingUpdate).where(
        IncomingUpdate.bot_id == this.bot_id,
        IncomingUpdate.chat_key == this.chat_key,
        IncomingUpdate.state == "pending",
        IncomingUpdate.id > this.id,
    )
    return await session.scalar(query.order_by(IncomingUpdate.id).limit(1))


def _firsts(bot_id: int) -> CompoundSelect[int]:
    """The ids of the first open update of each chat, and of all that belong to no chat.

    They are read from an index alone, since thousands may wait after an outage.
    """
    is_open = and_(IncomingUpdate.bot_id == bot_id, IncomingUpdate.state == "pending")
    of_chats = select(func.min(IncomingUpdate.id)).where(is_open, IncomingUpdate.chat_key.is_not(None))
    of_none = select(IncomingUpdate.id).where(is_open, IncomingUpdate.chat_key.is_(None))
    return union_all(of_chats.group_by(IncomingUpdate.chat_key), of_none)


async def due_updates(session: AsyncSession, ids: Collection[int]) -> list[IncomingUpdate]:
    """Those of them that may be answered now, oldest first."""
    query = select(IncomingUpdate).where(
        IncomingUpdate.id.in_(ids), IncomingUpdate.state == "pending", IncomingUpdate.next_attempt_at <= now()
    )
    return list(await session.scalars(query.order_by(IncomingUpdate.id)))


async def mark_done(session: AsyncSession, incoming_update_id: int) -> None:
    """The payload goes: what was said is kept in its turn, and nowhere twice; and so does where it was said."""
    update = await session.get_one(IncomingUpdate, incoming_update_id)
    update.state, update.done_at = "done", now()
    update.payload, update.error, update.chat_key = {}, None, None


async def mark_failed(session: AsyncSession, incoming_update_id: int, error: str) -> UpdateState:
    """Tries again later, each time after twice the wait; after the last attempt the update is dead."""
    update = await session.get_one(IncomingUpdate, incoming_update_id)
    update.attempts += 1
    update.error = error
    update.next_attempt_at = now() + timedelta(seconds=2**update.attempts)
    if update.attempts >= MAX_ATTEMPTS:
        update.state, update.done_at = "dead", now()
    return update.state


async def postpone(
    session: AsyncSession, incoming_update_id: int, error: str, wait_seconds: float | None = None
) -> UpdateState:
    """For a failure that is not the update's own, as when Telegram cannot be reached: no attempt is counted.

    Without a given wait it grows with the update's age.
    """
    update = await session.get_one(IncomingUpdate, incoming_update_id)
    age = now() - update.received_at
    update.error = error
    if age > GIVE_UP_AFTER:
        update.state, update.done_at = "dead", now()
    elif wait_seconds is not None:
        update.next_attempt_at = now() + timedelta(seconds=wait_seconds)
    else:
        update.next_attempt_at = now() + min(max(age, SHORTEST_WAIT), LONGEST_WAIT)
    return update.state


async def bury(session: AsyncSession, incoming_update_id: int, error: str) -> None:
    """For an update that no attempt can answer, as when the person has blocked the bot."""
    update = await session.get_one(IncomingUpdate, incoming_update_id)
    update.state, update.done_at, update.error = "dead", now(), error


async def seconds_to_next_attempt(session: AsyncSession, *, bot_id: int) -> float | None:
    """None: no update waits for its time."""
    query = select(func.min(IncomingUpdate.next_attempt_at)).where(
        IncomingUpdate.id.in_(_firsts(bot_id)), IncomingUpdate.next_attempt_at > now()
    )
    soonest = await session.scalar(query)
    return max(0.0, (soonest - now()).total_seconds()) if soonest else None


async def dead_updates(session: AsyncSession, limit: int) -> list[IncomingUpdate]:
    """What was given up, newest first."""
    query = select(IncomingUpdate).where(IncomingUpdate.state == "dead")
    return list(await session.scalars(query.order_by(IncomingUpdate.id.desc()).limit(limit)))


async def revive(session: AsyncSession, ids: Collection[int] | None = None) -> list[int]:
    """These dead updates, or all of them, are tried afresh, before what came to their chats later; their ids."""
    query = (
        update(IncomingUpdate)
        .where(IncomingUpdate.state == "dead")
        .values(state="pending", attempts=0, next_attempt_at=now(), received_at=now(), done_at=None)
        .returning(IncomingUpdate.id)
    )
    return sorted(await session.scalars(query if ids is None else query.where(IncomingUpdate.id.in_(ids))))


async def count_updates(session: AsyncSession) -> dict[str, int]:
    rows = await session.execute(select(IncomingUpdate.state, func.count()).group_by(IncomingUpdate.state))
    return dict(rows.all())
