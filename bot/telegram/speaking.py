"""Who speaks in this update, where, and is it meant for the bot?"""

import re

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.types import Message

from bot.database.people import Speaker


def who_speaks(message: Message) -> bool | dict[str, Speaker]:
    """No bots, so that two of them never talk to each other for ever, and nobody without a name."""
    if message.from_user is None or message.from_user.is_bot:
        return False
    return {"speaker": speaker_in(message, message.from_user.id, message.from_user.language_code)}


def speaker_in(message: Message, user_id: int, language_code: str | None) -> Speaker:
    return Speaker(
        platform="telegram",
        user_id=str(user_id),
        chat_id=str(message.chat.id),
        thread_id=message.message_thread_id or 0 if message.is_topic_message else 0,
        language_code=language_code,
    )


async def addressed_text(message: Message, bot: Bot) -> bool | dict[str, str]:
    """In a group only what calls the bot by name or replies to it; the name is no part of the question."""
    said = message.text or message.caption or ""
    me = await bot.me()
    mention = re.compile(rf"(?<![\w/])@{me.username}(?![A-Za-z0-9_])", re.IGNORECASE)
    author = message.reply_to_message.from_user if message.reply_to_message else None
    is_to_me = author is not None and author.id == me.id
    if message.chat.type == ChatType.PRIVATE or is_to_me or mention.search(said):
        return {"question": mention.sub("", said)}
    return False
