"""How does a curator go through the turns, one message each?"""

from datetime import timedelta
from typing import Literal

from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.conversation import readable
from bot.database import pending_actions, people
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import PendingAction
from bot.errors import RefusedError
from bot.reviewing import decide_undecided, next_undecided
from bot.telegram.admin import texts
from bot.telegram.admin.confirming import RowId
from bot.telegram.delivery import acknowledge, edit, send

REVIEW = "review"
VALID_FOR = timedelta(days=7)  # curators have other things to do as well
BUTTONS = {
    "approved": texts.REVIEW_APPROVE, "edited": texts.REVIEW_EDIT,
    "rejected": texts.REVIEW_REJECT, "skipped": texts.REVIEW_SKIP,
}  # fmt: skip


class ReviewChoice(CallbackData, prefix="review"):
    """No turn stands in it: which one was shown, and to whom, the database knows."""

    pending_id: RowId
    choice: Literal["approved", "edited", "rejected", "skipped"]


async def start_review(message: Message, speaker: Speaker, sessions: Sessions) -> None:
    if not await _show_next(message, speaker, sessions):
        await send(message, texts.REVIEW_NOTHING)


async def decide(callback: CallbackQuery, callback_data: ReviewChoice, speaker: Speaker, sessions: Sessions) -> None:
    message, choice = callback.message, callback_data.choice
    assert isinstance(message, Message)  # who_presses saw to it
    if choice == "edited":
        await acknowledge(callback, texts.REVIEW_HOW_TO_EDIT)
        return
    async with sessions.begin() as session:
        person = await people.person_of(session, speaker)
        pending = await pending_actions.take(session, callback_data.pending_id, person.id, VALID_FOR)
        turn_id = _turn_of(pending)
        if choice != "skipped":
            await decide_undecided(session, turn_id, choice, speaker)
    await acknowledge(callback, texts.DECIDED[choice], must_be_closed=False)
    await _go_on(message, choice, speaker, sessions, turn_id)


async def take_better_answer(message: Message, speaker: Speaker, sessions: Sessions, reviewed: PendingAction) -> None:
    shown = message.reply_to_message
    assert shown is not None  # shows_a_turn saw to it
    better = readable(message.text or "")
    if not better:
        raise RefusedError(texts.REVIEW_NO_ANSWER)
    async with sessions.begin() as session:
        person = await people.person_of(session, speaker)
        pending = await pending_actions.take(session, reviewed.id, person.id, VALID_FOR)
        turn_id = _turn_of(pending)
        await decide_undecided(session, turn_id, "edited", speaker, better)
    await _go_on(shown, "edited", speaker, sessions, turn_id)


async def shows_a_turn(message: Message, speaker: Speaker, sessions: Sessions) -> bool | dict[str, PendingAction]:
    """Whether the message replies to a turn that this person was shown for review."""
    if message.reply_to_message is None:
        return False
    async with sessions.begin() as session:
        person = await people.person_of(session, speaker)
        reviewed = await pending_actions.find_by_message(session, message.reply_to_message.message_id, person.id)
    return {"reviewed": reviewed} if reviewed is not None and reviewed.action == REVIEW else False


async def _go_on(shown: Message, choice: str, speaker: Speaker, sessions: Sessions, turn_id: int) -> None:
    await edit(shown, f"{texts.DECIDED[choice]}\n\n{shown.text}")
    if not await _show_next(shown, speaker, sessions, after_id=turn_id):
        await send(shown, texts.REVIEW_OVER)


async def _show_next(message: Message, speaker: Speaker, sessions: Sessions, after_id: int = 0) -> bool:
    """False: there is none left."""
    turn = await next_undecided(sessions, after_id)
    if turn is None:
        return False
    async with sessions.begin() as session:
        person = await people.person_of(session, speaker)
        pending = await pending_actions.add(session, person.id, REVIEW, {"turn_id": turn.turn_id})
    message_id = await send(message, texts.review(turn), _keyboard(pending.id))
    async with sessions.begin() as session:
        (await session.get_one(PendingAction, pending.id)).message_id = message_id
    return True


def _turn_of(pending: PendingAction | None) -> int:
    if pending is None or pending.action != REVIEW:
        raise RefusedError(texts.BUTTON_OVER)
    return int(pending.argument["turn_id"])


def _keyboard(pending_id: int) -> InlineKeyboardMarkup:
    buttons = [
        InlineKeyboardButton(text=text, callback_data=ReviewChoice(pending_id=pending_id, choice=choice).pack())
        for choice, text in BUTTONS.items()
    ]
    return InlineKeyboardMarkup(inline_keyboard=[buttons[:2], buttons[2:]])
