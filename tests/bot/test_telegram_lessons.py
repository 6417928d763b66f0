"""What do people teach the bot over HTTP, and what does it kindly not take?"""

import pytest
from sqlalchemy import update

from bot import lessons
from bot.curation import Curation
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import IncomingUpdate, Review, Turn, now
from bot.selection import Wanted, select_turns
from bot.telegram import chat_texts
from bot.telegram.admin import texts as admin_texts
from tests.bot.reading import rows
from tests.bot.repliers import Echo
from tests.bot.running_service import ADMIN, running_service
from tests.fake_bot_api import FakeBotApi, running_bot_api

NO_CONSENT_YET = f"{lessons.THANKS} {lessons.CONSENT_MISSING}"


async def taught(sessions: Sessions) -> list[tuple[str, str, str]]:
    found = await rows(sessions, Turn)
    return [(turn.question, turn.answer, turn.speech_level) for turn in found if turn.kind == "lesson"]


async def due_now(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await session.execute(update(IncomingUpdate).values(next_attempt_at=now()))


async def test_a_pair_is_taught(served: FakeBotApi, sessions: Sessions) -> None:
    served.person(1).send("/teach 제일 좋아하는 계절은? => 가을이 좋아.")
    assert (await served.wait_for_message(1))["text"] == NO_CONSENT_YET
    assert await taught(sessions) == [("제일 좋아하는 계절은?", "가을이 좋아.", "casual")]


async def test_a_fix_of_ones_own_answer_is_a_lesson_with_its_context(served: FakeBotApi, sessions: Sessions) -> None:
    minji = served.person(1)
    minji.send("안녕")
    minji.send("배고파")
    answer = (await served.wait_for_messages(1, 2))[1]
    minji.send("/fix 저런, 뭐라도 드세요.", reply_to=answer)
    assert (await served.wait_for_message(1, after=2))["text"] == NO_CONSENT_YET
    assert await taught(sessions) == [("배고파", "저런, 뭐라도 드세요.", "polite")]
    first, second, lesson = await rows(sessions, Turn)
    assert lesson.context_turn_ids == second.context_turn_ids == [first.id]
    assert (second.answer, second.edited_answer, second.review_state) == ("배고파?", None, "new")
    assert await rows(sessions, Review) == []


async def test_an_admins_fix_in_private_is_a_review(served: FakeBotApi, sessions: Sessions) -> None:
    admin, group = served.person(ADMIN), served.group()
    admin.send("안녕")
    admin.send("/fix 안녕하세요!", reply_to=await served.wait_for_message(ADMIN))
    assert (await served.wait_for_message(ADMIN, after=1))["text"] == admin_texts.FIXED
    assert await taught(sessions) == []
    admin.send("말동무야 안녕", chat=group)  # before others an admin is a person like any other
    admin.send("/fix 반가워요!", chat=group, reply_to=await served.wait_for_message(group["id"]))
    assert (await served.wait_for_message(group["id"], after=1))["text"] == NO_CONSENT_YET
    assert await taught(sessions) == [("안녕", "반가워요!", "polite")]


async def test_what_others_said_is_not_ones_own_to_teach(served: FakeBotApi, sessions: Sessions) -> None:
    minji, junho, group = served.person(1), served.person(2, "준호"), served.group()
    minji.send("말동무야 안녕", chat=group)
    junho.send("/fix 반가워요!", chat=group, reply_to=await served.wait_for_message(group["id"]))
    assert (await served.wait_for_message(group["id"], after=1))["text"] == lessons.NOT_YOUR_TALK
    assert await taught(sessions) == []


async def test_after_consent_and_review_a_lesson_is_learnt(served: FakeBotApi, sessions: Sessions) -> None:
    speaker = Speaker(platform="telegram", user_id="1", chat_id="1")
    await Curation(sessions).decide_consent(speaker, may_train=True, is_14_or_older=True)
    served.person(1).send("/teach 제일 좋아하는 계절은? => 저는 가을이 좋아요.")
    assert (await served.wait_for_message(1))["text"] == lessons.THANKS
    async with sessions() as session:
        [usable], _ = await select_turns(session, Wanted(states=("new",)))
    assert (usable.exchange.source, usable.exchange.answer) == ("lessons", "저는 가을이 좋아요.")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/teach", lessons.BOTH_NEEDED),
        ("/teach 질문만", lessons.BOTH_NEEDED),
        ("/teach 질문 =>", lessons.BOTH_NEEDED),
        ("/teach 안녕 => 꺼져 병신아", lessons.TOXIC),
        ("/teach 병신아 => 안녕하세요", lessons.TOXIC),
        ("/teach 번호가 뭐야? => 010-1234-5678이에요", lessons.PERSONAL.format(kinds="전화번호")),
        (f"/teach {'가' * 1001} => 네", lessons.TOO_LONG.format(max_chars=1000)),
        ("/fix 뭐라고?", chat_texts.REPLY_NEEDED),
    ],
)
async def test_what_is_not_taken_is_refused_kindly(
    served: FakeBotApi, sessions: Sessions, said: str, answer: str
) -> None:
    served.person(1).send(said)
    assert (await served.wait_for_message(1))["text"] == answer
    assert await rows(sessions, Turn) == []


@pytest.mark.parametrize(
    ("better", "answer"),
    [
        ("", lessons.ANSWER_NEEDED),
        ("꺼져 병신아", lessons.TOXIC),
        ("김민지 씨한테 물어봐요", lessons.PERSONAL.format(kinds="이름")),
    ],
)
async def test_a_fix_that_is_not_taken_is_refused_kindly(
    served: FakeBotApi, sessions: Sessions, better: str, answer: str
) -> None:
    served.person(1).send("안녕")
    served.person(1).send(f"/fix {better}", reply_to=await served.wait_for_message(1))
    assert (await served.wait_for_message(1, after=1))["text"] == answer
    assert await taught(sessions) == []


async def test_what_is_no_answer_cannot_be_fixed(served: FakeBotApi, sessions: Sessions) -> None:
    minji = served.person(1)
    minji.send("/fix 다른 말", reply_to=minji.send("/help"))
    assert "찾지 못했어요" in (await served.wait_for_message(1, after=1))["text"]


async def test_a_person_teaches_so_much_a_day_and_others_still_may(
    database_url: str, sessions: Sessions, echo: Echo
) -> None:
    async with running_bot_api() as api, running_service(api, database_url, echo, lessons_per_day=2):
        minji = api.person(1)
        for number in range(3):
            minji.send(f"/teach {number} 다음은? => {number + 1}이에요.")
        assert (await api.wait_for_messages(1, 3))[2]["text"] == lessons.ENOUGH_FOR_TODAY.format(per_day=2)
        api.person(2).send("/teach 일 다음은? => 이예요.")
        assert (await api.wait_for_message(2))["text"] == NO_CONSENT_YET
    assert len(await taught(sessions)) == 3


async def test_a_lesson_whose_thanks_could_not_be_sent_is_taken_once(
    database_url: str, sessions: Sessions, echo: Echo
) -> None:
    async with running_bot_api() as api:
        api.fail_next("sendMessage", status=429, retry_after=60)
        api.person(1).send("/teach 안녕 => 반가워요.")
        async with running_service(api, database_url, echo):
            await api.wait_until(lambda: api.refusals)
        await due_now(sessions)
        async with running_service(api, database_url, echo, lessons_per_day=1):
            assert (await api.wait_for_message(1))["text"] == NO_CONSENT_YET
    assert len(await taught(sessions)) == 1


async def test_who_wants_nothing_kept_teaches_nothing(served: FakeBotApi, sessions: Sessions) -> None:
    speaker = Speaker(platform="telegram", user_id="1", chat_id="1")
    await Curation(sessions).decide_consent(speaker, may_keep=False, may_train=False, is_14_or_older=True)
    served.person(1).send("/teach 안녕 => 반가워요.")
    assert "보관하지 않기로" in (await served.wait_for_message(1))["text"]
    assert await rows(sessions, Turn) == []
