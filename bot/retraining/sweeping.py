"""Which files hold what nobody may keep: what a killed trainer left, and models that learnt what is forgotten?"""

import asyncio
import shutil
from pathlib import Path

import structlog

from bot.database.engine import Sessions
from bot.database.model_versions import tainted_folders
from bot.retraining.exclusive import TRAINER_LOCK, only_one

log = structlog.get_logger()

RUNS_FOLDER = "runs"  # in the models folder: what people said, for as long as a run needs it


async def sweep(sessions: Sessions, models_dir: Path) -> None:
    """Unless a trainer is at work, which sweeps when it is done."""
    with only_one(models_dir / TRAINER_LOCK) as is_only_one:
        if is_only_one:
            await sweep_folders(sessions, models_dir)


async def sweep_folders(sessions: Sessions, models_dir: Path) -> None:
    """For whoever holds the trainers' lock, with no run in hand."""
    async with sessions() as session:
        folders = await tainted_folders(session, models_dir)
    for folder in (*folders, *(models_dir / RUNS_FOLDER).glob("*")):
        if folder.exists():
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
            log.info("swept", folder=str(folder))
