"""What does a message or a button press ask for?"""

import re

from aiogram import Bot, F, Router
from aiogram.enums import ChatType, ContentType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.conversation import Conversation
from bot.database.people import Speaker
from bot.settings import Settings
from bot.telegram import texts
from bot.telegram.delivery import acknowledge, send, typing

NOT_TEXT = {
    ContentType.ANIMATION,
    ContentType.AUDIO,
    ContentType.CONTACT,
    ContentType.DICE,
    ContentType.DOCUMENT,
    ContentType.LOCATION,
    ContentType.PHOTO,
    ContentType.POLL,
    ContentType.STICKER,
    ContentType.STORY,
    ContentType.VIDEO,
    ContentType.VIDEO_NOTE,
    ContentType.VOICE,
}


def build_command_router() -> Router:
    router = Router(name="commands")
    router.message.filter(who_speaks)
    router.message.register(greet, Command("start"))
    router.message.register(show_help, Command("help"))
    router.message.register(reset, Command("reset"))
    router.callback_query.register(refuse_button)
    return router


def build_talk_router() -> Router:
    """What no command has taken."""
    router = Router(name="talk")
    router.message.filter(who_speaks)
    router.message.register(refuse_command, F.text.startswith("/"), F.chat.type == ChatType.PRIVATE)
    router.message.register(answer_text, F.text, addressed_text)
    router.message.register(refuse_content, F.content_type.in_(NOT_TEXT), addressed_text)
    return router


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


async def greet(message: Message, speaker: Speaker) -> None:
    await send(message, texts.with_english(texts.START, texts.START_ENGLISH, speaker.language_code))


async def show_help(message: Message, speaker: Speaker, settings: Settings) -> None:
    text = texts.with_english(texts.HELP, texts.HELP_ENGLISH, speaker.language_code)
    is_for_admin = int(speaker.user_id) in settings.admin_ids and message.chat.type == ChatType.PRIVATE
    await send(message, f"{text}\n\n{texts.HELP_ADMIN}" if is_for_admin else text)


async def reset(message: Message, speaker: Speaker, conversation: Conversation) -> None:
    await conversation.reset(speaker)
    await send(message, texts.RESET)


async def refuse_button(callback: CallbackQuery) -> None:
    await acknowledge(callback, texts.UNKNOWN_BUTTON)


async def answer_text(
    message: Message, question: str, speaker: Speaker, conversation: Conversation, incoming_update_id: int
) -> None:
    async with typing(message):
        answer = await conversation.answer(speaker, question, incoming_update_id=incoming_update_id)
    if answer.is_sent:
        return
    answer_message_id = await send(message, answer.text)
    if answer.turn_id is not None:
        await conversation.mark_sent(answer.turn_id, answer_message_id)


async def refuse_command(message: Message) -> None:
    await send(message, texts.UNKNOWN_COMMAND)


async def refuse_content(message: Message) -> None:
    await send(message, texts.NOT_TEXT)
