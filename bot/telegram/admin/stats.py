"""How are the last days shown to an admin: a picture, with the sums under it?"""

import asyncio

from aiogram.types import BufferedInputFile, Message

from bot.database.engine import Sessions
from bot.settings import Settings
from bot.talk_statistics import read_statistics
from bot.talk_statistics_picture import draw_statistics
from bot.telegram.admin import texts


async def show_statistics(message: Message, sessions: Sessions, settings: Settings) -> None:
    statistics = await read_statistics(sessions, settings.timezone)
    picture = await asyncio.to_thread(draw_statistics, statistics)
    await message.answer_photo(BufferedInputFile(picture, filename="stats.png"), caption=texts.statistics(statistics))
