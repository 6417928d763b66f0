"""What may an admin ask for, and how is it noted down?"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from aiogram import BaseMiddleware, F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandObject
from aiogram.types import BufferedInputFile, Message, TelegramObject

from bot.curation import Curation, CurationRefusedError
from bot.database import audit, people, runs
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.export import export_turns
from bot.reply_worker import ReplyWorker
from bot.selection import Tally
from bot.settings import Settings
from bot.status import read_status
from bot.telegram import texts, undelivered
from bot.telegram.delivery import send
from bot.telegram.handlers import who_speaks
from dialogue_data.export import NothingToExportError

ADMIN_COMMANDS = ("status", "export", "retrain", "approve", "fix", undelivered.COMMAND)


def build_admin_routers(sessions: Sessions) -> tuple[Router, Router]:
    """The commands for admins, and behind them the refusal for everyone else."""
    router = Router(name="admin")
    router.message.filter(who_speaks, F.chat.type == ChatType.PRIVATE, is_admin)
    router.message.middleware(AuditedCommands(sessions))
    router.message.register(show_status, Command("status"))
    router.message.register(export, Command("export"))
    router.message.register(retrain, Command("retrain"))
    router.message.register(approve, Command("approve"))
    router.message.register(fix, Command("fix"))
    undelivered.add_undelivered(router)
    refusal = Router(name="not-admin")
    refusal.message.filter(who_speaks)
    refusal.message.register(refuse, Command(*ADMIN_COMMANDS))
    return router, refusal


def is_admin(message: Message, settings: Settings) -> bool:
    return message.from_user is not None and message.from_user.id in settings.admin_ids


class AuditedCommands(BaseMiddleware):
    """Writes down each command before it is obeyed, and nothing of what was said."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        command: CommandObject = data["command"]
        detail = {"incoming_update_id": data["incoming_update_id"]}
        async with self._sessions.begin() as session:
            person = await people.person_of(session, data["speaker"])
            audit.record_action(session, command.command, person_id=person.id, detail=detail)
        return await handler(event, data)


async def show_status(message: Message, sessions: Sessions, worker: ReplyWorker) -> None:
    await send(message, texts.status(await read_status(sessions, worker.model_version)))


async def export(message: Message, sessions: Sessions) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, tally = Path(folder, "turns.jsonl"), Tally()
        try:
            contents = await export_turns(sessions, file, tally)
        except NothingToExportError:
            await send(message, f"{texts.NOTHING_TO_EXPORT}\n{texts.export_receipt(0, tally.left_out, tally.masked)}")
            return
        receipt = texts.export_receipt(contents.exchanges, tally.left_out, tally.masked)
        document = BufferedInputFile(await asyncio.to_thread(file.read_bytes), filename=file.name)
        await message.answer_document(document, caption=receipt)


async def retrain(message: Message, speaker: Speaker, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        run = await runs.request_run(session, f"telegram:{speaker.user_id}")
    await send(message, texts.RUN_QUEUED.format(run_id=run.id) if run else texts.RUN_ACTIVE)


async def approve(message: Message, speaker: Speaker, curation: Curation) -> None:
    await review(message, texts.APPROVED, partial(curation.approve, speaker))


async def fix(message: Message, command: CommandObject, speaker: Speaker, curation: Curation) -> None:
    await review(message, texts.FIXED, partial(curation.fix, speaker, command.args or ""))


async def review(message: Message, thanks: str, judge: Callable[..., Awaitable[object]]) -> None:
    """Judges the answer that the message replies to."""
    if message.reply_to_message is None:
        thanks = texts.REPLY_NEEDED
    else:
        try:
            await judge(answer_message_id=message.reply_to_message.message_id)
        except CurationRefusedError as refusal:
            thanks = str(refusal)
    await send(message, thanks)


async def refuse(message: Message) -> None:
    await send(message, texts.ADMINS_ONLY)
