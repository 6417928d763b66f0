"""How does a stored update become an answer, and what does it mean when that fails?"""

from collections.abc import Awaitable, Callable

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.filters import ExceptionTypeFilter
from aiogram.types import ErrorEvent, Update
from pydantic import ValidationError

from bot.conversation import Conversation
from bot.curation import Curation
from bot.database.engine import Sessions
from bot.database.tables import IncomingUpdate
from bot.errors import RefusedError
from bot.forgetting import Forgetting
from bot.inbox_worker import UndeliverableError
from bot.insight import Insights
from bot.lessons import Lessons
from bot.ratings import Ratings
from bot.reply_worker import ReplyWorker
from bot.roles import Roles
from bot.settings import Settings
from bot.telegram.admin.access import UnheardPeople
from bot.telegram.admin.routers import build_admin_routers
from bot.telegram.admin.status import StatusBoard
from bot.telegram.delivery import CountedRequests, PatientRequests, acknowledge, send
from bot.telegram.failures import in_terms_of_the_inbox
from bot.telegram.greeting import build_greeting_router
from bot.telegram.groups import build_group_router
from bot.telegram.insight import build_insight_router
from bot.telegram.lessons import build_lesson_router
from bot.telegram.own_data import build_own_data_router
from bot.telegram.pacing import PacedRequests
from bot.telegram.ratings import build_rating_router
from bot.telegram.style import build_style_router
from bot.telegram.talk import build_talk_router


def build_bot(token: str, api_url: str | None) -> Bot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api_url) if api_url else PRODUCTION)
    session.middleware(PatientRequests())
    session.middleware(PacedRequests())  # inside: each try waits for its turn
    session.middleware(CountedRequests())
    return Bot(token, session=session)


def build_dispatcher(
    settings: Settings, sessions: Sessions, worker: ReplyWorker, conversation: Conversation, roles: Roles
) -> Dispatcher:
    """What is named here is what handlers may ask for by name."""
    dispatcher = Dispatcher(
        disable_fsm=True,
        settings=settings,
        sessions=sessions,
        worker=worker,
        conversation=conversation,
        curation=Curation(sessions, admin_ids=settings.admin_ids),
        roles=roles,
        status_board=StatusBoard(sessions, worker),
        forgetting=Forgetting(sessions, settings.models_dir),
        ratings=Ratings(sessions),
        lessons=Lessons(sessions, per_day=settings.lessons_per_day, max_chars=settings.max_question_chars),
        insights=Insights(sessions, worker, timeout_seconds=settings.reply_timeout_seconds),
    )
    dispatcher.update.outer_middleware(UnheardPeople())
    dispatcher.error.register(say_refusal, ExceptionTypeFilter(RefusedError))
    dispatcher.include_routers(
        build_greeting_router(),
        build_own_data_router(),
        build_style_router(),
        build_rating_router(),
        build_insight_router(),
        build_group_router(),
        *build_admin_routers(sessions),
        build_lesson_router(),
        build_talk_router(),
    )
    return dispatcher


async def say_refusal(event: ErrorEvent) -> None:
    """What may or can not be done is told to who asked for it."""
    if event.update.callback_query:
        await acknowledge(event.update.callback_query, str(event.exception))
    elif event.update.message:
        await send(event.update.message, str(event.exception))


def build_answer(bot: Bot, dispatcher: Dispatcher) -> Callable[[IncomingUpdate], Awaitable[None]]:
    """For the inbox, in its terms: what passes, what never will, and everything else."""

    async def answer(incoming: IncomingUpdate) -> None:
        try:
            with in_terms_of_the_inbox():
                update = Update.model_validate(incoming.payload, context={"bot": bot})
                await dispatcher.feed_update(bot, update, incoming_update_id=incoming.id)
        except ValidationError as error:
            raise UndeliverableError(f"not readable as an update, {error.error_count()} errors") from None

    return answer
