"""What did someone ask for that waits for their button or reply, and may it still be answered?"""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.tables import PendingAction, now


async def add(session: AsyncSession, person_id: int, action: str, argument: dict[str, Any]) -> PendingAction:
    pending = PendingAction(person_id=person_id, action=action, argument=argument)
    session.add(pending)
    await session.flush()
    return pending


async def take(session: AsyncSession, pending_id: int, person_id: int, valid_for: timedelta) -> PendingAction | None:
    """Once, by the one who asked, and in time; None in every other case.

    Looked and written in one statement: of two presses at the same moment one takes it.
    """
    query = (
        update(PendingAction)
        .where(
            PendingAction.id == pending_id,
            PendingAction.person_id == person_id,
            PendingAction.answered_at.is_(None),
            PendingAction.asked_at > now() - valid_for,
        )
        .values(answered_at=now())
        .returning(PendingAction)
    )
    return (await session.scalars(query)).first()


async def find_by_message(session: AsyncSession, message_id: int, person_id: int) -> PendingAction | None:
    """What this person was asked in that message of their private chat."""
    asked = (PendingAction.message_id == message_id, PendingAction.person_id == person_id)
    return await session.scalar(select(PendingAction).where(*asked).order_by(PendingAction.id.desc()).limit(1))
