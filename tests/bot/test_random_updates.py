"""Does any update that aiogram's types allow break a handler or stay in the inbox? `benchmarks.fuzz` sends far more."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random

import pytest
from aiogram import Bot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.conversation import Conversation
from bot.database.engine import Sessions
from bot.database.tables import IncomingUpdate
from bot.inbox_worker import UndeliverableError
from bot.reply_worker import ReplyWorker
from bot.roles import Roles
from bot.telegram.dispatching import build_answer, build_bot, build_dispatcher
from bot.telegram.polling import storable, store
from tests.bot.running_service import settings_for
from tests.fake_bot_api import FakeBotApi, running_bot_api
from tests.random_updates import RandomUpdates, types_of_aiogram

UPDATES_A_SEED = 10


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
async def test_an_update_is_answered_or_can_never_be_and_breaks_nothing(
    seed: int, sessions: Sessions, database_url: str, worker: ReplyWorker, conversation: Conversation
) -> None:
    generator = RandomUpdates(types_of_aiogram(), Random(seed))
    async with running_bot_api(FakeBotApi()) as api, build_bot(api.token, api.url) as bot:
        dispatcher = build_dispatcher(
            settings_for(api, database_url), sessions, worker, conversation, Roles(sessions, frozenset())
        )
        for update in (generator.update(seed * UPDATES_A_SEED + number) for number in range(UPDATES_A_SEED)):
            await answer_one(sessions, bot, build_answer(bot, dispatcher), update)
        api.violations.clear()  # people whom the double does not know


async def answer_one(
    sessions: Sessions, bot: Bot, answer: Callable[[IncomingUpdate], Awaitable[None]], update: dict[str, object]
) -> None:
    await store(sessions, bot.id, [update])
    async with sessions() as session:
        query = select(IncomingUpdate).where(IncomingUpdate.update_id == update["update_id"])
        incoming = (await session.scalars(query)).one()
    with suppress(UndeliverableError):
        await answer(incoming)


@given(st.recursive(st.none() | st.integers() | st.text(st.characters(codec=None)), lambda inner: st.lists(inner)))
def test_what_no_database_can_carry_is_made_so_that_it_can(said: object) -> None:
    kept = str(storable({"said": said}))
    kept.encode("utf-8")
    assert "\0" not in kept
