"""What does the bot say to a message that no command has taken?"""

from aiogram import Bot, F, Router
from aiogram.enums import ChatType, ContentType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.conversation import Conversation
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.settings import Settings
from bot.telegram import chat_texts, texts
from bot.telegram.answers import say, say_in_place
from bot.telegram.delivery import acknowledge, send, typing
from bot.telegram.fragments import has_more_of_album, join_fragments, settle
from bot.telegram.speaking import addressed_text, question_in, who_speaks

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


def build_talk_router() -> Router:
    """The last one: what nobody before it has taken."""
    router = Router(name="talk")
    router.message.filter(who_speaks)
    router.message.register(reset, Command("reset"))
    router.message.register(refuse_command, F.text.startswith("/"), F.chat.type == ChatType.PRIVATE)
    router.message.register(answer_text, F.text, addressed_text)
    router.message.register(refuse_content, F.content_type.in_(NOT_TEXT), addressed_text)
    router.edited_message.filter(who_speaks)
    router.edited_message.register(answer_edited, F.text)
    router.callback_query.register(refuse_button)
    return router


async def reset(message: Message, speaker: Speaker, conversation: Conversation) -> None:
    await conversation.reset(speaker)
    await send(message, texts.RESET)


async def answer_text(
    message: Message,
    question: str,
    speaker: Speaker,
    sessions: Sessions,
    conversation: Conversation,
    incoming_update_id: int,
) -> None:
    pasted = await join_fragments(sessions, message, question, incoming_update_id)
    async with typing(message):
        answer = await conversation.answer(
            speaker,
            pasted.text,
            incoming_update_id=incoming_update_id,
            question_message_id=message.message_id,
        )
    await say(message, answer, conversation)
    await settle(sessions, pasted)


async def answer_edited(
    message: Message,
    speaker: Speaker,
    bot: Bot,
    settings: Settings,
    conversation: Conversation,
    incoming_update_id: int,
) -> None:
    """A question that was answered is answered anew in the same place; any other edit says nothing to the bot."""
    async with typing(message):
        answer = await conversation.answer_edited(
            speaker,
            await question_in(message, bot, settings),
            question_message_id=message.message_id,
            incoming_update_id=incoming_update_id,
        )
    if answer is not None:
        await say_in_place(message, answer, conversation)


async def refuse_command(message: Message) -> None:
    await send(message, texts.UNKNOWN_COMMAND)


async def refuse_content(message: Message, sessions: Sessions, incoming_update_id: int) -> None:
    """An album, which comes as a message a picture, once; in a group only the picture with the call comes here."""
    if message.chat.type == ChatType.PRIVATE and await has_more_of_album(sessions, message, incoming_update_id):
        return
    await send(message, chat_texts.not_text(message.content_type))


async def refuse_button(callback: CallbackQuery) -> None:
    await acknowledge(callback, texts.UNKNOWN_BUTTON)
