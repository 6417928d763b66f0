"""What was said in a chat, and what was said just before?"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.people import Speaker, find_chat
from bot.database.tables import Chat, Person, Turn, now


async def turn_of_update(session: AsyncSession, incoming_update_id: int) -> Turn | None:
    return await session.scalar(select(Turn).where(Turn.incoming_update_id == incoming_update_id))


async def recent_turns(session: AsyncSession, chat: Chat, limit: int) -> list[Turn]:
    """The last turns of this chat that a model answered, oldest first, none from before a /reset."""
    query = select(Turn).where(Turn.chat_id == chat.id, Turn.model_version.is_not(None))
    if chat.context_from:
        query = query.where(Turn.created_at >= chat.context_from)
    newest_first = await session.scalars(query.order_by(Turn.id.desc()).limit(limit))
    return list(newest_first)[::-1]


async def last_turn(session: AsyncSession, chat: Chat) -> Turn | None:
    """The last one that was said, which a lesson is not."""
    query = select(Turn).where(Turn.chat_id == chat.id, Turn.kind == "talk")
    return await session.scalar(query.order_by(Turn.id.desc()).limit(1))


async def last_turn_of(session: AsyncSession, speaker: Speaker, person: Person) -> Turn | None:
    """The last one of this person in this chat, a lesson too."""
    chat = await find_chat(session, speaker)
    query = select(Turn).where(Turn.chat_id == (chat.id if chat else None), Turn.person_id == person.id)
    return await session.scalar(query.order_by(Turn.id.desc()).limit(1))


async def turn_of_message(session: AsyncSession, chat: Chat, answer_message_id: int) -> Turn | None:
    """The turn whose answer is this message, for someone who replies to it with /fix."""
    query = select(Turn).where(Turn.chat_id == chat.id, Turn.answer_message_id == answer_message_id)
    return await session.scalar(query.order_by(Turn.id.desc()).limit(1))


async def mark_sent(session: AsyncSession, turn_id: int, answer_message_id: int | None) -> None:
    turn = await session.get_one(Turn, turn_id)
    turn.sent_at, turn.answer_message_id = now(), answer_message_id
