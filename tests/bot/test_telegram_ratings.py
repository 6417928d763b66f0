"""What do the buttons below an answer and the reactions to it do, over HTTP, and for whom?"""

import pytest
from sqlalchemy import update

from bot.conversation import ALREADY_REPLACED, NO_OTHER_ANSWER, NOT_YOURS
from bot.database.engine import Sessions
from bot.database.tables import IncomingUpdate, Person, Rating, Turn, now
from bot.telegram import chat_texts, texts
from tests.bot.reading import buttons, rows
from tests.bot.repliers import Ranked
from tests.bot.running_service import running_service
from tests.bot.waiting import wait_for
from tests.fake_bot_api import FakeBotApi, running_bot_api


async def notices(api: FakeBotApi, count: int) -> list[str]:
    """What the pressed buttons said, "" where nothing."""
    await api.wait_for_call("answerCallbackQuery", count)
    return [call.params.get("text", "") for call in api.calls_of("answerCallbackQuery")]


async def ratings(sessions: Sessions) -> list[tuple[str, int]]:
    """The answer that was rated, and how."""
    said = {turn.id: turn.answer for turn in await rows(sessions, Turn)}
    return [(said[rating.turn_id], rating.value) for rating in await rows(sessions, Rating)]


async def test_a_thumb_rates_the_answer_and_the_last_one_counts(served: FakeBotApi, sessions: Sessions) -> None:
    minji = served.person(1)
    minji.send("안녕")
    answer = await served.wait_for_message(1)
    assert list(buttons(answer)) == ["👍", "👎", "🔄"]
    minji.press(answer, buttons(answer)["👍"])
    assert await notices(served, 1) == [chat_texts.RATED[1]]
    assert await ratings(sessions) == [("안녕?", 1)]
    minji.press(answer, buttons(answer)["👎"])
    assert (await notices(served, 2))[1] == chat_texts.RATED[-1]
    assert await ratings(sessions) == [("안녕?", -1)]


async def test_reactions_rate_and_are_taken_back(served: FakeBotApi, sessions: Sessions) -> None:
    minji = served.person(1)
    question = minji.send("안녕")
    answer = await served.wait_for_message(1)

    async def until_rated(*expected: tuple[str, int]) -> None:
        async def is_so() -> bool:
            return await ratings(sessions) == [*expected]

        await wait_for(is_so)

    minji.react(answer, "❤", "🔥")
    await until_rated(("안녕?", 1))
    minji.react(answer, "💩")
    await until_rated(("안녕?", -1))
    minji.react(answer)
    await until_rated()
    minji.react(question, "👍")  # one's own words are no answer
    minji.react(answer, "🐳")  # neither good nor bad
    minji.send("잘 자")
    await served.wait_for_message(1, "잘 자?")
    assert await ratings(sessions) == []


@pytest.fixture
async def ranked(database_url: str, sessions: Sessions) -> Ranked:
    return Ranked("좋아요", "좋아요!", "좋지요", "꺼져 병신아", "그럼요")


async def test_another_answer_is_never_the_same_text_and_all_are_kept(
    database_url: str, sessions: Sessions, ranked: Ranked
) -> None:
    async with running_bot_api() as api, running_service(api, database_url, ranked):
        minji = api.person(1)
        minji.send("갈까")
        answer = await api.wait_for_message(1, "좋아요")
        for press, expected in enumerate(("좋지요", "그럼요"), start=1):
            minji.press(answer, buttons(answer)["🔄"])
            assert (await notices(api, press))[-1] == ""
            assert answer["text"] == expected  # in the same message
        minji.press(answer, buttons(answer)["🔄"])
        assert (await notices(api, 3))[-1] == NO_OTHER_ANSWER
        minji.press(answer, buttons(answer)["👍"])
        await notices(api, 4)
        minji.send("그래")
        await api.wait_for_message(1, after=1)
    turns = await rows(sessions, Turn)
    assert [(turn.question, turn.answer, turn.score) for turn in turns[:3]] == [
        ("갈까", "좋아요", -1.0),
        ("갈까", "좋지요", -3.0),
        ("갈까", "그럼요", -5.0),
    ]
    assert [turn.replaces_turn_id for turn in turns] == [None, turns[0].id, turns[1].id, None]
    assert {turn.answer_message_id for turn in turns[:3]} == {answer["message_id"]}
    assert turns[3].context_turn_ids == [turns[2].id]  # what stands there now, and not what it replaced
    assert await ratings(sessions) == [("그럼요", 1)]


async def test_an_outdated_button_replaces_nothing_twice(database_url: str, sessions: Sessions, ranked: Ranked) -> None:
    async with running_bot_api() as api, running_service(api, database_url, ranked):
        minji = api.person(1)
        minji.send("갈까")
        answer = await api.wait_for_message(1)
        first = buttons(answer)["🔄"]
        minji.press(answer, first)
        minji.press(answer, first)  # before the new buttons were seen
        assert await notices(api, 2) == ["", ALREADY_REPLACED]
        assert answer["text"] == "좋지요"


async def test_where_the_message_was_deleted_the_other_answer_is_a_new_message(
    database_url: str, sessions: Sessions, ranked: Ranked
) -> None:
    async with running_bot_api() as api, running_service(api, database_url, ranked):
        minji = api.person(1)
        minji.send("갈까")
        answer = await api.wait_for_message(1)
        minji.delete(answer)
        minji.press(answer, buttons(answer)["🔄"])
        another = await api.wait_for_message(1, "좋지요")
        await notices(api, 1)
    assert (await rows(sessions, Turn))[1].answer_message_id == another["message_id"]


async def test_a_button_that_telegram_did_not_let_us_obey_takes_the_same_answer_again(
    database_url: str, sessions: Sessions, ranked: Ranked
) -> None:
    async with running_bot_api() as api:
        async with running_service(api, database_url, ranked):
            api.person(1).send("갈까")
            answer = await api.wait_for_message(1)
            api.fail_next("editMessageText", status=429, retry_after=60)
            api.person(1).press(answer, buttons(answer)["🔄"])
            await api.wait_until(lambda: api.refusals)
        async with sessions.begin() as session:
            await session.execute(update(IncomingUpdate).values(next_attempt_at=now()))
        async with running_service(api, database_url, ranked):
            await notices(api, 1)
    assert answer["text"] == "좋지요"
    assert [turn.answer for turn in await rows(sessions, Turn)] == ["좋아요", "좋지요"]


async def test_a_forged_press_below_another_persons_answer_changes_ones_own(served: FakeBotApi) -> None:
    minji, junho, group = served.person(1), served.person(2, "준호"), served.group()
    minji.send("말동무야 안녕", chat=group)
    junho.send("말동무야 잘 자", chat=group)
    to_minji = await served.wait_for_message(group["id"], "안녕?")
    to_junho = await served.wait_for_message(group["id"], "잘 자?")
    junho.press(to_minji, buttons(to_junho)["🔄"])
    await notices(served, 1)
    assert [to_minji["text"], to_junho["text"]] == ["안녕?", "…"]


@pytest.mark.parametrize("wish", ["👍", "👎", "🔄"])
async def test_nobody_presses_for_another_person_nor_in_another_chat(
    served: FakeBotApi, sessions: Sessions, wish: str
) -> None:
    minji, junho, group = served.person(1), served.person(2, "준호"), served.group()
    minji.send("말동무야 안녕", chat=group)
    in_group = await served.wait_for_message(group["id"])
    junho.send("나도 안녕")
    to_junho = await served.wait_for_message(2)
    minji.send("여기서도 안녕")
    to_minji = await served.wait_for_message(1)
    junho.press(in_group, buttons(in_group)[wish])  # someone else's turn
    junho.press(to_junho, buttons(to_minji)[wish])  # forged: another chat and another person
    minji.press(to_minji, buttons(in_group)[wish])  # forged: her own turn, but of another chat
    assert await notices(served, 3) == [NOT_YOURS] * 3
    assert await rows(sessions, Rating) == []
    assert len(await rows(sessions, Turn)) == 3
    assert not served.calls_of("editMessageText")
    assert len(await rows(sessions, Person)) == 2


@pytest.mark.parametrize(
    "forged",
    [
        "answer:good:0",
        "answer:good:-1",
        "answer:good:99999999999999999999",
        "answer:best:1",
        "answer:good",
        "answer:good:1:1",
    ],
)
async def test_forged_buttons_are_refused(served: FakeBotApi, sessions: Sessions, forged: str) -> None:
    minji = served.person(1)
    minji.send("안녕")
    minji.press(await served.wait_for_message(1), forged)
    assert await notices(served, 1) == [texts.UNKNOWN_BUTTON]
    assert await rows(sessions, Rating) == []


async def test_someone_elses_reaction_in_a_group_is_no_rating(served: FakeBotApi, sessions: Sessions) -> None:
    minji, junho, group = served.person(1), served.person(2, "준호"), served.group(is_forum=True)
    minji.send("말동무야 안녕", chat=group, thread_id=5)
    answer = await served.wait_for_message(group["id"])
    junho.react(answer, "👎")
    minji.react(answer, "👍")

    async def is_rated() -> bool:
        return bool(await rows(sessions, Rating))

    await wait_for(is_rated)
    assert await ratings(sessions) == [("안녕?", 1)]
    assert len(await rows(sessions, Person)) == 1
