"""How does an announcement reach everyone it is for, at a pace that leaves room for answers?"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy import ColumnElement, Select, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import audit
from bot.database.engine import Sessions
from bot.database.tables import Announcement, AnnouncementReceipt, Chat, Person, ReceiptState, now
from bot.inbox_worker import UndeliverableError, UnreachableError
from bot.retraining.polling import repeat

log = structlog.get_logger()

POLL_SECONDS = 1.0
PACE_SECONDS = 0.1  # a third of the 30 messages a second that Telegram takes
RETRY_SECONDS = 5.0

FINISHED = "📢 공지를 {sent:,}곳에 보냈어요. 보내지 못한 곳은 {missed:,}곳이에요."

Send = Callable[[str, str], Awaitable[None]]  # (chat, text); raises UndeliverableError or UnreachableError


def receivers() -> Select[int]:
    """Ids of the chats in Telegram, one a chat however many threads it has, without those of blocked people."""
    return select(func.min(Chat.id)).where(*_may_be_told()).group_by(Chat.platform_chat_id)


def _may_be_told() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    blocked = select(Person.platform_user_id).where(Person.platform == "telegram", Person.blocked_at.is_not(None))
    return Chat.platform == "telegram", Chat.platform_chat_id.not_in(blocked)


async def count_receivers(sessions: Sessions) -> int:
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(receivers().subquery())) or 0


async def start_announcement(session: AsyncSession, text: str, person_id: int) -> int:
    """From here on it is sent, and a restart goes on where it was; the number of chats that it is for."""
    announcement = Announcement(text=text, requested_by_id=person_id)
    session.add(announcement)
    await session.flush()
    chat_ids = receivers().subquery()
    rows = select(literal(announcement.id), chat_ids.c[0], literal("pending"))
    query = insert(AnnouncementReceipt).from_select(["announcement_id", "chat_id", "state"], rows)
    count = len((await session.execute(query.returning(AnnouncementReceipt.id))).all())
    detail = {"announcement_id": announcement.id, "chats": count}
    audit.record_action(session, "announced", person_id=person_id, detail=detail)
    return count


class Announcer:
    """Sends what was announced. A crash between sending and writing that down sends one message twice."""

    def __init__(self, sessions: Sessions, send: Send) -> None:
        self._sessions = sessions
        self._send = send

    async def run(self) -> None:
        """Until cancelled."""
        await repeat(self.send_open, POLL_SECONDS)

    async def send_open(self) -> None:
        async with self._sessions() as session:
            unfinished = select(Announcement).where(Announcement.finished_at.is_(None)).order_by(Announcement.id)
            announcements = list(await session.scalars(unfinished))
        for announcement in announcements:
            await self._send_to_all(announcement)
            await self._finish(announcement)

    async def _send_to_all(self, announcement: Announcement) -> None:
        while receipt := await self._next(announcement):
            receipt_id, chat_id = receipt
            try:
                await self._send(chat_id, announcement.text)
            except UnreachableError as error:
                log.warning("announcement_waits", announcement=announcement.id, reason=str(error))
                await asyncio.sleep(error.wait_seconds or RETRY_SECONDS)
            except UndeliverableError:  # blocked the bot, or gone: not asked again
                await self._settle(receipt_id, "unreachable")
            else:
                await self._settle(receipt_id, "sent")
            await asyncio.sleep(PACE_SECONDS)

    async def _next(self, announcement: Announcement) -> tuple[int, str] | None:
        """A chat whose person was blocked meanwhile hears nothing any more."""
        query = (
            select(AnnouncementReceipt.id, Chat.platform_chat_id)
            .join(Chat, AnnouncementReceipt.chat_id == Chat.id)
            .where(
                AnnouncementReceipt.announcement_id == announcement.id,
                AnnouncementReceipt.state == "pending",
                *_may_be_told(),
            )
            .order_by(AnnouncementReceipt.id)
            .limit(1)
        )
        async with self._sessions() as session:
            return (await session.execute(query)).first()

    async def _settle(self, receipt_id: int, state: ReceiptState) -> None:
        async with self._sessions.begin() as session:
            receipt = await session.get(AnnouncementReceipt, receipt_id)
            if receipt is not None:  # the chat may have been forgotten meanwhile
                receipt.state, receipt.settled_at = state, now()

    async def _finish(self, announcement: Announcement) -> None:
        """Who asked for it is told how it went."""
        counted = (
            select(AnnouncementReceipt.state, func.count())
            .where(AnnouncementReceipt.announcement_id == announcement.id)
            .group_by(AnnouncementReceipt.state)
        )
        async with self._sessions.begin() as session:
            counts = dict((await session.execute(counted)).all())
            row = await session.get_one(Announcement, announcement.id)
            row.finished_at = now()
            asker = await session.get(Person, row.requested_by_id) if row.requested_by_id else None
        sent, missed = counts.get("sent", 0), sum(counts.values()) - counts.get("sent", 0)
        log.info("announcement_sent", announcement=announcement.id, sent=sent, missed=missed)
        if asker is not None:
            await self._tell(asker.platform_user_id, FINISHED.format(sent=sent, missed=missed))

    async def _tell(self, chat_id: str, text: str) -> None:
        try:
            await self._send(chat_id, text)
        except (UnreachableError, UndeliverableError) as error:
            log.warning("announcement_end_not_told", reason=str(error))
