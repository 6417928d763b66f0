"""Which process answers an update, when several share an inbox?"""

from collections.abc import Sequence

from bot.database import inbox
from bot.database.engine import Sessions
from bot.database.locks import held_locks, lock_key
from bot.database.tables import IncomingUpdate


class Claims:
    """Each update is answered by one process; what a process that died had claimed is free at once.

    `FOR UPDATE SKIP LOCKED` would do the same, but would keep a transaction open while the model thinks.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._locks = held_locks(sessions)

    async def take(self, updates: Sequence[IncomingUpdate]) -> list[IncomingUpdate]:
        """Those that nobody else is at; looked at again, as another process may just have answered some."""
        if self._locks is None or not updates:
            return list(updates)
        granted = await self._locks.try_lock([_key(update.id) for update in updates])
        ids = [update.id for update in updates if _key(update.id) in granted]
        async with self._sessions() as session:
            still_open = await inbox.due_updates(session, ids)
        answered_meanwhile = set(ids) - {update.id for update in still_open}
        await self.give_back(*answered_meanwhile)
        return still_open

    async def give_back(self, *update_ids: int) -> None:
        if self._locks and update_ids:
            await self._locks.unlock([_key(update_id) for update_id in update_ids])

    async def close(self) -> None:
        if self._locks:
            await self._locks.close()


def _key(update_id: int) -> int:
    return lock_key("incoming_update", update_id)
