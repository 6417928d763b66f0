"""What was said in a chat, what was said just before, and which message shows which turn?"""

from collections.abc import Sequence

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.database.people import Speaker, find_chat
from bot.database.tables import Chat, Person, Turn, now


async def turn_of_update(session: AsyncSession, incoming_update_id: int) -> Turn | None:
    return await session.scalar(select(Turn).where(Turn.incoming_update_id == incoming_update_id))


async def recent_turns(session: AsyncSession, chat: Chat, limit: int) -> list[Turn]:
    """The last turns of this chat that were answered, oldest first, none from before a /reset and none replaced.

    Where a rule answered (it does not know, someone is in danger) there is a confidence but no model; where there was
    no answer at all there is neither.
    """
    later = aliased(Turn)
    is_replaced = exists().where(later.replaces_turn_id == Turn.id)
    is_answered = or_(Turn.model_version.is_not(None), Turn.confidence.is_not(None))
    query = select(Turn).where(Turn.chat_id == chat.id, is_answered, ~is_replaced)
    if chat.context_from:
        query = query.where(Turn.created_at >= chat.context_from)
    newest_first = await session.scalars(query.order_by(Turn.created_at.desc(), Turn.id.desc()).limit(limit))
    return list(newest_first)[::-1]


async def turns_of_ids(session: AsyncSession, turn_ids: Sequence[int]) -> list[Turn]:
    """In the order of the ids, without those that are gone."""
    found = {turn.id: turn for turn in await session.scalars(select(Turn).where(Turn.id.in_(turn_ids)))}
    return [found[turn_id] for turn_id in turn_ids if turn_id in found]


async def last_turn(session: AsyncSession, chat: Chat) -> Turn | None:
    """The last one that was said, which a lesson is not."""
    query = select(Turn).where(Turn.chat_id == chat.id, Turn.kind == "talk")
    return await session.scalar(query.order_by(Turn.id.desc()).limit(1))


async def last_turn_of(session: AsyncSession, speaker: Speaker, person: Person) -> Turn | None:
    """The last one of this person in this chat, a lesson too."""
    chat = await find_chat(session, speaker)
    query = select(Turn).where(Turn.chat_id == (chat.id if chat else None), Turn.person_id == person.id)
    return await session.scalar(query.order_by(Turn.id.desc()).limit(1))


async def turn_of_message(session: AsyncSession, speaker: Speaker, answer_message_id: int) -> Turn | None:
    """The turn whose answer this message of the speaker's chat shows now."""
    return await _newest(session, _turns_where(speaker).where(Turn.answer_message_id == answer_message_id))


async def turn_of_question(session: AsyncSession, speaker: Speaker, question_message_id: int) -> Turn | None:
    """The turn that answers this message of theirs, as it stands now."""
    return await _newest(session, _own_turns(speaker).where(Turn.question_message_id == question_message_id))


async def own_turn(session: AsyncSession, speaker: Speaker, turn_id: int) -> Turn | None:
    """None where the turn is another person's or of another chat."""
    return await session.scalar(_own_turns(speaker).where(Turn.id == turn_id))


async def is_replaced(session: AsyncSession, turn: Turn) -> bool:
    return await session.scalar(select(Turn.id).where(Turn.replaces_turn_id == turn.id)) is not None


async def versions_of(session: AsyncSession, turn: Turn) -> list[int]:
    """The ids of the turns that replaced one another, this one among them."""
    ids, newest = [turn.id], turn
    while newer := await session.scalar(select(Turn).where(Turn.replaces_turn_id == newest.id)):
        ids.append(newer.id)
        newest = newer
    older = turn.replaces_turn_id
    while older and (before := await session.get(Turn, older)):
        ids.append(before.id)
        older = before.replaces_turn_id
    return ids


async def answers_so_far(session: AsyncSession, turn: Turn) -> list[str]:
    """What was already said to the same question: this answer, and those that it replaced."""
    answers, said = [turn.answer], turn
    while said.replaces_turn_id and (before := await session.get(Turn, said.replaces_turn_id)):
        if before.question != turn.question:
            break
        answers.append(before.answer)
        said = before
    return answers


async def mark_sent(session: AsyncSession, turn_id: int, answer_message_id: int | None) -> None:
    turn = await session.get_one(Turn, turn_id)
    turn.sent_at, turn.answer_message_id = now(), answer_message_id


def _turns_where(speaker: Speaker) -> Select[Turn]:
    """Of the speaker's chat, in any thread: Telegram numbers the messages of a chat through all its threads."""
    here = (Chat.platform == speaker.platform, Chat.platform_chat_id == speaker.chat_id)
    return select(Turn).join(Chat, Turn.chat_id == Chat.id).where(*here)


def _own_turns(speaker: Speaker) -> Select[Turn]:
    author = (Person.platform == speaker.platform, Person.platform_user_id == speaker.user_id)
    return _turns_where(speaker).join(Person, Turn.person_id == Person.id).where(*author)


async def _newest(session: AsyncSession, query: Select[Turn]) -> Turn | None:
    return await session.scalar(query.order_by(Turn.id.desc()).limit(1))
