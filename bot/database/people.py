"""Who speaks, where, and what did they allow?"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.insert import insert_if_absent
from bot.database.tables import Chat, Consent, Person


async def get_or_add_person(
    session: AsyncSession, *, platform: str, user_id: str, language_code: str | None = None
) -> Person:
    query = select(Person).where(Person.platform == platform, Person.platform_user_id == user_id)
    person = await session.scalar(query)
    if person is None:
        await insert_if_absent(
            session, Person, platform=platform, platform_user_id=user_id, language_code=language_code
        )
        person = (await session.scalars(query)).one()
    return person


async def get_or_add_chat(session: AsyncSession, *, platform: str, chat_id: str, thread_id: int = 0) -> Chat:
    query = select(Chat).where(Chat.platform == platform, Chat.platform_chat_id == chat_id, Chat.thread_id == thread_id)
    chat = await session.scalar(query)
    if chat is None:
        await insert_if_absent(session, Chat, platform=platform, platform_chat_id=chat_id, thread_id=thread_id)
        chat = (await session.scalars(query)).one()
    return chat


async def last_consent(session: AsyncSession, person_id: int) -> Consent | None:
    query = select(Consent).where(Consent.person_id == person_id).order_by(Consent.id.desc()).limit(1)
    return await session.scalar(query)
