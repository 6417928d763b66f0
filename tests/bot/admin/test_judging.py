"""Answers judged by a reply to them, and the help for those who may."""

from bot.database.engine import Sessions
from bot.database.tables import Person, Review, Turn
from bot.telegram import chat_texts
from bot.telegram.admin import texts
from tests.bot.admin.team import ADMIN, CURATOR, ask, rows
from tests.fake_bot_api import FakeBotApi


async def test_help_shows_each_what_they_may(served: FakeBotApi) -> None:
    shown = [(await ask(served, served.person(number), "/help"))["text"] for number in (ADMIN, CURATOR, 1)]
    assert ["/review" in text for text in shown] == [True, True, False]
    assert ["/retrain" in text for text in shown] == [True, False, False]


async def test_approve_and_fix_judge_the_answer_they_reply_to(served: FakeBotApi, sessions: Sessions) -> None:
    curator = served.person(CURATOR)
    await ask(served, served.person(1), "다른 방의 같은 번호")  # each chat counts its messages for itself
    first, second = [await ask(served, curator, text) for text in ("첫째", "둘째")]
    assert (await ask(served, curator, "/approve", reply_to=first))["text"] == texts.APPROVED
    assert (await ask(served, curator, "/fix 이렇게 말해야죠.", reply_to=second))["text"] == texts.FIXED
    judged = {row.question: (row.review_state, row.edited_answer) for row in await rows(sessions, Turn)}
    assert judged["첫째"] == ("approved", None)
    assert judged["둘째"] == ("edited", "이렇게 말해야죠.")
    assert judged["다른 방의 같은 번호"] == ("new", None)
    people = {row.id: row.platform_user_id for row in await rows(sessions, Person)}
    assert {people[row.reviewer_id or 0] for row in await rows(sessions, Review)} == {str(CURATOR)}


async def test_a_review_that_cannot_be_says_why(served: FakeBotApi, sessions: Sessions) -> None:
    admin = served.person(ADMIN)
    mine = admin.send("안녕")
    answer = await served.wait_for_message(ADMIN)
    assert (await ask(served, admin, "/approve"))["text"] == chat_texts.REPLY_NEEDED
    assert "찾지 못했어요" in (await ask(served, admin, "/approve", reply_to=mine))["text"]
    assert "고친 답을 함께" in (await ask(served, admin, "/fix", reply_to=answer))["text"]
    assert await rows(sessions, Review) == []
