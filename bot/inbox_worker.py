"""Who answers the stored updates, so that chats go side by side, one chat in order, and none is forgotten?"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from sqlalchemy.exc import NoResultFound

from bot.database import inbox
from bot.database.engine import DATABASE_ERRORS, DATABASE_IS_AWAY, Sessions
from bot.database.insisting import insist
from bot.database.tables import IncomingUpdate, now
from bot.inbox_claims import Claims
from bot.logs import described
from bot.metrics import UPDATE_SECONDS, UPDATES_SETTLED

log = structlog.get_logger()

MAX_AT_ONCE = 512  # more than wait for the model at most, so that what needs no model gets past them
LOOK_EVERY_SECONDS = 5.0  # for what another process stored or left behind
STOP_GRACE_SECONDS = 5.0  # what takes longer is answered after the next start
DATABASE_RETRY_SECONDS = 2.0


class UnreachableError(Exception):
    """Nobody can be answered just now; the update is tried again for as long as it is worth it."""

    def __init__(self, reason: str, wait_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.wait_seconds = wait_seconds


class UndeliverableError(Exception):
    """This update can never be answered; trying again would only hold its chat back."""


class InboxWorker:
    """Takes the first open update of each chat, again and again, as long as there are any."""

    def __init__(self, sessions: Sessions, answer: Callable[[IncomingUpdate], Awaitable[None]], *, bot_id: int) -> None:
        self._sessions = sessions
        self._answer = answer
        self._bot_id = bot_id
        self._claims = Claims(sessions)
        self._in_flight: dict[int, asyncio.Task[None]] = {}  # by id of the update
        self._changed = asyncio.Event()

    def wake(self) -> None:
        """Something was stored, or a chat became free."""
        self._changed.set()

    async def run(self) -> None:
        """Until cancelled; then what is in flight may still end, or is kept for the next start."""
        try:
            while True:
                self._changed.clear()
                try:
                    wait_seconds = await self._start_next()
                except DATABASE_ERRORS:
                    log.exception("inbox_not_readable")
                    wait_seconds = DATABASE_RETRY_SECONDS
                await self._wait_for_change(wait_seconds)
        finally:
            await self._end_in_flight()
            await self._claims.close()

    async def _start_next(self) -> float:
        """Seconds after which to look again even if nothing changes."""
        async with self._sessions() as session:
            # Asked first, so that what becomes due meanwhile is among the updates.
            wait_seconds = await inbox.seconds_to_next_attempt(session, bot_id=self._bot_id)
            updates = await inbox.next_updates(
                session,
                bot_id=self._bot_id,
                limit=MAX_AT_ONCE - len(self._in_flight),
                in_flight=list(self._in_flight),
            )
        for update in await self._claims.take(updates):
            self._in_flight[update.id] = asyncio.create_task(self._serve(update))
        return LOOK_EVERY_SECONDS if wait_seconds is None else min(wait_seconds, LOOK_EVERY_SECONDS)

    async def _wait_for_change(self, wait_seconds: float) -> None:
        try:
            async with asyncio.timeout(wait_seconds):
                await self._changed.wait()
        except TimeoutError:
            pass

    async def _serve(self, update: IncomingUpdate) -> None:
        try:
            try:
                await self._settle(update)
            finally:
                await self._claims.give_back(update.id)
        except NoResultFound:
            log.warning("update_is_gone", update_id=update.update_id)  # forgotten while it was being answered
        except DATABASE_ERRORS:
            log.exception("update_not_settled", update_id=update.update_id)
            await asyncio.sleep(DATABASE_RETRY_SECONDS)  # still open in the database: not at once again
        finally:
            del self._in_flight[update.id]
            self.wake()

    async def _settle(self, update: IncomingUpdate) -> None:
        """Answers, and writes down how that ended."""
        settle: Callable[..., Awaitable[object]]
        outcome = "failed"
        try:
            await self._answer(update)
        except UnreachableError as error:
            outcome = "postponed"
            log.warning("update_postponed", update_id=update.update_id, reason=described(error))
            settle = partial(inbox.postpone, error=described(error), wait_seconds=error.wait_seconds)
        except UndeliverableError as error:
            outcome = "undeliverable"
            log.warning("update_undeliverable", update_id=update.update_id, reason=described(error))
            settle = partial(inbox.bury, error=described(error))
        except DATABASE_IS_AWAY as error:
            outcome = "postponed"
            log.exception("database_is_away", update_id=update.update_id)
            settle = partial(inbox.postpone, error=described(error), wait_seconds=DATABASE_RETRY_SECONDS)
        except Exception as error:
            log.exception("update_failed", update_id=update.update_id)
            settle = partial(inbox.mark_failed, error=described(error))
        else:
            outcome, settle = "done", inbox.mark_done
        await insist(self._sessions, partial(settle, incoming_update_id=update.id))
        UPDATES_SETTLED.labels(outcome).inc()
        if outcome == "done":
            UPDATE_SECONDS.observe((now() - update.received_at).total_seconds())

    async def _end_in_flight(self) -> None:
        late = set(self._in_flight.values())
        if late:
            _, late = await asyncio.wait(late, timeout=STOP_GRACE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
