"""Which models are there, and which one serves?"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.engine import Sessions
from bot.database.tables import FinetuneRun, ModelVersion, now


async def serving_model(session: AsyncSession) -> ModelVersion | None:
    """None: nothing was promoted yet, the starter model of the package serves."""
    return await session.scalar(select(ModelVersion).where(ModelVersion.state == "serving"))


async def add_candidate(
    session: AsyncSession, *, name: str, path: str, parent: str | None, metrics: dict[str, Any]
) -> ModelVersion:
    candidate = ModelVersion(name=name, path=path, parent=parent, metrics=metrics)
    session.add(candidate)
    await session.flush()
    return candidate


async def promote(session: AsyncSession, model: ModelVersion | None) -> None:
    """Exactly one model serves, None being the starter model: the one before retires in the same transaction."""
    await session.execute(update(ModelVersion).where(ModelVersion.state == "serving").values(state="retired"))
    if model:
        model.state, model.promoted_at = "serving", now()


def refuse(model: ModelVersion) -> None:
    model.state = "refused"


async def taint(session: AsyncSession, snapshot_ids: Collection[int], at: datetime) -> list[str]:
    """Names of all models that learnt from these snapshots, and of those made from them: each is tainted from here."""
    learnt = select(FinetuneRun.candidate_id).where(FinetuneRun.snapshot_id.in_(snapshot_ids))
    names = set(await session.scalars(select(ModelVersion.name).where(ModelVersion.id.in_(learnt))))
    names = await with_descendants(session, names)
    tainted = update(ModelVersion).where(ModelVersion.name.in_(names), ModelVersion.tainted_at.is_(None))
    await session.execute(tainted.values(tainted_at=at))
    return sorted(names)


async def with_descendants(session: AsyncSession, names: Collection[str]) -> set[str]:
    children: dict[str | None, list[str]] = defaultdict(list)
    for name, parent in await session.execute(select(ModelVersion.name, ModelVersion.parent)):
        children[parent].append(name)
    found, waiting = set(), list(names)
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += children[name]
    return found


async def last_clean_model(session: AsyncSession, models_dir: Path) -> ModelVersion | None:
    """The model that serves or, if it is tainted, the nearest of its ancestors that is not; None: the starter model."""
    model = await serving_model(session)
    while model and (model.tainted_at or not (model.state == "serving" or folder_of(model, models_dir).is_dir())):
        model = await session.scalar(select(ModelVersion).where(ModelVersion.name == model.parent))
    return model


async def tainted_folders(session: AsyncSession, models_dir: Path) -> list[Path]:
    """Of the tainted models that do not serve, those in the models folder: other files are none of ours."""
    query = select(ModelVersion).where(ModelVersion.tainted_at.is_not(None), ModelVersion.state != "serving")
    folders = [folder_of(model, models_dir) for model in await session.scalars(query)]
    return [folder for folder in folders if folder.parent == models_dir]


def folder_of(model: ModelVersion, models_dir: Path) -> Path:
    """Paths are kept relative to the models folder, so that it can be moved as a whole."""
    return models_dir / model.path


async def serving_model_path(sessions: Sessions, models_dir: Path) -> Path | None:
    """The folder of the model to load; None: the starter model of the package."""
    async with sessions() as session:
        model = await serving_model(session)
    return folder_of(model, models_dir) if model else None
