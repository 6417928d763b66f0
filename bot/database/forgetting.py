"""How do rows go so that nothing of them stays behind, and who had learnt from them?"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, CursorResult, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import audit, model_versions, people, runs, snapshots
from bot.database.tables import (
    AuditEntry,
    Chat,
    Consent,
    DatasetSnapshotTurn,
    FinetuneRun,
    Person,
    Turn,
    now,
)

CLEAN_RUN = "forgetting"  # who asks for a run that makes a model without the forgotten words
FORGOT, REWROTE = "forget", "rewrite the database"  # audit entries


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What went, and what must still go."""

    turns: int
    models: int  # that had learnt from them, or were made from one that had
    is_serving_tainted: bool  # True: the model that serves is one of them, until a clean one is made
    is_wish_kept: bool = False  # True: all that stays is that this person wants nothing kept


async def forget_turns(session: AsyncSession, which: ColumnElement[bool], by: str) -> Forgotten:
    """The one way in which turns go, with their ratings and reviews.

    In this order, so that a training that begins or ends at the same moment either has not seen the turns or is found.
    """
    at = now()
    await session.execute(select(Turn.id).where(which).with_for_update())
    of_them = DatasetSnapshotTurn.turn_id.in_(select(Turn.id).where(which))
    await session.execute(update(DatasetSnapshotTurn).where(of_them).values(forgotten_at=at))
    snapshot_ids = list(await session.scalars(select(DatasetSnapshotTurn.snapshot_id).where(of_them).distinct()))
    stopped = await runs.cancel_learning(session, snapshot_ids)
    models = await model_versions.taint(session, snapshot_ids, at)
    deleted = await session.execute(delete(Turn).where(which))
    assert isinstance(deleted, CursorResult)
    await snapshots.entomb(session, snapshot_ids, at)
    if stopped:
        await runs.request_run(session, stopped)
    is_serving_tainted = await request_clean_run(session)
    detail = {"by": by, "turns": deleted.rowcount, "snapshots": snapshot_ids, "models": models}
    audit.record_action(session, FORGOT, person_id=None, detail=detail)
    return Forgotten(turns=deleted.rowcount, models=len(models), is_serving_tainted=is_serving_tainted and bool(models))


async def request_clean_run(session: AsyncSession) -> bool:
    """True if the model that serves is tainted; then a run is under way or asked for."""
    serving = await model_versions.serving_model(session)
    if serving is None or serving.tainted_at is None:
        return False
    await runs.request_run(session, CLEAN_RUN)
    return True


async def has_forgotten_since_rewrite(session: AsyncSession) -> bool:
    query = select(AuditEntry.action).where(AuditEntry.action.in_((FORGOT, REWROTE)))
    return await session.scalar(query.order_by(AuditEntry.id.desc()).limit(1)) == FORGOT


async def forget_person(session: AsyncSession, person: Person) -> bool:
    """All but their turns, which go first. True: they want nothing kept, and so that wish is, or who could heed it?"""
    consent = await people.last_consent(session, person.id)
    address = (person.platform, person.platform_user_id)
    await session.execute(delete(Person).where(Person.id == person.id))
    await session.execute(delete(Chat).where(Chat.platform == address[0], Chat.platform_chat_id == address[1]))
    asked = update(FinetuneRun).where(FinetuneRun.requested_by == ":".join(address))
    await session.execute(asked.values(requested_by="someone forgotten"))
    if consent is None or consent.may_keep:
        return False
    anew = Person(platform=address[0], platform_user_id=address[1])
    session.add(anew)
    await session.flush()
    wish = Consent(person_id=anew.id, version=consent.version, may_keep=False, may_train=False)
    wish.is_14_or_older, wish.decided_at = consent.is_14_or_older, consent.decided_at
    session.add(wish)
    return True
