"""Waits without a time limit: a slow machine makes no test fail."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

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


@asynccontextmanager
async def beside(work: Coroutine[Any, Any, T]) -> AsyncIterator[asyncio.Task[T]]:
    """It runs while the block does and has ended when the block is left.

    What is cancelled and not waited for may still wait for a database that is closed meanwhile: then nothing ever ends.
    """
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
