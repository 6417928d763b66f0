"""A real SQLite file with the real migrations, and a worker round a model that echoes."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.conversation import Conversation
from bot.database.engine import Sessions
from bot.database.migrating import open_database
from bot.reply_worker import ReplyWorker
from tests.bot.repliers import Echo
from tests.bot.running_service import ADMIN, running_service
from tests.fake_bot_api import FakeBotApi, running_bot_api

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches them."""
    for name in os.environ:
        if name.upper().startswith("MALDONGMU_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/talk.db"


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
