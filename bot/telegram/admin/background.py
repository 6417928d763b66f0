"""What goes on for admins while nobody asks for anything?"""

from collections.abc import Coroutine
from typing import Any

import structlog
from aiogram import Bot, Dispatcher

from bot.announcing import Announcer
from bot.database.engine import Sessions
from bot.roles import Roles
from bot.telegram.admin.announce import build_send

log = structlog.get_logger()


async def offer_claim(roles: Roles) -> None:
    """Without an admin nobody could make one: whoever reads the log of this start is let in, once."""
    if code := await roles.offer_claim():
        log.warning("no_admin_yet", send_to_the_bot_in_a_private_chat=f"/claim {code}")


def work_for_admins(bot: Bot, dispatcher: Dispatcher, sessions: Sessions) -> list[Coroutine[Any, Any, None]]:
    """Each until cancelled: status messages kept true, announcements sent."""
    return [dispatcher["status_board"].run(bot), Announcer(sessions, build_send(bot)).run()]
