"""Is everything there that the service needs?"""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal, NamedTuple

import torch
from aiogram.exceptions import AiogramError
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.database.engine import build_sessions, open_engine
from bot.database.migrating import is_up_to_date
from bot.database.model_versions import serving_model_path
from bot.errors import ServiceError
from bot.logs import described
from bot.replier import LoadReplier, Question
from bot.settings import Settings
from bot.telegram.dispatching import build_bot
from seq2seq.errors import ModelError
from seq2seq.insight.fonts import hangul_families

MIN_FREE_GB = 2.0  # a fine-tuned model, its training state and the snapshots beside it


class Finding(NamedTuple):
    what: str
    state: Literal["ok", "absent", "broken"]
    detail: str


async def examine(settings: Settings, load_replier: LoadReplier) -> AsyncIterator[Finding]:
    """One finding after the other, as soon as it is known."""
    engine = open_engine(settings.database_url)
    database = await _database(engine)
    yield database
    sessions = build_sessions(engine)
    path = await serving_model_path(sessions, settings.models_dir) if database.state == "ok" else None
    await engine.dispose()
    yield _model(path, load_replier)
    yield _font()
    yield _disk(settings)
    yield _gpu()
    yield await _telegram(settings)


async def show(findings: AsyncIterator[Finding]) -> bool:
    """A table of them; False if something is broken."""
    table = Table("what", "state", "detail", title="maldongmu doctor")
    colours = {"ok": "green", "absent": "yellow", "broken": "red"}
    is_sound = True
    async for finding in findings:
        table.add_row(finding.what, Text(finding.state, colours[finding.state]), Text(finding.detail))
        is_sound = is_sound and finding.state != "broken"
    Console().print(table)
    return is_sound


async def _database(engine: AsyncEngine) -> Finding:
    shown = engine.url.render_as_string(hide_password=True)
    try:
        if await is_up_to_date(engine):
            return Finding("database", "ok", shown)
    except ServiceError as error:
        return Finding("database", "broken", str(error))
    return Finding("database", "broken", f"{shown}: its tables are not up to date; run: maldongmu db upgrade")


def _model(path: Path | None, load_replier: LoadReplier) -> Finding:
    shown = path or "starter model"
    try:
        replier = load_replier(path)
        replier.reply([Question(text="안녕")])
    except ModelError as error:
        return Finding("model", "broken", str(error))
    return Finding("model", "ok", f"{shown}, version {replier.model_version}")


def _font() -> Finding:
    if families := hangul_families():
        return Finding("font", "ok", families[0])
    return Finding("font", "absent", "none with Hangul; pictures go without words: pip install pylopdf-fonts-ko")


def _disk(settings: Settings) -> Finding:
    folder = settings.models_dir.absolute()
    while not folder.exists():
        folder = folder.parent
    free_gb = shutil.disk_usage(folder).free / 1e9
    return Finding("disk", "ok" if free_gb >= MIN_FREE_GB else "broken", f"{free_gb:.1f} GB free at {folder}")


def _gpu() -> Finding:
    if torch.cuda.is_available():
        return Finding("GPU", "ok", torch.cuda.get_device_name())
    return Finding("GPU", "absent", "none found; retraining uses the CPU")


async def _telegram(settings: Settings) -> Finding:
    if settings.telegram_token is None:
        return Finding("Telegram", "absent", "MALDONGMU_TELEGRAM_TOKEN is not set; only the terminal chat works")
    async with build_bot(settings.telegram_token.get_secret_value(), settings.telegram_api_url) as bot:
        try:
            me = await bot.get_me(request_timeout=10)
            webhook = await bot.get_webhook_info(request_timeout=10)
        except AiogramError as error:
            return Finding("Telegram", "broken", described(error))
    known = f"@{me.username}, id {me.id}, {webhook.pending_update_count} updates waiting"
    if settings.webhook_url and webhook.last_error_message:
        return Finding("Telegram", "broken", f"{known}; it cannot post to the webhook: {webhook.last_error_message}")
    return Finding("Telegram", "ok", known)
