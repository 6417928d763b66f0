"""How does an answer stand in a chat, with the buttons below it?"""

from typing import Annotated, Literal

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message
from pydantic import Field

from bot.answering import Answer
from bot.conversation import Conversation
from bot.telegram import chat_texts
from bot.telegram.delivery import edit_answer, send

Wish = Literal["good", "bad", "another"]
BUTTONS: tuple[tuple[str, Wish], ...] = (("👍", "good"), ("👎", "bad"), ("🔄", "another"))


class AnswerButton(CallbackData, prefix="answer"):
    """Anyone can send any data: whether the turn is theirs, and of this chat, is looked up."""

    wish: Wish
    turn_id: Annotated[int, Field(gt=0, lt=2**31)]


async def say(message: Message, answer: Answer, conversation: Conversation) -> None:
    """Once, however often the update is tried."""
    if answer.is_sent:
        return
    answer_message_id = await send(message, shown(answer), keyboard_of(answer))
    if answer.turn_id is not None:
        await conversation.mark_sent(answer.turn_id, answer_message_id)


async def say_in_place(message: Message, answer: Answer, conversation: Conversation) -> None:
    """Where the answer before stands, whatever message was pressed; anew where that can no longer be edited."""
    if answer.is_sent:
        return
    shown_in = answer.message_id
    if shown_in and await edit_answer(message, shown_in, shown(answer), keyboard_of(answer)):
        if answer.turn_id is not None:
            await conversation.mark_sent(answer.turn_id, shown_in)
    else:
        await say(message, answer, conversation)


def shown(answer: Answer) -> str:
    parts = [
        chat_texts.BEGAN_ANEW if answer.began_anew else "",
        chat_texts.UNDERSTOOD.format(understood=answer.understood) if answer.understood else "",
        answer.text,
        chat_texts.TEACH_ME if answer.can_be_taught and answer.turn_id else "",
    ]
    return "\n\n".join(part for part in parts if part)


def keyboard_of(answer: Answer) -> InlineKeyboardMarkup | None:
    """None below what no model said, and below what is not kept."""
    if answer.turn_id is None or answer.is_fallback:
        return None
    row = [
        InlineKeyboardButton(text=text, callback_data=AnswerButton(wish=wish, turn_id=answer.turn_id).pack())
        for text, wish in BUTTONS
    ]
    return InlineKeyboardMarkup(inline_keyboard=[row])
