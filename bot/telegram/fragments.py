"""Which messages are one pasted text that the sender's client cut into parts?"""

import asyncio
from datetime import timedelta
from typing import Any, NamedTuple

from aiogram.types import Message

from bot.database import inbox
from bot.database.engine import Sessions
from bot.database.tables import IncomingUpdate
from bot.telegram.delivery import MAX_UNITS

CUT_UNITS = MAX_UNITS // 2  # clients look for a good place to cut in the second half of what one message may hold
PAUSE_SECONDS = 1.5  # in which the next part arrives
MAX_APART = timedelta(seconds=2)


class Pasted(NamedTuple):
    text: str
    update_ids: list[int]  # of the parts after the first, in the inbox


async def join_fragments(sessions: Sessions, message: Message, question: str, incoming_update_id: int) -> Pasted:
    """The question with the parts that follow it; they stay in the inbox until it is answered."""
    parts, update_ids = [question], [incoming_update_id]
    last = message.text or ""
    while _units(last) >= CUT_UNITS:
        found = await _next_part(sessions, message, update_ids[-1])
        if found is None:
            break
        update_id, last = found
        parts.append(last)
        update_ids.append(update_id)
    return Pasted(" ".join(parts), update_ids[1:])


async def settle(sessions: Sessions, pasted: Pasted) -> None:
    """They were answered with the first part."""
    async with sessions.begin() as session:
        for update_id in pasted.update_ids:
            await inbox.mark_done(session, update_id)


async def _next_part(sessions: Sessions, message: Message, after_id: int) -> tuple[int, str] | None:
    async def look() -> IncomingUpdate | None:
        async with sessions() as session:
            return await inbox.next_of_chat(session, after_id)

    following = await look()
    if following is None:
        await asyncio.sleep(PAUSE_SECONDS)
        following = await look()
    found = following.payload.get("message", {}) if following else {}
    return (following.id, found["text"]) if following and _continues(found, message) else None


def _continues(found: dict[str, Any], message: Message) -> bool:
    assert message.from_user is not None
    return (
        bool(found.get("text"))
        and not found["text"].startswith("/")
        and found.get("from", {}).get("id") == message.from_user.id
        and found.get("message_thread_id") == message.message_thread_id
        and found.get("date", 0) - message.date.timestamp() <= MAX_APART.total_seconds()
    )


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
