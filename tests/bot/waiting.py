"""Waits without a time limit: a slow machine makes no test fail."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def wait_for(ask: Callable[[], Awaitable[T]]) -> T:
    """The first answer that is true."""
    while True:
        if answer := await ask():
            return answer
        await asyncio.sleep(0.02)


async def wait_until(holds: Callable[[], bool]) -> None:
    async def ask() -> bool:
        return holds()

    await wait_for(ask)
