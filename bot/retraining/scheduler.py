"""When is it time to retrain or to look after things, and who of several processes says so?"""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.database import runs
from bot.database.engine import DATABASE_ERRORS, Sessions
from bot.database.locks import HeldLocks, held_locks, lock_key
from bot.database.schedules import stored_schedule
from bot.database.tables import now
from bot.retraining.exclusive import SCHEDULER_LOCK, only_one
from bot.retraining.polling import repeat
from bot.settings import Settings
from bot.upkeep import look_after

log = structlog.get_logger()

JOB_ID = "retrain"
UPKEEP_ID = "upkeep"
LEADER = lock_key("scheduler")
MISFIRE_GRACE_SECONDS = 3600  # a tick that came while the process was busy still counts
TAKEOVER_SECONDS = 10.0  # how soon another process schedules when the first one ends
POLL_SECONDS = 2.0  # how soon a changed schedule is kept


class RetrainSchedule(NamedTuple):
    cron: str | None  # None: never by itself
    is_from_settings: bool


async def read_schedule(settings: Settings, sessions: Sessions) -> RetrainSchedule:
    """What an admin decided; where none did, the settings count."""
    async with sessions() as session:
        stored = await stored_schedule(session, JOB_ID)
    return RetrainSchedule(stored.cron if stored else settings.retrain_cron, is_from_settings=stored is None)


def next_time(cron: str, timezone: str) -> datetime | None:
    """None: never, as on a 30th of February."""
    trigger = CronTrigger.from_crontab(cron, timezone=timezone)
    found: datetime | None = trigger.get_next_fire_time(None, now().astimezone(trigger.timezone))
    return found


async def keep_schedule(settings: Settings, sessions: Sessions) -> None:
    """Until cancelled; of several processes one schedules, and the others stand by."""
    locks = held_locks(sessions)
    while True:
        try:
            if locks is None:
                with only_one(settings.models_dir / SCHEDULER_LOCK) as is_only_one:
                    if is_only_one:
                        await run_scheduler(settings, sessions)
            elif await locks.try_lock([LEADER]):
                await lead(locks, run_scheduler(settings, sessions))
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


async def run_scheduler(settings: Settings, sessions: Sessions) -> None:
    """Until cancelled: looks again and again whether an admin changed the schedule."""
    scheduler = build_scheduler(settings, sessions)
    scheduler.start()
    kept: str | None = None

    async def look() -> None:
        nonlocal kept
        cron = (await read_schedule(settings, sessions)).cron
        if cron != kept:
            keep_job(scheduler, sessions, cron)
            kept = cron

    try:
        await repeat(look, POLL_SECONDS)
    finally:
        scheduler.shutdown(wait=False)


def build_scheduler(settings: Settings, sessions: Sessions) -> AsyncIOScheduler:
    """With the jobs in code and in memory: a job store that processes share would tick in each of them."""
    scheduler = AsyncIOScheduler(
        timezone=settings.timezone,
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": MISFIRE_GRACE_SECONDS},
    )
    hourly = IntervalTrigger(hours=1, timezone=settings.timezone)
    scheduler.add_job(look_after, hourly, args=[settings, sessions], id=UPKEEP_ID, next_run_time=now())
    return scheduler


def keep_job(scheduler: AsyncIOScheduler, sessions: Sessions, cron: str | None) -> None:
    """Retraining at these times and no others."""
    with suppress(JobLookupError):
        scheduler.remove_job(JOB_ID)
    if cron is None:
        log.info("schedule_off")
        return
    trigger = CronTrigger.from_crontab(cron, timezone=scheduler.timezone)
    job = scheduler.add_job(request_scheduled_run, trigger, args=[sessions], id=JOB_ID)
    log.info("schedule_kept", next_run=str(job.next_run_time))


async def request_scheduled_run(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        run = await runs.request_run(session, "schedule")
    log.info("run_scheduled", run=run.id if run else "none, as one is queued or running already")
