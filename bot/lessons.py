"""What do people teach the bot, and which lessons does it not take?"""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import NOT_KEPT, readable
from bot.curation import answer_to_judge
from bot.database import people, turns
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import Person, Turn, now
from bot.errors import RefusedError
from bot.speech_style import DEFAULT_LEVEL, FOLLOW, level_to_answer_in
from dialogue_data.masking import mask
from dialogue_data.toxicity import is_toxic

BOTH_NEEDED = "질문과 답을 함께 적어 주세요. 예: /teach 제일 좋아하는 계절은? => 저는 가을이 좋아요."
ANSWER_NEEDED = "고친 답을 함께 적어 주세요. 예: /fix 오늘도 고생 많았어요."
TOO_LONG = "한 번에 배우기에는 길어요. 질문도 답도 {max_chars}자 안쪽으로 적어 주세요."
TOXIC = "누군가 상처받을 수 있는 말이라서 배우지 않을게요. 다르게 가르쳐 주시겠어요?"
PERSONAL = "사람을 알아볼 수 있는 말({kinds})이 들어 있어서 배우지 않을게요. 그 부분을 빼고 가르쳐 주세요."
ENOUGH_FOR_TODAY = "오늘은 많이 배웠어요. 하루에 {per_day}개까지 배울 수 있으니 내일 또 가르쳐 주세요."
NOT_YOUR_TALK = "제가 대답해 드린 분만 그 대답을 고쳐 주실 수 있어요. 새로 가르치시려면 /teach 를 써 주세요."

THANKS = "고마워요. 사람이 살펴본 다음에 배울게요."
CONSENT_MISSING = "다만 학습에 써도 된다고 /privacy 에서 정해 주셔야 정말로 배울 수 있어요."


class Lessons:
    """A lesson is a turn of its own kind, which a curator decides about like about any turn."""

    def __init__(self, sessions: Sessions, *, per_day: int, max_chars: int) -> None:
        self._sessions = sessions
        self._per_day = per_day
        self._max_chars = max_chars

    async def teach(self, speaker: Speaker, lesson: str, *, incoming_update_id: int | None = None) -> str:
        """`question => answer`; what to say to who taught."""
        question, _, answer = (readable(part) for part in lesson.partition("=>"))
        if not question or not answer:
            raise RefusedError(BOTH_NEEDED)
        async with self._sessions.begin() as session:
            return await self._take(session, speaker, question, answer, None, incoming_update_id)

    async def fix(
        self, speaker: Speaker, better_answer: str, *, answer_message_id: int, incoming_update_id: int | None = None
    ) -> str:
        """What the bot should have said to them. To others it is not theirs to say what their words may teach."""
        answer = readable(better_answer)
        if not answer:
            raise RefusedError(ANSWER_NEEDED)
        async with self._sessions.begin() as session:
            turn = await answer_to_judge(session, speaker, answer_message_id)
            if await turns.own_turn(session, speaker, turn.id) is None:
                raise RefusedError(NOT_YOUR_TALK)
            return await self._take(session, speaker, turn.question, answer, turn, incoming_update_id)

    async def _take(
        self,
        session: AsyncSession,
        speaker: Speaker,
        question: str,
        answer: str,
        turn: Turn | None,
        incoming_update_id: int | None,
    ) -> str:
        person = await people.person_of(session, speaker)
        chat = await people.chat_of(session, speaker)
        is_new = incoming_update_id is None or await turns.turn_of_update(session, incoming_update_id) is None
        if is_new:
            await self._refuse_unfit(session, person, [answer] if turn else [question, answer])
            level = turn.speech_level if turn else DEFAULT_LEVEL
            session.add(
                Turn(
                    chat_id=chat.id,
                    person_id=person.id,
                    kind="lesson",
                    question=question,
                    answer=answer,
                    context_turn_ids=turn.context_turn_ids if turn else [],
                    candidates=[],
                    latency_seconds=0.0,
                    speech_level=level_to_answer_in(FOLLOW, answer, level),
                    incoming_update_id=incoming_update_id,
                )
            )
        consent = await people.last_consent(session, person.id)
        return THANKS if consent and consent.may_train else f"{THANKS} {CONSENT_MISSING}"

    async def _refuse_unfit(self, session: AsyncSession, person: Person, taught: Sequence[str]) -> None:
        if not await people.may_keep(session, person.id):
            raise RefusedError(NOT_KEPT)
        if max(map(len, taught)) > self._max_chars:
            raise RefusedError(TOO_LONG.format(max_chars=self._max_chars))
        if any(map(is_toxic, taught)):
            raise RefusedError(TOXIC)
        if kinds := sorted({kind for text in taught for kind in mask(text).counts}):
            raise RefusedError(PERSONAL.format(kinds=", ".join(kinds)))
        recent = select(func.count()).where(
            Turn.person_id == person.id, Turn.kind == "lesson", Turn.created_at > now() - timedelta(days=1)
        )
        if (await session.scalar(recent) or 0) >= self._per_day:
            raise RefusedError(ENOUGH_FOR_TODAY.format(per_day=self._per_day))
