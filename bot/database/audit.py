"""Who did what to the service?"""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.tables import AuditEntry


def record_action(session: AsyncSession, action: str, *, person_id: int | None, detail: dict[str, Any]) -> None:
    session.add(AuditEntry(action=action, person_id=person_id, detail=detail))
