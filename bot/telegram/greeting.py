"""How does the bot introduce itself?"""

from aiogram import Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import Message

from bot.database.people import Speaker
from bot.roles import Roles
from bot.telegram import texts
from bot.telegram.admin.texts import help_for
from bot.telegram.delivery import send
from bot.telegram.speaking import who_speaks


def build_greeting_router() -> Router:
    router = Router(name="greeting")
    router.message.filter(who_speaks)
    router.message.register(greet, Command("start"))
    router.message.register(show_help, Command("help"))
    return router


async def greet(message: Message, speaker: Speaker) -> None:
    await send(message, texts.with_english(texts.START, texts.START_ENGLISH, speaker.language_code))


async def show_help(message: Message, speaker: Speaker, roles: Roles) -> None:
    text = texts.with_english(texts.HELP, texts.HELP_ENGLISH, speaker.language_code)
    role = await roles.role_of(speaker) if message.chat.type == ChatType.PRIVATE else None
    await send(message, f"{text}\n\n{help_for(role)}" if role else text)
