import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.answering import NO_REPLY, Answer
from bot.conversation import EMPTY_QUESTION, Conversation
from bot.curation import Curation
from bot.database.engine import Sessions
from bot.database.inbox import store_update
from bot.database.people import Speaker
from bot.database.tables import IncomingUpdate, Person, Turn
from bot.replier import Question, Replier
from bot.reply_worker import ReplyWorker
from tests.bot.repliers import Echo, Failing, Ranked, Unsure, Waiting

MINJI = Speaker(platform="telegram", user_id="1", chat_id="1")
MINJI_IN_GROUP = Speaker(platform="telegram", user_id="1", chat_id="-100")
MINJI_IN_THREAD = Speaker(platform="telegram", user_id="1", chat_id="-100", thread_id=7)


async def stored_turns(sessions: Sessions) -> list[Turn]:
    async with sessions() as session:
        return list(await session.scalars(select(Turn).order_by(Turn.id)))


async def an_update(sessions: Sessions, update_id: int = 1) -> int:
    async with sessions.begin() as session:
        await store_update(session, bot_id=9, update_id=update_id, chat_key="1", payload={"text": "안녕"})
        query = select(IncomingUpdate.id).where(IncomingUpdate.update_id == update_id)
        return (await session.scalars(query)).one()


def last_question(echo: Echo) -> Question:
    return echo.batches[-1][-1]


async def test_an_answer_is_stored_with_all_that_is_known_about_it(
    conversation: Conversation, sessions: Sessions
) -> None:
    answer = await conversation.answer(MINJI, "안녕")
    [turn] = await stored_turns(sessions)
    assert answer == Answer(text="안녕?", turn_id=turn.id, is_fallback=False)
    assert (turn.question, turn.answer, turn.model_version, turn.speech_level) == ("안녕", "안녕?", "echo", "polite")
    parts = {"log_prob": -2.0, "length_part": 1.5, "coverage_part": 0.0, "mmi_part": 0.0, "known_part": 0.0}
    assert turn.candidates[0] == {"text": "안녕?", "score": -0.5} | parts
    assert (turn.score, turn.confidence, turn.review_state) == (-0.5, 0.75, "new")
    assert turn.latency_seconds > 0
    assert turn.created_at.tzinfo is not None


async def test_the_last_turns_are_the_context_of_the_next(conversation: Conversation, echo: Echo) -> None:
    for question in ("a", "b", "c", "d"):
        await conversation.answer(MINJI, question)
    assert last_question(echo).context == ("b", "b?", "c", "c?")


async def test_context_stays_in_its_chat_and_thread(conversation: Conversation, echo: Echo) -> None:
    for speaker, question in ((MINJI, "private"), (MINJI_IN_GROUP, "group"), (MINJI_IN_THREAD, "thread")):
        await conversation.answer(speaker, question)
        assert last_question(echo).context == ()
    await conversation.answer(MINJI_IN_GROUP, "more")
    assert last_question(echo).context == ("group", "group?")


async def test_reset_forgets_the_context_of_this_chat_only(conversation: Conversation, echo: Echo) -> None:
    for speaker in (MINJI, MINJI_IN_GROUP):
        await conversation.answer(speaker, "before")
    await conversation.reset(MINJI)
    await conversation.answer(MINJI, "after")
    assert last_question(echo).context == ()
    await conversation.answer(MINJI_IN_GROUP, "after")
    assert last_question(echo).context == ("before", "before?")


async def test_a_chat_keeps_its_speech_level(conversation: Conversation, echo: Echo) -> None:
    await conversation.set_style(MINJI, "casual")
    await conversation.answer(MINJI, "안녕")
    assert last_question(echo).speech_level == "casual"
    await conversation.answer(MINJI_IN_GROUP, "안녕")
    assert last_question(echo).speech_level == "polite"


async def test_the_same_update_is_thought_up_and_stored_once(
    conversation: Conversation, sessions: Sessions, echo: Echo
) -> None:
    update_id = await an_update(sessions)
    first = await conversation.answer(MINJI, "안녕", incoming_update_id=update_id)
    again = await conversation.answer(MINJI, "안녕", incoming_update_id=update_id)
    assert first == again
    assert len(echo.batches) == len(await stored_turns(sessions)) == 1
    assert first.turn_id is not None
    await conversation.mark_sent(first.turn_id, 55)
    assert (await conversation.answer(MINJI, "안녕", incoming_update_id=update_id)).is_sent


async def test_two_attempts_at_once_at_the_same_update_give_one_turn(
    conversation: Conversation, sessions: Sessions
) -> None:
    update_id = await an_update(sessions)
    answers = await asyncio.gather(
        *(conversation.answer(MINJI, "안녕", incoming_update_id=update_id) for _ in range(3))
    )
    assert len({answer.turn_id for answer in answers}) == 1
    assert len(await stored_turns(sessions)) == 1


async def test_people_and_chats_met_at_once_are_stored_once(conversation: Conversation, sessions: Sessions) -> None:
    await asyncio.gather(*(conversation.answer(MINJI, f"{n}") for n in range(10)))
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Person)) == 1
    assert len(await stored_turns(sessions)) == 10


@pytest.mark.parametrize("question", ["", "   \n\t ", "\x00\x07"])
async def test_nothing_said_is_answered_kindly_and_not_stored(
    conversation: Conversation, sessions: Sessions, question: str
) -> None:
    answer = await conversation.answer(MINJI, question)
    assert answer == Answer(text=EMPTY_QUESTION, is_fallback=True)
    assert await stored_turns(sessions) == []


async def test_a_question_that_is_too_long_never_reaches_the_model(conversation: Conversation, echo: Echo) -> None:
    assert not (await conversation.answer(MINJI, "가" * 100)).is_fallback
    answer = await conversation.answer(MINJI, "가" * 101)
    assert "100자" in answer.text
    assert answer.is_fallback
    assert len(echo.batches) == 1


async def test_what_is_typed_becomes_one_normal_form_that_a_database_can_store(
    conversation: Conversation, sessions: Sessions
) -> None:
    await conversation.answer(MINJI, " \u1112\u1161\u11ab\u0000글\ud83d ㅋㅋ ")  # decomposed, NUL, half a surrogate
    assert [turn.question for turn in await stored_turns(sessions)] == ["한글? ㅋㅋ"]


async def test_who_wants_nothing_kept_is_answered_without_a_trace(
    conversation: Conversation, sessions: Sessions, echo: Echo
) -> None:
    await conversation.answer(MINJI, "before")
    await Curation(sessions).decide_consent(MINJI, may_keep=False, may_train=False, is_14_or_older=True)
    answer = await conversation.answer(MINJI, "비밀")
    assert answer == Answer(text="비밀?", is_fallback=False)
    assert last_question(echo).context == ()
    assert [turn.question for turn in await stored_turns(sessions)] == ["before"]


@asynccontextmanager
async def conversation_with(
    replier: Replier, sessions: Sessions, reply_timeout_seconds: float = 60
) -> AsyncIterator[Conversation]:
    worker = ReplyWorker(replier)
    worker.start()
    try:
        yield Conversation(
            sessions,
            worker,
            context_turns=2,
            max_question_chars=100,
            reply_timeout_seconds=reply_timeout_seconds,
            session_idle=timedelta(hours=1),
        )
    finally:
        if isinstance(replier, Waiting):
            replier.go_on.set()
        await asyncio.to_thread(worker.stop)


async def test_a_slow_model_does_not_leave_the_person_waiting(sessions: Sessions) -> None:
    replier = Waiting()
    async with conversation_with(replier, sessions, reply_timeout_seconds=0.05) as conversation:
        answers = [await conversation.answer(MINJI, question) for question in ("a", "b", "c")]
    assert [answer.text for answer in answers] == [NO_REPLY] * 3
    assert all(answer.is_fallback for answer in answers)
    assert not replier.was_used_twice_at_once
    turns = await stored_turns(sessions)
    assert all(turn.is_fallback and turn.candidates == [] and turn.score is None for turn in turns)


async def test_other_work_goes_on_while_the_model_thinks(sessions: Sessions) -> None:
    replier = Waiting()
    async with conversation_with(replier, sessions) as conversation:
        thinking = asyncio.create_task(conversation.answer(MINJI, "어려운 질문"))
        await asyncio.to_thread(replier.is_thinking.wait)
        # Writing needs SQLite's only write lock: it would not get it if a transaction were open now.
        await conversation.reset(MINJI_IN_GROUP)
        assert (await conversation.answer(MINJI_IN_GROUP, " ")).text == EMPTY_QUESTION
        assert not thinking.done()
        replier.go_on.set()
        assert (await thinking).text == "어려운 질문?"


async def test_a_fallback_is_never_context(sessions: Sessions) -> None:
    replier = Failing()
    async with conversation_with(replier, sessions) as conversation:
        assert (await conversation.answer(MINJI, "bad")).text == NO_REPLY
        await conversation.answer(MINJI, "good")
    assert last_question(replier).context == ()


async def test_who_does_not_know_listens_on_and_asks_to_be_taught_once(sessions: Sessions) -> None:
    replier = Unsure()
    async with conversation_with(replier, sessions) as conversation:
        first = await conversation.answer(MINJI, "드론이 나무에 걸렸어")
        second = await conversation.answer(MINJI, "응, 꺼냈어")
    assert (first.is_fallback, first.can_be_taught, second.can_be_taught) == (True, True, False)
    assert last_question(replier).context == ("드론이 나무에 걸렸어", "드론이 나무에 걸렸어?")


async def test_an_answer_thought_up_before_a_reset_is_not_context_after_it(sessions: Sessions) -> None:
    replier = Waiting()
    async with conversation_with(replier, sessions) as conversation:
        thinking = asyncio.create_task(conversation.answer(MINJI, "before"))
        await asyncio.to_thread(replier.is_thinking.wait)
        await conversation.reset(MINJI)
        replier.go_on.set()
        await thinking
        await conversation.answer(MINJI, "after")
    assert last_question(replier).context == ()


async def test_a_toxic_candidate_is_passed_over_for_the_next(
    conversation: Conversation, sessions: Sessions, worker: ReplyWorker
) -> None:
    worker.swap(Ranked("꺼져 병1신아", "오늘도 힘내요!", "ㅅㅂ"))
    answer = await conversation.answer(MINJI, "안녕")
    assert (answer.text, answer.is_fallback) == ("오늘도 힘내요!", False)
    [turn] = await stored_turns(sessions)
    assert ([candidate["text"] for candidate in turn.candidates], turn.score) == (["오늘도 힘내요!"], -2)


async def test_where_every_candidate_is_toxic_the_fallback_is_said(
    conversation: Conversation, sessions: Sessions, worker: ReplyWorker
) -> None:
    worker.swap(Ranked("꺼져", "시발"))
    answer = await conversation.answer(MINJI, "안녕")
    assert (answer.text, answer.is_fallback) == (NO_REPLY, True)
    [turn] = await stored_turns(sessions)
    assert turn.candidates == []
