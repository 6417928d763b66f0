"""What stands in the database, and on the buttons of a message?"""

from typing import TypeVar

from sqlalchemy import select

from bot.database.engine import Sessions
from bot.database.tables import Table
from tests.fake_bot_api import Message

Row = TypeVar("Row", bound=Table)


async def rows(sessions: Sessions, table: type[Row]) -> list[Row]:
    async with sessions() as session:
        return list(await session.scalars(select(table).order_by(table.id)))


def buttons(message: Message) -> dict[str, str]:
    """Text: data."""
    keyboard = (message.get("reply_markup") or {"inline_keyboard": []})["inline_keyboard"]
    return {button["text"]: button["callback_data"] for row in keyboard for button in row}
