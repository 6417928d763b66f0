"""How does a chat choose in which speech level it is answered?"""

from typing import Literal

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.conversation import Conversation
from bot.database.people import Speaker
from bot.speech_style import CHOSEN, STYLES, WHICH_STYLE, read_style
from bot.telegram import chat_texts
from bot.telegram.delivery import acknowledge, edit, send
from bot.telegram.speaking import who_presses, who_speaks


class StyleChoice(CallbackData, prefix="style"):
    """Of the chat in which the button is pressed, whatever the data says."""

    style: Literal["formal", "polite", "casual", "follow"]


def build_style_router() -> Router:
    router = Router(name="style")
    router.message.filter(who_speaks)
    router.callback_query.filter(who_presses)
    router.message.register(choose_style, Command("말투", "style"))
    router.callback_query.register(press_style, StyleChoice.filter())
    return router


async def choose_style(message: Message, command: CommandObject, speaker: Speaker, conversation: Conversation) -> None:
    if not command.args:
        await send(message, chat_texts.STYLE, style_keyboard(await conversation.style_of(speaker)))
    elif style := read_style(command.args):
        await conversation.set_style(speaker, style)
        await send(message, CHOSEN[style])
    else:
        await send(message, WHICH_STYLE)


async def press_style(
    callback: CallbackQuery, callback_data: StyleChoice, speaker: Speaker, conversation: Conversation
) -> None:
    await conversation.set_style(speaker, callback_data.style)
    await acknowledge(callback, CHOSEN[callback_data.style], must_be_closed=False)
    if isinstance(callback.message, Message):
        await edit(callback.message, chat_texts.STYLE, style_keyboard(callback_data.style))


def style_keyboard(current: str) -> InlineKeyboardMarkup:
    buttons = [
        InlineKeyboardButton(
            text=f"✓ {name}" if style == current else name,
            callback_data=StyleChoice.model_validate({"style": style}).pack(),
        )
        for name, style in STYLES.items()
    ]
    return InlineKeyboardMarkup(inline_keyboard=[buttons[:2], buttons[2:]])
