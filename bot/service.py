"""How are Telegram, the inbox, the model and the database joined, and how do they stop?"""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import structlog
from aiogram import Bot
from aiohttp import web

from bot.conversation import build_conversation
from bot.database.engine import Sessions
from bot.database.migrating import open_database
from bot.database.model_versions import serving_model_path
from bot.errors import ServiceError
from bot.http_server import build_app, run_http
from bot.inbox_worker import InboxWorker
from bot.replier import Replier
from bot.reply_worker import ReplyWorker
from bot.retraining.model_watch import watch_models
from bot.retraining.scheduler import keep_schedule
from bot.retraining.starting import start_trainers
from bot.roles import Roles
from bot.settings import Settings
from bot.telegram.admin.background import offer_claim, work_for_admins
from bot.telegram.dispatching import build_answer, build_bot, build_dispatcher
from bot.telegram.polling import receive_updates
from bot.telegram.webhook import add_webhook, keep_webhook

log = structlog.get_logger()

SWITCH_SECONDS = (
    0.0005  # how long the model's thread keeps the interpreter while the event loop wants it; default 0.005
)


async def serve(settings: Settings, load_replier: Callable[[Path | None], Replier]) -> None:
    """Answers in Telegram until SIGTERM or SIGINT; what is still open then is answered after the next start."""
    if settings.telegram_token is None:
        raise ServiceError(
            "MALDONGMU_TELEGRAM_TOKEN: not set, expected a token from @BotFather in the environment or .env; "
            "without one there is the terminal: maldongmu chat"
        )
    sys.setswitchinterval(SWITCH_SECONDS)
    async with AsyncExitStack() as opened:
        sessions = await opened.enter_async_context(open_database(settings.database_url))
        model_path = await serving_model_path(sessions, settings.models_dir)
        worker = ReplyWorker(load_replier(model_path), max_batch_size=settings.max_batch_size)
        worker.start()
        opened.push_async_callback(asyncio.to_thread, worker.stop)
        bot = build_bot(settings.telegram_token.get_secret_value(), settings.telegram_api_url)
        opened.push_async_callback(bot.session.close)
        conversation = build_conversation(settings, sessions, worker)
        roles = Roles(sessions, settings.admin_ids)
        await offer_claim(roles)
        dispatcher = build_dispatcher(settings, sessions, worker, conversation, roles)
        inbox = InboxWorker(sessions, build_answer(bot, dispatcher), bot_id=bot.id)
        app = build_app(sessions, worker)
        await run_until_stopped(
            receive(settings, app, bot, sessions, inbox.wake),
            *([run_http(app, settings.http_host, settings.http_port)] if settings.http_port else []),
            inbox.run(),
            start_trainers(settings, sessions),
            watch_models(sessions, worker, load_replier, models_dir=settings.models_dir, loaded=model_path),
            keep_schedule(settings, sessions),
            *work_for_admins(bot, dispatcher, sessions),
        )


def receive(
    settings: Settings, app: web.Application, bot: Bot, sessions: Sessions, when_stored: Callable[[], None]
) -> Coroutine[Any, Any, None]:
    """By webhook where there is an address for it, else by polling."""
    if settings.webhook_url is None or settings.webhook_secret is None:
        return receive_updates(bot, sessions, when_stored)
    url, secret = settings.webhook_url, settings.webhook_secret.get_secret_value()
    add_webhook(app, url=url, secret=secret, bot=bot, sessions=sessions, when_stored=when_stored)
    return keep_webhook(bot, url, secret)


async def run_until_stopped(*work: Coroutine[Any, Any, None]) -> None:
    """Side by side, until a signal comes or one of them fails; then all end, and the failure is raised."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    tasks = [asyncio.create_task(stopped.wait()), *map(asyncio.create_task, work)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        log.info("stopping")
        for task in tasks:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for failure in ended:
        if isinstance(failure, Exception):
            raise failure
