"""Do messages go out no faster than Telegram lets them, in order, and no slower?"""

import asyncio
import heapq
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import pytest
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import SendChatAction, SendMessage

from bot.telegram import pacing
from bot.telegram.pacing import Limit, PacedRequests
from tests.bot.waiting import beside

GROUP = -1001


@pytest.fixture(autouse=True)
def telegrams_limits(unpaced: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "IN_ALL", Limit(30, 1.0))
    monkeypatch.setattr(pacing, "IN_A_CHAT", Limit(1, 1.0))
    monkeypatch.setattr(pacing, "IN_A_GROUP", Limit(20, 60.0))


class Clock:
    """Time that passes only when all are asleep, and then at once."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._alarms: list[tuple[float, int, asyncio.Event]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        bell = asyncio.Event()
        heapq.heappush(self._alarms, (self.now + seconds, id(bell), bell))
        await bell.wait()

    async def run(self) -> None:
        while True:
            await asyncio.sleep(0)
            if self._alarms and len(asyncio.all_tasks()) >= 2:
                at, _, bell = heapq.heappop(self._alarms)
                self.now = max(self.now, at)
                bell.set()
                await asyncio.sleep(0)


class Line:
    """What goes out, and when."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.went: list[tuple[int | str, str | None, float]] = []
        self.paced = PacedRequests(clock, clock.sleep)

    async def _send(self, _bot: Any, method: Any) -> None:
        self.went.append((method.chat_id, getattr(method, "text", None), self.clock()))

    async def say(self, chat_id: int, text: str = "안녕") -> None:
        await self.paced(self._send, None, SendMessage(chat_id=chat_id, text=text))

    async def show_typing(self, chat_id: int) -> None:
        await self.paced(self._send, None, SendChatAction(chat_id=chat_id, action="typing"))

    @property
    def times(self) -> list[float]:
        return [at for _, _, at in self.went]


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    clock = Clock()
    async with beside(clock.run()):
        yield Line(clock)


async def test_one_message_a_second_goes_to_a_chat_and_in_order(line: Line) -> None:
    await asyncio.gather(*(line.say(1, f"{number}") for number in range(5)))
    assert [text for _, text, _ in line.went] == ["0", "1", "2", "3", "4"]
    assert [later - earlier for earlier, later in pairwise(line.times)] == [1.0] * 4


async def test_thirty_messages_a_second_go_out_in_all(line: Line) -> None:
    start = line.clock()
    await asyncio.gather(*(line.say(user_id) for user_id in range(1, 101)))
    assert line.times == [start + number // 30 for number in range(100)]


async def test_a_chat_that_must_wait_holds_no_other_up(line: Line) -> None:
    start = line.clock()
    await asyncio.gather(*(line.say(1) for _ in range(5)), line.say(2))
    assert (2, "안녕", start) in line.went


async def test_a_group_gets_twenty_a_minute_and_what_must_wait_longer_waits_in_the_inbox(line: Line) -> None:
    await asyncio.gather(*(line.say(GROUP) for _ in range(20)))
    with pytest.raises(TelegramRetryAfter) as refused:
        await line.say(GROUP)
    assert refused.value.retry_after == 41
    line.clock.now += 30  # what is left now is waited out
    await line.say(GROUP)
    assert line.times[20] - line.times[0] == 60
    assert len(line.went) == 21


async def test_what_is_no_message_does_not_wait(line: Line) -> None:
    start = line.clock()
    for _ in range(50):
        await line.show_typing(1)
    assert line.times == [start] * 50


async def test_chats_that_were_long_quiet_are_forgotten(line: Line) -> None:
    for user_id in range(1, 500):
        line.clock.now += 2
        await line.say(user_id)
    assert len(line.paced._chats) <= 2
