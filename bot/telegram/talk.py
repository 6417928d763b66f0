"""What does the bot say to a message that no command has taken?"""

from aiogram import F, Router
from aiogram.enums import ChatType, ContentType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.conversation import Conversation
from bot.database.people import Speaker
from bot.telegram import texts
from bot.telegram.delivery import acknowledge, send, typing
from bot.telegram.speaking import addressed_text, who_speaks

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
    router.callback_query.register(refuse_button)
    return router


async def reset(message: Message, speaker: Speaker, conversation: Conversation) -> None:
    await conversation.reset(speaker)
    await send(message, texts.RESET)


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


async def refuse_button(callback: CallbackQuery) -> None:
    await acknowledge(callback, texts.UNKNOWN_BUTTON)
