"""What does the bot say when it comes into a group?"""

import structlog
from aiogram import Bot, F, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import JOIN_TRANSITION, ChatMemberUpdatedFilter
from aiogram.types import ChatMemberUpdated

from bot.roles import Roles
from bot.settings import Settings
from bot.telegram import chat_texts

log = structlog.get_logger()

TITLE_CHARS = 128  # no group's title is longer


def build_group_router() -> Router:
    router = Router(name="groups")
    is_group = F.chat.type.in_({ChatType.GROUP, ChatType.SUPERGROUP})
    router.my_chat_member.register(arrive, is_group, ChatMemberUpdatedFilter(JOIN_TRANSITION))
    return router


async def arrive(event: ChatMemberUpdated, bot: Bot, settings: Settings, roles: Roles) -> None:
    """Says how it is called; where Telegram hides most messages from it, the admins hear of that."""
    me = await bot.get_me()  # not the remembered one: privacy mode may have been changed meanwhile
    hears_all = me.can_read_all_group_messages or event.new_chat_member.status == ChatMemberStatus.ADMINISTRATOR
    await event.answer(chat_texts.group_hello(me.username, settings.group_keyword if hears_all else None))
    if not hears_all:
        text = chat_texts.privacy_mode((event.chat.title or "")[:TITLE_CHARS], me.username, settings.group_keyword)
        log.warning("group_messages_hidden", chat_id=event.chat.id, remedy="@BotFather: /setprivacy, Disable")
        for member in await roles.members():
            if member.role == "admin":
                await tell(bot, int(member.user_id), text)


async def tell(bot: Bot, user_id: int, text: str) -> None:
    """Nobody can be told who has not started a chat with the bot; the log has it all the same."""
    try:
        await bot.send_message(user_id, text)
    except (TelegramForbiddenError, TelegramBadRequest) as error:
        log.warning("admin_not_told", admin_id=user_id, reason=error.message)
