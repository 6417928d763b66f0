"""Who speaks, where, and what did they allow?"""

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.insert import insert_if_absent
from bot.database.tables import Chat, Consent, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Who speaks, and where: context belongs to (chat, thread), consent to the person."""

    platform: str  # telegram | terminal
    user_id: str
    chat_id: str
    thread_id: int = 0
    language_code: str | None = None


async def person_of(session: AsyncSession, speaker: Speaker) -> Person:
    """Their row, added the first time they say something."""
    query = select(Person).where(Person.platform == speaker.platform, Person.platform_user_id == speaker.user_id)
    person = await session.scalar(query)
    if person is None:
        await insert_if_absent(
            session,
            Person,
            platform=speaker.platform,
            platform_user_id=speaker.user_id,
            language_code=speaker.language_code,
        )
        person = (await session.scalars(query)).one()
    return person


async def chat_of(session: AsyncSession, speaker: Speaker) -> Chat:
    query = select(Chat).where(
        Chat.platform == speaker.platform,
        Chat.platform_chat_id == speaker.chat_id,
        Chat.thread_id == speaker.thread_id,
    )
    chat = await session.scalar(query)
    if chat is None:
        await insert_if_absent(
            session,
            Chat,
            platform=speaker.platform,
            platform_chat_id=speaker.chat_id,
            thread_id=speaker.thread_id,
        )
        chat = (await session.scalars(query)).one()
    return chat


async def last_consent(session: AsyncSession, person_id: int) -> Consent | None:
    """The decision that counts; None if this person never decided."""
    query = select(Consent).where(Consent.person_id == person_id).order_by(Consent.id.desc()).limit(1)
    return await session.scalar(query)


async def may_keep(session: AsyncSession, person_id: int) -> bool:
    """Whoever has not decided otherwise is remembered."""
    consent = await last_consent(session, person_id)
    return consent is None or consent.may_keep


def consenting_people() -> Select[int, int]:
    """Ids of those whose last decision lets their words be learnt from, and the version of what they agreed to."""
    last_ids = select(func.max(Consent.id)).group_by(Consent.person_id)
    return select(Consent.person_id, Consent.version).where(
        Consent.id.in_(last_ids), Consent.may_keep, Consent.may_train, Consent.is_14_or_older
    )
