"""What is done every hour, whether anybody asks for it or not?"""

from bot.database.engine import Sessions
from bot.forgetting import Forgetting
from bot.settings import Settings


async def look_after(settings: Settings, sessions: Sessions) -> None:
    forgetting = Forgetting(sessions, settings.models_dir)
    if settings.retention_days is not None:
        await forgetting.forget_older_than(settings.retention_days, settings.timezone)
    await forgetting.finish()
