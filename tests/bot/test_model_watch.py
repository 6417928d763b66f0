"""Does a promoted model come to serve without a restart, and a broken one never?"""

import asyncio
import threading
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from bot.database.engine import Sessions
from bot.database.model_versions import add_candidate, promote
from bot.replier import Question, Replier
from bot.reply_worker import ReplyWorker
from bot.retraining import model_watch
from bot.retraining.model_watch import watch_models
from seq2seq.errors import ModelError
from tests.bot.repliers import Echo
from tests.bot.waiting import beside, wait_until

MODELS = Path("models")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_watch, "POLL_SECONDS", 0.01)


class Shelf:
    """Loads a model of the folder's name, when it may, and fails at broken ones."""

    def __init__(self) -> None:
        self.may_load = threading.Event()
        self.may_load.set()
        self.asked_for: list[Path | None] = []

    def load(self, path: Path | None) -> Replier:
        self.asked_for.append(path)
        self.may_load.wait()
        if path and path.name == "broken":
            raise ModelError(f"{path}: altered")
        return Echo(path.name if path else "starter")


async def promote_model(sessions: Sessions, name: str) -> None:
    async with sessions.begin() as session:
        await promote(session, await add_candidate(session, name=name, path=name, parent=None, metrics={}))


async def wait_until_serves(worker: ReplyWorker, model_version: str) -> None:
    await wait_until(lambda: worker.model_version == model_version)


def watching(sessions: Sessions, worker: ReplyWorker, shelf: Shelf) -> AbstractAsyncContextManager[asyncio.Task[None]]:
    return beside(watch_models(sessions, worker, shelf.load, models_dir=MODELS, loaded=None))


async def test_what_is_promoted_serves_next(sessions: Sessions, worker: ReplyWorker) -> None:
    shelf = Shelf()
    async with watching(sessions, worker, shelf):
        for name in ("first", "second"):
            await promote_model(sessions, name)
            await wait_until_serves(worker, name)
            assert (await worker.reply(Question(text="안녕"))).model_version == name
    assert shelf.asked_for == [MODELS / "first", MODELS / "second"]


async def test_the_old_model_answers_while_the_new_one_loads(sessions: Sessions, worker: ReplyWorker) -> None:
    shelf = Shelf()
    shelf.may_load.clear()
    async with watching(sessions, worker, shelf):
        await promote_model(sessions, "new")
        await wait_until(lambda: bool(shelf.asked_for))
        assert (await worker.reply(Question(text="안녕"))).model_version == "echo"
        shelf.may_load.set()
        await wait_until_serves(worker, "new")


async def test_a_broken_model_is_passed_over_and_the_old_one_keeps_serving(
    sessions: Sessions, worker: ReplyWorker
) -> None:
    shelf = Shelf()
    async with watching(sessions, worker, shelf):
        await promote_model(sessions, "broken")
        await wait_until(lambda: bool(shelf.asked_for))
        assert (await worker.reply(Question(text="안녕"))).model_version == "echo"
        await promote_model(sessions, "mended")
        await wait_until_serves(worker, "mended")
    assert shelf.asked_for == [MODELS / "broken", MODELS / "mended"]  # each tried once
