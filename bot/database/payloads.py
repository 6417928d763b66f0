"""Whose are the updates that wait or could not be answered, and how are they emptied?"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.people import find_person, may_keep
from bot.database.tables import IncomingUpdate, now


async def updates_of(session: AsyncSession, user_id: str) -> AsyncIterator[IncomingUpdate]:
    """Those that this person sent and that still have their content: what is answered is empty."""
    for stored in await _with_content(session):
        if author_of(stored.payload) == user_id:
            yield stored


async def forget_updates(session: AsyncSession, user_id: str, *, before_id: int | None) -> None:
    """What this person sent and is not answered yet never will be; dead updates in which they appear are emptied.

    What they sent after the update `before_id` is for whoever they are from then on.
    """
    for stored in await _with_content(session):
        is_earlier = before_id is None or stored.id < before_id
        if stored.state == "pending" and is_earlier and author_of(stored.payload) == user_id:
            stored.state, stored.done_at = "done", now()
        elif stored.state == "pending" or not mentions(stored.payload, user_id):
            continue
        stored.payload, stored.error, stored.chat_key = {}, None, None


async def empty_unwanted_updates(session: AsyncSession) -> None:
    """Dead ones of people who want nothing kept."""
    for stored in await _with_content(session):
        person = stored.state == "dead" and await find_person(session, "telegram", author_of(stored.payload) or "")
        if person and not await may_keep(session, person.id):
            stored.payload, stored.error, stored.chat_key = {}, None, None


async def empty_old_updates(session: AsyncSession, before: datetime) -> None:
    """Dead ones keep their content so that an admin may look at them, but not for ever."""
    old = update(IncomingUpdate).where(IncomingUpdate.state != "pending", IncomingUpdate.received_at < before)
    await session.execute(old.values(payload={}, error=None, chat_key=None))


def author_of(payload: dict[str, Any]) -> str | None:
    """The numeric id of whoever wrote, pressed or reacted; None where that is nobody."""
    author = _content(payload).get("from") or _content(payload).get("user") or {}
    return str(author["id"]) if "id" in author else None


def mentions(part: Any, user_id: str) -> bool:
    """True if this person, or their private chat, is anywhere in it: also as who is replied to, or forwarded."""
    if isinstance(part, dict):
        return str(part.get("id")) == user_id or any(mentions(value, user_id) for value in part.values())
    return isinstance(part, list) and any(mentions(value, user_id) for value in part)


def said_in(payload: dict[str, Any]) -> str | None:
    """The author's own words, and nothing of what they reply to."""
    content = _content(payload)
    return content.get("text") or content.get("caption") or content.get("data")


async def _with_content(session: AsyncSession) -> list[IncomingUpdate]:
    return list(await session.scalars(select(IncomingUpdate).where(IncomingUpdate.state != "done")))


def _content(payload: dict[str, Any]) -> dict[str, Any]:
    """What the update is about: a message, a press of a button, ..."""
    return next((value for value in payload.values() if isinstance(value, dict)), {})
