"""Which models are there, and which one serves?"""

from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.engine import Sessions
from bot.database.tables import ModelVersion, now


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


async def promote(session: AsyncSession, model: ModelVersion) -> None:
    """Exactly one model serves: the one before retires in the same transaction."""
    await session.execute(update(ModelVersion).where(ModelVersion.state == "serving").values(state="retired"))
    model.state, model.promoted_at = "serving", now()


def refuse(model: ModelVersion) -> None:
    model.state = "refused"


def folder_of(model: ModelVersion, models_dir: Path) -> Path:
    """Paths are kept relative to the models folder, so that it can be moved as a whole."""
    return models_dir / model.path


async def serving_model_path(sessions: Sessions, models_dir: Path) -> Path | None:
    """The folder of the model to load; None: the starter model of the package."""
    async with sessions() as session:
        model = await serving_model(session)
    return folder_of(model, models_dir) if model else None
