"""Is a trainer started exactly when one is missing, and does it outlive who started it?"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.database import runs
from bot.database.engine import Sessions
from bot.database.tables import FinetuneRun
from bot.retraining import starting
from bot.retraining.exclusive import TRAINER_LOCK, only_one
from bot.settings import Settings
from tests.bot.waiting import beside, wait_for, wait_until

ROOT = Path(__file__).parents[2]
STARTER = """
import sys
from bot.retraining.starting import start_trainer
from bot.settings import load_settings
start_trainer(load_settings())
print(flush=True)
sys.stdin.read()
"""


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, models_dir=tmp_path / "models")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The trainers that were started; each breaks at once."""
    trainers: list[subprocess.Popen[bytes]] = []

    def start_broken_trainer(_: Settings) -> subprocess.Popen[bytes]:
        trainers.append(subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]))
        return trainers[-1]

    monkeypatch.setattr(starting, "start_trainer", start_broken_trainer)
    monkeypatch.setattr(starting, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(starting, "RETRY_SECONDS", 0.05)
    return trainers


@asynccontextmanager
async def looking(settings: Settings, sessions: Sessions) -> AsyncIterator[None]:
    async with beside(starting.start_trainers(settings, sessions)) as task:
        yield
        assert not task.done()


async def request(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await runs.request_run(session, "schedule")


async def test_a_trainer_is_started_for_a_run_and_again_if_it_breaks(
    settings: Settings, sessions: Sessions, started: list[subprocess.Popen[bytes]]
) -> None:
    async with looking(settings, sessions):
        await asyncio.sleep(0.1)
        assert started == []
        await request(sessions)
        await wait_until(lambda: len(started) == 3)
    for trainer in started:
        trainer.wait()


async def test_none_is_started_while_another_trains(
    settings: Settings, sessions: Sessions, started: list[subprocess.Popen[bytes]]
) -> None:
    await request(sessions)
    with only_one(settings.models_dir / TRAINER_LOCK) as is_only_one:
        assert is_only_one
        async with looking(settings, sessions):
            await asyncio.sleep(0.1)
        assert started == []


async def test_a_models_folder_that_cannot_be_made_does_not_end_the_service(
    settings: Settings, sessions: Sessions, started: list[subprocess.Popen[bytes]]
) -> None:
    settings.models_dir.write_text("a file")
    await request(sessions)
    async with looking(settings, sessions):
        await asyncio.sleep(0.2)
    assert started == []


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_trainer_goes_on_when_all_that_started_it_is_killed(settings: Settings, sessions: Sessions) -> None:
    await request(sessions)
    settings.models_dir.mkdir()
    names = {"MALDONGMU_DATABASE_URL": settings.database_url, "MALDONGMU_MODELS_DIR": str(settings.models_dir)}
    starter = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", STARTER),
        env=os.environ | names | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert starter.stdout is not None
    await starter.stdout.readline()
    os.killpg(starter.pid, signal.SIGKILL)
    await starter.wait()

    async def ended_run() -> FinetuneRun | None:
        async with sessions() as session:
            [run] = await runs.latest_runs(session)
        return run if run.finished_at else None

    run = await wait_for(ended_run)
    assert run is not None
    assert run.state == "refused"  # nobody has talked yet
    assert "nobody has talked yet" in (settings.models_dir / "trainer.log").read_text(encoding="utf-8")
