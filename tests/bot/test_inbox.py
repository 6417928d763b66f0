from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.database.engine import Sessions
from bot.database.inbox import MAX_ATTEMPTS, count_updates, mark_done, mark_failed, next_updates, store_update
from bot.database.tables import IncomingUpdate, now

BOT = 9


async def store(sessions: Sessions, update_id: int, chat_key: str | None, bot_id: int = BOT) -> bool:
    async with sessions.begin() as session:
        return await store_update(
            session, bot_id=bot_id, update_id=update_id, chat_key=chat_key, payload={"text": f"{update_id}"}
        )


async def due(sessions: Sessions, limit: int = 10, in_flight: tuple[int, ...] = ()) -> list[int]:
    """The update_ids that may be answered now."""
    async with sessions() as session:
        updates = await next_updates(session, bot_id=BOT, limit=limit, in_flight=in_flight)
        return [update.update_id for update in updates]


async def row_of(sessions: Sessions, update_id: int) -> IncomingUpdate:
    async with sessions() as session:
        query = select(IncomingUpdate).where(IncomingUpdate.update_id == update_id)
        return (await session.scalars(query)).one()


async def test_a_duplicate_of_an_update_changes_nothing(sessions: Sessions) -> None:
    assert await store(sessions, 1, "a")
    async with sessions.begin() as session:
        await mark_done(session, (await row_of(sessions, 1)).id)
    assert not await store(sessions, 1, "a")
    assert await due(sessions) == []
    assert await store(sessions, 1, "a", bot_id=10)  # another bot counts for itself


async def test_each_chat_is_served_in_order_and_chats_side_by_side(sessions: Sessions) -> None:
    for update_id, chat_key in ((1, "a"), (2, "a"), (3, "b"), (4, None), (5, None)):
        await store(sessions, update_id, chat_key)
    assert await due(sessions) == [1, 3, 4, 5]
    assert await due(sessions, limit=2) == [1, 3]
    first = await row_of(sessions, 1)
    assert await due(sessions, in_flight=(first.id,)) == [3, 4, 5]
    async with sessions.begin() as session:
        await mark_done(session, first.id)
    assert await due(sessions) == [2, 3, 4, 5]


async def test_what_was_said_leaves_the_inbox_when_it_is_answered(sessions: Sessions) -> None:
    await store(sessions, 1, "a")
    async with sessions.begin() as session:
        await mark_done(session, (await row_of(sessions, 1)).id)
    row = await row_of(sessions, 1)
    assert (row.state, row.payload) == ("done", {})
    assert row.done_at is not None


async def test_a_failed_update_waits_longer_each_time_holds_its_chat_back_and_dies_at_last(
    sessions: Sessions,
) -> None:
    await store(sessions, 1, "a")
    await store(sessions, 2, "a")
    waits = []
    for _ in range(MAX_ATTEMPTS - 1):
        async with sessions.begin() as session:
            assert await mark_failed(session, 1, "no network") == "pending"
        row = await row_of(sessions, 1)
        waits.append(row.next_attempt_at - now())
        assert await due(sessions) == []  # 2 is not answered before 1
        async with sessions.begin() as session:
            await session.execute(update(IncomingUpdate).values(next_attempt_at=now() - timedelta(seconds=1)))
        assert await due(sessions) == [1]
    assert waits == sorted(waits)
    assert waits[0] == pytest.approx(timedelta(seconds=2), abs=timedelta(seconds=1.5))
    async with sessions.begin() as session:
        assert await mark_failed(session, 1, "no network") == "dead"
    assert (await row_of(sessions, 1)).error == "no network"
    assert await due(sessions) == [2]
    async with sessions() as session:
        assert await count_updates(session) == {"dead": 1, "pending": 1}
