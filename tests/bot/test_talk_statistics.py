"""What the last days were like, counted and drawn."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot import talk_statistics
from bot.conversation import Conversation
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import Rating, Turn
from bot.lessons import Lessons
from bot.ratings import Ratings
from bot.reply_worker import ReplyWorker
from bot.talk_statistics import percentile, read_statistics
from bot.talk_statistics_picture import draw_statistics
from tests.bot.repliers import Failing

MINJI = Speaker(platform="telegram", user_id="1", chat_id="1")
JUNHO = Speaker(platform="telegram", user_id="2", chat_id="2")
NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # in Seoul


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talk_statistics, "now", lambda: NOON)


async def move(sessions: Sessions, turn_id: int | None, at: datetime, seconds: float = 1.0) -> None:
    async with sessions.begin() as session:
        change = update(Turn).where(Turn.id == turn_id)
        await session.execute(change.values(created_at=at, latency_seconds=seconds))
        await session.execute(update(Rating).where(Rating.turn_id == turn_id).values(rated_at=at))


async def test_days_are_those_of_the_services_zone(conversation: Conversation, sessions: Sessions) -> None:
    late = datetime(2026, 11, 20, 14, 59, tzinfo=UTC)  # a minute before midnight in Seoul
    for at in (late, late + timedelta(minutes=1), NOON - timedelta(days=29), NOON - timedelta(days=30)):
        await move(sessions, (await conversation.answer(MINJI, "안녕")).turn_id, at)
    found = await read_statistics(sessions, "Asia/Seoul")
    assert {str(date): day.turns for date, day in found.days.items() if day.turns} == {
        "2026-10-23": 1, "2026-11-20": 1, "2026-11-21": 1,
    }  # fmt: skip
    assert (len(found.days), found.turns) == (30, 3)  # the oldest one is too long ago
    in_london = await read_statistics(sessions, "Europe/London")
    assert {str(date) for date, day in in_london.days.items() if day.turns} == {"2026-10-23", "2026-11-20"}


async def test_people_ratings_and_fallbacks_are_counted(
    conversation: Conversation, sessions: Sessions, worker: ReplyWorker
) -> None:
    worker.swap(Failing())
    for speaker, text, value in ((MINJI, "하나", 1), (MINJI, "bad", -1), (JUNHO, "셋", 1)):
        answer = await conversation.answer(speaker, text)
        await Ratings(sessions).rate_last(speaker, value)
        await move(sessions, answer.turn_id, NOON, seconds=2.0)
    await Lessons(sessions, per_day=9, max_chars=99).teach(MINJI, "하나 => 둘")  # a lesson is no talk
    found = await read_statistics(sessions, "Asia/Seoul")
    assert (found.turns, found.people, found.fallbacks, found.ratings) == (3, 2, 1, (2, 1))
    assert found.latencies == [2.0, 2.0]  # how long a failure took says nothing of the model
    assert found.review_states == {"new": 4}


async def test_before_anyone_has_talked_there_is_a_picture_too(sessions: Sessions) -> None:
    found = await read_statistics(sessions, "Asia/Seoul")
    assert (found.turns, found.people, found.ratings, found.latencies) == (0, 0, (0, 0), [])
    assert (await asyncio.to_thread(draw_statistics, found)).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, None),
        ([3.0], 0.95, 3.0),
        ([4.0, 1.0, 3.0, 2.0], 0.5, 2.0),
        (list(map(float, range(1, 101))), 0.95, 95.0),
    ],
)
def test_a_percentile_is_one_of_the_values(values: list[float], share: float, expected: float | None) -> None:
    assert percentile(values, share) == expected
