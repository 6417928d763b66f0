"""Does Telegram get its 200 only for what is stored, and a stranger nothing at all?"""

import io
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from bot import inbox_worker
from bot.conversation import build_conversation
from bot.database.engine import Sessions
from bot.database.migrating import open_database
from bot.database.tables import IncomingUpdate
from bot.http_server import MAX_BODY_BYTES
from bot.inbox_worker import InboxWorker
from bot.reply_worker import ReplyWorker
from bot.roles import Roles
from bot.telegram import polling, webhook
from bot.telegram.dispatching import build_answer, build_bot, build_dispatcher
from bot.telegram.webhook import SECRET_HEADER
from tests.bot.repliers import Echo, Waiting
from tests.bot.running_service import running_service, settings_for
from tests.bot.waiting import beside, wait_for
from tests.fake_bot_api import FakeBotApi, running_bot_api
from tests.postgres_server import PostgresServer

SECRET = "0123456789abcdef"


@pytest.fixture
async def bot_api() -> AsyncIterator[FakeBotApi]:
    async with running_bot_api() as api:
        yield api


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_worker, "LOOK_EVERY_SECONDS", 0.01)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Service:
    """What is in front of a running service: its port."""

    def __init__(self, port: int, session: aiohttp.ClientSession) -> None:
        self.url, self.session = f"http://127.0.0.1:{port}", session

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(f"{self.url}{path}") as response:
            return response.status, await response.text()

    async def post(self, body: Any, secret: str | None = SECRET) -> int:
        headers = {} if secret is None else {SECRET_HEADER: secret}
        data = {"data": io.BytesIO(body)} if isinstance(body, bytes) else {"json": body}
        async with self.session.post(f"{self.url}/telegram", headers=headers, **data) as response:
            return response.status

    async def is_up(self) -> bool:
        try:
            return (await self.get("/healthz"))[0] == 200
        except aiohttp.ClientError:
            return False


@asynccontextmanager
async def hooked_service(
    bot_api: FakeBotApi, database_url: str, port: int, replier: Echo | None = None, **settings: Any
) -> AsyncIterator[Service]:
    usual = {"webhook_url": f"http://127.0.0.1:{port}/telegram", "webhook_secret": SECRET, "http_port": port}
    async with (
        running_service(bot_api, database_url, replier or Echo(), **usual | settings),
        aiohttp.ClientSession() as session,
    ):
        service = Service(port, session)
        await wait_for(service.is_up)
        yield service


async def stored(sessions: Sessions) -> list[int]:
    async with sessions() as session:
        return list(await session.scalars(select(IncomingUpdate.update_id).order_by(IncomingUpdate.id)))


def an_update(update_id: int = 5, chat_id: int = 1) -> dict[str, Any]:
    account = {"id": chat_id, "is_bot": False, "first_name": "민지"}
    chat = {"id": chat_id, "type": "private", "first_name": "민지"}
    return {
        "update_id": update_id,
        "message": {"message_id": 1, "date": 1795219200, "chat": chat, "from": account, "text": "안녕"},
    }


async def test_what_telegram_posts_is_answered_in_order(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, port: int
) -> None:
    minji = bot_api.person(1)
    async with hooked_service(bot_api, database_url, port):
        for number in range(5):
            minji.send(f"{number}")
        said = [message["text"] for message in await bot_api.wait_for_messages(1, 5)]
    assert said == ["0?", "1?", "2?", "3?", "4?"]
    assert not bot_api.calls_of("getUpdates")
    [call] = bot_api.calls_of("setWebhook")
    assert call.params["secret_token"] == SECRET


async def test_an_update_is_stored_before_it_is_acknowledged_and_not_answered_before(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, port: int
) -> None:
    bot_api.person(1)
    thinking = Waiting()
    async with hooked_service(bot_api, database_url, port, thinking) as service:
        assert await service.post(an_update()) == 200  # though the model still thinks
        assert await stored(sessions) == [5]
        assert bot_api.sent == []
        thinking.go_on.set()
        await bot_api.wait_for_message(1, "안녕?")


async def test_a_duplicate_is_acknowledged_and_changes_nothing(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, port: int
) -> None:
    bot_api.person(1)
    async with hooked_service(bot_api, database_url, port) as service:
        assert [await service.post(an_update()) for _ in range(3)] == [200, 200, 200]
        assert await service.post(an_update(6)) == 200
        await bot_api.wait_for_messages(1, 2)
    assert await stored(sessions) == [5, 6]
    assert len(bot_api.sent) == 2


@pytest.mark.parametrize("secret", [None, "", "wrong-wrong-wrong-wrong", SECRET + "x", "비밀"])
async def test_without_the_right_secret_nothing_is_taken(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, port: int, secret: str | None
) -> None:
    async with hooked_service(bot_api, database_url, port) as service:
        assert await service.post(an_update(), secret) == 401
    assert await stored(sessions) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"x" * (MAX_BODY_BYTES + 1), 413),
        (b"{", 400),
        (b"\xff\xfe", 400),
        ([], 400),
        ({}, 400),
        ({"update_id": "5"}, 400),
        ({"update_id": True}, 400),
        ({"update_id": 2**70}, 400),
        ({"update_id": -1}, 400),
    ],
)
async def test_what_is_no_update_is_refused(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, port: int, body: Any, status: int
) -> None:
    async with hooked_service(bot_api, database_url, port) as service:
        assert await service.post(body) == status
        assert await service.is_up()
    assert await stored(sessions) == []


async def test_telegram_keeps_what_could_not_be_stored(
    bot_api: FakeBotApi, database_url: str, sessions: Sessions, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise OSError("no database")

    with monkeypatch.context() as patched:
        patched.setattr(webhook, "store", fail)
        async with hooked_service(bot_api, database_url, port) as service:
            assert await service.post(an_update()) == 503
    assert await stored(sessions) == []


async def test_a_webhook_that_another_process_took_down_is_put_up_again(
    bot_api: FakeBotApi, database_url: str, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "LOOK_EVERY_SECONDS", 0.01)
    async with hooked_service(bot_api, database_url, port):
        await bot_api.wait_until(lambda: bot_api.webhook_url)
        bot_api.webhook_url = ""
        bot_api.person(1).send("안녕")
        await bot_api.wait_for_message(1, "안녕?")
    assert len(bot_api.calls_of("setWebhook")) >= 2


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_several_processes_share_an_inbox_and_answer_each_message_once_and_in_order(
    bot_api: FakeBotApi, database_url: str, port: int
) -> None:
    people = [bot_api.person(user_id) for user_id in range(1, 9)]
    said = [f"{number}" for number in range(12)]
    async with hooked_service(bot_api, database_url, port), another_replica(bot_api, database_url) as second:
        for text in said:
            for person in people:
                person.send(text)
        for person in people:
            await bot_api.wait_for_messages(person.id, len(said))
    for person in people:
        assert [message["text"] for message in bot_api.messages_to(person.id)] == [f"{text}?" for text in said]
    assert 0 < sum(map(len, second.batches)) < len(said) * len(people)  # they shared the work


@asynccontextmanager
async def another_replica(bot_api: FakeBotApi, database_url: str) -> AsyncIterator[Echo]:
    """Answers from the same inbox, with nothing coming in of itself; its model."""
    echo, settings = Echo(), settings_for(bot_api, database_url)
    worker = ReplyWorker(echo)
    worker.start()
    async with open_database(database_url) as sessions, build_bot(bot_api.token, bot_api.url) as bot:
        dispatcher = build_dispatcher(
            settings, sessions, worker, build_conversation(settings, sessions, worker), Roles(sessions, frozenset())
        )
        inbox = InboxWorker(sessions, build_answer(bot, dispatcher), bot_id=bot.id)
        try:
            async with beside(inbox.run()):
                yield echo
        finally:
            worker.stop()


async def test_health_readiness_and_metrics_are_told_over_http_when_polling_too(
    bot_api: FakeBotApi, database_url: str, port: int
) -> None:
    async with hooked_service(bot_api, database_url, port, webhook_url=None, webhook_secret=None) as service:
        bot_api.person(1).send("안녕")
        await bot_api.wait_for_message(1, "안녕?")
        assert await service.get("/healthz") == (200, '{"status": "alive"}')
        assert await service.get("/readyz") == (200, '{"status": "ready", "problems": []}')
        status, metrics = await service.get("/metrics")
        assert (await service.get("/telegram"))[0] == 404
    assert status == 200
    assert 'maldongmu_telegram_requests_total{method="sendMessage",outcome="ok"}' in metrics
    assert 'maldongmu_updates_received_total{outcome="stored"}' in metrics
    assert "maldongmu_reply_seconds_bucket" in metrics
    assert bot_api.token not in metrics
    assert "안녕" not in metrics


@pytest.mark.parametrize("backend", ["postgresql"])
async def test_a_service_without_its_database_lives_is_not_ready_and_goes_on_when_it_is_back(
    bot_api: FakeBotApi, database_url: str, port: int, postgres: PostgresServer
) -> None:
    async with hooked_service(bot_api, database_url, port) as service:
        postgres.stop()
        try:
            assert (await service.get("/healthz"))[0] == 200
            status, told = await service.get("/readyz")
            assert (status, "database" in told) == (503, True)
            assert (await service.get("/metrics"))[0] == 200
            assert await service.post(an_update()) == 503
            bot_api.person(1).send("안녕")
        finally:
            postgres.start()
        assert (await service.get("/readyz"))[0] == 200
        await bot_api.wait_for_message(1, "안녕?")


def test_the_webhook_asks_for_what_polling_asks_for() -> None:
    assert webhook.ALLOWED_UPDATES is polling.ALLOWED_UPDATES
