"""How do people teach the bot?"""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from bot.database.people import Speaker
from bot.errors import RefusedError
from bot.lessons import Lessons
from bot.telegram import chat_texts
from bot.telegram.delivery import send
from bot.telegram.speaking import replied_message_id, who_speaks


def build_lesson_router() -> Router:
    """Behind the admins' commands, since a /fix of theirs is a review."""
    router = Router(name="lessons")
    router.message.filter(who_speaks)
    router.message.register(teach, Command("teach"))
    router.message.register(fix, Command("fix"))
    return router


async def teach(
    message: Message, command: CommandObject, speaker: Speaker, lessons: Lessons, incoming_update_id: int
) -> None:
    await send(message, await lessons.teach(speaker, command.args or "", incoming_update_id=incoming_update_id))


async def fix(
    message: Message, command: CommandObject, speaker: Speaker, lessons: Lessons, incoming_update_id: int
) -> None:
    answered = replied_message_id(message)
    if answered is None:
        raise RefusedError(chat_texts.REPLY_NEEDED)
    better = command.args or ""
    thanks = await lessons.fix(speaker, better, answer_message_id=answered, incoming_update_id=incoming_update_id)
    await send(message, thanks)
