"""Is all that is kept in a backup, and does it come back, on both databases?"""

import asyncio
import os
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot.database.backup import back_up, restore
from bot.database.engine import Sessions
from bot.database.migrating import open_database
from bot.database.people import Speaker, person_of
from bot.database.tables import Person
from bot.errors import ServiceError
from tests.postgres_server import find_programs


@pytest.fixture(autouse=True)
def client_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the server that the tests use."""
    if programs := find_programs():
        monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


async def add_people(sessions: Sessions, *names: str) -> None:
    async with sessions.begin() as session:
        for name in names:
            await person_of(session, Speaker(platform="telegram", user_id=name, chat_id=name))


async def people(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        return sorted(await session.scalars(select(Person.platform_user_id)))


async def test_what_was_backed_up_comes_back_and_what_came_later_is_gone(
    database_url: str, sessions: Sessions, tmp_path: Path
) -> None:
    await add_people(sessions, "민지", "지훈")
    backup = tmp_path / "backups" / "one.backup"
    await asyncio.to_thread(back_up, database_url, backup)
    assert [file.name for file in backup.parent.iterdir()] == ["one.backup"]
    await add_people(sessions, "서연")
    await asyncio.to_thread(restore, database_url, backup)
    async with open_database(database_url) as restored:
        assert await people(restored) == ["민지", "지훈"]
        await add_people(restored, "하늘")  # the numbering of rows came back too
        assert await people(restored) == ["민지", "지훈", "하늘"]


async def test_a_backup_goes_into_an_empty_database_too(
    database_url: str, sessions: Sessions, empty_database_url: str, tmp_path: Path
) -> None:
    await add_people(sessions, "민지")
    back_up(database_url, tmp_path / "one.backup")
    restore(empty_database_url, tmp_path / "one.backup")
    async with open_database(empty_database_url) as moved:
        assert await people(moved) == ["민지"]


async def test_a_backup_made_while_people_talk_is_whole(database_url: str, sessions: Sessions, tmp_path: Path) -> None:
    is_done = threading.Event()

    async def keep_talking() -> None:
        number = 0
        while not is_done.is_set():
            number += 2
            await add_people(sessions, f"{number}", f"{number + 1}")  # always two at once

    talking = asyncio.create_task(keep_talking())
    for number in range(3):
        backup = tmp_path / f"{number}.backup"
        await asyncio.to_thread(back_up, database_url, backup)
    is_done.set()
    await talking
    await asyncio.to_thread(restore, database_url, backup)
    async with open_database(database_url) as restored, restored() as session:
        count = await session.scalar(select(func.count()).select_from(Person))
        assert count is not None
        assert count % 2 == 0
        assert await session.scalar(text("SELECT count(*) FROM alembic_version")) == 1


async def test_no_file_is_overwritten(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "one.backup").write_text("precious")
    with pytest.raises(ServiceError, match=r"one.backup: exists already"):
        back_up(database_url, tmp_path / "one.backup")
    assert (tmp_path / "one.backup").read_text() == "precious"


async def test_what_is_no_backup_changes_nothing(database_url: str, sessions: Sessions, tmp_path: Path) -> None:
    await add_people(sessions, "민지")
    for name, content in {"text": b"hello", "half": b"SQLite format 3\0" + b"x" * 90}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ServiceError):
            restore(database_url, tmp_path / name)
    with pytest.raises(ServiceError, match="no such file"):
        restore(database_url, tmp_path / "nowhere")
    assert await people(sessions) == ["민지"]


@pytest.mark.parametrize("backend", ["postgresql"])
def test_without_postgresqls_programs_it_says_where_they_come_from(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServiceError, match=r"pg_dump: not found.*postgresql-client"):
        back_up(database_url, tmp_path / "one.backup")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_password_is_no_argument_that_others_see(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spy = tmp_path / "bin" / "pg_dump"
    spy.parent.mkdir()
    spy.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/seen\necho "$PGPASSWORD" > {tmp_path}/password\nexit 1\n')
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{spy.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(ServiceError, match="pg_dump: exit code 1"):
        back_up("postgresql+psycopg://minji:hunter2@localhost/talk", tmp_path / "one.backup")
    assert "hunter2" not in (tmp_path / "seen").read_text()
    assert (tmp_path / "password").read_text() == "hunter2\n"
