"""The whole service in this process, over HTTP against the fake Bot API, with a model that is quick to make."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.replier import Replier
from bot.retraining.exclusive import TRAINER_LOCK, only_one
from bot.service import serve
from bot.settings import Settings
from tests.bot.waiting import beside
from tests.fake_bot_api import FakeBotApi

ADMIN = 77  # a Telegram id


def settings_for(bot_api: FakeBotApi, database_url: str, **settings: Any) -> Settings:
    usual = {"telegram_token": bot_api.token, "telegram_api_url": bot_api.url, "database_url": database_url}
    return Settings(**usual | settings)


@asynccontextmanager
async def running_service(
    bot_api: FakeBotApi, database_url: str, replier: Replier, **settings: Any
) -> AsyncIterator[asyncio.Task[None]]:
    """Runs until the block ends; if it fails meanwhile, whoever waits on the fake Bot API is told.

    It starts no trainer, for it is given to believe that there is one.
    """
    usual = settings_for(bot_api, database_url, **settings)
    with only_one(usual.models_dir / TRAINER_LOCK):
        async with beside(serve(usual, lambda _path: replier)) as task:
            task.add_done_callback(lambda ended: bot_api.tell(None if ended.cancelled() else ended.exception()))
            yield task
