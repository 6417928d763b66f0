from pathlib import Path

import pytest
from sqlalchemy import update

from bot.conversation import Conversation
from bot.curation import Curation
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import Turn
from bot.export import export_turns
from bot.reply_worker import ReplyWorker
from bot.retraining.dataset import choose_turns
from bot.retraining.ending import RunEndedError
from bot.selection import Tally, UsableTurn, Wanted, select_turns
from dialogue_data.curated import REVIEW_STATES
from dialogue_data.exchange import Exchange
from dialogue_data.export import NothingToExportError
from dialogue_data.jsonl import read_exchanges
from tests.bot.repliers import Failing

MINJI = Speaker(platform="telegram", user_id="1", chat_id="-100")
JUNHO = Speaker(platform="telegram", user_id="2", chat_id="-100")  # in the same group


@pytest.fixture
def curation(sessions: Sessions) -> Curation:
    return Curation(sessions, admin_ids={1})


async def agree(curation: Curation, *speakers: Speaker) -> None:
    for speaker in speakers:
        await curation.decide_consent(speaker, may_train=True, is_14_or_older=True)


EVERY_STATE = Wanted(states=REVIEW_STATES)


async def select(sessions: Sessions, wanted: Wanted = EVERY_STATE) -> tuple[list[UsableTurn], Tally]:
    async with sessions() as session:
        return await select_turns(session, wanted)


async def questions(sessions: Sessions, wanted: Wanted = EVERY_STATE) -> list[str]:
    return [turn.exchange.question for turn in (await select(sessions, wanted))[0]]


async def test_without_consent_nothing_leaves(conversation: Conversation, sessions: Sessions, tmp_path: Path) -> None:
    await conversation.answer(MINJI, "안녕")
    with pytest.raises(NothingToExportError, match=r"nothing to export\. Left out: 1 × no consent to train"):
        await export_turns(sessions, tmp_path / "turns.jsonl", Tally(), wanted=EVERY_STATE)
    assert not (tmp_path / "turns.jsonl").exists()


async def test_only_the_last_decision_counts(
    conversation: Conversation, sessions: Sessions, curation: Curation
) -> None:
    await conversation.answer(MINJI, "안녕")
    await agree(curation, MINJI)
    assert await questions(sessions) == ["안녕"]
    await curation.decide_consent(MINJI, may_train=False, is_14_or_older=True)
    assert await questions(sessions) == []


@pytest.mark.parametrize(("may_keep", "is_14_or_older"), [(True, False), (False, True)])
async def test_consent_of_a_child_or_to_keep_nothing_is_none(
    conversation: Conversation, sessions: Sessions, curation: Curation, may_keep: bool, is_14_or_older: bool
) -> None:
    await conversation.answer(MINJI, "안녕")
    await curation.decide_consent(MINJI, may_train=True, may_keep=may_keep, is_14_or_older=is_14_or_older)
    assert await questions(sessions) == []


async def test_what_is_written_is_read_again_as_exchanges(
    conversation: Conversation, sessions: Sessions, curation: Curation, tmp_path: Path
) -> None:
    await agree(curation, MINJI)
    first = await conversation.answer(MINJI, "안녕")
    second = await conversation.answer(MINJI, "잘 지내")
    await curation.fix(MINJI, "네, 잘 지내요.")
    await export_turns(sessions, tmp_path / "turns.jsonl", Tally(), wanted=EVERY_STATE)
    assert list(read_exchanges(tmp_path / "turns.jsonl")) == [
        Exchange(id=f"turn:{first.turn_id}", question="안녕", answer="안녕?", speech_level="polite", source="turns"),
        Exchange(
            id=f"turn:{second.turn_id}",
            context=("안녕", "안녕?"),
            question="잘 지내",
            answer="네, 잘 지내요.",
            speech_level="polite",
            source="turns",
        ),
    ]


async def test_in_a_group_the_words_of_those_who_did_not_agree_stay_out_of_the_context(
    conversation: Conversation, sessions: Sessions, curation: Curation
) -> None:
    await agree(curation, MINJI)
    await conversation.answer(MINJI, "하나")
    await conversation.answer(JUNHO, "둘")
    await conversation.answer(MINJI, "셋")
    exchanges = [turn.exchange for turn in (await select(sessions))[0]]
    assert [exchange.question for exchange in exchanges] == ["하나", "셋"]
    assert exchanges[1].context == ("하나", "하나?")
    await agree(curation, JUNHO)
    exchanges = [turn.exchange for turn in (await select(sessions))[0]]
    assert exchanges[2].context == ("하나", "하나?", "둘", "둘?")


async def test_the_context_is_the_one_the_model_was_shown_also_after_a_reset(
    conversation: Conversation, sessions: Sessions, curation: Curation
) -> None:
    await agree(curation, MINJI)
    await conversation.answer(MINJI, "하나")
    await conversation.reset(MINJI)
    await conversation.answer(MINJI, "둘")
    await conversation.reset(MINJI)
    assert [turn.exchange.context for turn in (await select(sessions))[0]] == [(), ()]


async def test_rejected_answers_stay_out_and_learning_takes_only_what_was_looked_at(
    conversation: Conversation, sessions: Sessions, curation: Curation
) -> None:
    await agree(curation, MINJI)
    for question, state in (("a", "new"), ("b", "approved"), ("c", "rejected"), ("d", "edited")):
        answer = await conversation.answer(MINJI, question)
        async with sessions.begin() as session:
            change = update(Turn).where(Turn.id == answer.turn_id)
            await session.execute(change.values(review_state=state, edited_answer="더 나은 답"))
    assert await questions(sessions) == ["a", "b", "c", "d"]
    assert await questions(sessions, Wanted()) == ["b", "d"]
    assert (await select(sessions, Wanted()))[1].left_out == {"review state new": 1, "review state rejected": 1}


async def test_a_fallback_is_learnt_from_only_with_the_answer_a_curator_gave(
    sessions: Sessions, curation: Curation, conversation: Conversation, worker: ReplyWorker
) -> None:
    worker.swap(Failing())
    await agree(curation, MINJI)
    await conversation.answer(MINJI, "bad")
    found, tally = await select(sessions)
    assert (found, tally.left_out) == ([], {"no answer of a model": 1})
    await curation.fix(MINJI, "나쁜 하루였군요.")
    assert [turn.exchange.answer for turn in (await select(sessions))[0]] == ["나쁜 하루였군요."]


async def test_a_toxic_answer_never_leaves_also_when_a_curator_wrote_it(
    conversation: Conversation, sessions: Sessions, curation: Curation, tmp_path: Path
) -> None:
    await agree(curation, MINJI)
    await conversation.answer(MINJI, "안녕")
    await curation.fix(MINJI, "꺼져 이 시1발놈아")
    with pytest.raises(NothingToExportError, match="1 × toxic answer"):
        await export_turns(sessions, tmp_path / "turns.jsonl", Tally())
    with pytest.raises(RunEndedError, match="1 × toxic answer"):
        choose_turns(*await select(sessions, Wanted()))
    await curation.fix(MINJI, "안녕하세요!")
    assert (await export_turns(sessions, tmp_path / "turns.jsonl", Tally())).exchanges == 1


async def test_personal_data_is_masked_in_question_answer_and_context(
    conversation: Conversation, sessions: Sessions, curation: Curation
) -> None:
    await agree(curation, MINJI)
    await conversation.answer(MINJI, "내 번호는 010-1234-5678이야")
    await conversation.answer(MINJI, "고마워")
    await curation.fix(MINJI, "minji@example.com 으로 보낼게요")
    found, tally = await select(sessions)
    written = str([turn.exchange for turn in found])
    assert "1234" not in written
    assert "minji@" not in written
    assert sum(tally.masked.values()) == 3  # question, context, fixed answer: no number was said back
    assert [turn.is_answer_masked for turn in found] == [False, True]
