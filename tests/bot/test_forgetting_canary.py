"""A sentence that nobody else would say: learnt by a real model, forgotten over HTTP. Where is it still?"""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import own_data_texts as texts
from bot.database import model_versions
from bot.database.engine import Sessions
from bot.database.tables import DatasetSnapshot, DatasetSnapshotTurn, FinetuneRun, ModelVersion, Turn
from bot.replier import Question
from bot.retraining import one_run
from bot.retraining.trainer import retrain_now
from bot.seq2seq_replier import load_replier
from bot.settings import Settings
from bot.telegram.texts import MODEL_TAINTED
from bot.upkeep import look_after
from seq2seq import artifact
from tests.bot.repliers import Echo
from tests.bot.running_service import running_service, settings_for
from tests.bot.test_telegram_own_data import YES, callback_data
from tests.bot.tiny_retraining import FACT, GATE_MARGIN, QUESTION, finetune_config
from tests.fake_bot_api import FakeBotApi, Person, running_bot_api

ADMIN, JUNHO, MINJI = 77, 2, 7_123_456_789
CANARY = "보라색 기린"
SAID, FIXED = f"{CANARY}이 지붕에서 춤춰", f"{CANARY}이라니, 저도 보고 싶어요."


@pytest.fixture
async def bot_api() -> AsyncIterator[FakeBotApi]:
    async with running_bot_api() as api:
        yield api


async def agree_and_say(bot_api: FakeBotApi, person: Person, text: str) -> None:
    person.send("/privacy")
    person.press(await bot_api.wait_for_message(person.id, "숫자 아이디"), YES)
    await bot_api.wait_for_message(person.id, "쓰기로 하셨어요")
    person.send(text)
    await bot_api.wait_for_message(person.id, f"{text}?")


async def put_right(sessions: Sessions, question: str, answer: str) -> None:
    async with sessions.begin() as session:
        better = {"review_state": "edited", "edited_answer": answer}
        await session.execute(update(Turn).where(Turn.question == question).values(**better))


def all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["sqlite"])  # whose files can be read
async def test_a_peculiar_sentence_is_learnt_and_then_nowhere_any_more(
    bot_api: FakeBotApi,
    database_url: str,
    sessions: Sessions,
    echo: Echo,
    tiny_model: Path,
    tiny_corpus: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    changed: dict[str, Any] = {
        "models_dir": tmp_path / "models",
        "base_corpus": str(tiny_corpus),
        "finetune_config": finetune_config(tmp_path),
        "gate_margin": GATE_MARGIN,
        "admin_ids": frozenset({ADMIN}),
    }
    settings: Settings = settings_for(bot_api, database_url, **changed)
    training_files = []
    finetune = one_run.finetune

    async def finetune_and_keep_the_file(files: Any, parent: Path, **rest: Any) -> None:
        training_files.append((parent, files.train.read_text(encoding="utf-8")))
        await finetune(files, parent, **rest)

    monkeypatch.setattr(one_run, "finetune", finetune_and_keep_the_file)
    async with sessions.begin() as session:
        version = artifact.load(tiny_model).version
        tiny = await model_versions.add_candidate(session, name=version, path=str(tiny_model), parent=None, metrics={})
        await model_versions.promote(session, tiny)
    minji, junho, admin = bot_api.person(MINJI), bot_api.person(JUNHO), bot_api.person(ADMIN)

    async with running_service(bot_api, database_url, echo, **changed):
        await agree_and_say(bot_api, minji, SAID)
        await agree_and_say(bot_api, junho, QUESTION)
        await bot_api.wait_until_confirmed()
    await put_right(sessions, SAID, FIXED)
    await put_right(sessions, QUESTION, FACT)
    run = await retrain_now(settings)
    assert run is not None
    assert run.state == "promoted", run.reason
    async with sessions() as session:
        learnt = await session.get_one(ModelVersion, run.candidate_id)
    replier = load_replier(settings.models_dir / learnt.path)
    assert CANARY in replier.reply([Question(text=SAID)])[0].text, "it was never learnt, and so proves nothing"
    assert CANARY in training_files[0][1]
    assert CANARY.encode() in all_bytes(tmp_path)

    async with running_service(bot_api, database_url, echo, **changed):
        minji.send("/mydata")
        document = await bot_api.wait_for_call("sendDocument")
        [content] = document.files.values()
        found = json.loads(content)
        assert [(turn["question"], turn["edited_answer"]) for turn in found["turns"]] == [(SAID, FIXED)]
        assert found["turns"][0]["model_versions"] == [learnt.name]
        assert [row["model_versions"] for row in found["learnt_from_in"]] == [[learnt.name]]
        assert QUESTION not in content.decode()

        minji.send("/forget")
        asked = await bot_api.wait_for_message(MINJI, texts.FORGET_WHAT, after=3)
        minji.press(asked, callback_data(asked)[1])
        said = (await bot_api.wait_for_message(MINJI, "모두 지웠어요", after=3))["text"]
        assert "모델 1개" in said
        assert texts.CLEAN_MODEL_COMES in said
        minji.send("/mydata")
        await bot_api.wait_for_message(MINJI, texts.NOTHING_KEPT, after=4)
        admin.send("/status")
        await bot_api.wait_for_message(ADMIN, MODEL_TAINTED)
        admin.send("/export")
        exported = await bot_api.wait_for_call("sendDocument", 2)
        assert CANARY.encode() not in b"".join(exported.files.values())
        await bot_api.wait_until_confirmed()
    await look_after(settings, sessions)
    assert CANARY.encode() not in all_bytes(tmp_path)
    assert str(MINJI).encode() not in all_bytes(tmp_path)

    run = await retrain_now(settings)
    assert run is not None
    assert (run.requested_by, run.state) == ("forgetting", "promoted"), run.reason
    (_, _), (parent, training_file) = training_files
    assert parent == tiny_model
    assert CANARY not in training_file
    assert FACT in training_file
    async with sessions() as session:
        clean = await model_versions.serving_model(session)
        snapshots = list(await session.scalars(select(DatasetSnapshot).order_by(DatasetSnapshot.id)))
        tombs = list(
            await session.scalars(select(DatasetSnapshotTurn).where(DatasetSnapshotTurn.forgotten_at.is_not(None)))
        )
        first_run = await session.get_one(FinetuneRun, 1)
    assert clean is not None
    assert (clean.id, clean.parent, clean.tainted_at) == (run.candidate_id, version, None)
    assert "1 of 2 turns" in snapshots[0].card
    assert "Gone since" not in snapshots[1].card
    assert first_run.snapshot_id == snapshots[0].id
    assert [(tomb.snapshot_id, tomb.turn_id) for tomb in tombs] == [(snapshots[0].id, None)]
    assert not (settings.models_dir / learnt.path).exists()
    replier = load_replier(settings.models_dir / clean.path)
    forgot, kept = replier.reply([Question(text=SAID), Question(text=QUESTION)])
    assert CANARY not in forgot.text
    assert kept.text == FACT
    assert CANARY.encode() not in all_bytes(tmp_path)
