"""When does a job run, if that was decided while the service ran?"""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.insert import insert_if_absent
from bot.database.tables import Schedule, now


async def stored_schedule(session: AsyncSession, job: str) -> Schedule | None:
    return await session.scalar(select(Schedule).where(Schedule.job == job))


async def store_schedule(session: AsyncSession, job: str, cron: str | None) -> None:
    """None: never."""
    if not await insert_if_absent(session, Schedule, job=job, cron=cron, changed_at=now()):
        schedule = (await session.scalars(select(Schedule).where(Schedule.job == job))).one()
        schedule.cron, schedule.changed_at = cron, now()


async def forget_schedule(session: AsyncSession, job: str) -> None:
    """From here on the settings count again."""
    await session.execute(delete(Schedule).where(Schedule.job == job))
