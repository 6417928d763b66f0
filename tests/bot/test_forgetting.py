"""Is what someone said gone everywhere, and is nothing of others gone with it?"""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.conversation import Conversation
from bot.curation import Curation
from bot.database import model_versions, runs
from bot.database.engine import Sessions
from bot.database.people import Speaker
from bot.database.snapshots import add_snapshot
from bot.database.tables import (
    AuditEntry,
    DatasetSnapshot,
    DatasetSnapshotTurn,
    FinetuneRun,
    IncomingUpdate,
    ModelVersion,
    Person,
    Rating,
    Review,
    Table,
    Turn,
    now,
)
from bot.forgetting import Forgetting
from bot.reply_worker import ReplyWorker
from bot.retraining import one_run
from bot.retraining.exclusive import TRAINER_LOCK, only_one
from bot.retraining.trainer import retrain_now
from bot.settings import Settings
from bot.status import read_status
from bot.upkeep import look_after
from tests.bot.repliers import Waiting

MINJI = Speaker(platform="telegram", user_id="7123456789", chat_id="-1001")
JUNHO = Speaker(platform="telegram", user_id="2", chat_id="-1001")


@pytest.fixture
def settings(database_url: str, tmp_path: Path, tiny_corpus: Path) -> Settings:
    return Settings(database_url=database_url, models_dir=tmp_path / "models", base_corpus=str(tiny_corpus))


@pytest.fixture
def forgetting(sessions: Sessions, settings: Settings) -> Forgetting:
    return Forgetting(sessions, settings.models_dir)


async def say(
    conversation: Conversation, sessions: Sessions, speaker: Speaker, text: str, fixed: str = "그래요."
) -> int:
    """A turn that may be learnt."""
    curation = Curation(sessions)
    await curation.decide_consent(speaker, may_train=True, is_14_or_older=True)
    answer = await conversation.answer(speaker, text)
    assert answer.turn_id is not None
    async with sessions.begin() as session:
        learnable = {"review_state": "edited", "edited_answer": fixed}
        await session.execute(update(Turn).where(Turn.id == answer.turn_id).values(**learnable))
    return answer.turn_id


async def learn(
    sessions: Sessions,
    settings: Settings,
    name: str,
    parent: str | None,
    turn_ids: list[int],
    context: tuple[int, ...] = (),
) -> None:
    """A model that learnt these turns and serves, as a run would have left it."""
    folder = settings.models_dir / name
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"weights")
    async with sessions.begin() as session:
        snapshot = await add_snapshot(
            session,
            content_hash=f"hash of {name}",
            exchange_count=10,
            turn_ids=turn_ids,
            context_turn_ids=context,
            left_out={},
            card=f"# {name}\n",
        )
        model = await model_versions.add_candidate(session, name=name, path=name, parent=parent, metrics={})
        await model_versions.promote(session, model)
        session.add(
            FinetuneRun(requested_by="schedule", state="promoted", snapshot_id=snapshot.id, candidate_id=model.id)
        )


async def rows(sessions: Sessions, table: type[Table]) -> list[Any]:
    async with sessions() as session:
        return list(await session.scalars(select(table).order_by(table.id)))


async def tainted(sessions: Sessions) -> list[str]:
    return [model.name for model in await rows(sessions, ModelVersion) if model.tainted_at]


async def serving_name(sessions: Sessions) -> str | None:
    async with sessions() as session:
        model = await model_versions.serving_model(session)
    return model.name if model else None


async def test_models_that_learnt_it_and_those_made_from_them_are_tainted_and_no_others(
    conversation: Conversation, sessions: Sessions, settings: Settings, forgetting: Forgetting
) -> None:
    his = await say(conversation, sessions, JUNHO, "하늘이 좋아")
    hers = await say(conversation, sessions, MINJI, "고래가 좋아")
    await learn(sessions, settings, "first", None, [his])
    await learn(sessions, settings, "second", "first", [his, hers])
    await learn(sessions, settings, "third", "second", [his])
    forgotten = await forgetting.forget_everything(MINJI.platform, MINJI.user_id)
    assert forgotten is not None
    assert (forgotten.turns, forgotten.models, forgotten.is_serving_tainted) == (1, 2, True)
    assert await tainted(sessions) == ["second", "third"]
    assert (await read_status(sessions, "third")).is_model_tainted
    async with sessions() as session:
        clean = await model_versions.last_clean_model(session, settings.models_dir)
        run = await runs.active_run(session)
    assert clean is not None
    assert clean.name == "first"
    assert run is not None
    assert (run.requested_by, run.state) == ("forgetting", "queued")
    assert {path.name for path in settings.models_dir.iterdir() if path.is_dir()} == {"first", "third"}


async def test_a_snapshot_keeps_its_hash_and_says_what_is_gone(
    conversation: Conversation, sessions: Sessions, settings: Settings, forgetting: Forgetting
) -> None:
    his = await say(conversation, sessions, JUNHO, "하늘이 좋아")
    hers = await say(conversation, sessions, MINJI, "고래가 좋아")
    await learn(sessions, settings, "first", None, [his, hers])
    await forgetting.forget_turn(MINJI, hers)
    [snapshot] = await rows(sessions, DatasetSnapshot)
    assert (snapshot.content_hash, snapshot.turn_count) == ("hash of first", 2)
    assert snapshot.card == f"# first\n\n# Gone since\n\n1 of 2 turns, the last on {now():%Y-%m-%d} (UTC).\n"
    kept, tomb = await rows(sessions, DatasetSnapshotTurn)
    assert (kept.turn_id, kept.forgotten_at) == (his, None)
    assert tomb.turn_id is None
    assert tomb.forgotten_at is not None
    await forgetting.forget_turn(JUNHO, his)
    [snapshot] = await rows(sessions, DatasetSnapshot)
    assert snapshot.card.count("Gone since") == 1
    assert "2 of 2 turns" in snapshot.card


async def test_words_that_stood_before_anothers_were_learnt_too(
    conversation: Conversation, sessions: Sessions, settings: Settings, forgetting: Forgetting, tmp_path: Path
) -> None:
    """In a group one person's question is the context of another's, and so is in the training file with it."""
    hers = await say(conversation, sessions, MINJI, "나는 보라색 기린이 좋아")
    async with sessions.begin() as session:
        await session.execute(update(Turn).where(Turn.id == hers).values(review_state="rejected"))
    his = await say(conversation, sessions, JUNHO, "나도")
    run_id = await start_run(sessions)
    (tmp_path / "run").mkdir()
    dataset = await one_run.make_dataset(run_id, tmp_path / "run", settings, sessions)
    assert "보라색 기린" in dataset.train.read_text(encoding="utf-8")
    members = [(row.turn_id, row.is_context) for row in await rows(sessions, DatasetSnapshotTurn)]
    assert members == [(his, False), (hers, True)]
    await forgetting.forget_everything(MINJI.platform, MINJI.user_id)
    first, second = await rows(sessions, FinetuneRun)
    assert (first.state, second.state) == ("cancelled", "queued")


async def start_run(sessions: Sessions) -> int:
    async with sessions.begin() as session:
        await runs.request_run(session, "schedule")
        run = await runs.claim_run(session)
    assert run is not None
    return run.id


@pytest.mark.parametrize("how", ["forgets", "allows no training any more", "wants nothing kept any more"])
async def test_a_training_file_is_written_anew_if_someone_changes_their_mind_meanwhile(
    how: str,
    conversation: Conversation,
    sessions: Sessions,
    settings: Settings,
    forgetting: Forgetting,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    his = await say(conversation, sessions, JUNHO, "하늘이 좋아")
    await say(conversation, sessions, MINJI, "고래가 좋아")
    written = []

    async def change_mind() -> None:
        if how == "forgets":
            await forgetting.forget_everything(MINJI.platform, MINJI.user_id)
        elif how == "wants nothing kept any more":
            await Curation(sessions).decide_consent(MINJI, may_keep=False)
        else:
            await Curation(sessions).decide_consent(MINJI, may_train=False)

    add = one_run.add_snapshot

    async def add_after_a_change_of_mind(session: Any, **values: Any) -> Any:
        written.append("고래가 좋아" in (tmp_path / "run" / "train.jsonl").read_text(encoding="utf-8"))
        if len(written) == 1:
            await change_mind()
        return await add(session, **values)

    monkeypatch.setattr(one_run, "add_snapshot", add_after_a_change_of_mind)
    (tmp_path / "run").mkdir()
    await one_run.make_dataset(await start_run(sessions), tmp_path / "run", settings, sessions)
    assert written == [True, False]
    assert [row.turn_id for row in await rows(sessions, DatasetSnapshotTurn)] == [his]


async def test_the_run_under_way_is_begun_anew_and_one_that_waits_only_waits(
    conversation: Conversation, sessions: Sessions, forgetting: Forgetting
) -> None:
    for text in ("하나", "둘"):
        await conversation.answer(MINJI, text)
    first, second = await rows(sessions, Turn)
    running = await start_run(sessions)  # it has no snapshot yet: nobody knows what it has read
    await forgetting.forget_turn(MINJI, first.id)
    await forgetting.forget_turn(MINJI, second.id)
    stopped, anew = await rows(sessions, FinetuneRun)
    assert (stopped.id, stopped.state) == (running, "cancelled")
    assert "forgotten" in stopped.reason
    assert (anew.state, anew.requested_by) == ("queued", "schedule")


async def test_where_nothing_is_left_to_learn_the_last_clean_model_serves_again(
    conversation: Conversation, sessions: Sessions, settings: Settings, forgetting: Forgetting
) -> None:
    his = await say(conversation, sessions, JUNHO, "하늘이 좋아")
    hers = await say(conversation, sessions, MINJI, "고래가 좋아")
    await learn(sessions, settings, "first", None, [his])
    await learn(sessions, settings, "second", "first", [hers])
    await Curation(sessions).decide_consent(JUNHO, may_train=False)
    await forgetting.forget_everything(MINJI.platform, MINJI.user_id)
    run = await retrain_now(settings)
    assert run is not None
    assert run.state == "refused"
    assert "first serves again, as the last clean one" in (run.reason or "")
    assert await serving_name(sessions) == "first"
    assert not (settings.models_dir / "second").exists()
    await forgetting.forget_everything(JUNHO.platform, JUNHO.user_id)
    run = await retrain_now(settings)
    assert run is not None
    assert "the starter model serves again" in (run.reason or "")
    assert await serving_name(sessions) is None
    assert not (settings.models_dir / "first").exists()


async def test_a_clean_model_is_asked_for_until_there_is_one(
    conversation: Conversation, sessions: Sessions, settings: Settings, forgetting: Forgetting
) -> None:
    hers = await say(conversation, sessions, MINJI, "고래가 좋아")
    await learn(sessions, settings, "first", None, [hers])
    await forgetting.forget_turn(MINJI, hers)
    async with sessions.begin() as session:
        await runs.cancel_run(session, "by an admin")
    await look_after(settings, sessions)
    await look_after(settings, sessions)
    async with sessions() as session:
        states = [run.state for run in await runs.latest_runs(session)]
    assert states == ["queued", "cancelled", "promoted"]


async def test_a_model_outside_the_models_folder_is_not_ours_to_delete(
    conversation: Conversation, sessions: Sessions, settings: Settings, forgetting: Forgetting, tmp_path: Path
) -> None:
    hers = await say(conversation, sessions, MINJI, "고래가 좋아")
    await learn(sessions, settings, "first", None, [hers])
    elsewhere = tmp_path / "elsewhere"
    (settings.models_dir / "first").rename(elsewhere)
    async with sessions.begin() as session:
        await session.execute(update(ModelVersion).values(path=str(elsewhere), state="retired"))
    await forgetting.forget_turn(MINJI, hers)
    assert await tainted(sessions) == ["first"]
    assert elsewhere.is_dir()


async def test_what_a_killed_trainer_left_is_swept_unless_a_trainer_is_at_work(
    sessions: Sessions, settings: Settings
) -> None:
    left = settings.models_dir / "runs" / "7" / "train.jsonl"
    left.parent.mkdir(parents=True)
    left.write_text("고래가 좋아", encoding="utf-8")
    with only_one(settings.models_dir / TRAINER_LOCK):
        await look_after(settings, sessions)
        assert left.exists()
    await look_after(settings, sessions)
    assert not left.exists()


async def test_an_answer_under_way_is_given_and_not_kept(sessions: Sessions, forgetting: Forgetting) -> None:
    slow = Waiting()
    worker = ReplyWorker(slow)
    worker.start()
    conversation = Conversation(
        sessions,
        worker,
        context_turns=0,
        max_question_chars=100,
        reply_timeout_seconds=600,
        session_idle=timedelta(hours=6),
    )
    try:
        answering = asyncio.create_task(conversation.answer(MINJI, "나를 잊어 줘"))
        await asyncio.to_thread(slow.is_thinking.wait)
        assert await forgetting.forget_everything(MINJI.platform, MINJI.user_id)
        async with sessions.begin() as session:  # whoever comes next must not get the number of who left
            session.add(Person(platform="telegram", platform_user_id="3"))
        slow.go_on.set()
        answer = await answering
    finally:
        slow.go_on.set()
        worker.stop()
    assert (answer.text, answer.turn_id) == ("나를 잊어 줘?", None)
    assert await rows(sessions, Turn) == []


async def test_updates_go_too_and_only_the_persons_own_stay_unanswered(
    sessions: Sessions, forgetting: Forgetting
) -> None:
    def message(author: int, **rest: Any) -> dict[str, Any]:
        return {"message": {"from": {"id": author}, "chat": {"id": author, "type": "private"}, "text": "말", **rest}}

    quoting = message(2, reply_to_message=message(int(MINJI.user_id))["message"])
    stored = {
        "hers, before": (message(int(MINJI.user_id)), "pending"),
        "hers, dead": (message(int(MINJI.user_id)), "dead"),
        "his, quoting her, dead": (quoting, "dead"),
        "his": (message(2), "pending"),
        "the one that asks": (message(int(MINJI.user_id)), "pending"),
        "hers, after": (message(int(MINJI.user_id)), "pending"),
    }
    async with sessions.begin() as session:
        session.add(Person(platform=MINJI.platform, platform_user_id=MINJI.user_id))
        for number, (payload, state) in enumerate(stored.values(), start=1):
            row = {"chat_key": "1", "payload": payload, "state": state, "error": "why" if state == "dead" else None}
            session.add(IncomingUpdate(id=number, bot_id=5, update_id=number, **row))
    await forgetting.forget_everything(MINJI.platform, MINJI.user_id, before_update_id=5)
    after = dict(zip(stored, await rows(sessions, IncomingUpdate), strict=True))
    assert {name for name, row in after.items() if not row.payload} == {
        "hers, before",
        "hers, dead",
        "his, quoting her, dead",
    }
    assert {name for name, row in after.items() if row.state == "pending"} == {
        "his",
        "the one that asks",
        "hers, after",
    }
    assert all((row.chat_key, row.error) == (None, None) for row in after.values() if not row.payload)


async def test_dead_updates_of_who_wants_nothing_kept_are_emptied(sessions: Sessions, settings: Settings) -> None:
    await Curation(sessions).decide_consent(MINJI, may_keep=False)
    async with sessions.begin() as session:
        for number, author in enumerate((int(MINJI.user_id), 2)):
            payload = {"message": {"from": {"id": author}, "text": "말"}}
            session.add(IncomingUpdate(bot_id=5, update_id=number, payload=payload, state="dead"))
    await look_after(settings, sessions)
    assert [bool(row.payload) for row in await rows(sessions, IncomingUpdate)] == [False, True]


async def test_what_is_older_than_the_retention_goes_as_if_asked_for(
    conversation: Conversation, sessions: Sessions, settings: Settings
) -> None:
    old, young = [await say(conversation, sessions, speaker, "말") for speaker in (MINJI, JUNHO)]
    await learn(sessions, settings, "first", None, [old])
    await learn(sessions, settings, "second", None, [young])
    month_ago = now() - timedelta(days=31)
    async with sessions.begin() as session:
        await session.execute(update(Turn).where(Turn.id == old).values(created_at=month_ago))
        session.add_all(
            IncomingUpdate(bot_id=5, update_id=number, payload={"n": 1}, state="dead", received_at=received_at)
            for number, received_at in enumerate((month_ago, now()))
        )
    await look_after(settings, sessions)
    assert len(await rows(sessions, Turn)) == 2  # nobody set a retention
    await look_after(settings.model_copy(update={"retention_days": 30}), sessions)
    assert [turn.id for turn in await rows(sessions, Turn)] == [young]
    assert await tainted(sessions) == ["first"]
    assert [update.payload for update in await rows(sessions, IncomingUpdate)] == [{}, {"n": 1}]
    entries = [entry.detail["by"] for entry in await rows(sessions, AuditEntry) if entry.action == "forget"]
    assert entries == ["retention"]


async def test_ratings_and_reviews_of_a_turn_go_with_it_and_a_curators_own_decisions_stay(
    conversation: Conversation, sessions: Sessions, forgetting: Forgetting
) -> None:
    mine = await say(conversation, sessions, MINJI, "고래가 좋아")
    his = await say(conversation, sessions, JUNHO, "하늘이 좋아")
    people = {person.platform_user_id: person.id for person in await rows(sessions, Person)}
    async with sessions.begin() as session:
        for turn_id in (mine, his):
            for person_id in people.values():
                session.add(Rating(turn_id=turn_id, person_id=person_id, value=1))
                session.add(Review(turn_id=turn_id, reviewer_id=person_id, state="approved"))
    await forgetting.forget_everything(MINJI.platform, MINJI.user_id)
    assert [(row.turn_id, row.person_id) for row in await rows(sessions, Rating)] == [(his, people["2"])]
    reviews = [(row.turn_id, row.reviewer_id) for row in await rows(sessions, Review)]
    assert reviews == [(his, None), (his, people["2"])]


def test_whatever_points_at_a_person_or_a_turn_goes_or_lets_go_of_them() -> None:
    """A table that is added later must say what becomes of its rows, and be thought of in bot/own_data.py."""
    pointing = {
        (table.name, key.parent.name, key.ondelete)
        for table in Table.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in ("person", "turn")
    }
    assert pointing == {
        ("announcement", "requested_by_id", "SET NULL"),
        ("audit_entry", "person_id", "SET NULL"),
        ("consent", "person_id", "CASCADE"),
        ("dataset_snapshot_turn", "turn_id", "SET NULL"),
        ("pending_action", "person_id", "CASCADE"),
        ("rating", "person_id", "CASCADE"),
        ("rating", "turn_id", "CASCADE"),
        ("review", "reviewer_id", "SET NULL"),
        ("review", "turn_id", "CASCADE"),
        ("role", "granted_by_id", "SET NULL"),
        ("role", "person_id", "CASCADE"),
        ("turn", "person_id", "CASCADE"),
        ("turn", "replaces_turn_id", "SET NULL"),
    }


@pytest.mark.parametrize("backend", ["sqlite"])  # PostgreSQL overwrites deleted rows in its own time
async def test_not_one_byte_of_it_stays_in_the_database_files(
    conversation: Conversation, sessions: Sessions, settings: Settings, forgetting: Forgetting, tmp_path: Path
) -> None:
    """Rows that grow move to other pages, and leave copies that secure_delete does not reach."""
    for number in range(300):
        speaker = MINJI if number % 3 == 0 else JUNHO
        await conversation.answer(
            speaker, f"{'보라색 기린' if speaker is MINJI else '준호'} {number} " * (number % 9 + 1)
        )
    async with sessions.begin() as session:
        for turn in await session.scalars(select(Turn)):
            turn.edited_answer = turn.question * (turn.id % 7)
    canary, bytes_of = (
        "보라색 기린".encode(),
        lambda: b"".join(path.read_bytes() for path in tmp_path.glob("talk*.db*")),
    )
    assert canary in bytes_of()
    await forgetting.forget_everything(MINJI.platform, MINJI.user_id)
    await look_after(settings, sessions)
    assert canary not in bytes_of()
    assert MINJI.user_id.encode() not in bytes_of()
    assert "준호".encode() in bytes_of()
    actions = [entry.action for entry in await rows(sessions, AuditEntry)]
    await look_after(settings, sessions)  # nothing was forgotten since
    assert [entry.action for entry in await rows(sessions, AuditEntry)] == actions == ["forget", "rewrite the database"]
