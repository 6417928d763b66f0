"""Can an admin see what was given up, and have it tried again? And is who asks in a crowd told so at once?"""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from bot import conversation, reply_worker
from bot.database.engine import Sessions
from bot.database.tables import IncomingUpdate, Turn
from bot.telegram.admin import texts
from tests.bot.repliers import Echo, Waiting
from tests.bot.running_service import running_service
from tests.fake_bot_api import FakeBotApi, running_bot_api

ADMIN = 77


@pytest.fixture
async def bot_api() -> AsyncIterator[FakeBotApi]:
    async with running_bot_api() as api:
        yield api


async def say(bot_api: FakeBotApi, user_id: int, text: str) -> str:
    seen = len(bot_api.messages_to(user_id))
    bot_api.person(user_id).send(text)
    return str((await bot_api.wait_for_message(user_id, after=seen))["text"])


async def test_what_was_given_up_is_listed_without_its_words_and_tried_again(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, echo: Echo
) -> None:
    async with running_service(bot_api, database_url, echo, admin_ids=frozenset({ADMIN})):
        assert await say(bot_api, ADMIN, "/undelivered") == texts.UNDELIVERED_NONE
        bot_api.person(1)
        bot_api.blocked_by.add(1)
        bot_api.person(1).send("비밀이야기")
        await bot_api.wait_until(lambda: bot_api.refusals)
        bot_api.blocked_by.clear()
        assert await say(bot_api, 1, "다시 왔어") == "다시 왔어?"
        listed = await say(bot_api, ADMIN, "/undelivered")
        assert "chat 1: UndeliverableError: TelegramForbiddenError" in listed
        assert "비밀이야기" not in listed
        assert await say(bot_api, ADMIN, "/undelivered retry 999") == texts.undelivered_retried([])
        assert await say(bot_api, ADMIN, f"/undelivered retry {10**30}") == texts.undelivered_retried([])
        assert await say(bot_api, ADMIN, "/undelivered retry 1;DROP") == texts.UNDELIVERED_USAGE
        assert await say(bot_api, ADMIN, "/undelivered retry") == texts.undelivered_retried([2])
        await bot_api.wait_for_message(1, "비밀이야기?")
        assert await say(bot_api, ADMIN, "/undelivered") == texts.UNDELIVERED_NONE
    async with sessions() as session:
        assert set(await session.scalars(select(IncomingUpdate.state))) == {"done"}


async def test_nobody_but_an_admin_sees_what_was_given_up(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, echo: Echo
) -> None:
    async with running_service(bot_api, database_url, echo, admin_ids=frozenset({ADMIN})):
        assert await say(bot_api, 1, "/undelivered retry") == texts.ADMINS_ONLY


async def test_who_asks_when_too_many_wait_is_told_so_at_once_and_help_still_comes(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply_worker, "MAX_WAITING", 2)
    thinking = Waiting()
    async with running_service(bot_api, database_url, thinking, max_batch_size=1):
        bot_api.person(1).send("하나")
        await bot_api.wait_for_call("sendChatAction")  # the model has it
        for user_id in (2, 3):
            bot_api.person(user_id).send("둘")
        await bot_api.wait_until(lambda: len(bot_api.calls_of("sendChatAction")) >= 3)
        assert await say(bot_api, 4, "셋") == conversation.BUSY
        assert "/reset" in await say(bot_api, 5, "/help")
        thinking.go_on.set()
        for user_id, text in ((1, "하나?"), (2, "둘?"), (3, "둘?")):
            await bot_api.wait_for_message(user_id, text)
    async with sessions() as session:
        [busy] = await session.scalars(select(Turn).where(Turn.question == "셋"))
    assert (busy.answer, busy.model_version, busy.is_fallback) == (conversation.BUSY, None, True)
