"""When is it time to retrain, and who of several processes says so?"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.database import runs
from bot.database.engine import DATABASE_ERRORS, Sessions
from bot.database.locks import HeldLocks, held_locks, lock_key
from bot.retraining.exclusive import SCHEDULER_LOCK, only_one
from bot.settings import Settings

log = structlog.get_logger()

JOB_ID = "retrain"
LEADER = lock_key("scheduler")
MISFIRE_GRACE_SECONDS = 3600  # a tick that came while the process was busy still counts
TAKEOVER_SECONDS = 10.0  # how soon another process schedules when the first one ends


async def keep_schedule(settings: Settings, sessions: Sessions, cron: str) -> None:
    """Until cancelled; of several processes one schedules, and the others stand by."""
    locks = held_locks(sessions)
    while True:
        try:
            if locks is None:
                with only_one(settings.models_dir / SCHEDULER_LOCK) as is_only_one:
                    if is_only_one:
                        await run_scheduler(build_scheduler(settings, sessions, cron))
            elif await locks.try_lock([LEADER]):
                await lead(locks, run_scheduler(build_scheduler(settings, sessions, cron)))
        except DATABASE_ERRORS:
            log.exception("no_leader_chosen")
        finally:
            if locks:
                await locks.close()
        await asyncio.sleep(TAKEOVER_SECONDS)


async def lead(locks: HeldLocks, work: Coroutine[Any, Any, None]) -> None:
    """Works as long as the lock is held: once its connection breaks, another process may lead."""
    task = asyncio.create_task(work)
    try:
        while await locks.are_held():  # noqa: ASYNC110 (no event tells of a connection that breaks)
            await asyncio.sleep(TAKEOVER_SECONDS)
        log.warning("no_longer_the_leader")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def run_scheduler(scheduler: AsyncIOScheduler) -> None:
    scheduler.start()
    log.info("schedule_kept", next_run=str(scheduler.get_job(JOB_ID).next_run_time))
    try:
        await asyncio.Event().wait()  # until cancelled
    finally:
        scheduler.shutdown(wait=False)


def build_scheduler(settings: Settings, sessions: Sessions, cron: str) -> AsyncIOScheduler:
    """With the job in code and in memory: a job store that processes share would tick in each of them."""
    scheduler = AsyncIOScheduler(timezone=settings.timezone)
    scheduler.add_job(
        request_scheduled_run,
        CronTrigger.from_crontab(cron, timezone=settings.timezone),
        args=[sessions],
        id=JOB_ID,
        max_instances=1,
        coalesce=True,
        misfire_grace_time=MISFIRE_GRACE_SECONDS,
    )
    return scheduler


async def request_scheduled_run(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        run = await runs.request_run(session, "schedule")
    log.info("run_scheduled", run=run.id if run else "none, as one is queued or running already")
