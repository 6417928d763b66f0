"""How much do people talk with the bot, do they like it, and how long do they wait?"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.engine import Sessions
from bot.database.tables import Rating, Turn, now

DAYS = 30
_ROWS_AT_ONCE = 1000


@dataclass(slots=True)
class Day:
    turns: int = 0
    fallbacks: int = 0
    good: int = 0
    bad: int = 0
    latencies: list[float] = field(default_factory=list)  # seconds, of what a model answered
    people: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkStatistics:
    """The last days, today included, each by its date in the service's time zone, oldest first."""

    days: Mapping[date, Day]
    review_states: Mapping[str, int]  # of all turns there ever were

    @property
    def turns(self) -> int:
        return sum(day.turns for day in self.days.values())

    @property
    def fallbacks(self) -> int:
        return sum(day.fallbacks for day in self.days.values())

    @property
    def people(self) -> int:
        return len(set().union(*(day.people for day in self.days.values())))

    @property
    def ratings(self) -> tuple[int, int]:
        """Good ones, bad ones."""
        return sum(day.good for day in self.days.values()), sum(day.bad for day in self.days.values())

    @property
    def latencies(self) -> list[float]:
        return [seconds for day in self.days.values() for seconds in day.latencies]


async def read_statistics(sessions: Sessions, timezone: str, *, days: int = DAYS) -> TalkStatistics:
    zone = ZoneInfo(timezone)
    today = now().astimezone(zone).date()
    by_date = {today - timedelta(days=ago): Day() for ago in reversed(range(days))}
    since = datetime.combine(min(by_date), time.min, zone)
    async with sessions() as session:
        await _count_turns(session, by_date, since, zone)
        await _count_ratings(session, by_date, since, zone)
        states = await session.execute(select(Turn.review_state, func.count()).group_by(Turn.review_state))
        return TalkStatistics(days=by_date, review_states=Counter(dict(states.all())))


async def _count_turns(session: AsyncSession, days: Mapping[date, Day], since: datetime, zone: ZoneInfo) -> None:
    """Row by row, since neither percentiles nor time zones are alike in SQLite and PostgreSQL."""
    query = select(Turn.created_at, Turn.person_id, Turn.model_version, Turn.latency_seconds)
    said = query.where(Turn.created_at >= since, Turn.kind == "talk").execution_options(yield_per=_ROWS_AT_ONCE)
    async for created_at, person_id, model_version, latency_seconds in await session.stream(said):
        if day := days.get(created_at.astimezone(zone).date()):
            day.turns += 1
            day.people.add(person_id)
            if model_version is None:
                day.fallbacks += 1
            else:
                day.latencies.append(latency_seconds)


async def _count_ratings(session: AsyncSession, days: Mapping[date, Day], since: datetime, zone: ZoneInfo) -> None:
    query = select(Rating.rated_at, Rating.value).where(Rating.rated_at >= since)
    async for rated_at, value in await session.stream(query.execution_options(yield_per=_ROWS_AT_ONCE)):
        if day := days.get(rated_at.astimezone(zone).date()):
            day.good += value > 0
            day.bad += value < 0


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of them does not exceed (nearest rank); None of none."""
    ordered = sorted(values)
    return ordered[max(1, math.ceil(share * len(ordered))) - 1] if ordered else None
