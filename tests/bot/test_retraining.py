"""From what a person said to a model that says it: does a run end well, and say why where it does not?

What trains takes long and asks the database for little: each such test has one database, and both have some of them.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.conversation import Conversation
from bot.curation import Curation
from bot.database import model_versions, runs
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import DatasetSnapshot, DatasetSnapshotTurn, FinetuneRun, ModelVersion
from bot.reply_worker import ReplyWorker
from bot.retraining.model_watch import watch_models
from bot.retraining.trainer import cancel_active_run, retrain_now, train_queued
from bot.seq2seq_replier import load_replier
from bot.settings import Settings
from tests.bot.tiny_retraining import FACT, GATE_MARGIN, QUESTION, finetune_config, finetuning_processes, let_serve
from tests.bot.waiting import beside, wait_for, wait_until
from tests.tiny_corpus import EXCHANGES

ROOT = Path(__file__).parents[2]
OWNER = Speaker(platform="terminal", user_id="owner", chat_id="owner")


@pytest.fixture(autouse=True)
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def settings(database_url: str, tmp_path: Path, tiny_corpus: Path) -> Settings:
    return Settings(
        database_url=database_url,
        models_dir=tmp_path / "models",
        base_corpus=str(tiny_corpus),
        finetune_config=finetune_config(tmp_path),
        gate_margin=GATE_MARGIN,
    )


@pytest.fixture
async def trained(sessions: Sessions, tiny_model: Path) -> None:
    await let_serve(sessions, tiny_model)


@pytest.fixture
async def taught(conversation: Conversation, sessions: Sessions) -> None:
    """One turn that may be learnt: its author agreed, and its answer was put right."""
    await teach(conversation, Curation(sessions))


async def teach(conversation: Conversation, curation: Curation) -> None:
    await conversation.answer(OWNER, QUESTION)
    await curation.decide_consent(OWNER, may_train=True, is_14_or_older=True)
    await curation.fix(OWNER, FACT)


async def request(sessions: Sessions, requested_by: str = "schedule") -> FinetuneRun | None:
    async with sessions.begin() as session:
        return await runs.request_run(session, requested_by)


async def latest_run(sessions: Sessions) -> FinetuneRun:
    async with sessions() as session:
        return (await runs.latest_runs(session, limit=1))[0]


async def serving_name(sessions: Sessions) -> str | None:
    async with sessions() as session:
        model = await model_versions.serving_model(session)
    return model.name if model else None


def environment(settings: Settings) -> dict[str, str]:
    names = ("database_url", "models_dir", "base_corpus", "finetune_config", "gate_margin")
    return os.environ | {f"MALDONGMU_{name.upper()}": str(getattr(settings, name)) for name in names}


async def start_program(settings: Settings, command: str) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", command), env=environment(settings), stdin=DEVNULL, stdout=PIPE, stderr=PIPE
    )


def remains(settings: Settings) -> set[str]:
    """What lies in the models folder, but for the locks."""
    return {str(path.relative_to(settings.models_dir)) for path in settings.models_dir.glob("*") if path.suffix == ""}


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["postgresql"])
@pytest.mark.usefixtures("trained")
async def test_a_corrected_answer_is_learnt_and_the_running_model_gives_way_to_the_one_that_knows_it(
    settings: Settings, sessions: Sessions, tiny_model: Path
) -> None:
    worker = ReplyWorker(load_replier(tiny_model))
    worker.start()
    conversation = Conversation(
        sessions,
        worker,
        context_turns=0,
        max_question_chars=100,
        reply_timeout_seconds=600,
        session_idle=timedelta(hours=1),
    )
    watching = watch_models(sessions, worker, load_replier, models_dir=settings.models_dir, loaded=tiny_model)
    async with beside(watching):
        assert (await conversation.answer(OWNER, QUESTION)).text != FACT
        await teach(conversation, Curation(sessions))

        program = await start_program(settings, "retrain")
        said, progress = await program.communicate()
        assert program.returncode == 0, progress.decode()
        assert said == b""
        for words in ("epoch 10/10", "Run 1 promoted: perplexity on the base holdout"):
            assert words in progress.decode()

        name = await serving_name(sessions)
        await wait_until(lambda: worker.model_version == name)
        assert (await conversation.answer(OWNER, QUESTION)).text == FACT
        assert (await conversation.answer(OWNER, EXCHANGES[0].question)).text == EXCHANGES[0].answer
    worker.stop()

    again = await retrain_now(settings)
    assert again is not None
    assert (again.state, again.reason) == (
        "refused",
        "nothing new to learn: the model that serves learnt the same in run 1",
    )
    async with sessions() as session:
        run = await session.get_one(FinetuneRun, 1)
        model = (await session.scalars(select(ModelVersion).where(ModelVersion.name == name))).one()
        snapshot = (await session.scalars(select(DatasetSnapshot))).one()
        members = list(await session.scalars(select(DatasetSnapshotTurn.turn_id)))
    assert (run.candidate_id, run.snapshot_id) == (model.id, snapshot.id)
    assert (run.progress["epoch"], run.progress["share_done"]) == (10, 1.0)
    assert (snapshot.turn_count, members) == (1, [2])
    assert snapshot.left_out == {"review state new": 1}
    assert "| review state new | 1 |" in snapshot.card
    assert model.metrics["valid_perplexity"] <= 1.5 * model.metrics["parent_perplexity"]
    assert remains(settings) == {"runs", model.name}
    assert not list((settings.models_dir / "runs").iterdir())  # no copy of what people said stays


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.usefixtures("trained", "taught")
async def test_a_worse_candidate_is_refused_and_the_old_model_keeps_serving(
    settings: Settings, sessions: Sessions, tmp_path: Path
) -> None:
    absurd = finetune_config(tmp_path, "epochs: 1, learning_rate: 0.1, warmup_steps: 0")
    run = await retrain_now(settings.model_copy(update={"finetune_config": absurd, "gate_margin": 0.05}))
    assert run is not None
    assert run.state == "refused"
    async with sessions() as session:
        candidate = await session.get_one(ModelVersion, run.candidate_id)
    figures = candidate.metrics
    assert figures["valid_perplexity"] > 1.05 * figures["parent_perplexity"]
    reason = f"holdout {figures['valid_perplexity']:.4g}, before {figures['parent_perplexity']:.4g}; above"
    assert reason in (run.reason or "")
    assert candidate.state == "refused"
    assert await serving_name(sessions) == "tiny_model"
    assert remains(settings) == {"runs"}


async def test_with_nothing_to_learn_a_run_is_refused_and_says_what_to_do(
    settings: Settings, conversation: Conversation
) -> None:
    await conversation.answer(OWNER, QUESTION)
    run = await retrain_now(settings)
    assert run is not None
    assert run.state == "refused"
    for words in ("1 × no consent to train", "/privacy", "/approve", "/fix"):
        assert words in (run.reason or "")


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"base_corpus": "missing.jsonl"}, "missing.jsonl"),
        ({"finetune_config": Path("missing.yaml")}, "exit code 2: error: missing.yaml: cannot be read"),
    ],
)
@pytest.mark.usefixtures("trained", "taught")
async def test_a_run_that_breaks_says_why(
    settings: Settings, sessions: Sessions, broken: dict[str, object], reason: str
) -> None:
    run = await retrain_now(settings.model_copy(update=broken))
    assert run is not None
    assert run.state == "failed"
    assert reason in (run.reason or "")
    assert run.finished_at is not None
    assert await request(sessions), "the next run may be asked for"


@pytest.fixture
def endless(settings: Settings, tmp_path: Path) -> Settings:
    """With a fine-tuning that would take hours."""
    return settings.model_copy(update={"finetune_config": finetune_config(tmp_path, "epochs: 100000")})


async def wait_until_it_trains(sessions: Sessions) -> None:
    async def has_progress() -> bool:
        return bool((await latest_run(sessions)).progress)

    await wait_for(has_progress)


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.usefixtures("trained", "taught")
async def test_a_cancelled_run_stops(endless: Settings, sessions: Sessions) -> None:
    retraining = asyncio.create_task(retrain_now(endless))
    await wait_for(lambda: is_active(sessions))
    await wait_until_it_trains(sessions)
    assert await retrain_now(endless) is None  # one trainer at a time
    assert await cancel_active_run(endless) == 1
    run = await retraining
    assert run is not None
    assert (run.state, run.reason) == ("cancelled", "cancelled at the command line")
    assert remains(endless) == {"runs"}
    assert not finetuning_processes(endless.models_dir)
    assert await cancel_active_run(endless) is None


async def is_active(sessions: Sessions) -> bool:
    async with sessions() as session:
        return await runs.active_run(session) is not None


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["postgresql"])
@pytest.mark.usefixtures("trained", "taught")
async def test_a_killed_trainer_leaves_no_process_and_its_run_is_ended_by_the_next(
    endless: Settings, sessions: Sessions, conversation: Conversation
) -> None:
    await request(sessions)
    trainer = await start_program(endless, "trainer")
    await wait_until_it_trains(sessions)
    assert finetuning_processes(endless.models_dir)
    trainer.send_signal(signal.SIGKILL)
    await trainer.communicate()
    assert (await latest_run(sessions)).state == "running"
    await wait_until(lambda: not finetuning_processes(endless.models_dir))

    await train_queued(endless)
    run = await latest_run(sessions)
    assert (run.state, run.reason) == ("failed", "the trainer stopped without a word")
    await Curation(sessions).reject(OWNER)
    assert await request(sessions)
    await train_queued(endless)
    assert (await latest_run(sessions)).state == "refused"  # carried out: there is nothing to learn any more


async def test_of_many_requests_at_once_one_makes_a_run(sessions: Sessions) -> None:
    made = await asyncio.gather(*(request(sessions, f"telegram:{number}") for number in range(20)))
    assert len([run for run in made if run]) == 1
    async with sessions() as session:
        assert len(await runs.latest_runs(session, limit=30)) == 1
