"""How is nothing that weighs done by a slip of the thumb? The one who asked is asked back."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Any

from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import pending_actions, people
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import PendingAction
from bot.errors import RefusedError
from bot.settings import Settings
from bot.telegram.admin import texts
from bot.telegram.delivery import acknowledge, edit, send

VALID_FOR = timedelta(minutes=10)

RowId = Annotated[int, Field(ge=1, lt=2**31)]  # anyone can send any number; a larger one no database has
Perform = Callable[[AsyncSession, PendingAction, Settings], Awaitable[str]]  # in one transaction; what to say


class Confirmation(CallbackData, prefix="confirm"):
    """What a button carries: which question it answers. Whose that is and what it is about stands in the database."""

    pending_id: RowId
    is_yes: bool


async def ask_back(
    message: Message, question: str, speaker: Speaker, sessions: Sessions, action: str, argument: dict[str, Any]
) -> None:
    async with sessions.begin() as session:
        person = await people.person_of(session, speaker)
        pending = await pending_actions.add(session, person.id, action, argument)
    await send(message, f"{question}\n\n{texts.VALID_FOR}", _keyboard(pending.id))


def build_confirm(performers: dict[str, Perform]) -> Callable[..., Awaitable[None]]:
    """The handler of these buttons, which knows what each action does."""

    async def confirm(
        callback: CallbackQuery, callback_data: Confirmation, speaker: Speaker, sessions: Sessions, settings: Settings
    ) -> None:
        async with sessions.begin() as session:  # taken and done together, or neither
            person = await people.person_of(session, speaker)
            pending = await pending_actions.take(session, callback_data.pending_id, person.id, VALID_FOR)
            if pending is None or pending.action not in performers:
                raise RefusedError(texts.BUTTON_OVER)
            perform = performers[pending.action] if callback_data.is_yes else _leave
            outcome = await perform(session, pending, settings)
        await acknowledge(callback, texts.DONE, must_be_closed=False)
        if isinstance(callback.message, Message):
            await edit(callback.message, outcome)

    return confirm


async def _leave(_session: AsyncSession, _pending: PendingAction, _settings: Settings) -> str:
    return texts.LEFT_AS_IT_IS


def _keyboard(pending_id: int) -> InlineKeyboardMarkup:
    buttons = [
        InlineKeyboardButton(text=text, callback_data=Confirmation(pending_id=pending_id, is_yes=is_yes).pack())
        for text, is_yes in ((texts.YES, True), (texts.NO, False))
    ]
    return InlineKeyboardMarkup(inline_keyboard=[buttons])
