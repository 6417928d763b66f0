"""How does it feel to chat: styles, silences, edits, pasted texts, restarts?"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.conversation import LONG_QUESTION
from bot.curation import Curation
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import Chat, IncomingUpdate, Turn, now
from bot.speech_style import CHOSEN, WHICH_STYLE
from bot.telegram import chat_texts, fragments, texts
from tests.bot.reading import buttons, rows
from tests.bot.repliers import Echo, Failing
from tests.bot.running_service import running_service
from tests.fake_bot_api import FakeBotApi, running_bot_api


def levels(echo: Echo) -> list[str]:
    return [question.speech_level for batch in echo.batches for question in batch]


def contexts(echo: Echo) -> list[tuple[str, ...]]:
    return [question.context for batch in echo.batches for question in batch]


@pytest.mark.parametrize("command", ["/말투", "/style"])
async def test_a_style_is_chosen_by_word(served: FakeBotApi, echo: Echo, command: str) -> None:
    minji = served.person(1)
    for style in ("반말", "formal", "존댓말"):
        minji.send(f"{command} {style}")
        minji.send("안녕")
    said = [message["text"] for message in await served.wait_for_messages(1, 6)]
    assert said[::2] == [CHOSEN["casual"], CHOSEN["formal"], WHICH_STYLE]
    assert levels(echo) == ["casual", "formal", "formal"]


async def test_a_style_is_chosen_by_button_and_shown(served: FakeBotApi, echo: Echo) -> None:
    minji = served.person(1)
    minji.send("/말투")
    asked = await served.wait_for_message(1, chat_texts.STYLE)
    assert list(buttons(asked)) == ["합쇼체", "✓ 해요체", "반말", "나처럼"]
    minji.press(asked, buttons(asked)["반말"])
    await served.wait_until(lambda: list(buttons(asked)) == ["합쇼체", "해요체", "✓ 반말", "나처럼"])
    assert (await served.wait_for_call("answerCallbackQuery")).params["text"] == CHOSEN["casual"]
    minji.press(asked, "style:rude")
    assert (await served.wait_for_call("answerCallbackQuery", 2)).params["text"] == texts.UNKNOWN_BUTTON
    minji.send("안녕")
    await served.wait_for_message(1, "안녕?")
    assert levels(echo) == ["casual"]


async def test_follow_me_answers_as_the_person_writes(served: FakeBotApi, echo: Echo) -> None:
    minji = served.person(1)
    minji.send("/말투 나처럼")
    for text in ("ㅋㅋㅋ", "밥 먹었어?", "ㅋㅋㅋ", "날씨가 좋습니다.", "배고파요"):
        minji.send(text)
    await served.wait_for_messages(1, 6)
    assert levels(echo) == ["polite", "casual", "casual", "formal", "polite"]


async def test_after_a_long_silence_the_talk_begins_anew_and_says_so(
    served: FakeBotApi, echo: Echo, sessions: Sessions
) -> None:
    minji = served.person(1)
    minji.send("하나")
    await served.wait_for_message(1, "하나?")
    await served.wait_until_confirmed()
    async with sessions.begin() as session:
        await session.execute(update(Turn).values(created_at=now() - timedelta(hours=7)))
    minji.send("둘")
    minji.send("셋")
    _, second, third = [message["text"] for message in await served.wait_for_messages(1, 3)]
    assert second == f"{chat_texts.BEGAN_ANEW}\n\n둘?"
    assert third == "셋?"
    assert contexts(echo) == [(), (), ("둘", "둘?")]
    assert [turn.answer for turn in await rows(sessions, Turn)] == ["하나?", "둘?", "셋?"]


async def test_nothing_begins_anew_that_was_reset_already(served: FakeBotApi, sessions: Sessions) -> None:
    minji = served.person(1)
    minji.send("하나")
    minji.send("/reset")
    await served.wait_for_messages(1, 2)
    async with sessions.begin() as session:
        await session.execute(update(Turn).values(created_at=now() - timedelta(hours=7)))
        await session.execute(update(Chat).values(context_from=now() - timedelta(hours=6.5)))
    minji.send("둘")
    assert (await served.wait_for_message(1, after=2))["text"] == "둘?"


async def test_an_edited_question_is_answered_anew_in_the_same_message_and_both_are_kept(
    served: FakeBotApi, echo: Echo, sessions: Sessions
) -> None:
    minji = served.person(1)
    minji.send("하나")
    question = minji.send("두울")
    minji.send("셋")
    answer = (await served.wait_for_messages(1, 3))[1]
    minji.edit(question, "둘")
    await served.wait_until(lambda: answer["text"] == "둘?")
    assert list(buttons(answer)) == ["👍", "👎", "🔄"]
    minji.send("넷")
    await served.wait_for_message(1, "넷?")
    assert len(served.messages_to(1)) == 4
    turns = await rows(sessions, Turn)
    assert [(turn.question, turn.answer) for turn in turns if turn.question_message_id == question["message_id"]] == [
        ("두울", "두울?"),
        ("둘", "둘?"),
    ]
    assert contexts(echo)[3] == ("하나", "하나?")  # what came before it then
    assert contexts(echo)[4] == ("하나", "하나?", "둘", "둘?", "셋", "셋?")  # and it keeps its place


async def test_an_edit_that_changes_nothing_is_not_answered(served: FakeBotApi, sessions: Sessions) -> None:
    minji, junho, group = served.person(1), served.person(2), served.group()
    question = minji.send("안녕")
    overheard = junho.send("우리끼리", chat=group)
    command = minji.send("/help")
    await served.wait_for_messages(1, 2)
    minji.edit(question, "안녕 ")
    minji.edit(command, "/helpp")
    junho.edit(overheard, "우리끼리만")
    minji.send("끝")
    await served.wait_for_message(1, "끝?")
    assert [turn.question for turn in await rows(sessions, Turn)] == ["안녕", "끝"]
    assert not served.calls_of("editMessageText")
    assert served.messages_to(group["id"]) == []


async def test_an_edit_in_a_group_needs_no_second_call(served: FakeBotApi) -> None:
    minji, group = served.person(1), served.group()
    question = minji.send("@maldongmu_bot 안녕", chat=group)
    answer = await served.wait_for_message(group["id"])
    minji.edit(question, "@maldongmu_bot 잘 자")
    await served.wait_until(lambda: answer["text"] == "잘 자?")


async def test_where_the_answer_was_deleted_an_edit_is_answered_with_a_new_message(
    served: FakeBotApi, sessions: Sessions
) -> None:
    minji = served.person(1)
    question = minji.send("안녕")
    minji.delete(await served.wait_for_message(1))
    minji.edit(question, "잘 자")
    anew = await served.wait_for_message(1, "잘 자?")
    minji.edit(question, "잘 자요")
    await served.wait_until(lambda: anew["text"] == "잘 자요?")


async def test_an_edit_mends_a_question_that_found_no_answer(database_url: str, sessions: Sessions) -> None:
    async with running_bot_api() as api, running_service(api, database_url, Failing()):
        question = api.person(1).send("bad")
        answer = await api.wait_for_message(1)
        assert buttons(answer) == {}
        api.person(1).edit(question, "good")
        await api.wait_until(lambda: answer["text"] == "good?")


async def test_the_parts_of_a_pasted_text_are_one_question(
    database_url: str, sessions: Sessions, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fragments, "PAUSE_SECONDS", 0.0)
    async with running_bot_api() as api:
        minji, junho = api.person(1), api.person(2)
        parts = ["가" * 3000, "나" * 2500, "다"]
        for part in parts:
            minji.send(part)
        minji.send("안녕")
        junho.send("라" * 3000)
        async with running_service(api, database_url, echo, max_question_chars=9000):
            first, second, greeting = await api.wait_for_messages(1, 3)
            await api.wait_for_message(2)
    assert [len(first["text"]), second["text"][-3:], greeting["text"]] == [3000, " 다?", "안녕?"]
    assert [list(buttons(each)) for each in (first, second)] == [[], ["👍", "👎", "🔄"]]  # below the end
    assert sorted(turn.question for turn in await rows(sessions, Turn)) == sorted(
        ["안녕", " ".join(parts), "라" * 3000]
    )
    assert {row.state for row in await rows(sessions, IncomingUpdate)} == {"done"}


async def test_a_text_pasted_in_parts_that_is_too_long_is_refused_once(
    database_url: str, sessions: Sessions, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fragments, "PAUSE_SECONDS", 0.0)
    async with running_bot_api() as api:
        minji = api.person(1)
        minji.send("가" * 4096)
        minji.send("나머지")
        minji.send("/help")
        async with running_service(api, database_url, echo):
            said = [message["text"] for message in await api.wait_for_messages(1, 2)]
    assert said == [LONG_QUESTION.format(max_chars=1000), texts.HELP]
    assert echo.batches == []


async def test_an_album_gets_one_kind_word(database_url: str, sessions: Sessions, echo: Echo) -> None:
    async with running_bot_api() as api:
        minji = api.person(1)
        for _ in range(3):
            minji.send_photo(media_group_id="7")
        minji.send_photo(media_group_id="8")
        minji.send("봤어?")
        async with running_service(api, database_url, echo):
            said = [message["text"] for message in await api.wait_for_messages(1, 3)]
    assert said == [chat_texts.not_text("photo")] * 2 + ["봤어??"]


async def test_context_survives_a_restart(database_url: str, sessions: Sessions, echo: Echo) -> None:
    async with running_bot_api() as api:
        async with running_service(api, database_url, echo):
            api.person(1).send("하나")
            await api.wait_for_message(1, "하나?")
        async with running_service(api, database_url, echo):
            api.person(1).send("둘")
            await api.wait_for_message(1, "둘?")
    assert contexts(echo) == [(), ("하나", "하나?")]


async def test_who_wants_nothing_kept_gets_no_buttons(served: FakeBotApi, sessions: Sessions) -> None:
    speaker = Speaker(platform="telegram", user_id="1", chat_id="1")
    await Curation(sessions).decide_consent(speaker, may_keep=False, may_train=False, is_14_or_older=True)
    served.person(1).send("비밀")
    assert buttons(await served.wait_for_message(1, "비밀?")) == {}
    assert await rows(sessions, Turn) == []
