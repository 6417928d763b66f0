"""Is each update in SQL before Telegram is told, and does polling survive what happens to it?"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import structlog.testing
from aiogram import Bot
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.database.engine import Sessions
from bot.database.tables import IncomingUpdate
from bot.errors import ServiceError
from bot.telegram import polling
from bot.telegram.dispatching import build_bot
from bot.telegram.polling import chat_key_of, receive_updates
from tests.bot.waiting import beside
from tests.fake_bot_api import FakeBotApi, running_bot_api


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "WAITS", polling.BackoffConfig(0.01, 0.05, 2.0, 0.0))


@pytest.fixture
async def bot_api() -> AsyncIterator[FakeBotApi]:
    async with running_bot_api() as api:
        yield api


@pytest.fixture
async def bot(bot_api: FakeBotApi) -> AsyncIterator[Bot]:
    bot = build_bot(bot_api.token, bot_api.url)
    yield bot
    await bot.session.close()


@pytest.fixture
async def poll(bot: Bot, sessions: Sessions) -> AsyncIterator[asyncio.Task[None]]:
    async with beside(receive_updates(bot, sessions, lambda: None)) as task:
        yield task


async def texts_in(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        updates = await session.scalars(select(IncomingUpdate).order_by(IncomingUpdate.id))
        return [update.payload["message"]["text"] for update in updates]


@pytest.mark.usefixtures("poll")
async def test_what_telegram_was_told_about_is_stored(bot_api: FakeBotApi, sessions: Sessions) -> None:
    for text in "가나다":
        bot_api.person(1).send(text)
    await bot_api.wait_until_confirmed()
    assert await texts_in(sessions) == ["가", "나", "다"]


@pytest.mark.usefixtures("poll")
async def test_a_duplicate_is_stored_once(bot_api: FakeBotApi, sessions: Sessions) -> None:
    message = bot_api.person(1).send("가")
    await bot_api.wait_until_confirmed()
    bot_api.redeliver({"update_id": 1000, "message": message})
    bot_api.person(1).send("나")
    await bot_api.wait_until_confirmed()
    assert await texts_in(sessions) == ["가", "나"]


async def test_what_could_not_be_stored_is_not_confirmed(bot_api: FakeBotApi, bot: Bot, sessions: Sessions) -> None:
    bot_api.person(1).send("가")
    is_broken = True

    class Breaking:
        def begin(self) -> Any:
            if is_broken:
                raise OperationalError("INSERT", {}, Exception("disk full"))
            return sessions.begin()

    async with beside(receive_updates(bot, Breaking(), lambda: None)):
        await bot_api.wait_for_call("getUpdates", 3)
        assert len(bot_api.queue) == 1
        is_broken = False
        await bot_api.wait_until_confirmed()
        assert await texts_in(sessions) == ["가"]


async def test_polling_goes_on_after_every_passing_error(bot_api: FakeBotApi, bot: Bot, sessions: Sessions) -> None:
    bot_api.fail_next("getMe", is_dropped=True)
    bot_api.fail_next("setMyCommands", status=500)
    for fault in ({"is_dropped": True}, {"status": 502}, {"status": 429, "retry_after": 1}, {"status": 409}):
        bot_api.fail_next("getUpdates", **fault)
    bot_api.person(1).send("가")
    with structlog.testing.capture_logs() as logs:
        async with beside(receive_updates(bot, sessions, lambda: None)):
            await bot_api.wait_until_confirmed()
    assert await texts_in(sessions) == ["가"]
    [conflict] = [log for log in logs if log["event"] == "telegram_conflict"]
    assert "running twice" in conflict["explanation"]


async def test_an_unknown_token_ends_it_with_one_clear_line(bot_api: FakeBotApi, sessions: Sessions) -> None:
    bot = build_bot("1:wrong", bot_api.url)
    with pytest.raises(ServiceError, match=r"MALDONGMU_TELEGRAM_TOKEN.*@BotFather"):
        await receive_updates(bot, sessions, lambda: None)
    await bot.session.close()


@pytest.mark.usefixtures("poll")
async def test_a_webhook_left_from_before_is_taken_down_and_its_updates_kept(
    bot_api: FakeBotApi, sessions: Sessions
) -> None:
    bot_api.webhook_url = "https://example.org/hook"
    bot_api.person(1).send("가")
    await bot_api.wait_until_confirmed()
    assert await texts_in(sessions) == ["가"]


@pytest.mark.parametrize(
    ("update", "key"),
    [
        ({"message": {"chat": {"id": -5}}}, "-5"),
        ({"callback_query": {"message": {"chat": {"id": 7}}}}, "7"),
        ({"callback_query": {"inline_message_id": "x"}}, None),
        ({"poll": {}}, None),
    ],
)
def test_updates_of_one_chat_share_a_key(update: dict[str, Any], key: str | None) -> None:
    assert chat_key_of(update) == key
