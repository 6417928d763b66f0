"""Which models are there, and how does an admin choose among them?"""

from collections.abc import Iterator
from contextlib import contextmanager

from aiogram.filters import CommandObject
from aiogram.types import Message
from sqlalchemy.ext.asyncio import AsyncSession

from bot import model_choice
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.tables import PendingAction
from bot.errors import RefusedError
from bot.settings import Settings
from bot.telegram.admin import texts
from bot.telegram.admin.confirming import ask_back
from bot.telegram.delivery import send

PROMOTE, ROLLBACK, DELETE = "promote", "rollback", "delete"


async def show_models(message: Message, sessions: Sessions, settings: Settings) -> None:
    kept = await model_choice.list_models(sessions, settings.models_dir)
    starter_serves = all(one.version.state != "serving" for one in kept)
    await send(message, texts.models(kept, starter_serves, settings.timezone))


async def promote(
    message: Message, command: CommandObject, speaker: Speaker, sessions: Sessions, settings: Settings
) -> None:
    version = await _choosable(command, sessions, settings)
    question = texts.PROMOTE_ASKED.format(version=version)
    await ask_back(message, question, speaker, sessions, PROMOTE, {"version": version})


async def delete(
    message: Message, command: CommandObject, speaker: Speaker, sessions: Sessions, settings: Settings
) -> None:
    version = await _choosable(command, sessions, settings)
    question = texts.DELETE_ASKED.format(version=version)
    await ask_back(message, question, speaker, sessions, DELETE, {"version": version})


async def roll_back(message: Message, speaker: Speaker, sessions: Sessions, settings: Settings) -> None:
    with _in_korean():
        async with sessions() as session:
            serving, before = await model_choice.before_serving(session, settings.models_dir)
    name = before.name if before else texts.STARTER
    question = texts.ROLLBACK_ASKED.format(serving=serving.name, before=name)
    await ask_back(message, question, speaker, sessions, ROLLBACK, {"serving": serving.name})


async def perform_promote(session: AsyncSession, pending: PendingAction, settings: Settings) -> str:
    version = pending.argument["version"]
    with _in_korean():
        await model_choice.promote(session, version, settings.models_dir, person_id=pending.person_id)
    return texts.PROMOTED.format(version=version)


async def perform_delete(session: AsyncSession, pending: PendingAction, settings: Settings) -> str:
    version = pending.argument["version"]
    with _in_korean():
        await model_choice.delete_folder(session, version, settings.models_dir, person_id=pending.person_id)
    return texts.DELETED.format(version=version)


async def perform_rollback(session: AsyncSession, pending: PendingAction, settings: Settings) -> str:
    """Only from the model that was asked about: another one may serve by now."""
    with _in_korean():
        serving, _ = await model_choice.before_serving(session, settings.models_dir)
        if serving.name != pending.argument["serving"]:
            raise RefusedError(texts.BUTTON_OVER)
        before = await model_choice.roll_back(session, settings.models_dir, person_id=pending.person_id)
    return texts.ROLLED_BACK.format(before=before.name if before else texts.STARTER)


async def _choosable(command: CommandObject, sessions: Sessions, settings: Settings) -> str:
    if not command.args:
        raise RefusedError(texts.VERSION_NEEDED.format(command=command.command))
    with _in_korean():
        async with sessions() as session:
            return (await model_choice.choosable(session, command.args.strip(), settings.models_dir)).name


@contextmanager
def _in_korean() -> Iterator[None]:
    try:
        yield
    except model_choice.ModelChoiceError as error:
        raise RefusedError(texts.MODEL_PROBLEMS[error.problem]) from error
