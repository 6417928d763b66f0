"""Which messages belong together: the parts of one pasted text, the pictures of one album?"""

import asyncio
from datetime import timedelta
from typing import Any, NamedTuple

from aiogram.types import Message

from bot.database import inbox
from bot.database.engine import Sessions
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


async def has_more_of_album(sessions: Sessions, message: Message, incoming_update_id: int) -> bool:
    """True where the next message that waits belongs to the same album."""
    following = await _next_message(sessions, incoming_update_id) if message.media_group_id else None
    return following is not None and following.content.get("media_group_id") == message.media_group_id


async def _next_part(sessions: Sessions, message: Message, after_id: int) -> tuple[int, str] | None:
    following = await _next_message(sessions, after_id)
    if following is None:
        await asyncio.sleep(PAUSE_SECONDS)
        following = await _next_message(sessions, after_id)
    if following is None or not _continues(following.content, message):
        return None
    return following.update_id, following.content["text"]


class _Waiting(NamedTuple):
    update_id: int  # in the inbox
    content: dict[str, Any]  # of the message, as Telegram sent it; empty for an update of another kind


async def _next_message(sessions: Sessions, after_id: int) -> _Waiting | None:
    async with sessions() as session:
        following = await inbox.next_of_chat(session, after_id)
    return _Waiting(following.id, following.payload.get("message", {})) if following else None


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
