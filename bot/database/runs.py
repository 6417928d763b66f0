"""Which retraining is asked for, which one runs, and how did it end?"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import CursorResult, exists, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.locks import wait_for_turn
from bot.database.tables import FinetuneRun, now

ACTIVE = ("queued", "running")


async def active_run(session: AsyncSession) -> FinetuneRun | None:
    query = select(FinetuneRun).where(FinetuneRun.state.in_(ACTIVE)).order_by(FinetuneRun.id).limit(1)
    return await session.scalar(query)


async def request_run(session: AsyncSession, requested_by: str) -> FinetuneRun | None:
    """None if a run is queued or running already: two at once would train on the same words twice.

    Looked and written in one statement and one at a time, so that of two requests at the same moment one wins.
    """
    await wait_for_turn(session, "request a run")
    is_active = exists().where(FinetuneRun.state.in_(ACTIVE))
    row = select(literal(requested_by)).where(~is_active)
    query = insert(FinetuneRun).from_select(["requested_by"], row).returning(FinetuneRun)
    return await session.scalar(query)


async def cancel_run(session: AsyncSession, reason: str) -> int | None:
    """Its number; None if there was nothing to cancel. The trainer at work on it stops within seconds."""
    query = (
        update(FinetuneRun)
        .where(FinetuneRun.state.in_(ACTIVE))
        .values(state="cancelled", reason=reason, finished_at=now())
        .returning(FinetuneRun.id)
    )
    return await session.scalar(query)


async def cancel_learning(session: AsyncSession, snapshot_ids: Collection[int]) -> str | None:
    """Stops the run under way if it may have seen what is forgotten now; returns who asked for it.

    It may: where it has no snapshot yet it may be reading, and where any model or snapshot did, its parent may have.
    """
    query = update(FinetuneRun).where(FinetuneRun.state == "running")
    if not snapshot_ids:
        query = query.where(FinetuneRun.snapshot_id.is_(None))
    reason = "someone asked to be forgotten meanwhile; it is begun anew without their words"
    query = query.values(state="cancelled", reason=reason, finished_at=now())
    return await session.scalar(query.returning(FinetuneRun.requested_by))


async def claim_run(session: AsyncSession) -> FinetuneRun | None:
    """The oldest queued run, now running; of several claimers one gets it."""
    oldest = select(FinetuneRun.id).where(FinetuneRun.state == "queued").order_by(FinetuneRun.id).limit(1)
    run_id = await session.scalar(oldest)
    if run_id is None:
        return None
    at = now()
    claimed = await session.execute(
        update(FinetuneRun)
        .where(FinetuneRun.id == run_id, FinetuneRun.state == "queued")
        .values(state="running", started_at=at, heartbeat_at=at)
    )
    assert isinstance(claimed, CursorResult)
    if claimed.rowcount == 0:
        return None
    return await session.get_one(FinetuneRun, run_id, populate_existing=True)


async def report_progress(session: AsyncSession, run_id: int, progress: dict[str, Any]) -> bool:
    """False if the run was cancelled meanwhile, and its trainer should stop."""
    run = await session.get_one(FinetuneRun, run_id, populate_existing=True)
    run.progress, run.heartbeat_at = progress, now()
    return run.state == "running"


async def finish_run(
    session: AsyncSession,
    run_id: int,
    state: Literal["promoted", "refused", "failed", "cancelled"],
    reason: str | None = None,
    *,
    candidate_id: int | None = None,
) -> bool:
    """False if it was ended by someone else meanwhile: that end counts."""
    ended = await session.execute(
        update(FinetuneRun)
        .where(FinetuneRun.id == run_id, FinetuneRun.state == "running")
        .values(state=state, reason=reason, candidate_id=candidate_id, finished_at=now())
    )
    assert isinstance(ended, CursorResult)
    return ended.rowcount == 1


async def fail_abandoned_runs(session: AsyncSession, silent_for: timedelta) -> int:
    """Ends runs whose trainer died without a word, so that the next one may start."""
    abandoned = await session.execute(
        update(FinetuneRun)
        .where(FinetuneRun.state == "running", FinetuneRun.heartbeat_at < now() - silent_for)
        .values(state="failed", reason="the trainer stopped without a word", finished_at=now())
    )
    assert isinstance(abandoned, CursorResult)
    return abandoned.rowcount


async def latest_runs(session: AsyncSession, limit: int = 5) -> list[FinetuneRun]:
    return list(await session.scalars(select(FinetuneRun).order_by(FinetuneRun.id.desc()).limit(limit)))
