import pytest
from sqlalchemy import select

from bot.conversation import Conversation
from bot.curation import CONSENT_VERSION, Curation, CurationRefusedError
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import Consent, Review, Turn
from bot.reply_worker import ReplyWorker
from tests.bot.repliers import Failing

ADMIN = Speaker(platform="telegram", user_id="1", chat_id="1")
VISITOR = Speaker(platform="telegram", user_id="2", chat_id="1")
OWNER = Speaker(platform="terminal", user_id="owner", chat_id="owner")


@pytest.fixture
def curation(sessions: Sessions) -> Curation:
    return Curation(sessions, admin_ids={1})


async def the_turn(sessions: Sessions) -> Turn:
    async with sessions() as session:
        return (await session.scalars(select(Turn).order_by(Turn.id.desc()).limit(1))).one()


async def reviews(sessions: Sessions) -> list[tuple[str, str | None]]:
    async with sessions() as session:
        return [(row.state, row.edited_answer) for row in await session.scalars(select(Review).order_by(Review.id))]


async def test_nobody_has_consented_who_has_not_said_so(curation: Curation) -> None:
    assert await curation.consent_of(VISITOR) is None


async def test_each_decision_is_added_and_the_last_counts(curation: Curation, sessions: Sessions) -> None:
    for may_train in (True, False, True):
        await curation.decide_consent(VISITOR, may_train=may_train, is_14_or_older=True)
    await curation.decide_consent(VISITOR, may_train=False, is_14_or_older=True)
    consent = await curation.consent_of(VISITOR)
    assert consent is not None
    assert (consent.may_train, consent.version) == (False, CONSENT_VERSION)
    async with sessions() as session:
        assert list(await session.scalars(select(Consent.may_train).order_by(Consent.id))) == [True, False, True, False]
    assert await curation.consent_of(ADMIN) is None


async def test_a_fix_stands_beside_what_was_said(
    curation: Curation, conversation: Conversation, sessions: Sessions
) -> None:
    await conversation.answer(ADMIN, "안녕")
    await curation.fix(ADMIN, "  안녕하세요! ")
    turn = await the_turn(sessions)
    assert (turn.answer, turn.edited_answer, turn.review_state) == ("안녕?", "안녕하세요!", "edited")


async def test_each_review_is_remembered(curation: Curation, conversation: Conversation, sessions: Sessions) -> None:
    await conversation.answer(ADMIN, "안녕")
    await curation.approve(ADMIN)
    await curation.fix(ADMIN, "안녕하세요!")
    await curation.approve(ADMIN)  # approves the fix
    assert (await the_turn(sessions)).edited_answer == "안녕하세요!"
    await curation.reject(ADMIN)
    assert await reviews(sessions) == [
        ("approved", None),
        ("edited", "안녕하세요!"),
        ("edited", "안녕하세요!"),
        ("rejected", None),
    ]
    assert (await the_turn(sessions)).review_state == "rejected"


async def test_the_answer_replied_to_is_the_one_reviewed(
    curation: Curation, conversation: Conversation, sessions: Sessions
) -> None:
    first = await conversation.answer(VISITOR, "a")
    await conversation.answer(VISITOR, "b")
    assert first.turn_id is not None
    await conversation.mark_sent(first.turn_id, 55)
    turn = await curation.approve(ADMIN, answer_message_id=55)
    assert turn.id == first.turn_id
    with pytest.raises(CurationRefusedError, match="찾지 못했어요"):
        await curation.approve(ADMIN, answer_message_id=56)


async def test_only_curators_review(curation: Curation, conversation: Conversation, sessions: Sessions) -> None:
    await conversation.answer(VISITOR, "안녕")
    impostor = Speaker(platform="elsewhere", user_id="1", chat_id="1")
    for speaker in (VISITOR, impostor):
        with pytest.raises(CurationRefusedError, match="관리자와 검수자만"):
            await curation.approve(speaker)
    assert (await the_turn(sessions)).review_state == "new"
    assert await curation.is_curator(OWNER)


async def test_there_must_be_something_to_review(curation: Curation) -> None:
    with pytest.raises(CurationRefusedError, match="찾지 못했어요"):
        await curation.approve(OWNER)
    with pytest.raises(CurationRefusedError, match="고친 답"):
        await curation.fix(OWNER, "  ")


async def test_a_fallback_can_be_fixed_but_not_approved(
    curation: Curation, conversation: Conversation, worker: ReplyWorker, sessions: Sessions
) -> None:
    worker.swap(Failing())
    await conversation.answer(ADMIN, "bad")
    with pytest.raises(CurationRefusedError, match="모델이 한 말이 아니에요"):
        await curation.approve(ADMIN)
    await curation.fix(ADMIN, "나쁜 하루였군요.")
    assert (await the_turn(sessions)).review_state == "edited"
