"""Does the real `maldongmu serve` learn, over HTTP alone, what an admin taught it, and say it without a restart?

Each test takes long and has one database, the other's as in test_retraining.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.curation import CONSENT_VERSION
from bot.database import runs
from bot.database.engine import Sessions
from bot.database.tables import FinetuneRun, ModelVersion
from bot.retraining.exclusive import TRAINER_LOCK, only_one
from bot.telegram.admin import texts
from bot.telegram.own_data import ConsentChoice
from tests.bot.test_serve import serving
from tests.bot.tiny_retraining import FACT, GATE_MARGIN, QUESTION, finetune_config, finetuning_processes, let_serve
from tests.bot.waiting import wait_for, wait_until
from tests.fake_bot_api import FakeBotApi, Message, Person, running_bot_api

ADMIN = 1
YES = ConsentChoice(version=CONSENT_VERSION, may_train=True).pack()


@pytest.fixture
async def bot_api() -> AsyncIterator[FakeBotApi]:
    async with running_bot_api() as api:
        yield api


@pytest.fixture(autouse=True)
async def tiny(
    sessions: Sessions, tiny_model: Path, tiny_corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await let_serve(sessions, tiny_model)
    monkeypatch.setenv("MALDONGMU_ADMIN_IDS", str(ADMIN))
    monkeypatch.setenv("MALDONGMU_BASE_CORPUS", str(tiny_corpus))
    monkeypatch.setenv("MALDONGMU_FINETUNE_CONFIG", str(finetune_config(tmp_path)))
    monkeypatch.setenv("MALDONGMU_GATE_MARGIN", str(GATE_MARGIN))


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_an_admin_teaches_is_learnt_and_said_without_a_restart(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, tmp_path: Path
) -> None:
    admin = bot_api.person(ADMIN)

    async def ended_run() -> FinetuneRun | None:
        async with sessions() as session:
            [run] = await runs.latest_runs(session)
        return run if run.finished_at else None

    async def say(text: str) -> str:
        seen = len(bot_api.messages_to(ADMIN))
        admin.send(text)
        return str((await bot_api.wait_for_message(ADMIN, after=seen))["text"])

    async with serving(bot_api, database_url, tmp_path / "serve.log"):
        admin.send("/privacy")
        admin.press(await bot_api.wait_for_message(ADMIN), YES)
        await bot_api.wait_for_message(ADMIN, "쓰기로 하셨어요")
        assert await say(QUESTION) != FACT
        admin.send(f"/fix {FACT}", reply_to=bot_api.messages_to(ADMIN)[-1])
        await bot_api.wait_for_message(ADMIN, texts.FIXED)

        await say("/retrain")
        confirm(admin, bot_api.messages_to(ADMIN)[-1])
        await bot_api.wait_for_message(ADMIN, texts.RUN_QUEUED.format(run_id=1))
        run = await wait_for(ended_run)
        assert run is not None
        assert run.state == "promoted", run.reason

        async with sessions() as session:
            model = await session.get_one(ModelVersion, run.candidate_id)

        async def new_model_serves() -> bool:
            return model.name in await say("/status")

        await wait_for(new_model_serves)
        assert await say(QUESTION) == FACT

        await say("/rollback")
        confirm(admin, bot_api.messages_to(ADMIN)[-1])

        async def older_model_serves() -> bool:
            return model.name not in await say("/status")

        await wait_for(older_model_serves)
        assert await say(QUESTION) != FACT


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["postgresql"])
async def test_a_retraining_cancelled_in_telegram_really_stops(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MALDONGMU_FINETUNE_CONFIG", str(finetune_config(tmp_path, "epochs: 100000")))
    admin, models_dir = bot_api.person(ADMIN), tmp_path / "models"
    monkeypatch.setenv("MALDONGMU_MODELS_DIR", str(models_dir))
    async with serving(bot_api, database_url, tmp_path / "serve.log"):
        admin.send("/privacy")
        admin.press(await bot_api.wait_for_message(ADMIN), YES)
        admin.send(QUESTION)
        answer = await bot_api.wait_for_message(ADMIN, after=1)
        admin.send(f"/fix {FACT}", reply_to=answer)
        admin.send("/retrain")
        confirm(admin, await bot_api.wait_for_message(ADMIN, texts.RETRAIN_ASKED))
        await bot_api.wait_for_message(ADMIN, texts.RUN_QUEUED.format(run_id=1))

        async def trains() -> bool:
            async with sessions() as session:
                return bool((await session.get_one(FinetuneRun, 1)).progress)

        await wait_for(trains)
        assert finetuning_processes(models_dir)
        admin.send("/status")
        status = await bot_api.wait_for_message(ADMIN, texts.RUN_STATES["running"])
        admin.send("/cancel")
        await bot_api.wait_for_message(ADMIN, texts.RUN_CANCELLED.format(run_id=1))
        await wait_until(lambda: not finetuning_processes(models_dir))
        await wait_until(lambda: is_free(models_dir))  # the trainer is gone too
        await bot_api.wait_until(lambda: texts.RUN_STATES["cancelled"] in status["text"])
    async with sessions() as session:
        run = await session.get_one(FinetuneRun, 1)
        assert (run.state, run.reason) == ("cancelled", f"cancelled by telegram:{ADMIN}")
    assert {path.name for path in models_dir.iterdir() if path.is_dir()} <= {"runs"}


def confirm(admin: Person, asked: Message) -> None:
    admin.press(asked, asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"])


def is_free(models_dir: Path) -> bool:
    with only_one(models_dir / TRAINER_LOCK) as is_only_one:
        return is_only_one
