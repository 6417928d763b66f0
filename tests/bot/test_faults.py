"""Is a message lost, stored twice or answered out of order, whatever fails? A short run of `benchmarks.faults`."""

from pathlib import Path

import pytest

from benchmarks.chatting_process import ECHO
from benchmarks.faults import Plan, is_flawless, run_faults
from tests.postgres_server import PostgresServer

PLAN = Plan(chats=8, messages_a_chat=3, kills=2, database_restarts=1, duplicates=6)


@pytest.mark.slow
async def test_whatever_fails_each_message_is_stored_and_answered_once_and_in_order(
    database_url: str, backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    postgres: PostgresServer | None = request.getfixturevalue("postgres") if backend == "postgresql" else None
    figures = await run_faults(PLAN, tmp_path, ECHO, database_url, postgres)
    assert figures["messages"] == 24
    assert figures["kills"] == 2
    assert figures["database_restarts"] == (1 if postgres else 0)
    assert figures["exit_code"] == 0
    assert is_flawless(figures), figures
