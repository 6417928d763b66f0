"""What was given up, and may an admin have it tried again?"""

from aiogram.filters import CommandObject
from aiogram.types import Message

from bot.database import inbox
from bot.database.engine import Sessions
from bot.database.tables import IncomingUpdate
from bot.telegram.admin import texts
from bot.telegram.delivery import send

MAX_SHOWN = 20
MAX_ID = 2**31 - 1


async def show_undelivered(message: Message, command: CommandObject, sessions: Sessions) -> None:
    """`/undelivered` lists them; `/undelivered retry` or `/undelivered retry 3 4` tries them again."""
    word, *numbers = (command.args or "list").split()
    if word == "retry" and all(number.isdecimal() for number in numbers):
        async with sessions.begin() as session:
            revived = await inbox.revive(
                session, [number for number in map(int, numbers) if number <= MAX_ID] if numbers else None
            )
        await send(message, texts.undelivered_retried(revived))
    elif word == "list":
        async with sessions() as session:
            dead = await inbox.dead_updates(session, MAX_SHOWN)
            count = (await inbox.count_updates(session)).get("dead", 0)
        await send(message, texts.undelivered([shown(update) for update in dead], count))
    else:
        await send(message, texts.UNDELIVERED_USAGE)


def shown(update: IncomingUpdate) -> str:
    """Which, when and why, and nothing of what was said."""
    when = update.done_at or update.received_at
    return f"#{update.id} {when:%m-%d %H:%M} UTC, chat {update.chat_key}: {update.error}"
