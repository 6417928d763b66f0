"""Telling everyone something: asked back, paced, once each, on through restarts and refusals."""

import pytest

from bot import announcing
from bot.announcing import Announcer, start_announcement
from bot.database import people
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import Announcement, AnnouncementReceipt, Chat
from bot.inbox_worker import UnreachableError
from bot.roles import Roles, account
from bot.telegram.admin import texts
from tests.bot.admin.team import ADMIN, ask, buttons, press, rows, say_yes
from tests.bot.waiting import beside, wait_until
from tests.fake_bot_api import FakeBotApi

NEWS = "오늘 밤 10시에\n잠깐 쉬어요. <b>미안해요</b>"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("POLL_SECONDS", "PACE_SECONDS", "RETRY_SECONDS"):
        monkeypatch.setattr(announcing, name, 0.01)


async def test_everyone_is_told_once_except_who_is_blocked(served: FakeBotApi, sessions: Sessions) -> None:
    admin, forum = served.person(ADMIN), served.group(is_forum=True)
    for number in (1, 2, 3):
        await ask(served, served.person(number), "안녕")
    for thread_id in (5, 6):
        served.person(1).send("@maldongmu_bot 안녕", chat=forum, thread_id=thread_id)
    await served.wait_for_messages(forum["id"], 2)
    await ask(served, admin, "/block 2")
    served.blocked_by.add(3)  # who has blocked the bot
    asked = await ask(served, admin, f"/announce {NEWS}")
    assert asked["text"].startswith(f"3곳에 이렇게 알릴까요?\n\n{NEWS}")
    assert await rows(sessions, Announcement) == []
    assert await say_yes(served, admin, asked) == texts.ANNOUNCE_STARTED.format(count=3)
    await served.wait_for_message(ADMIN, announcing.FINISHED.format(sent=2, missed=1))
    told = [call.params["chat_id"] for call in served.calls_of("sendMessage") if call.params["text"] == NEWS]
    assert sorted(told) == [forum["id"], 1, 3]  # who refused was asked once
    states = {row.chat_id: row.state for row in await rows(sessions, AnnouncementReceipt)}
    chats = {row.id: row.platform_chat_id for row in await rows(sessions, Chat)}
    assert {chats[chat_id]: state for chat_id, state in states.items()} == {
        "1": "sent", "3": "unreachable", str(forum["id"]): "sent",
    }  # fmt: skip


async def test_an_announcement_needs_words_receivers_and_a_yes(served: FakeBotApi, sessions: Sessions) -> None:
    admin = served.person(ADMIN)
    assert (await ask(served, admin, "/announce"))["text"] == texts.ANNOUNCEMENT_NEEDED
    assert (await ask(served, admin, "/announce 안녕"))["text"] == texts.NOBODY_TO_TELL
    await ask(served, served.person(1), "안녕")
    asked = await ask(served, admin, "/announce 안녕")
    await press(served, admin, asked, buttons(asked)[1])
    assert await rows(sessions, Announcement) == []


async def known(sessions: Sessions, count: int) -> int:
    """As many people have talked; the admin's person id."""
    async with sessions.begin() as session:
        for number in range(1, count + 1):
            await people.chat_of(session, Speaker(platform="telegram", user_id=f"{number}", chat_id=f"{number}"))
        return (await people.person_of(session, account(str(ADMIN)))).id


async def test_after_a_stop_it_goes_on_where_it_was(sessions: Sessions) -> None:
    admin_id = await known(sessions, 20)
    async with sessions.begin() as session:
        assert await start_announcement(session, NEWS, admin_id) == 20
    told: list[str] = []

    async def send(chat_id: str, text: str) -> None:
        told.append(chat_id)

    while not all(row.finished_at for row in await rows(sessions, Announcement)):
        enough = len(told) + 5
        async with beside(Announcer(sessions, send).run()):
            await wait_until(lambda enough=enough: len(told) >= enough or str(ADMIN) in told)
    everyone = {str(number) for number in range(1, 21)}
    assert everyone <= set(told)
    assert len(told) <= len(everyone) + 1 + 5  # at each stop, one whose receipt was not yet written


async def test_while_telegram_is_away_nobody_is_passed_over(sessions: Sessions) -> None:
    admin_id = await known(sessions, 3)
    async with sessions.begin() as session:
        await start_announcement(session, NEWS, admin_id)
    told: list[str] = []
    failures = iter([True, False, True, True])

    async def send(chat_id: str, text: str) -> None:
        if next(failures, False):
            raise UnreachableError("away", wait_seconds=0.01)
        told.append(chat_id)

    await Announcer(sessions, send).send_open()
    assert told == ["1", "2", "3", str(ADMIN)]


async def test_who_is_blocked_meanwhile_hears_nothing_any_more(sessions: Sessions) -> None:
    admin_id = await known(sessions, 3)
    async with sessions.begin() as session:
        await start_announcement(session, NEWS, admin_id)
    await Roles(sessions, {ADMIN}).block(account(str(ADMIN)), "2", is_blocked=True)
    told: list[str] = []

    async def send(chat_id: str, text: str) -> None:
        told.append(text if chat_id == str(ADMIN) else chat_id)

    await Announcer(sessions, send).send_open()
    assert told == ["1", "3", announcing.FINISHED.format(sent=2, missed=1)]
    await Announcer(sessions, send).send_open()
    assert len(told) == 3  # and it is over


async def test_there_is_a_pause_after_each(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    admin_id = await known(sessions, 3)
    async with sessions.begin() as session:
        await start_announcement(session, NEWS, admin_id)
    seen: list[str | float] = []

    async def send(chat_id: str, text: str) -> None:
        seen.append(chat_id)

    async def pause(seconds: float) -> None:
        seen.append(seconds)

    monkeypatch.setattr(announcing.asyncio, "sleep", pause)
    await Announcer(sessions, send).send_open()
    pace = announcing.PACE_SECONDS
    assert seen == ["1", pace, "2", pace, "3", pace, str(ADMIN)]


async def test_a_long_announcement_is_asked_about_in_one_message(served: FakeBotApi) -> None:
    admin = served.person(ADMIN)
    await ask(served, served.person(1), "안녕")
    asked = await ask(served, admin, "/announce " + "알려요. " * 800)
    assert len(buttons(asked)) == 2
    await ask(served, admin, "/cancel")
    assert len(served.messages_to(ADMIN)) == 2
