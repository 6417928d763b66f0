"""How does a stored update become an answer, and what does it mean when that fails?"""

from collections.abc import Awaitable, Callable

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import Update
from pydantic import ValidationError

from bot.conversation import Conversation
from bot.curation import Curation
from bot.database.engine import Sessions
from bot.database.tables import IncomingUpdate
from bot.inbox_worker import UndeliverableError, UnreachableError
from bot.logs import described
from bot.reply_worker import ReplyWorker
from bot.settings import Settings
from bot.telegram.admin import build_admin_routers
from bot.telegram.delivery import CountedRequests, PatientRequests
from bot.telegram.handlers import build_command_router, build_talk_router
from bot.telegram.pacing import PacedRequests


def build_bot(token: str, api_url: str | None) -> Bot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url) if api_url else PRODUCTION)
    session.middleware(PatientRequests())
    session.middleware(PacedRequests())  # inside: each try waits for its turn
    session.middleware(CountedRequests())
    return Bot(token, session=session)


def build_dispatcher(
    settings: Settings, sessions: Sessions, worker: ReplyWorker, conversation: Conversation
) -> Dispatcher:
    """What is named here is what handlers may ask for by name."""
    dispatcher = Dispatcher(
        disable_fsm=True,
        settings=settings,
        sessions=sessions,
        worker=worker,
        conversation=conversation,
        curation=Curation(sessions, admin_ids=settings.admin_ids),
    )
    dispatcher.include_routers(build_command_router(), *build_admin_routers(sessions), build_talk_router())
    return dispatcher


def build_answer(bot: Bot, dispatcher: Dispatcher) -> Callable[[IncomingUpdate], Awaitable[None]]:
    """For the inbox, in its terms: what passes, what never will, and everything else."""

    async def answer(incoming: IncomingUpdate) -> None:
        try:
            update = Update.model_validate(incoming.payload, context={"bot": bot})
            await dispatcher.feed_update(bot, update, incoming_update_id=incoming.id)
        except TelegramRetryAfter as error:
            raise UnreachableError(described(error), wait_seconds=error.retry_after) from error
        except (TelegramNetworkError, TelegramServerError, TelegramUnauthorizedError, ClientDecodeError) as error:
            raise UnreachableError(described(error)) from error
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            raise UndeliverableError(described(error)) from error
        except ValidationError as error:
            raise UndeliverableError(f"not readable as an update, {error.error_count()} errors") from None

    return answer
