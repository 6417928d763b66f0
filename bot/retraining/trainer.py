"""Which run is carried out next, and what becomes of it if something goes wrong?"""

import asyncio
import shutil
from datetime import timedelta

import structlog

from bot.database import model_versions, runs
from bot.database.engine import Sessions
from bot.database.migrating import open_database
from bot.database.tables import FinetuneRun
from bot.errors import ServiceError
from bot.retraining.ending import RunEndedError
from bot.retraining.exclusive import TRAINER_LOCK, only_one
from bot.retraining.one_run import retrain
from bot.retraining.sweeping import RUNS_FOLDER, sweep_folders
from bot.settings import Settings
from dialogue_data.errors import CorpusError
from seq2seq.errors import ModelError

log = structlog.get_logger()


async def train_queued(settings: Settings) -> None:
    """Carries out what is queued, one run after the other; leaves at once if another trainer is at it."""
    async with open_database(settings.database_url) as sessions:
        with only_one(settings.models_dir / TRAINER_LOCK) as is_only_one:
            if not is_only_one:
                log.info("another_trainer_is_at_work")
                return
            await fail_abandoned_runs(sessions)
            await sweep_folders(sessions, settings.models_dir)
            while run := await claim(sessions):
                await carry_out(run, settings, sessions)


async def retrain_now(settings: Settings) -> FinetuneRun | None:
    """Queues a run, or takes the one that is queued, and carries it out; None: another trainer is at work."""
    async with open_database(settings.database_url) as sessions:
        with only_one(settings.models_dir / TRAINER_LOCK) as is_only_one:
            if not is_only_one:
                return None
            await fail_abandoned_runs(sessions)
            await sweep_folders(sessions, settings.models_dir)
            async with sessions.begin() as session:
                await runs.request_run(session, "command line")
                run = await runs.claim_run(session)
            assert run is not None  # its own, or the one that was in its way
            await carry_out(run, settings, sessions)
            async with sessions() as session:
                return await session.get_one(FinetuneRun, run.id)


async def cancel_active_run(settings: Settings) -> int | None:
    """Its number; None: there was nothing to cancel."""
    async with open_database(settings.database_url) as sessions, sessions.begin() as session:
        return await runs.cancel_run(session, "cancelled at the command line")


async def fail_abandoned_runs(sessions: Sessions) -> None:
    """Who holds the trainers' lock knows: whatever still counts as running has lost its trainer."""
    async with sessions.begin() as session:
        if count := await runs.fail_abandoned_runs(session, silent_for=timedelta(0)):
            log.warning("abandoned_runs_failed", count=count)


async def claim(sessions: Sessions) -> FinetuneRun | None:
    async with sessions.begin() as session:
        return await runs.claim_run(session)


async def carry_out(run: FinetuneRun, settings: Settings, sessions: Sessions) -> None:
    """Whatever happens, the run has an end and a reason, and no copy of what people said is left behind."""
    log.info("run_started", run=run.id, requested_by=run.requested_by)
    folder = settings.models_dir / RUNS_FOLDER / str(run.id)
    try:
        await retrain(run.id, folder, settings, sessions)
    except RunEndedError as end:
        await finish(sessions, run.id, end)
    except (CorpusError, ModelError, ServiceError, OSError) as error:
        await finish(sessions, run.id, RunEndedError("failed", str(error)))
    except asyncio.CancelledError:
        await finish(sessions, run.id, RunEndedError("cancelled", "its trainer was stopped"))
        raise
    except Exception as error:
        log.exception("run_broke", run=run.id)
        await finish(sessions, run.id, RunEndedError("failed", f"{type(error).__name__}: {error}"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    await replace_tainted_model(run.id, settings, sessions)
    await sweep_folders(sessions, settings.models_dir)


async def replace_tainted_model(run_id: int, settings: Settings, sessions: Sessions) -> None:
    """Where a run ends without a clean model to follow a tainted one, its last clean ancestor serves again.

    That one has gone through the gate before, or is the starter model. It knows less, and nothing that was forgotten.
    """
    async with sessions.begin() as session:
        run = await session.get_one(FinetuneRun, run_id)
        serving = await model_versions.serving_model(session)
        if run.state != "refused" or serving is None or serving.tainted_at is None:
            return
        clean = await model_versions.last_clean_model(session, settings.models_dir)
        await model_versions.promote(session, clean)
        run.reason = f"{run.reason}; {clean.name if clean else 'the starter model'} serves again, as the last clean one"
    log.warning("clean_model_serves_again", tainted=serving.name, clean=clean.name if clean else "starter")


async def finish(sessions: Sessions, run_id: int, end: RunEndedError) -> None:
    log.info("run_ended", run=run_id, state=end.state, reason=end.reason)
    async with sessions.begin() as session:
        await runs.finish_run(session, run_id, end.state, end.reason)
