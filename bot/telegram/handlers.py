"""What does a message or a button press ask for?"""

import re

from aiogram import Bot, F, Router
from aiogram.enums import ChatType, ContentType
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.conversation import Conversation
from bot.curation import CONSENT_VERSION, Curation
from bot.database.people import Speaker
from bot.roles import Roles
from bot.telegram import texts
from bot.telegram.admin.texts import help_for
from bot.telegram.delivery import acknowledge, edit, send, typing

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


class ConsentChoice(CallbackData, prefix="consent"):
    """What a button carries. Anyone can send any data, so it says nothing of who decides: that is who presses."""

    version: int
    may_train: bool


def build_command_router() -> Router:
    router = Router(name="commands")
    router.message.filter(who_speaks)
    router.message.register(greet, Command("start"))
    router.message.register(show_help, Command("help"))
    router.message.register(reset, Command("reset"))
    router.message.register(show_privacy, Command("privacy"))
    router.callback_query.register(decide_consent, ConsentChoice.filter())
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


async def show_help(message: Message, speaker: Speaker, roles: Roles) -> None:
    text = texts.with_english(texts.HELP, texts.HELP_ENGLISH, speaker.language_code)
    role = await roles.role_of(speaker) if message.chat.type == ChatType.PRIVATE else None
    await send(message, f"{text}\n\n{help_for(role)}" if role else text)


async def reset(message: Message, speaker: Speaker, conversation: Conversation) -> None:
    await conversation.reset(speaker)
    await send(message, texts.RESET)


async def show_privacy(message: Message, speaker: Speaker, curation: Curation) -> None:
    await send(message, texts.privacy(await curation.consent_of(speaker)), consent_keyboard())


async def decide_consent(callback: CallbackQuery, callback_data: ConsentChoice, curation: Curation) -> None:
    if callback_data.version != CONSENT_VERSION or not isinstance(callback.message, Message):
        return await acknowledge(callback, texts.CONSENT_OUTDATED)
    speaker = speaker_in(callback.message, callback.from_user.id, callback.from_user.language_code)
    may_train = callback_data.may_train
    await curation.decide_consent(speaker, may_train=may_train, is_14_or_older=may_train)
    await acknowledge(callback, texts.CONSENT_GIVEN if may_train else texts.CONSENT_DECLINED)
    if callback.message.chat.type == ChatType.PRIVATE:
        await edit(callback.message, texts.privacy(await curation.consent_of(speaker)), consent_keyboard())


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


def consent_keyboard() -> InlineKeyboardMarkup:
    choices = ((texts.CONSENT_YES, True), (texts.CONSENT_NO, False))
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(
                    text=text, callback_data=ConsentChoice(version=CONSENT_VERSION, may_train=may_train).pack()
                )
            ]
            for text, may_train in choices
        ]
    )
