"""What does the service answer over HTTP? Whether it lives, whether it is ready, and its numbers."""

import asyncio

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import select

from bot.database import inbox
from bot.database.engine import DATABASE_ERRORS, Sessions
from bot.errors import ServiceError
from bot.metrics import UPDATES
from bot.reply_worker import ReplyWorker

log = structlog.get_logger()

MAX_BODY_BYTES = 1024**2  # an update has a few kilobytes
DATABASE_SECONDS = 2.0  # a database that takes longer is not ready
STOP_GRACE_SECONDS = 5.0  # for requests that are being answered


def build_app(sessions: Sessions, worker: ReplyWorker) -> web.Application:
    app = web.Application(client_max_size=MAX_BODY_BYTES)

    async def health(_request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def readiness(_request: web.Request) -> web.Response:
        problems = await find_problems(sessions, worker)
        return web.json_response(
            {"status": "not ready" if problems else "ready", "problems": problems}, status=503 if problems else 200
        )

    async def metrics(_request: web.Request) -> web.Response:
        await count_inbox(sessions)
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app.router.add_get("/healthz", health)
    app.router.add_get("/readyz", readiness)
    app.router.add_get("/metrics", metrics)
    return app


async def run_http(app: web.Application, host: str, port: int) -> None:
    """Until cancelled; what is being answered then is answered to the end."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=STOP_GRACE_SECONDS)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ServiceError(
                f"MALDONGMU_HTTP_PORT: cannot listen on {host}:{port} ({error.strerror}); expected a free port."
            ) from error
        log.info("http_ready", host=host, port=port)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


async def find_problems(sessions: Sessions, worker: ReplyWorker) -> list[str]:
    problems = [] if worker.is_running else ["the model does not answer"]
    try:
        async with asyncio.timeout(DATABASE_SECONDS), sessions() as session:
            await session.execute(select(1))
    except (*DATABASE_ERRORS, TimeoutError):
        problems.append("the database does not answer")
    return problems


async def count_inbox(sessions: Sessions) -> None:
    """Several processes share an inbox, so only the database knows; while it is away the last numbers stand."""
    try:
        async with sessions() as session:
            counts = await inbox.count_updates(session)
    except DATABASE_ERRORS:
        log.warning("inbox_not_counted")
        return
    for state in ("pending", "done", "dead"):
        UPDATES.labels(state).set(counts.get(state, 0))
