"""How does a promoted model come to serve without a restart?"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from bot.database.engine import Sessions
from bot.database.model_versions import serving_model_path
from bot.replier import Replier
from bot.reply_worker import ReplyWorker
from bot.retraining.polling import repeat

log = structlog.get_logger()

POLL_SECONDS = 1.0


async def watch_models(
    sessions: Sessions,
    worker: ReplyWorker,
    load_replier: Callable[[Path | None], Replier],
    *,
    models_dir: Path,
    loaded: Path | None,
) -> None:
    """Until cancelled: loads what the database says should serve beside the model that does, then swaps the two.

    A model that cannot be loaded is passed over until another one is promoted.
    """
    seen = loaded

    async def look() -> None:
        nonlocal seen
        path = await serving_model_path(sessions, models_dir)
        if path == seen:
            return
        seen = path
        try:
            replier = await asyncio.to_thread(load_replier, path)
        except Exception:
            log.exception("model_not_loaded", path=str(path), still_serving=worker.model_version)
            return
        worker.swap(replier)
        log.info("model_swapped", model=worker.model_version)

    await repeat(look, POLL_SECONDS)
