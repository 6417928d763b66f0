"""How is no update lost? Each is stored before Telegram is asked for the next, which tells it that they arrived."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.utils.backoff import Backoff, BackoffConfig

from bot.database.engine import DATABASE_ERRORS, Sessions
from bot.database.inbox import store_update
from bot.errors import ServiceError
from bot.logs import described
from bot.metrics import UPDATES_RECEIVED
from bot.telegram.texts import COMMANDS, COMMANDS_ENGLISH

log = structlog.get_logger()

T = TypeVar("T")

POLL_SECONDS = 30
MAX_KEY_CHARS = 96
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"]
WAITS = BackoffConfig(min_delay=0.5, max_delay=30.0, factor=2.0, jitter=0.1)  # seconds
CONFLICT = (
    "Telegram serves one poller a token, and another one is asking. Is the bot running twice, or elsewhere? "
    "Stop the other one; until then both get only some of the messages."
)


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates, unread: an update that this aiogram cannot read must not hold up all the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int = POLL_SECONDS
    allowed_updates: list[str] = ALLOWED_UPDATES


async def receive_updates(bot: Bot, sessions: Sessions, when_stored: Callable[[], None]) -> None:
    """Until cancelled."""
    await patiently(lambda: introduce(bot))
    await patiently(lambda: bot.delete_webhook(drop_pending_updates=False))  # beside one, Telegram refuses polling
    offset: int | None = None

    async def receive() -> int | None:
        updates = await bot(GetRawUpdates(offset=offset), request_timeout=POLL_SECONDS + 15)
        await store(sessions, bot.id, updates)
        return updates[-1]["update_id"] + 1 if updates else offset

    while True:
        offset = await patiently(receive)
        when_stored()


async def store(sessions: Sessions, bot_id: int, updates: list[dict[str, Any]]) -> None:
    async with sessions.begin() as session:
        are_new = [
            await store_update(
                session,
                bot_id=bot_id,
                update_id=update["update_id"],
                chat_key=chat_key_of(update),
                payload=storable(update),
            )
            for update in updates
        ]
    UPDATES_RECEIVED.labels("stored").inc(are_new.count(True))
    UPDATES_RECEIVED.labels("duplicate").inc(are_new.count(False))


def storable(update: dict[str, Any]) -> dict[str, Any]:
    """Without halves of characters and without NUL, which no database and no request can carry."""
    text = json.dumps(update, ensure_ascii=False).encode("utf-8", "replace").decode().replace("\\u0000", "\\ufffd")
    return dict(json.loads(text))


def chat_key_of(update: dict[str, Any]) -> str | None:
    """Updates of one chat are answered in order; what belongs to no chat waits for nobody."""
    for content in update.values():  # one of them, named by its kind
        for holder in (content, content.get("message")) if isinstance(content, dict) else ():
            if isinstance(holder, dict) and isinstance(chat := holder.get("chat"), dict) and "id" in chat:
                return str(chat["id"])[:MAX_KEY_CHARS]
    return None


async def introduce(bot: Bot) -> None:
    me = await bot.me()
    await bot.set_my_commands(COMMANDS)
    await bot.set_my_commands(COMMANDS_ENGLISH, language_code="en")
    log.info("telegram_ready", username=me.username)


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Asks until it works, waiting longer each time; only a wrong token ends it."""
    waits = Backoff(WAITS)
    while True:
        try:
            return await ask()
        except (TelegramUnauthorizedError, TelegramNotFound) as error:
            raise ServiceError(
                "MALDONGMU_TELEGRAM_TOKEN: Telegram does not know this token; "
                "compare it with the one that @BotFather shows under /mybots, API Token."
            ) from error
        except TelegramRetryAfter as error:
            wait_seconds = float(error.retry_after)
            log.warning("telegram_asks_to_wait", wait_seconds=wait_seconds)
        except TelegramConflictError as error:
            wait_seconds = next(waits)
            log.error("telegram_conflict", explanation=CONFLICT, telegram=error.message, wait_seconds=wait_seconds)
        except (TelegramNetworkError, TelegramServerError, ClientDecodeError, *DATABASE_ERRORS) as error:
            wait_seconds = next(waits)
            log.warning("updates_not_received", error=described(error), wait_seconds=wait_seconds)
        await asyncio.sleep(max(0.0, wait_seconds))
