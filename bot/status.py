"""How is the service doing, in a few numbers?"""

from dataclasses import dataclass

from sqlalchemy import func, select

from bot.database import inbox, model_versions, people, runs
from bot.database.engine import Sessions
from bot.database.tables import FinetuneRun, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    model_version: str
    turns: int
    consenting_turns: int  # of people who let their words be learnt from
    pending_updates: int
    dead_updates: int
    is_model_tainted: bool  # True: it learnt what is forgotten since, and serves only until a clean one is made
    last_run: FinetuneRun | None


async def read_status(sessions: Sessions, model_version: str) -> Status:
    count = select(func.count()).select_from(Turn)
    consenting = select(people.consenting_people().subquery().c.person_id)
    async with sessions() as session:
        updates = await inbox.count_updates(session)
        serving = await model_versions.serving_model(session)
        return Status(
            model_version=model_version,
            turns=await session.scalar(count) or 0,
            consenting_turns=await session.scalar(count.where(Turn.person_id.in_(consenting))) or 0,
            pending_updates=updates.get("pending", 0),
            dead_updates=updates.get("dead", 0),
            is_model_tainted=serving is not None and serving.tainted_at is not None,
            last_run=next(iter(await runs.latest_runs(session, limit=1)), None),
        )
