"""What do the buttons below an answer, and the reactions to it, ask for?"""

from collections.abc import Sequence

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message, MessageReactionUpdated, ReactionTypeEmoji, ReactionTypeUnion

from bot.conversation import Conversation
from bot.database.people import Speaker
from bot.ratings import Ratings
from bot.telegram import chat_texts
from bot.telegram.answers import AnswerButton, say_in_place
from bot.telegram.delivery import acknowledge
from bot.telegram.speaking import who_presses

GOOD_REACTIONS = frozenset("👍❤🔥🥰👏😁🎉🤩🙏👌😍💯🤣⚡🏆🍓🍾💋😇🤗🫡🆒💘😘😎") | {"❤\u200d🔥"}
BAD_REACTIONS = frozenset("👎🤬🤮💩🤡🥱🥴💔🤨😐🖕😡")


def build_rating_router() -> Router:
    router = Router(name="ratings")
    router.callback_query.filter(who_presses)
    router.callback_query.register(say_another, AnswerButton.filter(F.wish == "another"))
    router.callback_query.register(rate, AnswerButton.filter())
    router.message_reaction.register(take_reaction)
    return router


async def rate(callback: CallbackQuery, callback_data: AnswerButton, speaker: Speaker, ratings: Ratings) -> None:
    value = 1 if callback_data.wish == "good" else -1
    await ratings.rate_turn(speaker, callback_data.turn_id, value)
    await acknowledge(callback, chat_texts.RATED[value], must_be_closed=False)


async def say_another(
    callback: CallbackQuery,
    callback_data: AnswerButton,
    speaker: Speaker,
    conversation: Conversation,
    incoming_update_id: int,
) -> None:
    answer = await conversation.another(speaker, callback_data.turn_id, incoming_update_id=incoming_update_id)
    if isinstance(callback.message, Message):
        await say_in_place(callback.message, answer, conversation)
    await acknowledge(callback)


async def take_reaction(reaction: MessageReactionUpdated, ratings: Ratings) -> None:
    if reaction.user is None:  # an anonymous admin
        return
    speaker = Speaker(platform="telegram", user_id=str(reaction.user.id), chat_id=str(reaction.chat.id))
    await ratings.rate_message(speaker, reaction.message_id, value_of(reaction.new_reaction))


def value_of(reactions: Sequence[ReactionTypeUnion]) -> int:
    """1, -1, or 0 where they say neither or were taken back."""
    emojis = [reaction.emoji for reaction in reactions if isinstance(reaction, ReactionTypeEmoji)]
    total = sum((emoji in GOOD_REACTIONS) - (emoji in BAD_REACTIONS) for emoji in emojis)
    return (total > 0) - (total < 0)
