"""What does the service say to whoever starts it wrongly, and does it stop whole?"""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.errors import ServiceError
from bot.service import run_until_stopped, serve
from bot.settings import Settings
from tests.bot.repliers import Echo
from tests.bot.running_service import settings_for
from tests.fake_bot_api import FakeBotApi, running_bot_api


@pytest.fixture
async def bot_api() -> AsyncIterator[FakeBotApi]:
    async with running_bot_api() as api:
        yield api


async def test_a_missing_token_says_where_to_get_one(database_url: str) -> None:
    with pytest.raises(ServiceError, match=r"MALDONGMU_TELEGRAM_TOKEN.*@BotFather.*maldongmu chat"):
        await serve(Settings(database_url=database_url), lambda _path: Echo())


async def test_a_token_that_telegram_does_not_know_ends_it(bot_api: FakeBotApi, database_url: str) -> None:
    with pytest.raises(ServiceError, match="does not know this token"):
        await serve(settings_for(bot_api, database_url, telegram_token="1:no"), lambda _path: Echo())


async def test_when_one_part_fails_the_others_are_ended_and_the_failure_is_raised() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def fail() -> None:
        raise ServiceError("no token")

    with pytest.raises(ServiceError, match="no token"):
        await run_until_stopped(work(), fail())
    assert ended.is_set()
