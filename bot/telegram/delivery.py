"""How does a text reach a chat, within Telegram's limits and in spite of its refusals?"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, ReplyParameters

from bot.metrics import TELEGRAM_REQUESTS

log = structlog.get_logger()

MAX_UNITS = 4096  # UTF-16 units in one message
SENTENCE_END = re.compile(r"[.!?…~。]+[\"'”’)]*\s+|\n+")
SPACE = re.compile(r"\s+")

LEFT_ALONE = {"getUpdates", "sendChatAction"}  # polling has its own patience, the typing sign is worth none
MAX_TRIES = 4
MAX_WAIT_SECONDS = 30.0  # who must wait longer waits in the inbox
TYPING_AFTER_SECONDS, TYPING_EVERY_SECONDS = 0.4, 4.5  # Telegram shows it for 5 s


class PatientRequests(BaseRequestMiddleware):
    """Waits as long as Telegram asks, and tries again after failures that pass.

    If the connection breaks after Telegram took a message, that message is sent twice: better than never.
    """

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._sleep = sleep

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        if method.__api_method__ in LEFT_ALONE:
            return await make_request(bot, method)
        for tries in range(1, MAX_TRIES):
            try:
                return await make_request(bot, method)
            except TelegramRetryAfter as error:
                if error.retry_after > MAX_WAIT_SECONDS:
                    raise
                wait_seconds = float(error.retry_after)
            except (TelegramNetworkError, TelegramServerError, ClientDecodeError):
                wait_seconds = 0.25 * 2**tries
            log.info("telegram_retry", method=method.__api_method__, wait_seconds=wait_seconds)
            await self._sleep(wait_seconds)
        return await make_request(bot, method)


class CountedRequests(BaseRequestMiddleware):
    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        outcome = "cancelled"
        try:
            response = await make_request(bot, method)
            outcome = "ok"
            return response
        except AiogramError as error:
            outcome = type(error).__name__
            raise
        finally:
            TELEGRAM_REQUESTS.labels(method.__api_method__, outcome).inc()


async def send(message: Message, text: str, keyboard: InlineKeyboardMarkup | None = None) -> int | None:
    """Says it in the message's chat, in a group as a reply to it; the id of the last part, which has the buttons."""
    is_private = message.chat.type == "private"
    answered = None if is_private else ReplyParameters(message_id=message.message_id, allow_sending_without_reply=True)
    last: Message | None = None
    parts = split_text(text)
    for number, part in enumerate(parts, start=1):
        buttons = keyboard if number == len(parts) else None
        last = await message.answer(part, reply_parameters=answered, reply_markup=buttons)
    return last.message_id if last else None


async def edit(message: Message, text: str, keyboard: InlineKeyboardMarkup | None = None) -> None:
    """Telegram refuses where nothing would change; then all is as it should be."""
    with suppress(TelegramBadRequest):
        await message.edit_text(text, reply_markup=keyboard)


async def edit_answer(
    message: Message, answer_message_id: int, text: str, keyboard: InlineKeyboardMarkup | None
) -> bool:
    """In the message's chat; False where that answer can no longer be edited, or is no room for the text."""
    if message.bot is None or len(split_text(text)) > 1:
        return False
    try:
        await message.bot.edit_message_text(
            text, chat_id=message.chat.id, message_id=answer_message_id, reply_markup=keyboard
        )
    except TelegramBadRequest as error:
        return "not modified" in error.message
    return True


async def acknowledge(callback: CallbackQuery, text: str | None = None, *, must_be_closed: bool = True) -> None:
    """Telegram forgets a press after a while; what the person decided counts all the same.

    What need not be closed passes by at the top of the screen.
    """
    with suppress(TelegramBadRequest):
        await callback.answer(text, show_alert=must_be_closed)


@asynccontextmanager
async def typing(message: Message) -> AsyncIterator[None]:
    """Shows that the bot is writing, as long as the block runs and not for a quick reply."""
    task = asyncio.create_task(_keep_typing(message))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _keep_typing(message: Message) -> None:
    await asyncio.sleep(TYPING_AFTER_SECONDS)
    thread_id = message.message_thread_id if message.is_topic_message else None
    while message.bot:
        with suppress(AiogramError):
            await message.bot.send_chat_action(message.chat.id, "typing", message_thread_id=thread_id)
        await asyncio.sleep(TYPING_EVERY_SECONDS)


def split_text(text: str, max_units: int = MAX_UNITS) -> list[str]:
    """Parts that fit one message each, cut after a sentence, else at a space, else anywhere."""
    parts = []
    rest = text.strip()
    while rest:
        head = _longest_head(rest, max_units)
        if head != rest:
            head = head[: _cut_of(head)]
        parts.append(head.strip())
        rest = rest[len(head) :].lstrip()
    return parts


def _longest_head(text: str, max_units: int) -> str:
    """As many characters as fit; half a surrogate pair at the end is left to the next part."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * max_units].decode("utf-16-le", "ignore")


def _cut_of(head: str) -> int:
    for boundary in (SENTENCE_END, SPACE):
        if ends := [found.end() for found in boundary.finditer(head)]:
            return ends[-1]
    return len(head)
