"""What happens when someone, or the calendar, says: forget it?"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import own_data_texts as texts
from bot.database import audit, erasing, people, turns
from bot.database.engine import Sessions
from bot.database.forgetting import (
    REWROTE,
    Forgotten,
    forget_person,
    forget_turns,
    has_forgotten_since_rewrite,
    request_clean_run,
)
from bot.database.migrating import open_database
from bot.database.payloads import empty_old_updates, empty_unwanted_updates, forget_updates
from bot.database.people import Speaker
from bot.database.tables import Turn, now
from bot.errors import RefusedError
from bot.retraining.sweeping import sweep
from bot.settings import Settings


class Forgetting:
    """For Telegram, the terminal, the operator and the calendar alike; rows go at once, and files right after them."""

    def __init__(self, sessions: Sessions, models_dir: Path) -> None:
        self._sessions = sessions
        self._models_dir = models_dir

    async def last_turn_id(self, speaker: Speaker) -> int | None:
        """Of what this person said last in this chat."""
        async with self._sessions() as session:
            person = await people.find_person(session, speaker.platform, speaker.user_id)
            turn = person and await turns.last_turn_of(session, speaker, person)
            return turn.id if turn else None

    async def forget_answer(self, speaker: Speaker, answer_message_id: int) -> Forgotten:
        """The turn whose answer is this message of this chat."""
        async with self._sessions.begin() as session:
            turn = await turns.turn_of_message(session, speaker, answer_message_id)
            forgotten = await _forget_own(session, speaker, turn)
        await self._erase()
        return forgotten

    async def forget_turn(self, speaker: Speaker, turn_id: int) -> Forgotten:
        async with self._sessions.begin() as session:
            forgotten = await _forget_own(session, speaker, await session.get(Turn, turn_id))
        await self._erase()
        return forgotten

    async def forget_everything(
        self, platform: str, user_id: str, *, by: str = "person", before_update_id: int | None = None
    ) -> Forgotten | None:
        """None: nothing was kept about this person, or it is all gone already."""
        async with self._sessions.begin() as session:
            person = await people.find_person(session, platform, user_id)
            forgotten = None
            if person:
                forgotten = await forget_turns(session, Turn.person_id == person.id, by)
                is_wish_kept = await forget_person(session, person)
                forgotten = replace(forgotten, is_wish_kept=is_wish_kept)
            if platform == "telegram":
                await forget_updates(session, user_id, before_id=before_update_id)
        await self._erase()
        return forgotten

    async def forget_older_than(self, days: int, timezone: str) -> Forgotten | None:
        """By whole days, so that of models that learnt from what goes, a new one is made once a day at most.

        None: nothing was as old as that.
        """
        midnight = now().astimezone(ZoneInfo(timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
        before = midnight - timedelta(days=days)
        async with self._sessions.begin() as session:
            await empty_old_updates(session, before)
            is_old = Turn.created_at < before
            if not await session.scalar(select(exists().where(is_old))):
                return None
            forgotten = await forget_turns(session, is_old, by="retention")
        await self._erase()
        return forgotten

    async def finish(self) -> None:
        """What cannot be done at once, and is asked for again until it is done."""
        async with self._sessions.begin() as session:
            await request_clean_run(session)
            await empty_unwanted_updates(session)
            is_anything_deleted = await has_forgotten_since_rewrite(session)
        if is_anything_deleted:
            await erasing.rewrite(self._sessions)
            async with self._sessions.begin() as session:
                audit.record_action(session, REWROTE, person_id=None, detail={})
        await sweep(self._sessions, self._models_dir)

    async def _erase(self) -> None:
        await erasing.empty_log(self._sessions)
        await sweep(self._sessions, self._models_dir)


async def _forget_own(session: AsyncSession, speaker: Speaker, turn: Turn | None) -> Forgotten:
    person = await people.find_person(session, speaker.platform, speaker.user_id)
    if turn is None:
        raise RefusedError(texts.FORGET_NOT_FOUND)
    if person is None or turn.person_id != person.id:
        raise RefusedError(texts.FORGET_NOT_YOURS)
    return await forget_turns(session, Turn.id.in_(await turns.versions_of(session, turn)), by="person")


async def forget_at_once(settings: Settings, platform: str, user_id: str) -> Forgotten | None:
    """For the operator; None: nothing was kept about this person."""
    async with open_database(settings.database_url) as sessions:
        forgetting = Forgetting(sessions, settings.models_dir)
        forgotten = await forgetting.forget_everything(platform, user_id, by="operator")
        await forgetting.finish()
        return forgotten
