"""Which turns did a model learn from?"""

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.tables import DatasetSnapshot, DatasetSnapshotTurn, FinetuneRun, ModelVersion


async def add_snapshot(
    session: AsyncSession,
    *,
    content_hash: str,
    exchange_count: int,
    turn_ids: Iterable[int],
    left_out: Mapping[str, int],
    card: str,
) -> DatasetSnapshot:
    members = list(turn_ids)
    snapshot = DatasetSnapshot(
        content_hash=content_hash,
        exchange_count=exchange_count,
        turn_count=len(members),
        left_out=dict(left_out),
        card=card,
    )
    session.add(snapshot)
    await session.flush()
    session.add_all(DatasetSnapshotTurn(snapshot_id=snapshot.id, turn_id=turn_id) for turn_id in members)
    return snapshot


async def run_behind_serving_model(session: AsyncSession, content_hash: str) -> int | None:
    """The run in which the model that serves learnt exactly this; None if it learnt something else."""
    query = (
        select(FinetuneRun.id)
        .join(DatasetSnapshot, FinetuneRun.snapshot_id == DatasetSnapshot.id)
        .join(ModelVersion, FinetuneRun.candidate_id == ModelVersion.id)
        .where(DatasetSnapshot.content_hash == content_hash, ModelVersion.state == "serving")
    )
    return await session.scalar(query)
