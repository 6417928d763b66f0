"""Is each message answered once, in order, beside all others, whatever goes wrong with one of them?"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbox_worker
from bot.database import inbox, insisting
from bot.database.engine import Sessions
from bot.database.tables import IncomingUpdate, Turn, now
from bot.inbox_worker import InboxWorker, UndeliverableError, UnreachableError
from bot.telegram import texts
from tests.bot.repliers import Echo, Waiting
from tests.bot.running_service import running_service
from tests.bot.waiting import beside, wait_for
from tests.bot_api_server import GUARD_SECONDS
from tests.fake_bot_api import FakeBotApi, running_bot_api

BOT = 9


@pytest.fixture
async def bot_api() -> AsyncIterator[FakeBotApi]:
    async with running_bot_api() as api:
        yield api


async def states(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        return list(await session.scalars(select(IncomingUpdate.state).order_by(IncomingUpdate.id)))


class Desk(InboxWorker):
    """Its answers are noted down, may be kept waiting, and may be told to fail."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.answered: list[str] = []
        self.failures: dict[str, list[Exception]] = {}  # by text, one an attempt
        self.gates: dict[str, asyncio.Event] = {}
        self.changed = asyncio.Event()
        super().__init__(sessions, self.note_down, bot_id=BOT)

    def wake(self) -> None:
        super().wake()
        self.changed.set()

    async def note_down(self, incoming: IncomingUpdate) -> None:
        text = incoming.payload["text"]
        if text in self.gates:
            await self.gates[text].wait()
        if self.failures.get(text):
            raise self.failures[text].pop(0)
        self.answered.append(text)

    async def store(self, *texts: str) -> None:
        """a1 is the first text of chat a."""
        async with self.sessions.begin() as session:
            for text in texts:
                await inbox.store_update(
                    session, bot_id=BOT, update_id=hash(text), chat_key=text[0], payload={"text": text}
                )
        self.wake()

    async def until(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(GUARD_SECONDS):
            while not await is_so():
                await self.changed.wait()
                self.changed.clear()

    async def until_none_is_pending(self) -> None:
        async def is_done() -> bool:
            return "pending" not in await states(self.sessions)

        await self.until(is_done)


@pytest.fixture
async def desk(sessions: Sessions) -> AsyncIterator[Desk]:
    desk = Desk(sessions)
    async with beside(desk.run()):
        yield desk


async def test_a_chat_is_answered_in_order_and_another_does_not_wait_for_it(desk: Desk) -> None:
    desk.gates["a1"] = asyncio.Event()
    await desk.store("a1", "a2", "a3", "b1", "b2")

    async def is_b_done() -> bool:
        return desk.answered == ["b1", "b2"]

    await desk.until(is_b_done)
    desk.gates["a1"].set()
    await desk.until_none_is_pending()
    assert desk.answered == ["b1", "b2", "a1", "a2", "a3"]


async def test_more_chats_than_may_be_answered_at_once_all_get_their_turn(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_worker, "MAX_AT_ONCE", 2)
    await desk.store("a1", "b1", "c1", "d1", "e1", "a2")
    await desk.until_none_is_pending()
    assert sorted(desk.answered) == ["a1", "a2", "b1", "c1", "d1", "e1"]


async def test_a_failure_is_tried_again_before_what_came_after_it(desk: Desk) -> None:
    desk.failures["a1"] = [RuntimeError("a bug")]
    await desk.store("a1", "a2")

    async def is_waiting() -> bool:
        async with desk.sessions() as session:
            return await inbox.seconds_to_next_attempt(session, bot_id=BOT) is not None

    await desk.until(is_waiting)
    assert desk.answered == []
    async with desk.sessions.begin() as session:
        await session.execute(update(IncomingUpdate).values(next_attempt_at=now()))
    desk.wake()
    await desk.until_none_is_pending()
    assert desk.answered == ["a1", "a2"]


async def test_an_update_that_always_fails_does_not_hold_its_chat_back_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MAX_ATTEMPTS", 1)
    desk.failures["a1"] = [RuntimeError("a bug")]
    await desk.store("a1", "a2")
    await desk.until_none_is_pending()
    assert desk.answered == ["a2"]
    async with desk.sessions() as session:
        dead = (await session.scalars(select(IncomingUpdate).where(IncomingUpdate.state == "dead"))).one()
    assert dead.error == "RuntimeError: a bug"


async def test_a_time_when_nobody_can_be_reached_costs_no_attempt(desk: Desk) -> None:
    desk.failures["a1"] = [UnreachableError("no network", wait_seconds=0.01) for _ in range(inbox.MAX_ATTEMPTS + 2)]
    await desk.store("a1", "a2")
    await desk.until_none_is_pending()
    assert desk.answered == ["a1", "a2"]


async def test_a_database_that_is_away_for_a_while_costs_no_attempt_and_no_second_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_worker, "DATABASE_RETRY_SECONDS", 0.01)
    monkeypatch.setattr(insisting, "RETRY_SECONDS", 0.01)
    away = OperationalError("SELECT", {}, Exception("server closed the connection"))
    desk.failures["a1"] = [away for _ in range(inbox.MAX_ATTEMPTS + 2)]
    mark_done, left = inbox.mark_done, [away, away]

    async def mark_done_later(session: AsyncSession, incoming_update_id: int) -> None:
        if left:
            raise left.pop()
        await mark_done(session, incoming_update_id)

    monkeypatch.setattr(inbox, "mark_done", mark_done_later)
    await desk.store("a1", "a2")
    await desk.until_none_is_pending()
    assert desk.answered == ["a1", "a2"]
    assert left == []
    assert await states(desk.sessions) == ["done", "done"]


async def test_nobody_is_tried_for_longer_than_telegram_itself_would(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "GIVE_UP_AFTER", inbox.timedelta(0))
    desk.failures["a1"] = [UnreachableError("no network", wait_seconds=0.01)]
    await desk.store("a1", "a2")
    await desk.until_none_is_pending()
    assert desk.answered == ["a2"]


async def test_what_can_never_be_answered_is_buried_at_once(desk: Desk) -> None:
    desk.failures["a1"] = [UndeliverableError("blocked")]
    await desk.store("a1", "a2")
    await desk.until_none_is_pending()
    assert await states(desk.sessions) == ["dead", "done"]


async def test_what_a_stop_finds_unfinished_is_answered_after_the_next_start(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox_worker, "STOP_GRACE_SECONDS", 0.05)
    desk = Desk(sessions)
    desk.gates["a1"] = asyncio.Event()  # never ends
    await desk.store("a1", "a2", "b1")

    async def is_b_done() -> bool:
        return desk.answered == ["b1"]

    async with beside(desk.run()):
        await desk.until(is_b_done)
    assert await states(sessions) == ["pending", "pending", "done"]
    again = Desk(sessions)
    async with beside(again.run()):
        await again.until_none_is_pending()
    assert again.answered == ["a1", "a2"]


async def test_help_is_answered_while_another_chats_reply_is_thought_about(
    bot_api: FakeBotApi, database_url: str
) -> None:
    thinking = Waiting()
    async with running_service(bot_api, database_url, thinking):
        bot_api.person(1).send("어려운 질문")
        await bot_api.wait_for_call("sendChatAction")  # it is being thought about, and shown to be
        bot_api.person(1).send("/help")
        bot_api.person(2).send("/help")
        await bot_api.wait_for_message(2)
        assert bot_api.messages_to(1) == []
        thinking.go_on.set()
        said = [message["text"] for message in await bot_api.wait_for_messages(1, 2)]
    assert said == ["어려운 질문?", texts.HELP]


async def test_who_blocked_the_bot_keeps_nobody_waiting(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, echo: Echo
) -> None:
    minji = bot_api.person(1)
    async with running_service(bot_api, database_url, echo):
        bot_api.blocked_by.add(1)
        minji.send("안녕")

        async def is_given_up() -> bool:  # the first refusal may be that of the typing sign
            return await states(sessions) == ["dead"]

        await wait_for(is_given_up)
        bot_api.blocked_by.clear()
        minji.send("다시 왔어")
        assert (await bot_api.wait_for_message(1))["text"] == "다시 왔어?"
    assert await states(sessions) == ["dead", "done"]


async def test_an_update_nobody_can_read_does_not_stop_the_others(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, echo: Echo
) -> None:
    bot_api.deliver("message", {"from": "another planet"})
    bot_api.person(1).send("안녕")
    async with running_service(bot_api, database_url, echo):
        await bot_api.wait_for_message(1, "안녕?")
    assert await states(sessions) == ["dead", "done"]


async def test_a_repeated_update_is_answered_once(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, echo: Echo
) -> None:
    message = bot_api.person(1).send("하나")
    async with running_service(bot_api, database_url, echo):
        await bot_api.wait_for_message(1)
        await bot_api.wait_until_confirmed()
        bot_api.redeliver({"update_id": 1000, "message": message})
        bot_api.person(1).send("둘")
        await bot_api.wait_for_message(1, "둘?")
    assert [message["text"] for message in bot_api.messages_to(1)] == ["하나?", "둘?"]
    async with sessions() as session:
        assert len((await session.scalars(select(Turn))).all()) == 2


async def test_an_answer_that_could_not_be_sent_is_not_thought_up_again(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, echo: Echo
) -> None:
    bot_api.fail_next("sendMessage", status=429, retry_after=60)
    bot_api.person(1).send("안녕")
    async with running_service(bot_api, database_url, echo):
        await bot_api.wait_until(lambda: bot_api.refusals)
    async with sessions.begin() as session:
        await session.execute(update(IncomingUpdate).values(next_attempt_at=now()))
    async with running_service(bot_api, database_url, echo):
        await bot_api.wait_for_message(1, "안녕?")
    assert len(echo.batches) == 1
    assert len(bot_api.sent) == 1
