from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from bot.database import runs
from bot.database.engine import Sessions
from bot.database.model_versions import add_candidate, promote, refuse, serving_model, serving_model_path
from bot.database.tables import FinetuneRun, ModelVersion, now


async def request(sessions: Sessions, requested_by: str = "schedule") -> FinetuneRun | None:
    async with sessions.begin() as session:
        return await runs.request_run(session, requested_by)


async def claim(sessions: Sessions) -> FinetuneRun | None:
    async with sessions.begin() as session:
        return await runs.claim_run(session)


async def test_only_one_run_is_active_at_a_time(sessions: Sessions) -> None:
    assert await request(sessions)
    assert await request(sessions, "telegram:1") is None
    run = await claim(sessions)
    assert run is not None
    assert await request(sessions) is None
    async with sessions.begin() as session:
        await runs.finish_run(session, run.id, "refused", "no better than before")
    assert await request(sessions)


async def test_a_run_is_claimed_once(sessions: Sessions) -> None:
    await request(sessions)
    run = await claim(sessions)
    assert run is not None
    assert (run.state, run.requested_by) == ("running", "schedule")
    assert run.started_at is not None
    assert await claim(sessions) is None


async def test_progress_is_kept_and_says_when_to_stop(sessions: Sessions) -> None:
    await request(sessions)
    run = await claim(sessions)
    assert run is not None
    async with sessions.begin() as session:
        assert await runs.report_progress(session, run.id, {"step": 10})
        await runs.finish_run(session, run.id, "cancelled", "asked by telegram:1")
    async with sessions.begin() as session:
        assert not await runs.report_progress(session, run.id, {"step": 20})
        [latest] = await runs.latest_runs(session)
        assert (latest.state, latest.reason) == ("cancelled", "asked by telegram:1")


async def test_a_run_whose_trainer_died_makes_room_for_the_next(sessions: Sessions) -> None:
    await request(sessions)
    await claim(sessions)
    async with sessions.begin() as session:
        assert await runs.fail_abandoned_runs(session, timedelta(minutes=5)) == 0
        await session.execute(update(FinetuneRun).values(heartbeat_at=now() - timedelta(minutes=6)))
        assert await runs.fail_abandoned_runs(session, timedelta(minutes=5)) == 1
    assert await request(sessions)


async def test_a_promoted_model_is_the_only_one_that_serves(sessions: Sessions) -> None:
    assert await serving_model_path(sessions, Path("models")) is None
    models: list[ModelVersion] = []
    for name in ("first", "second", "third"):
        async with sessions.begin() as session:
            model = await add_candidate(session, name=name, path=name, parent=None, metrics={})
            if name == "third":
                refuse(model)
            else:
                await promote(session, model)
        models.append(model)
    async with sessions() as session:
        serving = await serving_model(session)
        states = [(await session.get_one(ModelVersion, model.id)).state for model in models]
    assert serving is not None
    assert serving.name == "second"
    assert serving.promoted_at is not None
    assert states == ["retired", "serving", "refused"]
    assert str(await serving_model_path(sessions, Path("moved"))) == "moved/second"
