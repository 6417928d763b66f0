"""What did a person think of an answer?"""

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import NOT_KEPT, NOT_YOURS
from bot.curation import answer_to_judge
from bot.database import people, turns
from bot.database.engine import Sessions
from bot.database.insert import insert_if_absent
from bot.database.people import Speaker
from bot.database.tables import Person, Rating, Turn, now
from bot.errors import RefusedError


class Ratings:
    """Who was answered rates, and rated again, the new rating counts. 1 is good, -1 bad, 0 takes the rating back."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def rate_last(self, speaker: Speaker, value: int) -> Turn:
        async with self._sessions.begin() as session:
            turn = await answer_to_judge(session, speaker, None)
            await _rate(session, turn, await people.person_of(session, speaker), value)
            return turn

    async def rate_turn(self, speaker: Speaker, turn_id: int, value: int) -> None:
        """Refused for someone else's turn, and for one of another chat."""
        async with self._sessions.begin() as session:
            turn = await turns.own_turn(session, speaker, turn_id)
            if turn is None:
                raise RefusedError(NOT_YOURS)
            await _rate(session, turn, await people.person_of(session, speaker), value)

    async def rate_message(self, speaker: Speaker, answer_message_id: int, value: int) -> bool:
        """False, and nothing changed, where the message shows no answer to this person."""
        async with self._sessions.begin() as session:
            shown = await turns.turn_of_message(session, speaker, answer_message_id)
            turn = shown and await turns.own_turn(session, speaker, shown.id)
            if turn is None:
                return False
            await _rate(session, turn, await people.person_of(session, speaker), value)
            return True


async def _rate(session: AsyncSession, turn: Turn, person: Person, value: int) -> None:
    its_rating = (Rating.turn_id == turn.id, Rating.person_id == person.id)
    if value == 0:
        await session.execute(delete(Rating).where(*its_rating))
        return
    if not await people.may_keep(session, person.id):
        raise RefusedError(NOT_KEPT)
    values = {"value": value, "rated_at": now()}
    if not await insert_if_absent(session, Rating, turn_id=turn.id, person_id=person.id, **values):
        await session.execute(update(Rating).where(*its_rating).values(**values))
