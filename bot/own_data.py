"""What is kept about one person? All of it, in one JSON file, and nothing of anybody else."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import model_versions, people
from bot.database.engine import Sessions
from bot.database.payloads import said_in, updates_of
from bot.database.tables import (
    AuditEntry,
    Chat,
    Consent,
    DatasetSnapshot,
    DatasetSnapshotTurn,
    FinetuneRun,
    ModelVersion,
    PendingAction,
    Person,
    Rating,
    Review,
    Role,
    Table,
    Turn,
    now,
)

Row = dict[str, Any]
_TURNS_AT_ONCE = 500


class Learners(NamedTuple):
    """Who may have learnt from a snapshot's turns, by the snapshot's id."""

    snapshots: Mapping[int, Row]
    models: Mapping[int, Sequence[str]]  # names, with those made from them


async def write_own_data(sessions: Sessions, platform: str, user_id: str, path: Path) -> bool:
    """False: nothing is kept, nothing is written. Turns pass by in batches, however many there are."""
    async with sessions() as session:
        person = await people.find_person(session, platform, user_id)
        if person is None:
            return False
        learners = await _learners(session)
        with await asyncio.to_thread(path.open, "x", encoding="utf-8") as file:
            await _write(file, session, person, learners)
    return True


async def _write(file: TextIO, session: AsyncSession, person: Person, learners: Learners) -> None:
    file.write(f'{{"written_at": {_json(now())},\n"person": {_json(_plain(person))}')
    for name, rows in {
        "consents": _all(session, Consent, person),
        "chats": _chats(session, person),
        "turns": _turns(session, person, "talk", learners),
        "lessons": _turns(session, person, "lesson", learners),
        "ratings": _all(session, Rating, person),
        "reviews_of_others": _reviews_by(session, person),
        "roles": _all(session, Role, person),
        "waiting_for_a_button": _all(session, PendingAction, person),
        "commands": _all(session, AuditEntry, person),
        "runs_asked_for": _runs(session, person),
        "not_answered_yet": _waiting(session, person),
        "learnt_from_in": _learnt_in(session, person, learners),
    }.items():
        await _write_rows(file, name, rows)
    file.write("}\n")


async def _write_rows(file: TextIO, name: str, rows: AsyncIterator[Row]) -> None:
    file.write(f",\n{_json(name)}: [")
    separator = "\n"
    async for row in rows:
        file.write(f"{separator}{_json(row)}")
        separator = ",\n"
    file.write("]")


async def _all(
    session: AsyncSession, table: type[Consent | Rating | AuditEntry | Role | PendingAction], person: Person
) -> AsyncIterator[Row]:
    query = select(table).where(table.person_id == person.id).order_by(table.id)
    for row in await session.scalars(query):
        yield _plain(row, "person_id")


async def _chats(session: AsyncSession, person: Person) -> AsyncIterator[Row]:
    """Where this person talked; a group's settings are the group's."""
    of_turns = select(Turn.chat_id).where(Turn.person_id == person.id)
    is_private = (Chat.platform == person.platform) & (Chat.platform_chat_id == person.platform_user_id)
    for chat in await session.scalars(select(Chat).where(Chat.id.in_(of_turns) | is_private).order_by(Chat.id)):
        is_own = chat.platform_chat_id == person.platform_user_id
        yield _plain(chat) if is_own else {"id": chat.id, "platform_chat_id": chat.platform_chat_id}


async def _turns(session: AsyncSession, person: Person, kind: str, learners: Learners) -> AsyncIterator[Row]:
    last_id = 0
    while True:
        query = select(Turn).where(Turn.person_id == person.id, Turn.kind == kind, Turn.id > last_id)
        turns = list(await session.scalars(query.order_by(Turn.id).limit(_TURNS_AT_ONCE)))
        if not turns:
            return
        last_id = turns[-1].id
        ids = [turn.id for turn in turns]
        ratings = await _by_turn(session, Rating, ids)
        reviews = await _by_turn(session, Review, ids)
        members = await _by_turn(session, DatasetSnapshotTurn, ids)
        for turn in turns:
            snapshot_ids = sorted({member.snapshot_id for member in members[turn.id]})
            yield _plain(turn, "person_id", "incoming_update_id") | {
                "ratings": [_rating(rating, person) for rating in ratings[turn.id]],
                "reviews": [_plain(review, "id", "turn_id", "reviewer_id") for review in reviews[turn.id]],
                "snapshots": snapshot_ids,
                "model_versions": _models(snapshot_ids, learners),
            }
        session.expunge_all()


def _rating(rating: Rating, person: Person) -> Row:
    """Of another person no more than the thumb."""
    return {"value": rating.value, "is_own": rating.person_id == person.id}


async def _reviews_by(session: AsyncSession, person: Person) -> AsyncIterator[Row]:
    """What a curator decided, without whose words these were about."""
    query = select(Review).where(Review.reviewer_id == person.id).order_by(Review.id)
    for review in await session.scalars(query):
        yield _plain(review, "reviewer_id", "edited_answer")


async def _runs(session: AsyncSession, person: Person) -> AsyncIterator[Row]:
    asked = FinetuneRun.requested_by == f"{person.platform}:{person.platform_user_id}"
    for run in await session.scalars(select(FinetuneRun).where(asked).order_by(FinetuneRun.id)):
        yield {"id": run.id, "created_at": run.created_at, "state": run.state}


async def _waiting(session: AsyncSession, person: Person) -> AsyncIterator[Row]:
    if person.platform == "telegram":
        async for update in updates_of(session, person.platform_user_id):
            yield {"received_at": update.received_at, "state": update.state, "said": said_in(update.payload)}


async def _learnt_in(session: AsyncSession, person: Person, learners: Learners) -> AsyncIterator[Row]:
    members = select(DatasetSnapshotTurn.snapshot_id).join(Turn).where(Turn.person_id == person.id).distinct()
    for snapshot_id in sorted(await session.scalars(members)):
        yield {**learners.snapshots[snapshot_id], "model_versions": _models([snapshot_id], learners)}


async def _learners(session: AsyncSession) -> Learners:
    snapshots = {
        row.id: {"snapshot": row.id, "content_hash": row.content_hash, "created_at": row.created_at}
        for row in await session.scalars(select(DatasetSnapshot))
    }
    made = (
        select(FinetuneRun.snapshot_id, ModelVersion.name)
        .join(ModelVersion, FinetuneRun.candidate_id == ModelVersion.id)
        .where(FinetuneRun.snapshot_id.is_not(None))
    )
    models: dict[int, list[str]] = defaultdict(list)
    for snapshot_id, name in await session.execute(made):
        assert snapshot_id is not None
        models[snapshot_id] += await model_versions.with_descendants(session, [name])
    return Learners(snapshots, models)


def _models(snapshot_ids: Iterable[int], learners: Learners) -> list[str]:
    return sorted({name for snapshot_id in snapshot_ids for name in learners.models.get(snapshot_id, ())})


async def _by_turn(session: AsyncSession, table: type[Any], turn_ids: Sequence[int]) -> dict[int, list[Any]]:
    found = defaultdict(list)
    for row in await session.scalars(select(table).where(table.turn_id.in_(turn_ids)).order_by(table.id)):
        found[row.turn_id].append(row)
    return found


def _plain(row: Table, *left_out: str) -> Row:
    """Every column, so that one which is added later is in the file too."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in left_out}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=datetime.isoformat)
