"""How fast may messages go out? As fast as Telegram lets them: in all, to one chat, and to a group.

https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

import asyncio
import math
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, SendChatAction, TelegramMethod
from aiogram.methods.base import TelegramType

from bot.telegram.delivery import MAX_WAIT_SECONDS

MESSAGES = ("send", "edit", "copy", "forward")  # how the methods are named that put something before people


class Limit(NamedTuple):
    messages: int
    seconds: float


IN_ALL, IN_A_CHAT, IN_A_GROUP = Limit(30, 1.0), Limit(1, 1.0), Limit(20, 60.0)


class Pace:
    """At most so many in any stretch of so many seconds, first come, first served."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._times: deque[float] = deque(maxlen=limit.messages)  # when the last ones went or will go

    def earliest(self, now: float) -> float:
        if len(self._times) < self._limit.messages:
            return max(now, self._times[-1]) if self._times else now
        return max(now, self._times[-1], self._times[0] + self._limit.seconds)

    def book(self, at: float) -> None:
        self._times.append(at)

    def is_idle(self, now: float) -> bool:
        return not self._times or self._times[-1] + self._limit.seconds < now


class PacedRequests(BaseRequestMiddleware):
    """Holds a message back until it may go. Several processes pace themselves each; Telegram's 429 does the rest."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._in_all = Pace(IN_ALL)
        self._chats: OrderedDict[int | str, tuple[Pace, ...]] = OrderedDict()  # longest unused first

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        chat_id = getattr(method, "chat_id", None)
        if (
            chat_id is not None
            and method.__api_method__.startswith(MESSAGES)
            and not isinstance(method, SendChatAction)
        ):
            now = self._clock()
            paces = self._paces_of(chat_id, now)
            at = max(pace.earliest(now) for pace in paces)
            if at - now > MAX_WAIT_SECONDS:
                raise TelegramRetryAfter(method, "this chat has had its messages", retry_after=math.ceil(at - now))
            await self._wait(paces, at)
            await self._wait((self._in_all,), self._in_all.earliest(self._clock()))
        return await make_request(bot, method)

    async def _wait(self, paces: tuple[Pace, ...], at: float) -> None:
        for pace in paces:
            pace.book(at)
        if (wait_seconds := at - self._clock()) > 0:
            await self._sleep(wait_seconds)

    def _paces_of(self, chat_id: int | str, now: float) -> tuple[Pace, ...]:
        """Those of this chat; those of chats that were long quiet are dropped."""
        if chat_id not in self._chats:
            is_private = isinstance(chat_id, int) and chat_id > 0
            self._chats[chat_id] = (Pace(IN_A_CHAT),) if is_private else (Pace(IN_A_CHAT), Pace(IN_A_GROUP))
        self._chats.move_to_end(chat_id)
        while (oldest := next(iter(self._chats))) != chat_id and all(p.is_idle(now) for p in self._chats[oldest]):
            del self._chats[oldest]
        return self._chats[chat_id]
