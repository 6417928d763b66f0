"""What did people allow, and which answers are good enough to learn from?"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import readable
from bot.database import people, turns
from bot.database.engine import Sessions
from bot.database.insert import insert_if_absent
from bot.database.people import Speaker
from bot.database.tables import Consent, Person, Rating, Review, ReviewState, Turn, now
from bot.errors import RefusedError
from bot.roles import Roles

CONSENT_VERSION = 1  # of the text below: a change of its meaning is a new version, and is asked anew
CONSENT_TEXT = """\
말동무와 나눈 이야기를 학습에 써도 될까요?

• 무엇을: 보내신 말과 말동무의 대답
• 왜: 말동무가 더 자연스럽게 대답하도록 가르치려고
• 어떻게: 이름, 전화번호, 주소 같은 개인정보를 가린 뒤에, 사람이 살펴보고 씁니다
• 언제까지: 언제든 마음을 바꾸실 수 있고, 그때부터는 새 학습에 쓰지 않습니다

동의하지 않아도 대화는 똑같이 할 수 있어요. 동의는 만 14세 이상만 할 수 있습니다."""


class CurationRefusedError(RefusedError):
    """About consent, lessons and reviews."""


class Curation:
    """Consent and review, for Telegram and the terminal alike."""

    def __init__(self, sessions: Sessions, *, admin_ids: Collection[int] = ()) -> None:
        self._sessions = sessions
        self._roles = Roles(sessions, admin_ids)

    async def is_curator(self, speaker: Speaker) -> bool:
        """Admins are curators too."""
        return await self._roles.role_of(speaker) is not None

    async def decide_consent(
        self, speaker: Speaker, *, may_train: bool, is_14_or_older: bool, may_keep: bool = True
    ) -> None:
        """Adds a decision; the ones before stay as they were, and count no longer."""
        async with self._sessions.begin() as session:
            person = await people.person_of(session, speaker)
            session.add(
                Consent(
                    person_id=person.id,
                    version=CONSENT_VERSION,
                    may_keep=may_keep,
                    may_train=may_train,
                    is_14_or_older=is_14_or_older,
                )
            )

    async def consent_of(self, speaker: Speaker) -> Consent | None:
        """The decision that counts; None if this person never decided."""
        async with self._sessions.begin() as session:
            person = await people.person_of(session, speaker)
            return await people.last_consent(session, person.id)

    async def approve(self, speaker: Speaker, *, answer_message_id: int | None = None) -> Turn:
        """Marks the answer as worth learning: that message's, or the last one of this chat."""
        return await self._review(speaker, "approved", answer_message_id)

    async def reject(self, speaker: Speaker, *, answer_message_id: int | None = None) -> Turn:
        return await self._review(speaker, "rejected", answer_message_id)

    async def fix(self, speaker: Speaker, better_answer: str, *, answer_message_id: int | None = None) -> Turn:
        """Says what the answer should have been; what was really said stays beside it."""
        answer = readable(better_answer)
        if not answer:
            raise CurationRefusedError("고친 답을 함께 적어 주세요. 예: /fix 오늘도 고생 많았어요.")
        return await self._review(speaker, "edited", answer_message_id, answer)

    async def teach(self, speaker: Speaker, lesson: str) -> Turn:
        """`question => answer`: a lesson, which a curator decides about like about any turn."""
        question, _, answer = (readable(part) for part in lesson.partition("=>"))
        if not question or not answer:
            raise CurationRefusedError(
                "질문과 답을 함께 적어 주세요. 예: /teach 제일 좋아하는 계절은? => 저는 가을이 좋아요."
            )
        async with self._sessions.begin() as session:
            chat = await people.chat_of(session, speaker)
            person = await people.person_of(session, speaker)
            turn = Turn(
                chat_id=chat.id,
                person_id=person.id,
                kind="lesson",
                question=question,
                answer=answer,
                context_turn_ids=[],
                candidates=[],
                latency_seconds=0.0,
                speech_level=chat.speech_level,
            )
            session.add(turn)
            return turn

    async def rate(self, speaker: Speaker, value: int, *, answer_message_id: int | None = None) -> Turn:
        """1 good, -1 bad: that message's answer, or the last one of this chat. Rated again, the new rating counts."""
        async with self._sessions.begin() as session:
            turn = await _answer_of(session, speaker, answer_message_id)
            person = await people.person_of(session, speaker)
            values = {"value": value, "rated_at": now()}
            is_new = await insert_if_absent(session, Rating, turn_id=turn.id, person_id=person.id, **values)
            if not is_new:
                rated = (Rating.turn_id == turn.id, Rating.person_id == person.id)
                await session.execute(update(Rating).where(*rated).values(**values))
            return turn

    async def _review(
        self, speaker: Speaker, state: ReviewState, answer_message_id: int | None, edited_answer: str | None = None
    ) -> Turn:
        if not await self.is_curator(speaker):
            raise CurationRefusedError("이 명령은 관리자와 검수자만 쓸 수 있어요.")
        async with self._sessions.begin() as session:
            turn = await _answer_of(session, speaker, answer_message_id)
            await decide(session, turn, state, await people.person_of(session, speaker), edited_answer=edited_answer)
            return turn


async def _answer_of(session: AsyncSession, speaker: Speaker, answer_message_id: int | None) -> Turn:
    """That message's turn, or the last one of this chat."""
    chat = await people.chat_of(session, speaker)
    if answer_message_id is None:
        turn = await turns.last_turn(session, chat)
    else:
        turn = await turns.turn_of_message(session, chat, answer_message_id)
    if turn is None:
        raise CurationRefusedError("살펴볼 대답을 찾지 못했어요. 대화를 나눈 다음에 써 주세요.")
    return turn


async def decide(
    session: AsyncSession,
    turn: Turn,
    state: ReviewState,
    reviewer: Person,
    *,
    edited_answer: str | None = None,
    at: datetime | None = None,
) -> None:
    """The one way in which a turn comes to be approved, edited or rejected; the decisions before are kept beside it."""
    if state == "approved" and turn.is_fallback:
        raise CurationRefusedError("이 대답은 모델이 한 말이 아니에요. /fix 로 알맞은 답을 적어 주세요.")
    if state == "approved" and turn.edited_answer:  # what is approved is the answer as it was fixed
        state, edited_answer = "edited", turn.edited_answer
    review = Review(turn_id=turn.id, reviewer_id=reviewer.id, state=state, edited_answer=edited_answer)
    review.created_at = at or now()
    session.add(review)
    turn.review_state, turn.edited_answer = state, edited_answer
