"""Does the schedule ask for exactly one run, whoever else keeps the same schedule?"""

import asyncio
import subprocess
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.database import runs
from bot.database.engine import Sessions
from bot.database.schedules import forget_schedule, store_schedule
from bot.database.tables import FinetuneRun
from bot.retraining import scheduler
from bot.retraining.exclusive import SCHEDULER_LOCK, only_one
from bot.settings import Settings
from tests.bot.waiting import beside, wait_for, wait_until
from tests.postgres_server import PostgresServer

NIGHTLY = "0 4 * * *"
ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from bot.retraining.exclusive import only_one
with only_one(Path(sys.argv[1])) as is_only_one:
    print(is_only_one, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, models_dir=tmp_path / "models")


async def all_runs(sessions: Sessions) -> list[FinetuneRun]:
    async with sessions() as session:
        return await runs.latest_runs(session)


async def test_a_tick_asks_for_one_run_and_the_next_tick_for_none_beside_it(
    settings: Settings, sessions: Sessions
) -> None:
    kept = AsyncIOScheduler(timezone=settings.timezone)
    kept.start()
    scheduler.keep_job(kept, sessions, NIGHTLY)
    job = kept.get_job(scheduler.JOB_ID)
    assert (job.next_run_time.hour, str(job.next_run_time.tzinfo)) == (4, "Asia/Seoul")
    assert (job.max_instances, job.coalesce) == (1, True)
    job.modify(next_run_time=datetime.now(UTC))
    await wait_for(lambda: all_runs(sessions))
    await scheduler.request_scheduled_run(sessions)
    [run] = await all_runs(sessions)
    assert (run.requested_by, run.state) == ("schedule", "queued")
    kept.shutdown(wait=False)


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_with_postgresql_one_process_leads_wherever_the_others_run(
    settings: Settings,
    sessions: Sessions,
    postgres: PostgresServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    leading: list[str] = []

    async def note_lead(settings: Settings, _sessions: Sessions) -> None:
        leading.append(settings.models_dir.name)
        try:
            await asyncio.Event().wait()
        finally:
            leading.remove(settings.models_dir.name)

    monkeypatch.setattr(scheduler, "run_scheduler", note_lead)
    monkeypatch.setattr(scheduler, "TAKEOVER_SECONDS", 0.01)
    hosts = {name: settings.model_copy(update={"models_dir": tmp_path / name}) for name in ("first", "second")}
    async with AsyncExitStack() as second:
        async with beside(scheduler.keep_schedule(hosts["first"], sessions)):
            await wait_until(lambda: leading == ["first"])
            await second.enter_async_context(beside(scheduler.keep_schedule(hosts["second"], sessions)))
            await asyncio.sleep(0.1)
            assert leading == ["first"]
        await wait_until(lambda: leading == ["second"])
        postgres.stop()  # with the connection the lead is lost, as another process may have it now
        await wait_until(lambda: leading == [])
        postgres.start()
        await wait_until(lambda: leading == ["second"])


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_second_process_keeps_no_schedule_until_the_first_is_gone(
    settings: Settings, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = asyncio.Event()

    async def note_start(*_: object) -> None:
        started.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(scheduler, "run_scheduler", note_start)
    monkeypatch.setattr(scheduler, "TAKEOVER_SECONDS", 0.01)
    lock = settings.models_dir / SCHEDULER_LOCK
    command = [sys.executable, "-c", HOLDER, str(lock)]
    holder = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"True\n"
    async with beside(scheduler.keep_schedule(settings, sessions)):
        await asyncio.sleep(0.1)
        assert not started.is_set()
        holder.kill()  # as a crash would
        await holder.wait()
        await started.wait()
        with only_one(lock) as is_only_one:
            assert not is_only_one


async def test_the_schedule_follows_what_an_admin_decides_while_it_is_kept(
    settings: Settings, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str | None] = []
    monkeypatch.setattr(scheduler, "keep_job", lambda _scheduler, _sessions, cron: kept.append(cron))
    monkeypatch.setattr(scheduler, "POLL_SECONDS", 0.01)
    from_settings = settings.model_copy(update={"retrain_cron": NIGHTLY})

    async def decide(cron: str | None) -> None:
        async with sessions.begin() as session:
            await store_schedule(session, scheduler.JOB_ID, cron)

    async with beside(scheduler.keep_schedule(from_settings, sessions)):
        await wait_until(lambda: kept == [NIGHTLY])
        await decide("30 5 * * sun")
        await wait_until(lambda: kept[1:] == ["30 5 * * sun"])
        assert await scheduler.read_schedule(from_settings, sessions) == ("30 5 * * sun", False)
        await decide(None)
        await wait_until(lambda: kept[2:] == [None])
        async with sessions.begin() as session:
            await forget_schedule(session, scheduler.JOB_ID)
        await wait_until(lambda: kept[3:] == [NIGHTLY])


def test_the_next_time_is_told_in_the_services_zone() -> None:
    at = scheduler.next_time(NIGHTLY, "Asia/Seoul")
    assert at is not None
    assert (at.hour, str(at.tzinfo)) == (4, "Asia/Seoul")
    assert scheduler.next_time("0 4 30 2 *", "Asia/Seoul") is None
