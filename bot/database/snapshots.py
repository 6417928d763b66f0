"""Which turns did a model learn from?"""

from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.tables import DatasetSnapshot, DatasetSnapshotTurn


async def add_snapshot(
    session: AsyncSession,
    *,
    content_hash: str,
    exchange_count: int,
    turn_ids: Iterable[int],
    left_out: Mapping[str, int],
) -> DatasetSnapshot:
    members = list(turn_ids)
    snapshot = DatasetSnapshot(
        content_hash=content_hash, exchange_count=exchange_count, turn_count=len(members), left_out=dict(left_out)
    )
    session.add(snapshot)
    await session.flush()
    session.add_all(DatasetSnapshotTurn(snapshot_id=snapshot.id, turn_id=turn_id) for turn_id in members)
    return snapshot
