"""Which of the models that retraining made should serve?"""

import asyncio
import shutil
from pathlib import Path
from typing import Literal, NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import audit, model_versions
from bot.database.engine import Sessions
from bot.database.tables import ModelVersion
from bot.errors import ServiceError

Problem = Literal["unknown", "gone", "serving", "none before", "elsewhere", "tainted"]


class ModelChoiceError(ServiceError):
    """A model that cannot be chosen, and which of the ways that is."""

    def __init__(self, problem: Problem, explanation: str) -> None:
        super().__init__(explanation)
        self.problem = problem


class KeptModel(NamedTuple):
    version: ModelVersion
    has_folder: bool  # False: refused, or deleted since; its figures are all that is left


async def list_models(sessions: Sessions, models_dir: Path) -> list[KeptModel]:
    """Newest first."""
    async with sessions() as session:
        versions = list(await session.scalars(select(ModelVersion).order_by(ModelVersion.id.desc())))
    return [KeptModel(version, _has_folder(version, models_dir)) for version in versions]


async def choosable(session: AsyncSession, name: str, models_dir: Path) -> ModelVersion:
    """The model of that name if it could serve from now on; raises ModelChoiceError."""
    version = await session.scalar(select(ModelVersion).where(ModelVersion.name == name))
    if version is None:
        raise ModelChoiceError("unknown", f"{name!r:.80}: no such model; maldongmu models lists them")
    if version.state == "serving":
        raise ModelChoiceError("serving", f"{name}: serves already; nothing is changed")
    if not _has_folder(version, models_dir):
        raise ModelChoiceError(
            "gone", f"{name}: its folder {version.path} is not in {models_dir}; choose another model"
        )
    return version


async def promote(session: AsyncSession, name: str, models_dir: Path, *, person_id: int | None = None) -> ModelVersion:
    """It serves from now on; a running service takes it over within seconds."""
    version = await choosable(session, name, models_dir)
    if version.tainted_at is not None:
        raise ModelChoiceError("tainted", f"{name}: learnt what was forgotten since; choose a model made after that")
    await model_versions.promote(session, version)
    audit.record_action(session, "model-promoted", person_id=person_id, detail={"model": name})
    return version


async def before_serving(session: AsyncSession, models_dir: Path) -> tuple[ModelVersion, ModelVersion | None]:
    """The model that serves and the one that served before it; None: the starter model of the package did."""
    serving = await model_versions.serving_model(session)
    if serving is None:
        raise ModelChoiceError("none before", "the starter model serves; there is none before it to go back to")
    served = select(ModelVersion).where(
        ModelVersion.state == "retired", ModelVersion.promoted_at.is_not(None), ModelVersion.tainted_at.is_(None)
    )
    newest_first = await session.scalars(served.order_by(ModelVersion.promoted_at.desc()))
    return serving, next((version for version in newest_first if _has_folder(version, models_dir)), None)


async def roll_back(session: AsyncSession, models_dir: Path, *, person_id: int | None = None) -> ModelVersion | None:
    """The one before serves again; the one rolled back from is no step on the way back any more."""
    serving, before = await before_serving(session, models_dir)
    serving.state, serving.promoted_at = "retired", None
    if before is not None:
        before.state = "serving"
    detail = {"from": serving.name, "to": before.name if before else "starter"}
    audit.record_action(session, "model-rolled-back", person_id=person_id, detail=detail)
    return before


async def delete_folder(session: AsyncSession, name: str, models_dir: Path, *, person_id: int | None = None) -> None:
    """Frees the disk; what the model was and how good stays written down. The serving model is refused."""
    version = await choosable(session, name, models_dir)
    folder = model_versions.folder_of(version, models_dir)
    if not _is_inside(folder, models_dir):  # a path in the database is no reason to delete just anything
        raise ModelChoiceError("elsewhere", f"{name}: its folder {folder} is not in {models_dir}; delete it by hand")
    audit.record_action(session, "model-deleted", person_id=person_id, detail={"model": name})
    await asyncio.to_thread(shutil.rmtree, folder)


def _has_folder(version: ModelVersion, models_dir: Path) -> bool:
    return (model_versions.folder_of(version, models_dir) / "checksums").is_file()


def _is_inside(folder: Path, models_dir: Path) -> bool:
    return models_dir.resolve() in folder.resolve().parents
