"""How does a person see why the bot said something?"""

import asyncio

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import BufferedInputFile, Message

from bot.database.people import Speaker
from bot.insight import Insights
from bot.telegram import chat_texts
from bot.telegram.delivery import send, typing
from bot.telegram.speaking import replied_message_id, who_speaks


def build_insight_router() -> Router:
    router = Router(name="insight")
    router.message.filter(who_speaks)
    router.message.register(explain, Command("why"))
    return router


async def explain(message: Message, speaker: Speaker, insights: Insights) -> None:
    async with typing(message):
        insight = await insights.explain(speaker, answer_message_id=replied_message_id(message))
        attention = insight.attention
        picture = await asyncio.to_thread(attention.picture) if attention else None
    if attention is None or picture is None:
        await send(message, f"{insight.text()}\n\n{chat_texts.NO_PICTURE}")
        return
    await send(message, insight.text())
    caption = chat_texts.attention_caption(attention.model_version, insight.turn.model_version)
    await message.answer_photo(BufferedInputFile(picture, filename="attention.png"), caption=caption)
