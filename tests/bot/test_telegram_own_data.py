"""What do people get who want to see, decide about or delete what is kept of them, over HTTP?"""

import json
import time
from typing import Any

import pytest
from sqlalchemy import select

from bot import own_data_texts as texts
from bot.curation import CONSENT_VERSION
from bot.database.engine import Sessions
from bot.database.tables import Chat, Consent, IncomingUpdate, Person, Rating, Review, Table, Turn
from bot.telegram.own_data import ForgetChoice
from bot.telegram.texts import UNKNOWN_BUTTON
from tests.bot.repliers import Echo
from tests.fake_bot_api import FakeBotApi, Message

YES, NO = f"consent:{CONSENT_VERSION}:1", f"consent:{CONSENT_VERSION}:0"
KEEP, KEEP_NOTHING = f"keep:{CONSENT_VERSION}:1", f"keep:{CONSENT_VERSION}:0"


async def rows(sessions: Sessions, table: type[Table]) -> list[Any]:
    async with sessions() as session:
        return list(await session.scalars(select(table).order_by(table.id)))


def callback_data(message: Message) -> list[str]:
    return [button["callback_data"] for row in message["reply_markup"]["inline_keyboard"] for button in row]


async def test_privacy_says_what_is_kept_and_the_buttons_decide(served: FakeBotApi, sessions: Sessions) -> None:
    minji = served.person(1)
    minji.send("/privacy")
    asked = await served.wait_for_message(1)
    assert "숫자 아이디" in asked["text"]
    assert "쓰지 않아요." in asked["text"]
    assert callback_data(asked) == [KEEP, KEEP_NOTHING, YES, NO]
    minji.press(asked, YES)
    await served.wait_for_message(1, "쓰기로 하셨어요")
    minji.press(asked, NO)
    await served.wait_for_message(1, "학습에 쓰지 않아요")
    answers = [call.params["text"] for call in served.calls_of("answerCallbackQuery")]
    assert answers == [texts.CONSENT_GIVEN, texts.CONSENT_DECLINED]
    decisions = [
        (row.version, row.may_keep, row.may_train, row.is_14_or_older) for row in await rows(sessions, Consent)
    ]
    assert decisions == [(CONSENT_VERSION, True, True, True), (CONSENT_VERSION, True, False, False)]


async def test_keeping_and_training_are_two_switches(served: FakeBotApi, sessions: Sessions) -> None:
    minji = served.person(1)
    minji.send("/privacy")
    asked = await served.wait_for_message(1)
    for press, shown in (
        (YES, "이야기를 보관해요. 학습에 쓰기로 하셨어요."),
        (KEEP_NOTHING, "아무것도 보관하지 않아요. 학습에 쓰지 않아요."),
        (NO, "아무것도 보관하지 않아요. 학습에 쓰지 않아요."),
        (KEEP, "이야기를 보관해요. 학습에 쓰지 않아요."),
        (KEEP_NOTHING, "아무것도 보관하지 않아요. 학습에 쓰지 않아요."),
        (YES, "이야기를 보관해요. 학습에 쓰기로 하셨어요."),
    ):
        minji.press(asked, press)
        await served.wait_for_message(1, shown)
    decisions = [(row.may_keep, row.may_train) for row in await rows(sessions, Consent)]
    assert decisions == [(True, True), (False, False), (False, False), (True, False), (False, False), (True, True)]


async def test_who_wants_nothing_kept_is_answered_and_nothing_is_stored(
    served: FakeBotApi, sessions: Sessions, echo: Echo
) -> None:
    minji = served.person(1)
    minji.send("/privacy")
    minji.press(await served.wait_for_message(1), KEEP_NOTHING)
    await served.wait_for_message(1, "아무것도 보관하지 않아요.")
    for text in ("비밀이야", "이것도 비밀이야"):
        minji.send(text)
        await served.wait_for_message(1, f"{text}?")
    minji.send("/help")
    await served.wait_for_message(1, "/reset")
    assert [batch[0].context for batch in echo.batches] == [(), ()]
    assert await rows(sessions, Turn) == []
    assert not any("비밀" in str(row.payload) for row in await rows(sessions, IncomingUpdate) if row.state == "done")


async def test_pressing_the_same_button_twice_is_fine(served: FakeBotApi) -> None:
    minji = served.person(1)
    minji.send("/privacy")
    asked = await served.wait_for_message(1)
    minji.press(asked, NO)
    minji.press(asked, NO)
    await served.wait_for_call("answerCallbackQuery", 2)
    minji.send("안녕")
    await served.wait_for_message(1, "안녕?")


async def test_a_press_counts_for_who_presses(served: FakeBotApi, sessions: Sessions) -> None:
    group = served.group()
    served.person(1).send("/privacy", chat=group)
    asked = await served.wait_for_message(group["id"])
    served.person(2).press(asked, YES)
    await served.wait_for_call("answerCallbackQuery")
    [consent] = await rows(sessions, Consent)
    people = {row.id: row.platform_user_id for row in await rows(sessions, Person)}
    assert people[consent.person_id] == "2"
    assert not served.calls_of("editMessageText")  # what one decided is not shown to all


@pytest.mark.parametrize(
    "forged",
    [
        "consent:1:2",
        "consent:1",
        "consent:1:1:2",
        f"consent:{CONSENT_VERSION + 1}:1",
        "consent::",
        f"keep:{CONSENT_VERSION - 1}:0",
        "x",
        "🙃",
    ],
)
async def test_forged_and_outdated_buttons_decide_nothing(served: FakeBotApi, sessions: Sessions, forged: str) -> None:
    minji = served.person(1)
    minji.send("/privacy")
    minji.press(await served.wait_for_message(1), forged)
    call = await served.wait_for_call("answerCallbackQuery")
    assert call.params["text"] in (UNKNOWN_BUTTON, texts.CONSENT_OUTDATED)
    assert await rows(sessions, Consent) == []


async def test_in_a_group_nobody_is_shown_what_another_decided(served: FakeBotApi) -> None:
    group = served.group()
    served.person(1).send("/privacy", chat=group)
    assert "지금은" not in (await served.wait_for_message(group["id"]))["text"]


async def own_data(served: FakeBotApi, person_id: int, count: int = 1) -> dict[str, Any]:
    served.person(person_id).send("/mydata")
    call = await served.wait_for_call("sendDocument", count)
    [(name, content)] = call.files.items()
    assert name == "mydata.json"
    found: dict[str, Any] = json.loads(content)
    return found


async def test_mydata_is_all_that_is_kept_about_a_person_and_nothing_of_another(
    served: FakeBotApi, sessions: Sessions
) -> None:
    minji, other, group = served.person(1), served.person(2, "준호"), served.group()
    minji.send("/privacy")
    minji.press(await served.wait_for_message(1), YES)
    minji.send("저는 1번이에요")
    await served.wait_for_message(1, "저는 1번이에요?")
    other.send("@maldongmu_bot 나는 준호야", chat=group)
    await served.wait_for_messages(group["id"], 1)
    minji.send("@maldongmu_bot 모임의 1번이에요", chat=group)
    await served.wait_for_messages(group["id"], 2)
    people = {row.platform_user_id: row.id for row in await rows(sessions, Person)}
    async with sessions.begin() as session:
        turns = {turn.question: turn for turn in await session.scalars(select(Turn))}
        mine, his = turns["저는 1번이에요"], turns["나는 준호야"]
        session.add(Review(turn_id=mine.id, reviewer_id=people["2"], state="edited", edited_answer="민지 씨!"))
        session.add(Rating(turn_id=mine.id, person_id=people["2"], value=1))
        session.add(Rating(turn_id=his.id, person_id=people["1"], value=-1))
        lost = {
            "update_id": 1,
            "message": {"from": minji.account, "text": "못 받은 말", "reply_to_message": {"text": "준호의 말"}},
        }
        session.add(IncomingUpdate(bot_id=5, update_id=1, payload=lost, state="dead"))
    found = await own_data(served, 1)
    assert found["person"]["platform_user_id"] == "1"
    assert [(row["may_keep"], row["may_train"], row["version"]) for row in found["consents"]] == [
        (True, True, CONSENT_VERSION)
    ]
    assert [turn["question"] for turn in found["turns"]] == ["저는 1번이에요", "모임의 1번이에요"]
    assert [candidate["text"] for candidate in found["turns"][0]["candidates"]] == ["저는 1번이에요?", "…"]
    assert found["turns"][0]["ratings"] == [{"value": 1, "is_own": False}]
    assert [review["edited_answer"] for review in found["turns"][0]["reviews"]] == ["민지 씨!"]
    assert [(row["turn_id"], row["value"]) for row in found["ratings"]] == [(his.id, -1)]
    assert [row["said"] for row in found["not_answered_yet"]] == ["못 받은 말", "/mydata"]
    assert "준호" not in json.dumps(found, ensure_ascii=False)


async def test_mydata_of_nobody_and_in_a_group(served: FakeBotApi) -> None:
    minji, group = served.person(1), served.group()
    minji.send("/mydata")
    assert (await served.wait_for_message(1))["text"] == texts.NOTHING_KEPT
    minji.send("/mydata", chat=group)
    assert (await served.wait_for_message(group["id"]))["text"] == texts.PRIVATE_ONLY
    assert not served.calls_of("sendDocument")


async def test_a_reply_of_forget_forgets_this_turn_alone(served: FakeBotApi, sessions: Sessions) -> None:
    minji = served.person(1)
    for text in ("하나", "둘"):
        minji.send(text)
        await served.wait_for_message(1, f"{text}?")
    answer = await served.wait_for_message(1, "하나?")
    minji.send("/forget", reply_to=answer)
    said = (await served.wait_for_message(1, "지웠어요"))["text"]
    assert "배운 모델은 없어요" in said
    assert [turn.question for turn in await rows(sessions, Turn)] == ["둘"]
    minji.send("/forget", reply_to=answer)
    await served.wait_for_message(1, texts.FORGET_NOT_FOUND)


async def test_nobody_forgets_what_another_said(served: FakeBotApi, sessions: Sessions) -> None:
    minji, other, group = served.person(1), served.person(2), served.group()
    minji.send("@maldongmu_bot 내 말이야", chat=group)
    answer = await served.wait_for_message(group["id"])
    other.send("/forget", chat=group, reply_to=answer)
    assert (await served.wait_for_messages(group["id"], 2))[1]["text"] == texts.FORGET_NOT_YOURS
    other.send("@maldongmu_bot 나도 한마디", chat=group)
    await served.wait_for_messages(group["id"], 3)
    other.send("/forget", chat=group)
    asked = (await served.wait_for_messages(group["id"], 4))[3]
    [mine, his] = await rows(sessions, Turn)
    assert ForgetChoice.unpack(callback_data(asked)[0]).turn_id == his.id
    forged = ForgetChoice(what="turn", asker=2, until=int(time.time()) + 60, turn_id=mine.id).pack()
    other.press(asked, forged)
    await served.wait_for_message(group["id"], texts.FORGET_NOT_YOURS)
    assert len(await rows(sessions, Turn)) == 2


async def test_forget_asks_first_and_only_the_asker_may_answer_and_not_too_late(
    served: FakeBotApi, sessions: Sessions
) -> None:
    minji, other, group = served.person(1), served.person(2), served.group()
    minji.send("@maldongmu_bot 안녕", chat=group)
    await served.wait_for_message(group["id"])
    minji.send("/forget", chat=group)
    asked = (await served.wait_for_messages(group["id"], 2))[1]
    buttons = callback_data(asked)
    choices = [ForgetChoice.unpack(data) for data in buttons]
    assert [choice.what for choice in choices] == ["turn", "everything", "nothing"]
    assert all(600 >= choice.until - time.time() > 0 for choice in choices)
    other.press(asked, buttons[1])
    late = ForgetChoice(what="everything", asker=1, until=int(time.time()) - 1).pack()
    minji.press(asked, late)
    await served.wait_for_call("answerCallbackQuery", 2)
    shown = [call.params["text"] for call in served.calls_of("answerCallbackQuery")]
    assert shown == [texts.FORGET_OTHERS, texts.FORGET_EXPIRED]
    assert len(await rows(sessions, Turn)) == 1
    minji.press(asked, buttons[2])
    await served.wait_for_message(group["id"], texts.FORGET_KEPT)
    assert len(await rows(sessions, Turn)) == 1
    minji.press(asked, buttons[0])
    await served.wait_for_message(group["id"], "그 이야기를 지웠어요")
    assert await rows(sessions, Turn) == []
    assert len(await rows(sessions, Person)) == 1  # only the turn


async def test_forgetting_everything_leaves_no_row_of_that_person_and_all_of_others(
    served: FakeBotApi, sessions: Sessions
) -> None:
    minji, other, group = served.person(7_123_456_789), served.person(2), served.group()
    for person in (minji, other):
        person.send("안녕")
        await served.wait_for_message(person.id)
        person.send("@maldongmu_bot 안녕, 모두", chat=group)
    await served.wait_for_messages(group["id"], 2)
    minji.send("/privacy")
    minji.press(await served.wait_for_message(minji.id, "숫자 아이디"), YES)
    await served.wait_for_message(minji.id, "쓰기로 하셨어요")
    minji.send("/forget")
    asked = await served.wait_for_message(minji.id, texts.FORGET_WHAT)
    everything = callback_data(asked)[1]
    minji.press(asked, everything)
    said = (await served.wait_for_message(minji.id, "모두 지웠어요"))["text"]
    assert "이야기 2개" in said
    assert "처음 만난 분으로" in said
    [person] = await rows(sessions, Person)
    assert person.platform_user_id == "2"
    assert {turn.person_id for turn in await rows(sessions, Turn)} == {person.id}
    assert await rows(sessions, Consent) == []
    assert {chat.platform_chat_id for chat in await rows(sessions, Chat)} == {"2", str(group["id"])}
    minji.press(asked, everything)  # there is no such button any more, but anyone can send it
    await served.wait_for_message(minji.id, texts.NOTHING_KEPT)
    await served.wait_until_confirmed()


async def test_the_wish_that_nothing_be_kept_outlives_forgetting(served: FakeBotApi, sessions: Sessions) -> None:
    minji = served.person(1)
    minji.send("안녕")
    await served.wait_for_message(1)
    minji.send("/privacy")
    minji.press(await served.wait_for_message(1, "숫자 아이디"), KEEP_NOTHING)
    minji.send("/forget")
    asked = await served.wait_for_message(1, texts.FORGET_WHAT)
    minji.press(asked, callback_data(asked)[1])
    assert "뜻만은 적어 둘게요" in (await served.wait_for_message(1, "모두 지웠어요"))["text"]
    minji.send("이제 안 남지?")
    await served.wait_for_message(1, "이제 안 남지??")
    assert await rows(sessions, Turn) == []
    [consent] = await rows(sessions, Consent)
    assert not consent.may_keep
