"""How does an admin tell everyone something?"""

from aiogram import Bot
from aiogram.filters import CommandObject
from aiogram.types import Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot.announcing import Send, count_receivers, start_announcement
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import PendingAction
from bot.errors import RefusedError
from bot.settings import Settings
from bot.telegram.admin import texts
from bot.telegram.admin.confirming import ask_back
from bot.telegram.failures import in_terms_of_the_inbox

ANNOUNCE = "announce"


async def announce(message: Message, command: CommandObject, speaker: Speaker, sessions: Sessions) -> None:
    if not command.args:
        raise RefusedError(texts.ANNOUNCEMENT_NEEDED)
    count = await count_receivers(sessions)
    if not count:
        raise RefusedError(texts.NOBODY_TO_TELL)
    question = texts.ANNOUNCE_ASKED.format(count=count, text=texts.shortened(command.args, 3500))
    await ask_back(message, question, speaker, sessions, ANNOUNCE, {"text": command.args})


async def perform_announce(session: AsyncSession, pending: PendingAction, _settings: Settings) -> str:
    count = await start_announcement(session, pending.argument["text"], pending.person_id)
    return texts.ANNOUNCE_STARTED.format(count=count)


def build_send(bot: Bot) -> Send:
    async def send(chat_id: str, text: str) -> None:
        with in_terms_of_the_inbox():
            await bot.send_message(int(chat_id), text)

    return send
