import asyncio
import gc
import os
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, inspect, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database.engine import Sessions, open_engine
from bot.database.insert import insert_if_absent
from bot.database.migrating import build_config, is_up_to_date, open_database, upgrade
from bot.database.tables import Chat, Consent, Person, Table, Turn
from bot.errors import ServiceError


async def test_migrations_lead_up_down_and_up_again(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    assert not await is_up_to_date(engine)
    await upgrade(engine)
    assert await is_up_to_date(engine)
    async with engine.connect() as connection:
        await connection.run_sync(lambda connection: command.downgrade(build_config(connection), "base"))
    assert not await is_up_to_date(engine)
    await upgrade(engine)
    assert await is_up_to_date(engine)
    await engine.dispose()


async def test_older_snapshots_learn_which_turns_stood_before_theirs(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    values = "1, 'q', 'a', '[]', 0.1, 'polite', 'new', 'talk', '2026-01-01'"
    columns = "person_id, question, answer, candidates, latency_seconds, speech_level, review_state, kind, created_at"
    rows = [
        "INSERT INTO person (id, platform, platform_user_id, created_at) VALUES (1, 'terminal', 'owner', '2026-01-01')",
        "INSERT INTO chat (id, platform, platform_chat_id, thread_id, speech_level, created_at) "
        "VALUES (1, 'terminal', 'owner', 0, 'polite', '2026-01-01')",
        *(
            f"INSERT INTO turn (id, chat_id, context_turn_ids, {columns}) VALUES ({number}, 1, '{context}', {values})"
            for number, context in ((1, "[]"), (2, "[1]"), (3, "[1, 2, 99]"))
        ),
        "INSERT INTO dataset_snapshot (id, content_hash, exchange_count, turn_count, left_out, created_at) "
        "VALUES (1, 'hash', 2, 2, '{}', '2026-01-01')",
        "INSERT INTO dataset_snapshot_turn (snapshot_id, turn_id) VALUES (1, 2), (1, 3)",
    ]

    async def members(connection: AsyncConnection, what: str) -> list[tuple[object, ...]]:
        found = await connection.exec_driver_sql(f"SELECT {what} FROM dataset_snapshot_turn ORDER BY id")
        return [tuple(row) for row in found]

    async with engine.connect() as connection:
        await connection.run_sync(lambda connection: command.upgrade(build_config(connection), "0002"))
        for row in rows:
            await connection.exec_driver_sql(row)
        await connection.commit()
        await connection.run_sync(lambda connection: command.upgrade(build_config(connection), "0004"))
        assert await members(connection, "turn_id, is_context") == [(2, 0), (3, 0), (1, 1)]
        await connection.exec_driver_sql("DELETE FROM turn WHERE id = 3")
        await connection.commit()
        assert await members(connection, "turn_id, is_context") == [(2, 0), (None, 0), (1, 1)]
        await connection.run_sync(lambda connection: command.downgrade(build_config(connection), "0002"))
        assert await members(connection, "turn_id") == [(2,)]
    await engine.dispose()


async def test_the_migrations_make_exactly_the_tables_of_the_code(database_url: str) -> None:
    engine = open_engine(database_url)
    async with engine.connect() as connection:
        difference = await connection.run_sync(
            lambda connection: compare_metadata(MigrationContext.configure(connection), Table.metadata)
        )
    await engine.dispose()
    assert difference == []


async def test_the_migrated_tables_have_the_same_constraints_as_the_code(
    database_url: str, empty_database_url: str
) -> None:
    """compare_metadata sees no check constraint, no AUTOINCREMENT and no ON DELETE: the database's own words tell."""
    migrated, made = open_engine(database_url), open_engine(empty_database_url)
    async with made.begin() as connection:
        await connection.run_sync(Table.metadata.create_all)
    definitions = []
    for engine in (migrated, made):
        async with engine.connect() as connection:
            rows = await connection.exec_driver_sql(DEFINITIONS[engine.dialect.name])
            definitions.append({row.name: sorted(map(_bare, row.definition.split("\n"))) for row in rows})
        await engine.dispose()
    assert definitions[0] == definitions[1]


DEFINITIONS = {
    "sqlite": "SELECT name, sql AS definition FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'",
    "postgresql": """
        SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text != 'alembic_version'
        UNION ALL SELECT indexname, indexdef FROM pg_indexes
        WHERE schemaname = 'public' AND tablename != 'alembic_version'""",
}


def _bare(line: str) -> str:
    """A table that a migration made anew has its name in quotes."""
    return line.strip(" ,\t").replace('"', "")


@pytest.mark.slow
async def test_processes_that_start_at_once_migrate_once(empty_database_url: str) -> None:
    environment = {**os.environ, "MALDONGMU_DATABASE_URL": empty_database_url}
    upgrades = [
        await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "db", "upgrade", env=environment)
        for _ in range(3)
    ]
    assert [await upgrade.wait() for upgrade in upgrades] == [0, 0, 0]
    newest = ScriptDirectory.from_config(build_config()).get_current_head()
    async with open_database(empty_database_url) as sessions, sessions() as session:
        assert list(await session.scalars(text("SELECT version_num FROM alembic_version"))) == [newest]


async def test_a_migration_that_breaks_off_leaves_nothing_behind(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    def break_off(name: str, *_: object) -> None:
        raise KeyboardInterrupt

    engine = open_engine(empty_database_url)
    with monkeypatch.context() as patched:
        patched.setattr(op, "create_index", break_off)
        with pytest.raises(KeyboardInterrupt):
            await upgrade(engine)
    async with engine.connect() as connection:
        assert await connection.run_sync(lambda connection: inspect(connection).get_table_names()) == []
        if engine.dialect.name == "sqlite":
            assert (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar() == 1
    await upgrade(engine)
    await engine.dispose()


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_a_postgresql_that_others_may_share_waits_for_its_operator(empty_database_url: str) -> None:
    with pytest.raises(ServiceError, match="maldongmu db upgrade"):
        async with open_database(empty_database_url):
            pass


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1), ("busy_timeout", 10000), ("secure_delete", 1)],
)
async def test_each_connection_has_the_pragmas(sessions: Sessions, pragma: str, value: str | int) -> None:
    async with sessions() as first, sessions() as second:
        for session in (first, second):
            connection = await session.connection()
            assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar() == value


async def test_a_row_without_its_parent_is_refused(sessions: Sessions) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        async with sessions.begin() as session:
            session.add(Consent(person_id=404, version=1, may_keep=True, may_train=True, is_14_or_older=True))


async def test_a_word_that_is_no_state_is_refused(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        person, chat = a_person(), Chat(platform="terminal", platform_chat_id="1")
        session.add_all([person, chat])
        await session.flush()
        session.add(a_turn(person, chat))
    with pytest.raises(IntegrityError, match="ck_turn_review_state"):
        async with sessions.begin() as session:
            await session.execute(update(Turn).values(review_state="aproved"))


async def test_whatever_zone_a_time_comes_in_it_is_kept_in_utc(sessions: Sessions) -> None:
    in_seoul = datetime(2026, 11, 21, 9, 0, tzinfo=timezone(timedelta(hours=9)))
    async with sessions.begin() as session:
        session.add(Person(platform="terminal", platform_user_id="1", created_at=in_seoul))
    async with sessions() as session:
        created_at = await session.scalar(select(Person.created_at))
    assert created_at == datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    assert created_at.tzinfo is UTC


async def test_a_row_that_is_there_already_stays_as_it_is(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        values = {"platform": "telegram", "platform_user_id": "1"}
        assert await insert_if_absent(session, Person, **values, language_code="ko")
        assert not await insert_if_absent(session, Person, **values, language_code="en")
        assert list(await session.scalars(select(Person.language_code))) == ["ko"]


async def test_many_writers_wait_for_each_other_and_lose_nothing(sessions: Sessions) -> None:
    async def write(number: int) -> None:
        async with sessions.begin() as session:
            session.add(Person(platform="telegram", platform_user_id=f"{number}"))

    await asyncio.gather(*(write(number) for number in range(100)))
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Person)) == 100


async def test_a_writer_that_is_cancelled_locks_nobody_out(sessions: Sessions) -> None:
    async def write(number: int) -> None:
        async with sessions.begin() as session:
            for user in range(100):
                await insert_if_absent(session, Person, platform="telegram", platform_user_id=f"{number}.{user}")

    for number in range(20):
        writer = asyncio.create_task(write(number))
        await asyncio.sleep(0.001 * number)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)
        async with sessions.begin() as session:
            session.add(a_person())
            await session.flush()
            await session.rollback()


async def test_the_id_of_a_forgotten_turn_never_names_another(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        person, chat = a_person(), Chat(platform="terminal", platform_chat_id="1")
        session.add_all([person, chat])
        await session.flush()
        first = a_turn(person, chat)
        session.add(first)
        await session.flush()
        await session.delete(first)
        await session.flush()
        second = a_turn(person, chat)
        session.add(second)
    assert second.id > first.id


async def test_a_file_that_is_no_database_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "not.db").write_text("말동무 " * 1000)
    with pytest.raises(ServiceError, match=r"MALDONGMU_DATABASE_URL: cannot use .*not.db: file is not a database"):
        async with open_database(f"sqlite+aiosqlite:///{tmp_path}/not.db"):
            pass


def test_a_missing_driver_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(ServiceError, match="the driver asyncpg is not installed"):
        open_engine("postgresql+asyncpg://minji:secret@localhost/talk")


async def test_a_database_of_a_newer_version_is_one_clear_error(database_url: str) -> None:
    async with open_database(database_url) as sessions, sessions.begin() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ServiceError, match="newer version"):
        async with open_database(database_url):
            pass


def a_person() -> Person:
    return Person(platform="terminal", platform_user_id="1")


def a_turn(person: Person, chat: Chat) -> Turn:
    return Turn(
        chat_id=chat.id,
        person_id=person.id,
        question="안녕",
        answer="안녕하세요",
        context_turn_ids=[],
        candidates=[],
        latency_seconds=0.1,
        speech_level="polite",
    )


async def test_a_connection_that_comes_back_after_the_database_was_closed_is_closed_too(database_url: str) -> None:
    async with open_database(database_url) as sessions:
        late = sessions()
        await late.execute(select(1))
    await late.close()
    del late, sessions
    gc.collect()  # whatever is still open then warns, and a warning is an error
