"""What do people get for each command and button, over HTTP?"""

from sqlalchemy import select

from bot.database.engine import Sessions
from bot.database.tables import Chat, Table, Turn
from bot.telegram import chat_texts, texts
from tests.bot.repliers import Echo
from tests.fake_bot_api import FakeBotApi


async def rows(sessions: Sessions, table: type[Table]) -> list[Table]:
    async with sessions() as session:
        return list(await session.scalars(select(table).order_by(table.id)))


async def test_start_and_help_greet_in_korean_and_others_in_english_too(served: FakeBotApi) -> None:
    minji, john = served.person(1), served.person(2, "John", language_code="en")
    for person in (minji, john):
        person.send("/start")
        person.send("/help")
    assert [message["text"] for message in await served.wait_for_messages(1, 2)] == [texts.START, texts.HELP]
    start, help_ = await served.wait_for_messages(2, 2)
    assert texts.START in start["text"]
    assert texts.START_ENGLISH in start["text"]
    assert texts.HELP in help_["text"]
    assert texts.HELP_ENGLISH in help_["text"]


async def test_the_commands_are_shown_in_telegrams_menu(served: FakeBotApi) -> None:
    first, second = await served.wait_for_call("setMyCommands"), await served.wait_for_call("setMyCommands", 2)
    names = [[command["command"] for command in call.params["commands"]] for call in (first, second)]
    assert names[0] == names[1] == ["help", "style", "teach", "fix", "why", "reset", "privacy", "mydata", "forget"]
    assert [call.params.get("language_code") for call in (first, second)] == [None, "en"]


async def test_an_answer_is_sent_and_kept_with_its_message(served: FakeBotApi, sessions: Sessions) -> None:
    served.person(1).send("오늘 뭐 먹지")
    answer = await served.wait_for_message(1)
    assert answer["text"] == "오늘 뭐 먹지?"
    await served.wait_until_confirmed()
    served.person(1).send("/help")  # in order: once it is answered, the turn is all written
    await served.wait_for_messages(1, 2)
    [turn] = await rows(sessions, Turn)
    assert (turn.question, turn.answer) == ("오늘 뭐 먹지", "오늘 뭐 먹지?")
    assert turn.answer_message_id == answer["message_id"]
    assert turn.sent_at is not None


async def test_reset_lets_the_next_answer_start_afresh(served: FakeBotApi, echo: Echo) -> None:
    minji = served.person(1)
    for text in ("하나", "둘", "/reset", "셋"):
        minji.send(text)
    assert (await served.wait_for_messages(1, 4))[2]["text"] == texts.RESET
    assert [batch[0].context for batch in echo.batches] == [(), ("하나", "하나?"), ()]


async def test_what_is_no_text_gets_a_kind_word(served: FakeBotApi, sessions: Sessions) -> None:
    minji = served.person(1)
    minji.send_sticker()
    minji.send_photo(caption="우리 집 고양이")
    minji.send(None, voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
    said = [message["text"] for message in await served.wait_for_messages(1, 3)]
    assert said == [chat_texts.not_text(kind) for kind in ("sticker", "photo", "voice")]
    assert len(set(said)) == 3
    assert await rows(sessions, Turn) == []


async def test_an_unknown_command_is_no_question(served: FakeBotApi, sessions: Sessions) -> None:
    served.person(1).send("/dance")
    assert (await served.wait_for_message(1))["text"] == texts.UNKNOWN_COMMAND
    assert await rows(sessions, Turn) == []


async def test_in_a_group_only_what_calls_the_bot_is_answered(served: FakeBotApi, echo: Echo) -> None:
    minji, group = served.person(1), served.group()
    minji.send("우리끼리 이야기", chat=group)
    minji.send("@maldongmu_bot2 너 말고", chat=group)
    minji.send_sticker(chat=group)
    minji.send("/help@other_bot", chat=group)
    asked = minji.send("@Maldongmu_Bot 안녕", chat=group)
    first = await served.wait_for_message(group["id"])
    assert first["text"] == "안녕?"
    assert first["reply_to_message"]["message_id"] == asked["message_id"]
    minji.send("또 봐", chat=group, reply_to=first)
    minji.send_sticker(chat=group, reply_to=first)
    minji.send("/help@maldongmu_bot", chat=group)
    said = [message["text"] for message in await served.wait_for_messages(group["id"], 4)]
    assert said == ["안녕?", "또 봐?", chat_texts.not_text("sticker"), texts.HELP]
    assert [question.text for batch in echo.batches for question in batch] == ["안녕", "또 봐"]


async def test_each_thread_and_chat_has_its_own_context(served: FakeBotApi, echo: Echo, sessions: Sessions) -> None:
    minji, forum = served.person(1), served.group(is_forum=True)
    minji.send("우리 둘만의 비밀")
    await served.wait_for_message(1)
    for thread_id in (5, 6):
        minji.send("@maldongmu_bot 안녕", chat=forum, thread_id=thread_id)
    answers = await served.wait_for_messages(forum["id"], 2)
    assert [answer["message_thread_id"] for answer in answers] == [5, 6]
    assert [batch[0].context for batch in echo.batches] == [(), (), ()]
    assert [row.thread_id for row in await rows(sessions, Chat)] == [0, 5, 6]


async def test_other_bots_are_not_talked_to(served: FakeBotApi) -> None:
    robot = served.person(5)
    robot.account["is_bot"] = True
    robot.send("@maldongmu_bot 안녕")
    robot.send("/help")
    served.person(1).send("안녕")
    await served.wait_for_message(1)
    await served.wait_until_confirmed()
    assert served.messages_to(5) == []
