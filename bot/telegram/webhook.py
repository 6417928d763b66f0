"""How do updates come in by themselves? Telegram posts each, and is told that it arrived once it is stored."""

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiogram import Bot
from aiohttp import web

from bot.database.engine import DATABASE_ERRORS, Sessions
from bot.logs import described
from bot.telegram.polling import ALLOWED_UPDATES, introduce, patiently, store

log = structlog.get_logger()

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LOOK_EVERY_SECONDS = 60.0
MAX_UPDATE_ID = 2**63 - 1


def add_webhook(
    app: web.Application, *, url: str, secret: str, bot: Bot, sessions: Sessions, when_stored: Callable[[], None]
) -> None:
    async def receive(request: web.Request) -> web.Response:
        """What is not stored is not acknowledged, and Telegram sends it again."""
        if not secrets.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), secret.encode()):
            log.warning("webhook_refused", reason="wrong or no secret", peer=request.remote)
            raise web.HTTPUnauthorized
        update = read_update(await request.read())
        try:
            await store(sessions, bot.id, [update])
        except DATABASE_ERRORS as error:
            log.warning("updates_not_stored", error=described(error))
            raise web.HTTPServiceUnavailable from None
        when_stored()
        return web.Response()

    app.router.add_post(urlsplit(url).path or "/", receive)


def read_update(body: bytes) -> dict[str, Any]:
    try:
        update = json.loads(body)
    except ValueError:
        raise web.HTTPBadRequest(text="expected an update as JSON") from None
    update_id = update.get("update_id") if isinstance(update, dict) else None
    if type(update_id) is not int or not 0 <= update_id <= MAX_UPDATE_ID:
        raise web.HTTPBadRequest(text="expected an update with its update_id")
    return dict(update)


async def keep_webhook(bot: Bot, url: str, secret: str) -> None:
    """Until cancelled: Telegram knows where to post, also after somebody else has polled; its troubles are logged."""
    await patiently(lambda: introduce(bot))
    last_trouble = None
    while True:
        info = await patiently(bot.get_webhook_info)
        if info.url != url or set(info.allowed_updates or []) != set(ALLOWED_UPDATES):
            await patiently(lambda: bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES))
            log.info("webhook_set", host=urlsplit(url).hostname)
        if info.last_error_date and info.last_error_date != last_trouble:
            last_trouble = info.last_error_date
            log.warning("telegram_cannot_post", reason=info.last_error_message, waiting=info.pending_update_count)
        await asyncio.sleep(LOOK_EVERY_SECONDS)
