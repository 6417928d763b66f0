"""How does an admin start a retraining, stop it, and say when it comes by itself?"""

from aiogram.filters import CommandObject
from aiogram.types import Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import runs
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.schedules import forget_schedule, store_schedule
from bot.database.tables import PendingAction, Person
from bot.errors import RefusedError
from bot.retraining.scheduler import JOB_ID, next_time, read_schedule
from bot.settings import Settings, check_cron
from bot.telegram.admin import texts
from bot.telegram.admin.confirming import ask_back
from bot.telegram.delivery import send

RETRAIN = "retrain"


async def retrain(message: Message, speaker: Speaker, sessions: Sessions) -> None:
    async with sessions() as session:
        if await runs.active_run(session):
            raise RefusedError(texts.RUN_ACTIVE)
    await ask_back(message, texts.RETRAIN_ASKED, speaker, sessions, RETRAIN, {})


async def perform_retrain(session: AsyncSession, pending: PendingAction, _settings: Settings) -> str:
    person = await session.get_one(Person, pending.person_id)
    run = await runs.request_run(session, f"{person.platform}:{person.platform_user_id}")
    return texts.RUN_QUEUED.format(run_id=run.id) if run else texts.RUN_ACTIVE


async def cancel(message: Message, speaker: Speaker, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        run_id = await runs.cancel_run(session, f"cancelled by telegram:{speaker.user_id}")
    await send(message, texts.RUN_CANCELLED.format(run_id=run_id) if run_id else texts.NO_RUN)


async def schedule(message: Message, command: CommandObject, sessions: Sessions, settings: Settings) -> None:
    if command.args:
        await _change_schedule(command.args.strip(), sessions)
    kept = await read_schedule(settings, sessions)
    next_at = next_time(kept.cron, settings.timezone) if kept.cron else None
    shown = texts.schedule(kept.cron, kept.is_from_settings, next_at, settings.timezone)
    await send(message, f"{texts.SCHEDULE_CHANGED}\n{shown}" if command.args else shown)


async def _change_schedule(wanted: str, sessions: Sessions) -> None:
    if wanted not in ("off", "default"):
        try:
            check_cron(wanted)
        except ValueError:
            raise RefusedError(texts.CRON_REFUSED.format(cron=wanted[:50])) from None
    async with sessions.begin() as session:
        if wanted == "default":
            await forget_schedule(session, JOB_ID)
        else:
            await store_schedule(session, JOB_ID, None if wanted == "off" else wanted)
