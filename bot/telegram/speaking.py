"""Who speaks in this update, where, and is it meant for the bot?"""

import re

from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.types import CallbackQuery, Message

from bot.database.people import Speaker
from bot.settings import Settings

LANGUAGE_CODE_CHARS = 16  # as many as the database has room for; real ones are ko, en or pt-br


def who_speaks(message: Message) -> bool | dict[str, Speaker]:
    """No bots, so that two of them never talk to each other for ever, and nobody without a name."""
    if message.from_user is None or message.from_user.is_bot:
        return False
    return {"speaker": speaker_in(message, message.from_user.id, message.from_user.language_code)}


def who_presses(callback: CallbackQuery) -> bool | dict[str, Speaker]:
    """Nobody where Telegram no longer shows the message: it is older than 48 hours, and its thread is not known."""
    if not isinstance(callback.message, Message):
        return False
    return {"speaker": speaker_in(callback.message, callback.from_user.id, callback.from_user.language_code)}


def speaker_in(message: Message, user_id: int, language_code: str | None) -> Speaker:
    return Speaker(
        platform="telegram",
        user_id=str(user_id),
        chat_id=str(message.chat.id),
        thread_id=message.message_thread_id or 0 if message.is_topic_message else 0,
        language_code=language_code[:LANGUAGE_CODE_CHARS] if language_code else None,
    )


def replied_message_id(message: Message) -> int | None:
    """In a forum every message replies at least to the one that opened its topic; that is no reply."""
    replied = message.reply_to_message
    return None if replied is None or replied.forum_topic_created else replied.message_id


async def addressed_text(message: Message, bot: Bot, settings: Settings) -> bool | dict[str, str]:
    """In a group only what calls the bot by name or replies to it."""
    said = message.text or message.caption or ""
    me = await bot.me()
    author = message.reply_to_message.from_user if message.reply_to_message else None
    is_to_me = author is not None and author.id == me.id
    question = await question_in(message, bot, settings)
    return {"question": question} if message.chat.type == ChatType.PRIVATE or is_to_me or question != said else False


async def question_in(message: Message, bot: Bot, settings: Settings) -> str:
    """In a group the name that calls the bot is no part of the question."""
    said = message.text or message.caption or ""
    me = await bot.me()
    question = re.sub(rf"(?<![\w/])@{me.username}(?![A-Za-z0-9_])", "", said, flags=re.IGNORECASE)
    is_called = question != said or message.chat.type == ChatType.PRIVATE
    return question if is_called else without_call(said, settings.group_keyword)


def without_call(said: str, keyword: str) -> str:
    """말동무야 at the start or the end is a call, 말동무는 is talk about it."""
    name = re.escape(keyword)
    at_start = rf"^\s*{name}(?:야|아|님|씨)?(?=[\s,.!?~]|$)[\s,.!?~]*"
    at_end = rf"(?:^|[\s,])+{name}(?:야|아|님|씨)(?=[\s.!?~]*$)"
    return re.sub(rf"{at_start}|{at_end}", "", said, count=1, flags=re.IGNORECASE)
