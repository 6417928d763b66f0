"""What do people get for each command and button, over HTTP?"""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from bot.curation import CONSENT_VERSION
from bot.database.engine import Sessions
from bot.database.tables import Chat, Consent, Person, Table, Turn
from bot.telegram import texts
from tests.bot.repliers import Echo
from tests.bot.running_service import running_service
from tests.fake_bot_api import FakeBotApi, Message, running_bot_api

YES, NO = f"consent:{CONSENT_VERSION}:1", f"consent:{CONSENT_VERSION}:0"


@pytest.fixture
async def bot_api(database_url: str, sessions: Sessions, echo: Echo) -> AsyncIterator[FakeBotApi]:
    """The tables exist; the service runs."""
    async with (
        running_bot_api() as api,
        running_service(api, database_url, echo),
    ):
        yield api


async def rows(sessions: Sessions, table: type[Table]) -> list[Table]:
    async with sessions() as session:
        return list(await session.scalars(select(table).order_by(table.id)))


def callback_data(message: Message) -> list[str]:
    return [button["callback_data"] for row in message["reply_markup"]["inline_keyboard"] for button in row]


async def test_start_and_help_greet_in_korean_and_others_in_english_too(bot_api: FakeBotApi) -> None:
    minji, john = bot_api.person(1), bot_api.person(2, "John", language_code="en")
    for person in (minji, john):
        person.send("/start")
        person.send("/help")
    assert [message["text"] for message in await bot_api.wait_for_messages(1, 2)] == [texts.START, texts.HELP]
    start, help_ = await bot_api.wait_for_messages(2, 2)
    assert texts.START in start["text"]
    assert texts.START_ENGLISH in start["text"]
    assert texts.HELP in help_["text"]
    assert texts.HELP_ENGLISH in help_["text"]


async def test_the_commands_are_shown_in_telegrams_menu(bot_api: FakeBotApi) -> None:
    call = await bot_api.wait_for_call("setMyCommands")
    assert [command["command"] for command in call.params["commands"]] == ["help", "reset", "privacy"]


async def test_an_answer_is_sent_and_kept_with_its_message(bot_api: FakeBotApi, sessions: Sessions) -> None:
    bot_api.person(1).send("오늘 뭐 먹지")
    answer = await bot_api.wait_for_message(1)
    assert answer["text"] == "오늘 뭐 먹지?"
    await bot_api.wait_until_confirmed()
    bot_api.person(1).send("/help")  # in order: once it is answered, the turn is all written
    await bot_api.wait_for_messages(1, 2)
    [turn] = await rows(sessions, Turn)
    assert (turn.question, turn.answer) == ("오늘 뭐 먹지", "오늘 뭐 먹지?")
    assert turn.answer_message_id == answer["message_id"]
    assert turn.sent_at is not None


async def test_reset_lets_the_next_answer_start_afresh(bot_api: FakeBotApi, echo: Echo) -> None:
    minji = bot_api.person(1)
    for text in ("하나", "둘", "/reset", "셋"):
        minji.send(text)
    assert (await bot_api.wait_for_messages(1, 4))[2]["text"] == texts.RESET
    assert [batch[0].context for batch in echo.batches] == [(), ("하나", "하나?"), ()]


async def test_privacy_says_what_is_kept_and_the_buttons_decide(bot_api: FakeBotApi, sessions: Sessions) -> None:
    minji = bot_api.person(1)
    minji.send("/privacy")
    asked = await bot_api.wait_for_message(1)
    assert "숫자 아이디" in asked["text"]
    assert "쓰지 않아요." in asked["text"]
    assert callback_data(asked) == [YES, NO]
    minji.press(asked, YES)
    await bot_api.wait_for_message(1, "쓰기로 하셨어요")
    minji.press(asked, NO)
    await bot_api.wait_for_message(1, "지금은: 학습에 쓰지 않아요")
    answers = [call.params["text"] for call in bot_api.calls_of("answerCallbackQuery")]
    assert answers == [texts.CONSENT_GIVEN, texts.CONSENT_DECLINED]
    decisions = [
        (row.version, row.may_keep, row.may_train, row.is_14_or_older) for row in await rows(sessions, Consent)
    ]
    assert decisions == [(CONSENT_VERSION, True, True, True), (CONSENT_VERSION, True, False, False)]


async def test_pressing_the_same_button_twice_is_fine(bot_api: FakeBotApi) -> None:
    minji = bot_api.person(1)
    minji.send("/privacy")
    asked = await bot_api.wait_for_message(1)
    minji.press(asked, NO)
    minji.press(asked, NO)
    await bot_api.wait_for_call("answerCallbackQuery", 2)
    minji.send("안녕")
    await bot_api.wait_for_message(1, "안녕?")


async def test_a_press_counts_for_who_presses(bot_api: FakeBotApi, sessions: Sessions) -> None:
    group = bot_api.group()
    bot_api.person(1).send("/privacy", chat=group)
    asked = await bot_api.wait_for_message(group["id"])
    bot_api.person(2).press(asked, YES)
    await bot_api.wait_for_call("answerCallbackQuery")
    [consent] = await rows(sessions, Consent)
    people = {row.id: row.platform_user_id for row in await rows(sessions, Person)}
    assert people[consent.person_id] == "2"
    assert not bot_api.calls_of("editMessageText")  # what one decided is not shown to all


@pytest.mark.parametrize(
    "forged", ["consent:1:2", "consent:1", "consent:1:1:2", f"consent:{CONSENT_VERSION + 1}:1", "consent::", "x", "🙃"]
)
async def test_forged_and_outdated_buttons_decide_nothing(bot_api: FakeBotApi, sessions: Sessions, forged: str) -> None:
    minji = bot_api.person(1)
    minji.send("/privacy")
    minji.press(await bot_api.wait_for_message(1), forged)
    call = await bot_api.wait_for_call("answerCallbackQuery")
    assert call.params["text"] in (texts.UNKNOWN_BUTTON, texts.CONSENT_OUTDATED)
    assert await rows(sessions, Consent) == []


async def test_what_is_no_text_gets_a_kind_word(bot_api: FakeBotApi, sessions: Sessions) -> None:
    minji = bot_api.person(1)
    minji.send_sticker()
    minji.send_photo(caption="우리 집 고양이")
    minji.send(None, voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
    assert {message["text"] for message in await bot_api.wait_for_messages(1, 3)} == {texts.NOT_TEXT}
    assert await rows(sessions, Turn) == []


async def test_an_unknown_command_is_no_question(bot_api: FakeBotApi, sessions: Sessions) -> None:
    bot_api.person(1).send("/dance")
    assert (await bot_api.wait_for_message(1))["text"] == texts.UNKNOWN_COMMAND
    assert await rows(sessions, Turn) == []


async def test_in_a_group_only_what_calls_the_bot_is_answered(bot_api: FakeBotApi, echo: Echo) -> None:
    minji, group = bot_api.person(1), bot_api.group()
    minji.send("우리끼리 이야기", chat=group)
    minji.send("@maldongmu_bot2 너 말고", chat=group)
    minji.send_sticker(chat=group)
    minji.send("/help@other_bot", chat=group)
    asked = minji.send("@Maldongmu_Bot 안녕", chat=group)
    first = await bot_api.wait_for_message(group["id"])
    assert first["text"] == "안녕?"
    assert first["reply_to_message"]["message_id"] == asked["message_id"]
    minji.send("또 봐", chat=group, reply_to=first)
    minji.send_sticker(chat=group, reply_to=first)
    minji.send("/help@maldongmu_bot", chat=group)
    said = [message["text"] for message in await bot_api.wait_for_messages(group["id"], 4)]
    assert said == ["안녕?", "또 봐?", texts.NOT_TEXT, texts.HELP]
    assert [question.text for batch in echo.batches for question in batch] == ["안녕", "또 봐"]


async def test_each_thread_and_chat_has_its_own_context(bot_api: FakeBotApi, echo: Echo, sessions: Sessions) -> None:
    minji, forum = bot_api.person(1), bot_api.group(is_forum=True)
    minji.send("우리 둘만의 비밀")
    await bot_api.wait_for_message(1)
    for thread_id in (5, 6):
        minji.send("@maldongmu_bot 안녕", chat=forum, thread_id=thread_id)
    answers = await bot_api.wait_for_messages(forum["id"], 2)
    assert [answer["message_thread_id"] for answer in answers] == [5, 6]
    assert [batch[0].context for batch in echo.batches] == [(), (), ()]
    assert [row.thread_id for row in await rows(sessions, Chat)] == [0, 5, 6]


async def test_other_bots_are_not_talked_to(bot_api: FakeBotApi) -> None:
    robot = bot_api.person(5)
    robot.account["is_bot"] = True
    robot.send("@maldongmu_bot 안녕")
    robot.send("/help")
    bot_api.person(1).send("안녕")
    await bot_api.wait_for_message(1)
    await bot_api.wait_until_confirmed()
    assert bot_api.messages_to(5) == []
