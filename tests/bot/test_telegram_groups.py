"""When does the bot speak in a group, and what does it say when it comes there?"""

import pytest

from bot.database.engine import Sessions
from bot.roles import Roles, account
from bot.telegram import chat_texts
from bot.telegram.chat_texts import call_of
from bot.telegram.speaking import without_call
from tests.bot.repliers import Echo
from tests.bot.running_service import ADMIN, running_service
from tests.fake_bot_api import FakeBotApi, running_bot_api


async def test_a_keyword_calls_the_bot_and_is_no_part_of_the_question(served: FakeBotApi, echo: Echo) -> None:
    minji, group = served.person(1), served.group()
    for text in ("말동무는 요즘 어때?", "말동무야, 안녕", "오늘 뭐 먹지 말동무야?", "말동무야"):
        minji.send(text, chat=group)
    said = [message["text"] for message in await served.wait_for_messages(group["id"], 3)]
    assert said[:2] == ["안녕?", "오늘 뭐 먹지??"]
    assert "듣고 있을게요" in said[2]
    assert len(echo.batches) == 2


@pytest.mark.parametrize(
    ("said", "question"),
    [
        ("말동무야 안녕", "안녕"),
        ("말동무! 안녕", "안녕"),
        ("  말동무님, 안녕", "안녕"),
        ("안녕 말동무야!", "안녕!"),
        ("말동무가 말했다", "말동무가 말했다"),
        ("이건 말동무", "이건 말동무"),
        ("옛말동무야 안녕", "옛말동무야 안녕"),
    ],
)
def test_who_is_called_and_who_is_talked_about(said: str, question: str) -> None:
    assert without_call(said, "말동무") == question


def test_a_name_is_called_with_the_particle_that_fits_it() -> None:
    assert [call_of(name) for name in ("말동무", "봇돌", "bot")] == ["말동무야", "봇돌아", "bot야"]


async def test_where_telegram_hides_messages_the_admin_is_told_and_nobody_is_promised_a_keyword(
    served: FakeBotApi,
) -> None:
    admin, group = served.person(ADMIN), served.group(title="모임")
    served.person(1).invite_bot(group)
    hello = await served.wait_for_message(group["id"])
    assert hello["text"] == chat_texts.group_hello("maldongmu_bot", None)
    told = (await served.wait_for_message(admin.id))["text"]
    for part in ("‘모임’", "/setprivacy", "말동무야", "@maldongmu_bot"):
        assert part in told


@pytest.mark.parametrize(("can_read_all", "status"), [(True, "member"), (False, "administrator")])
async def test_where_it_hears_all_it_says_that_its_name_is_enough(
    served: FakeBotApi, can_read_all: bool, status: str
) -> None:
    served.can_read_all_group_messages = can_read_all
    admin, group = served.person(ADMIN), served.group()
    served.person(1).invite_bot(group, status)
    hello = await served.wait_for_message(group["id"])
    assert "“말동무야” 하고 부르거나" in hello["text"]
    admin.send("/status")
    assert "모델" in (await served.wait_for_message(ADMIN))["text"]  # and nothing before it


async def test_an_admin_by_role_is_told_of_hidden_messages_too(served: FakeBotApi, sessions: Sessions) -> None:
    await Roles(sessions).give(account(str(ADMIN)), "5", "admin")
    admins, group = (served.person(ADMIN), served.person(5)), served.group(title="모임")
    served.person(1).invite_bot(group)
    for admin in admins:
        assert "/setprivacy" in (await served.wait_for_message(admin.id))["text"]


async def test_an_admin_who_never_wrote_to_the_bot_holds_nothing_up(
    database_url: str, sessions: Sessions, echo: Echo
) -> None:
    async with running_bot_api() as api:
        api.person(ADMIN)
        api.blocked_by.add(ADMIN)
        group = api.group()
        async with running_service(api, database_url, echo, admin_ids=frozenset({ADMIN})):
            api.person(1).invite_bot(group)
            await api.wait_until(lambda: api.refusals)
            api.person(1).send("말동무야 안녕", chat=group)
            await api.wait_for_message(group["id"], "안녕?")


async def test_another_name_may_be_given(database_url: str, sessions: Sessions, echo: Echo) -> None:
    async with running_bot_api() as api, running_service(api, database_url, echo, group_keyword="봇돌"):
        group = api.group()
        api.person(1).send("말동무야 안녕", chat=group)
        api.person(1).send("봇돌아 안녕", chat=group)
        assert (await api.wait_for_message(group["id"]))["reply_to_message"]["text"] == "봇돌아 안녕"
