"""What did people allow, and which answers are good enough to learn from?"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import readable
from bot.database import people, turns
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import Consent, Person, Review, ReviewState, Turn, now
from bot.errors import RefusedError
from bot.roles import Roles

CONSENT_VERSION = 2  # of the text below; 2 promises more than 1 and asks for no more, so that 1 counts on
CONSENT_TEXT = """\
말동무와 나눈 이야기를 보관하고, 학습에 써도 될까요? 두 가지를 따로 정하실 수 있어요.

🗂 보관: 앞의 이야기에 이어서 대답하는 데만 씁니다. 보관하지 않으면 아무것도 남기지 않고 대답만 합니다.
🎓 학습
• 무엇을: 보내신 말과 말동무의 대답
• 왜: 말동무가 더 자연스럽게 대답하도록 가르치려고
• 어떻게: 이름, 전화번호, 주소 같은 개인정보를 가린 뒤에, 사람이 살펴보고 씁니다
• 언제까지: 언제든 마음을 바꾸실 수 있고, 그때부터는 새 학습에 쓰지 않습니다. /forget 으로 지우시면 \
이미 배운 모델도 그 이야기 없이 다시 만듭니다

동의하지 않아도 대화는 똑같이 할 수 있어요. 학습 동의는 만 14세 이상만 할 수 있습니다."""


class CurationRefusedError(RefusedError):
    """A review that may or can not be."""


class Curation:
    """Consent and review, for Telegram and the terminal alike."""

    def __init__(self, sessions: Sessions, *, admin_ids: Collection[int] = ()) -> None:
        self._sessions = sessions
        self._roles = Roles(sessions, admin_ids)

    async def is_curator(self, speaker: Speaker) -> bool:
        """Admins are curators too."""
        return await self._roles.role_of(speaker) is not None

    async def decide_consent(
        self,
        speaker: Speaker,
        *,
        may_keep: bool | None = None,
        may_train: bool | None = None,
        is_14_or_older: bool | None = None,
    ) -> None:
        """Adds a decision; the ones before stay as they were, and count no longer.

        What is None stays as it was decided, but that training needs keeping: who allows the one allows both, and who
        forbids the other forbids both.
        """
        async with self._sessions.begin() as session:
            person = await people.person_of(session, speaker)
            before = await people.last_consent(session, person.id)
            if may_keep is None:
                may_keep = bool(may_train) or before is None or before.may_keep
            if may_train is None:
                may_train = may_keep and before is not None and before.may_train
            if is_14_or_older is None:
                is_14_or_older = before is not None and before.is_14_or_older
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
        async with self._sessions() as session:
            person = await people.find_person(session, speaker.platform, speaker.user_id)
            return await people.last_consent(session, person.id) if person else None

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

    async def _review(
        self, speaker: Speaker, state: ReviewState, answer_message_id: int | None, edited_answer: str | None = None
    ) -> Turn:
        if not await self.is_curator(speaker):
            raise CurationRefusedError("이 명령은 관리자와 검수자만 쓸 수 있어요.")
        async with self._sessions.begin() as session:
            turn = await answer_to_judge(session, speaker, answer_message_id)
            await decide(session, turn, state, await people.person_of(session, speaker), edited_answer=edited_answer)
            return turn


async def answer_to_judge(session: AsyncSession, speaker: Speaker, answer_message_id: int | None) -> Turn:
    """That message's turn, or the last one of this chat."""
    if answer_message_id is None:
        turn = await turns.last_turn(session, await people.chat_of(session, speaker))
    else:
        turn = await turns.turn_of_message(session, speaker, answer_message_id)
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
