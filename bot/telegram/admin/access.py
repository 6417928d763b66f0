"""Who may use which command and button, and how is it noted down?"""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.filters import CommandObject
from aiogram.types import CallbackQuery, Message, TelegramObject

from bot.database import audit, people
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.roles import SHARED_ACCOUNTS, Roles
from bot.telegram.admin.texts import ADMIN_COMMANDS, CURATOR_COMMANDS
from bot.telegram.speaking import speaker_in

COMMANDS = tuple(CURATOR_COMMANDS | ADMIN_COMMANDS)
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


async def may_use(_message: Message, command: CommandObject, speaker: Speaker, roles: Roles) -> bool:
    role = await roles.role_of(speaker)
    return role == "admin" or (role == "curator" and command.command in CURATOR_COMMANDS)


async def is_curator(_event: TelegramObject, speaker: Speaker, roles: Roles) -> bool:
    """Admins are curators too."""
    return await roles.role_of(speaker) is not None


async def is_admin(_event: TelegramObject, speaker: Speaker, roles: Roles) -> bool:
    return await roles.role_of(speaker) == "admin"


def who_presses(callback: CallbackQuery) -> bool | dict[str, Speaker]:
    """In a private chat; a message that Telegram no longer shows has no chat to answer in."""
    message = callback.message
    if not isinstance(message, Message) or message.chat.type != ChatType.PRIVATE or callback.from_user.is_bot:
        return False
    return {"speaker": speaker_in(message, callback.from_user.id, callback.from_user.language_code)}


def speaks_for_many(message: Message) -> bool:
    """As a group or a channel: nobody knows who of them it is."""
    is_shared = message.from_user is not None and str(message.from_user.id) in SHARED_ACCOUNTS
    return message.sender_chat is not None or is_shared


class AuditedActions(BaseMiddleware):
    """Writes down each command and button before it is obeyed, and nothing of what was said."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        action, detail = _described(data)
        async with self._sessions.begin() as session:
            person = await people.person_of(session, data["speaker"])
            detail |= {"incoming_update_id": data["incoming_update_id"]}
            audit.record_action(session, action, person_id=person.id, detail=detail)
        return await handler(event, data)


def _described(data: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if command := data.get("command"):
        return command.command, {}
    if choice := data.get("callback_data"):
        return f"{choice.__prefix__}-button", choice.model_dump()  # numbers and known words alone
    return "better-answer", {}


class UnheardPeople(BaseMiddleware):
    """What a blocked person sends is taken in and not answered."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user, roles = data.get("event_from_user"), data["roles"]
        if user is not None and await roles.is_blocked(str(user.id)):
            return None
        return await handler(event, data)
