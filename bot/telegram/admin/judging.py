"""Was the answer that a curator replies to a good one, and what should it have been?"""

from aiogram.filters import CommandObject
from aiogram.types import Message

from bot.curation import Curation
from bot.database.people import Speaker
from bot.errors import RefusedError
from bot.telegram import chat_texts
from bot.telegram.admin import texts
from bot.telegram.delivery import send


async def approve(message: Message, speaker: Speaker, curation: Curation) -> None:
    await curation.approve(speaker, answer_message_id=_judged(message))
    await send(message, texts.APPROVED)


async def fix(message: Message, command: CommandObject, speaker: Speaker, curation: Curation) -> None:
    await curation.fix(speaker, command.args or "", answer_message_id=_judged(message))
    await send(message, texts.FIXED)


def _judged(message: Message) -> int:
    if message.reply_to_message is None:
        raise RefusedError(chat_texts.REPLY_NEEDED)
    return message.reply_to_message.message_id
