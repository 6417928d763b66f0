"""How does one run get from what people said to a model that serves?"""

import shutil
from pathlib import Path
from typing import Any

import structlog

from bot.database import model_versions, runs
from bot.database.engine import Sessions
from bot.database.snapshots import TurnsGoneError, add_snapshot, run_behind_serving_model
from bot.database.tables import FinetuneRun
from bot.retraining.dataset import Dataset, choose_turns, write_card, write_dataset
from bot.retraining.ending import RunEndedError
from bot.retraining.finetuning import finetune
from bot.retraining.gate import judge
from bot.selection import Wanted, select_turns
from bot.settings import Settings
from dialogue_data.reading import read_source
from seq2seq import artifact
from seq2seq.training.run import TrainingFiles

log = structlog.get_logger()


async def retrain(run_id: int, folder: Path, settings: Settings, sessions: Sessions) -> None:
    """Turns and base corpus → fine-tuned candidate → gate → promoted; any other end is a RunEndedError."""
    dataset = await make_dataset(run_id, folder, settings, sessions)
    parent = await clean_parent(settings, sessions)

    async def report(progress: dict[str, Any]) -> None:
        async with sessions.begin() as session:
            if not await runs.report_progress(session, run_id, progress):
                raise RunEndedError("cancelled", "cancelled while it ran")

    files = TrainingFiles(train=dataset.train, valid=dataset.valid, output=folder / "model")
    await finetune(files, parent, config=settings.finetune_config, seed=run_id, report=report)
    await decide(run_id, files.output, settings, sessions)


async def clean_parent(settings: Settings, sessions: Sessions) -> Path:
    """The model to learn on from: nothing that it learnt is forgotten since."""
    async with sessions() as session:
        model = await model_versions.last_clean_model(session, settings.models_dir)
    return model_versions.folder_of(model, settings.models_dir) if model else artifact.STARTER_MODEL


async def make_dataset(run_id: int, folder: Path, settings: Settings, sessions: Sessions) -> Dataset:
    """Begins again for as long as people change their minds while it writes."""
    while True:
        try:
            return await try_to_make_dataset(run_id, folder, settings, sessions)
        except TurnsGoneError:
            log.info("turns_gone_meanwhile", run=run_id)


async def try_to_make_dataset(run_id: int, folder: Path, settings: Settings, sessions: Sessions) -> Dataset:
    """Writes the files, and keeps which turns are in them."""
    async with sessions() as session:
        usable, tally = await select_turns(session, Wanted())
    turns, left_out = choose_turns(usable, tally)
    base = list(read_source(settings.base_corpus))
    dataset = write_dataset(folder, [turn.exchange for turn in turns], base)
    async with sessions.begin() as session:
        if known_from := await run_behind_serving_model(session, dataset.content_hash):
            raise RunEndedError(
                "refused", f"nothing new to learn: the model that serves learnt the same in run {known_from}"
            )
        snapshot = await add_snapshot(
            session,
            content_hash=dataset.content_hash,
            exchange_count=dataset.exchange_count,
            turn_ids=[turn.turn_id for turn in turns],
            context_turn_ids=[turn_id for turn in turns for turn_id in turn.context_turn_ids],
            left_out=left_out,
            card=write_card(turns, left_out, tally, run_id),
        )
        run = await session.get_one(FinetuneRun, run_id)
        run.snapshot_id = snapshot.id
    log.info("dataset_written", run=run_id, turns=len(turns), exchanges=dataset.exchange_count)
    return dataset


async def decide(run_id: int, folder: Path, settings: Settings, sessions: Sessions) -> None:
    """Through the gate the candidate serves from here on; of a refused one only its figures are kept."""
    candidate = artifact.load(folder)
    before, after = candidate.training["parent_perplexity"], candidate.metrics["valid_perplexity"]
    verdict = judge(before, after, settings.gate_margin)
    home = settings.models_dir / candidate.version
    if verdict.state == "promoted":
        move(folder, home)
    async with sessions.begin() as session:
        model = await model_versions.add_candidate(
            session,
            name=candidate.version,
            path=home.name,
            parent=candidate.training["parent"],
            metrics={**candidate.metrics, "parent_perplexity": before},
        )
        if verdict.state == "promoted":
            await model_versions.promote(session, model)
        else:
            model_versions.refuse(model)
        if not await runs.finish_run(session, run_id, verdict.state, verdict.reason, candidate_id=model.id):
            shutil.rmtree(home, ignore_errors=True)
            raise RunEndedError("cancelled", "cancelled at the last moment")  # and nothing of this is stored
    log.info("run_ended", run=run_id, state=verdict.state, model=candidate.version, reason=verdict.reason)


def move(folder: Path, home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)  # the same weights, of a run that was killed before it could end
    folder.rename(home)
