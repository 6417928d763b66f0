"""How is the service doing, and how far has the retraining come?"""

import asyncio
from dataclasses import replace
from typing import NamedTuple

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import Message

from bot.database.engine import Sessions
from bot.reply_worker import ReplyWorker
from bot.retraining.polling import repeat
from bot.status import read_status
from bot.telegram.admin import texts
from bot.telegram.delivery import send

log = structlog.get_logger()

EDIT_SECONDS = 5.0  # Telegram bears about twenty edits a minute in one chat


class Followed(NamedTuple):
    message_id: int
    text: str  # as it stands now
    run_id: int


async def show_status(message: Message, status_board: "StatusBoard") -> None:
    await status_board.show(message)


class StatusBoard:
    """The status messages whose run goes on: each is kept true until the run ends. One a chat, the newest."""

    def __init__(self, sessions: Sessions, worker: ReplyWorker) -> None:
        self._sessions = sessions
        self._worker = worker
        self._followed: dict[int, Followed] = {}  # by chat

    async def show(self, message: Message) -> None:
        self._followed.pop(message.chat.id, None)
        status = await read_status(self._sessions, self._worker.model_version)
        others = replace(status, pending_updates=max(0, status.pending_updates - 1))  # this message is being answered
        text, run = texts.status(others), status.last_run
        message_id = await send(message, text)
        if message_id and run is not None and run.finished_at is None:
            self._followed[message.chat.id] = Followed(message_id, text, run.id)

    async def run(self, bot: Bot) -> None:
        """Until cancelled."""

        async def look() -> None:
            await self.refresh(bot)

        await repeat(look, EDIT_SECONDS)

    async def refresh(self, bot: Bot) -> None:
        """Edits what is no longer true; where the run has ended, for the last time."""
        if not self._followed:
            return
        status = await read_status(self._sessions, self._worker.model_version)
        text, run = texts.status(status), status.last_run
        has_ended = run is None or run.finished_at is not None
        await asyncio.gather(*(self._update(bot, chat_id, text, has_ended) for chat_id in list(self._followed)))

    async def _update(self, bot: Bot, chat_id: int, text: str, has_ended: bool) -> None:
        followed = self._followed[chat_id]
        if text != followed.text:
            try:
                await bot.edit_message_text(text, chat_id=chat_id, message_id=followed.message_id)
            except (TelegramBadRequest, TelegramForbiddenError):  # deleted, or the bot is blocked
                has_ended = True
            except AiogramError as error:  # the next look tries again
                log.warning("status_not_edited", error=f"{type(error).__name__}: {error}")
                return
        if self._followed.get(chat_id) is followed:  # and no newer one was asked for meanwhile
            if has_ended:
                del self._followed[chat_id]
            else:
                self._followed[chat_id] = followed._replace(text=text)
