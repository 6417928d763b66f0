"""When is it time to retrain or to look after things, and who of several processes says so?"""

import asyncio

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from bot.database import runs
from bot.database.engine import Sessions
from bot.database.tables import now
from bot.retraining.exclusive import SCHEDULER_LOCK, only_one
from bot.settings import Settings
from bot.upkeep import look_after

log = structlog.get_logger()

JOB_ID = "retrain"
UPKEEP_ID = "upkeep"
MISFIRE_GRACE_SECONDS = 3600  # a tick that came while the process was busy still counts
TAKEOVER_SECONDS = 10.0  # how soon another process schedules when the first one ends


async def keep_schedule(settings: Settings, sessions: Sessions, cron: str | None) -> None:
    """Until cancelled; of several processes with the same models folder one schedules, and the others stand by."""
    while True:
        with only_one(settings.models_dir / SCHEDULER_LOCK) as is_only_one:
            if is_only_one:
                await run_scheduler(build_scheduler(settings, sessions, cron))
        await asyncio.sleep(TAKEOVER_SECONDS)


async def run_scheduler(scheduler: AsyncIOScheduler) -> None:
    scheduler.start()
    log.info("schedule_kept", jobs={job.id: str(job.next_run_time) for job in scheduler.get_jobs()})
    try:
        await asyncio.Event().wait()  # until cancelled
    finally:
        scheduler.shutdown(wait=False)


def build_scheduler(settings: Settings, sessions: Sessions, cron: str | None) -> AsyncIOScheduler:
    """With the jobs in code and in memory: a job store that processes share would tick in each of them."""
    scheduler = AsyncIOScheduler(
        timezone=settings.timezone,
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": MISFIRE_GRACE_SECONDS},
    )
    if cron:
        trigger = CronTrigger.from_crontab(cron, timezone=settings.timezone)
        scheduler.add_job(request_scheduled_run, trigger, args=[sessions], id=JOB_ID)
    hourly = IntervalTrigger(hours=1, timezone=settings.timezone)
    scheduler.add_job(look_after, hourly, args=[settings, sessions], id=UPKEEP_ID, next_run_time=now())
    return scheduler


async def request_scheduled_run(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        run = await runs.request_run(session, "schedule")
    log.info("run_scheduled", run=run.id if run else "none, as one is queued or running already")
