"""Turns one by one in Telegram: shown masked, approved, put right, rejected or left for later."""

import pytest
from sqlalchemy import delete, update

from bot.database.engine import Sessions
from bot.database.tables import AuditEntry, PendingAction, Person, Review, Turn
from bot.telegram.admin import texts
from bot.telegram.admin.review import VALID_FOR
from tests.bot.admin.team import ADMIN, CURATOR, agree, ask, buttons, press, rows
from tests.fake_bot_api import FakeBotApi, Message
from tests.fake_bot_api import Person as Account

APPROVE, EDIT, REJECT, SKIP = range(4)


@pytest.fixture
def curator(served: FakeBotApi) -> Account:
    return served.person(CURATOR)


async def talk(served: FakeBotApi, *questions: str) -> None:
    minji = served.person(1)
    await agree(served, minji)
    for question in questions:
        await ask(served, minji, question)


async def decide(served: FakeBotApi, curator: Account, shown: Message, button: int) -> Message:
    """The message that comes after the press."""
    seen = len(served.messages_to(curator.id))
    curator.press(shown, buttons(shown)[button])
    return await served.wait_for_message(curator.id, after=seen)


async def states(sessions: Sessions) -> list[tuple[str, str | None]]:
    return [(turn.review_state, turn.edited_answer) for turn in await rows(sessions, Turn)]


async def test_turns_are_shown_masked_and_every_button_does_what_it_says(
    served: FakeBotApi, sessions: Sessions, curator: Account
) -> None:
    await talk(served, "내 번호는 010-1234-5678", "둘", "셋", "넷")
    first = await ask(served, curator, "/review")
    assert "👤 내 번호는 <전화번호>" in first["text"]
    assert "1234" not in first["text"]
    assert (await states(sessions))[:2] == [("masked", None), ("new", None)]  # only what was shown

    second = await decide(served, curator, first, APPROVE)
    assert first["text"].startswith(texts.DECIDED["approved"])
    assert not first["reply_markup"]
    third = await decide(served, curator, second, REJECT)
    assert await press(served, curator, third, buttons(third)[EDIT]) == texts.REVIEW_HOW_TO_EDIT
    fourth = await ask(served, curator, "셋보다 나은 답이에요.", reply_to=third)
    assert third["text"].startswith(texts.DECIDED["edited"])
    over = await decide(served, curator, fourth, SKIP)
    assert over["text"] == texts.REVIEW_OVER
    assert await states(sessions) == [
        ("approved", None), ("rejected", None), ("edited", "셋보다 나은 답이에요."), ("masked", None),
    ]  # fmt: skip
    people = {row.id: row.platform_user_id for row in await rows(sessions, Person)}
    assert [people[row.reviewer_id or 0] for row in await rows(sessions, Review)] == [str(CURATOR)] * 3
    assert "👤 넷" in (await ask(served, curator, "/review"))["text"]  # what was left for later comes again
    actions = [entry.action for entry in await rows(sessions, AuditEntry)]
    assert actions == ["review", *["review-button"] * 3, "better-answer", "review-button", "review"]


async def test_turns_of_people_who_did_not_agree_are_not_shown(served: FakeBotApi, curator: Account) -> None:
    await ask(served, served.person(2), "나는 동의하지 않았어")
    assert (await ask(served, curator, "/review"))["text"] == texts.REVIEW_NOTHING


async def test_of_two_curators_the_first_decides_and_the_other_is_told(
    served: FakeBotApi, sessions: Sessions, curator: Account
) -> None:
    await talk(served, "하나")
    admin = served.person(ADMIN)
    mine, theirs = await ask(served, curator, "/review"), await ask(served, admin, "/review")
    await decide(served, curator, mine, APPROVE)
    assert "다른 분이 살펴본" in await press(served, admin, theirs, buttons(theirs)[REJECT])
    assert await states(sessions) == [("approved", None)]


async def test_nobody_decides_with_someone_elses_buttons_or_their_own_used_ones(
    served: FakeBotApi, sessions: Sessions, curator: Account
) -> None:
    await talk(served, "하나", "둘")
    admin = served.person(ADMIN)
    first = await ask(served, curator, "/review")
    own = await ask(served, admin, "/review")
    assert await press(served, admin, own, buttons(first)[REJECT]) == texts.BUTTON_OVER  # the curator's
    assert await states(sessions) == [("masked", None), ("new", None)]
    approve, reject = buttons(first)[APPROVE], buttons(first)[REJECT]
    await decide(served, curator, first, APPROVE)
    for again in (approve, reject):
        assert await press(served, curator, first, again) == texts.BUTTON_OVER
    assert await states(sessions) == [("approved", None), ("masked", None)]


@pytest.mark.parametrize(
    "forged",
    [
        "review:1:edited:2",
        "review:1",
        "review:0:approved",
        "review:-1:approved",
        "review:99999999999999999999:approved",
        "review:1:new",
        "review:1;DELETE FROM turn:approved",
        "confirm:1:1",  # the curator's own pending review, dressed up as an admin's confirmation
    ],
)
async def test_forged_buttons_decide_nothing(
    served: FakeBotApi, sessions: Sessions, curator: Account, forged: str
) -> None:
    await talk(served, "하나")
    shown = await ask(served, curator, "/review")
    await press(served, curator, shown, forged)
    minji = served.person(1)
    await press(served, minji, served.messages_to(1)[-1], buttons(shown)[REJECT])  # who is no curator
    assert await states(sessions) == [("masked", None)]
    assert await rows(sessions, Review) == []


async def test_buttons_end_some_day_and_with_their_turn(
    served: FakeBotApi, sessions: Sessions, curator: Account
) -> None:
    await talk(served, "하나", "둘")
    late = await ask(served, curator, "/review")
    async with sessions.begin() as session:
        asked_at = (await session.get_one(PendingAction, 1)).asked_at
        await session.execute(update(PendingAction).values(asked_at=asked_at - VALID_FOR))
    assert await press(served, curator, late, buttons(late)[APPROVE]) == texts.BUTTON_OVER
    shown = await ask(served, curator, "/review")
    async with sessions.begin() as session:
        await session.execute(delete(Turn).where(Turn.question == "하나"))
    assert "지워진 대화" in await press(served, curator, shown, buttons(shown)[APPROVE])
    assert await states(sessions) == [("new", None)]


async def test_a_reply_to_anything_else_is_talk(served: FakeBotApi, sessions: Sessions, curator: Account) -> None:
    await talk(served, "하나")
    await ask(served, curator, "/review")
    said = await ask(served, curator, "안녕")
    answer = await ask(served, curator, "그래", reply_to=said)
    assert answer["text"] == "그래?"
    assert (await states(sessions))[0] == ("masked", None)


async def test_a_sticker_is_no_better_answer(served: FakeBotApi, sessions: Sessions, curator: Account) -> None:
    await talk(served, "하나")
    shown = await ask(served, curator, "/review")
    curator.send_sticker(reply_to=shown)
    await served.wait_for_message(CURATOR, texts.REVIEW_NO_ANSWER)
    assert await states(sessions) == [("masked", None)]


async def test_markup_in_what_people_say_is_shown_as_they_wrote_it(served: FakeBotApi, curator: Account) -> None:
    await talk(served, "<b>굵게</b> *별* [여기](tg://user?id=77) <script>")
    shown = await ask(served, curator, "/review")
    assert "👤 <b>굵게</b> *별* [여기](tg://user?id=77) <script>" in shown["text"]
    assert all("parse_mode" not in call.params for call in served.calls)


async def test_a_very_long_turn_is_still_one_message_with_its_buttons(served: FakeBotApi, curator: Account) -> None:
    await talk(served, *[f"{word} " + "길고 긴 이야기 " * 110 for word in ("하나", "둘", "셋", "넷")])
    seen = await ask(served, curator, "/review")
    for _ in range(3):
        seen = await decide(served, curator, seen, SKIP)
    assert "👤 넷" in seen["text"]
    assert len(buttons(seen)) == 4
