"""How does an admin say who else may help, and who is not answered?"""

import re

from aiogram.filters import CommandObject
from aiogram.types import Message

from bot.database.people import Speaker
from bot.errors import RefusedError
from bot.roles import Roles
from bot.telegram.admin import texts
from bot.telegram.delivery import send

USER_ID = re.compile(r"[1-9][0-9]{0,15}")  # Telegram's have at most 52 bits
ROLE = re.compile(rf"({USER_ID.pattern})\s+(admin|curator|none)")


async def claim(message: Message, command: CommandObject, speaker: Speaker, roles: Roles) -> None:
    is_admin_now = await roles.claim(speaker, command.args or "")
    await send(message, texts.CLAIMED if is_admin_now else texts.CLAIM_REFUSED)


async def role(message: Message, command: CommandObject, speaker: Speaker, roles: Roles) -> None:
    if not command.args:
        await send(message, texts.members(await roles.members()))
        return
    wanted = ROLE.fullmatch(command.args.strip())
    if wanted is None:
        raise RefusedError(texts.ROLE_NEEDED)
    user_id, word = wanted.groups()
    name = next((name for name in texts.ROLES if name == word), None)
    await roles.give(speaker, user_id, name)
    given = texts.ROLE_GIVEN if name else texts.ROLE_TAKEN
    await send(message, given.format(user_id=user_id, role=texts.ROLES[name] if name else ""))


async def block(message: Message, command: CommandObject, speaker: Speaker, roles: Roles) -> None:
    user_id = _user_id(command)
    is_new = await roles.block(speaker, user_id, is_blocked=True)
    await send(message, (texts.BLOCKED if is_new else texts.BLOCKED_BEFORE).format(user_id=user_id))


async def unblock(message: Message, command: CommandObject, speaker: Speaker, roles: Roles) -> None:
    user_id = _user_id(command)
    is_new = await roles.block(speaker, user_id, is_blocked=False)
    await send(message, (texts.UNBLOCKED if is_new else texts.NOT_BLOCKED).format(user_id=user_id))


def _user_id(command: CommandObject) -> str:
    words = (command.args or "").strip()
    if not USER_ID.fullmatch(words):
        raise RefusedError(texts.ID_NEEDED.format(command=command.command))
    return words
