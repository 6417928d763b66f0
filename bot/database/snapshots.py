"""Which turns did a model learn from, and which of them are gone?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.people import consenting_people
from bot.database.tables import DatasetSnapshot, DatasetSnapshotTurn, FinetuneRun, ModelVersion, Turn

GONE = "\n# Gone since\n"  # begins the last part of a card
_IDS_AT_ONCE = 500


class TurnsGoneError(Exception):
    """Some of the turns were forgotten, or are no longer allowed, since they were chosen: choose again."""


async def add_snapshot(
    session: AsyncSession,
    *,
    content_hash: str,
    exchange_count: int,
    turn_ids: Iterable[int],
    context_turn_ids: Iterable[int],
    left_out: Mapping[str, int],
    card: str,
) -> DatasetSnapshot:
    """Raises TurnsGoneError where one of them is gone, or its author allows it no longer."""
    members = set(turn_ids)
    context = set(context_turn_ids) - members
    snapshot = DatasetSnapshot(
        content_hash=content_hash,
        exchange_count=exchange_count,
        turn_count=len(members),
        left_out=dict(left_out),
        card=card,
    )
    session.add(snapshot)
    await session.flush()  # from the first write on, nobody else writes on SQLite
    await _require_consent(session, sorted(members | context))
    rows = [(turn_id, False) for turn_id in sorted(members)] + [(turn_id, True) for turn_id in sorted(context)]
    session.add_all(
        DatasetSnapshotTurn(snapshot_id=snapshot.id, turn_id=turn_id, is_context=is_context)
        for turn_id, is_context in rows
    )
    return snapshot


async def _require_consent(session: AsyncSession, turn_ids: Sequence[int]) -> None:
    """On PostgreSQL it also holds the turns: whoever forgets one waits until the snapshot is there, and finds it."""
    consenting = select(consenting_people().subquery().c.person_id)
    for start in range(0, len(turn_ids), _IDS_AT_ONCE):
        some = turn_ids[start : start + _IDS_AT_ONCE]
        allowed = select(Turn.id).where(Turn.id.in_(some), Turn.person_id.in_(consenting)).with_for_update(read=True)
        if len((await session.scalars(allowed)).all()) < len(some):
            raise TurnsGoneError


async def entomb(session: AsyncSession, snapshot_ids: Collection[int], at: datetime) -> None:
    """A snapshot keeps its hash, which says what was learnt then; its card says how much of that is gone."""
    for snapshot in await session.scalars(select(DatasetSnapshot).where(DatasetSnapshot.id.in_(snapshot_ids))):
        of_it = select(func.count()).where(DatasetSnapshotTurn.snapshot_id == snapshot.id)
        gone = await session.scalar(of_it.where(DatasetSnapshotTurn.turn_id.is_(None)))
        note = f"{gone:,} of {await session.scalar(of_it):,} turns, the last on {at:%Y-%m-%d} (UTC)."
        snapshot.card = f"{snapshot.card.partition(GONE)[0]}{GONE}\n{note}\n"


async def run_behind_serving_model(session: AsyncSession, content_hash: str) -> int | None:
    """The run in which the model that serves learnt exactly this; None if it learnt something else."""
    query = (
        select(FinetuneRun.id)
        .join(DatasetSnapshot, FinetuneRun.snapshot_id == DatasetSnapshot.id)
        .join(ModelVersion, FinetuneRun.candidate_id == ModelVersion.id)
        .where(
            DatasetSnapshot.content_hash == content_hash,
            ModelVersion.state == "serving",
            ModelVersion.tainted_at.is_(None),  # one that must go was taught more than this
        )
    )
    return await session.scalar(query)
