"""Is there a token, a password or a word of what people said in a log?"""

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
import structlog
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError
from aiogram.types import Message
from pydantic import ValidationError
from sqlalchemy import text

from bot.database.engine import Sessions
from bot.logs import LibraryLogs, configure_logging, described, redacted, traced
from bot.telegram.dispatching import build_bot
from tests.bot.repliers import Failing
from tests.bot.running_service import running_service
from tests.fake_bot_api import running_bot_api

TOKEN = "1234567890:AAF0vBnTz-3kq_secret_secret_secret1"
SAID = "비밀이야기"


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    hook = sys.excepthook
    configure_logging()
    yield capsys
    sys.excepthook = hook
    structlog.reset_defaults()
    for handler in [each for each in logging.getLogger().handlers if isinstance(each, LibraryLogs)]:
        logging.getLogger().removeHandler(handler)


def lines(logged: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in logged.readouterr().err.splitlines()]


def test_a_line_is_one_json_object_where_no_person_reads(logged: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("telegram_ready", username="maldongmu_bot")
    [line] = lines(logged)
    assert (line["event"], line["username"], line["level"]) == ("telegram_ready", "maldongmu_bot", "info")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (f"https://api.telegram.org/bot{TOKEN}/sendMessage", "https://api.telegram.org/bot1234567890:***/sendMessage"),
        (
            f"url='https://x/file/bot{TOKEN}/a.jpg', status=404",
            "url='https://x/file/bot1234567890:***/a.jpg', status=404",
        ),
        ("postgresql+psycopg://minji:hunter2@db/talk", "postgresql+psycopg://minji:***@db/talk"),
        ("postgresql://:p:w@db", "postgresql://:***@db"),
        ("at 12:34:56 on port 127.0.0.1:8080", "at 12:34:56 on port 127.0.0.1:8080"),
    ],
)
def test_secrets_are_crossed_out(written: str, read: str) -> None:
    assert redacted(written) == read


async def test_a_token_in_an_address_is_crossed_out_of_every_traceback(logged: pytest.CaptureFixture[str]) -> None:
    async with aiohttp.ClientSession() as session:
        for url in (
            f"http://127.0.0.1:1/bot{TOKEN}/getMe",
            f"http://[bad/bot{TOKEN}/getMe",
            f"nonsense://host/bot{TOKEN}",
        ):
            try:
                await session.get(url)
            except (aiohttp.ClientError, ValueError):
                structlog.get_logger().exception("request_failed", url=url)
                logging.getLogger("aiohttp.client").exception("failed %s", url)
    sys.excepthook(RuntimeError, RuntimeError(f"https://api.telegram.org/bot{TOKEN}/getMe"), None)
    written = logged.readouterr().err
    assert written.count("1234567890:***") >= 7
    assert TOKEN.split(":")[1] not in written


async def test_a_bot_that_reaches_nobody_logs_no_token(logged: pytest.CaptureFixture[str]) -> None:
    async with build_bot(TOKEN, "http://127.0.0.1:1") as bot:
        with pytest.raises(TelegramNetworkError) as unreached:
            await bot.get_me(request_timeout=1)
    structlog.get_logger().error("not_reached", exc_info=unreached.value)
    assert TOKEN not in described(unreached.value) + traced(unreached.value)
    assert TOKEN.split(":")[1] not in logged.readouterr().err


def test_errors_that_quote_what_they_read_are_not_quoted(logged: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValidationError) as unreadable:
        Message.model_validate({"text": SAID, "message_id": SAID})
    undecodable = ClientDecodeError("Failed", unreadable.value, {"result": SAID})
    undecodable.__cause__ = unreadable.value
    for error in (unreadable.value, undecodable):
        structlog.get_logger().error("failed", exc_info=error)
        assert SAID not in described(error)
    assert SAID not in logged.readouterr().err
    assert "ValidationError" in traced(undecodable)


async def test_an_error_of_the_database_does_not_carry_what_was_said(
    logged: pytest.CaptureFixture[str], sessions: Sessions
) -> None:
    try:
        async with sessions.begin() as session:
            await session.execute(text("INSERT INTO nowhere (said) VALUES (:said)"), {"said": SAID})
    except Exception:
        structlog.get_logger().exception("not_stored")
    written = logged.readouterr().err
    assert "nowhere" in written
    assert SAID not in written


async def test_a_service_in_trouble_writes_down_neither_words_nor_token(
    logged: pytest.CaptureFixture[str], database_url: str
) -> None:
    async with running_bot_api() as bot_api:
        bot_api.fail_next("getUpdates", is_dropped=True)
        bot_api.fail_next("sendMessage", status=500)
        bot_api.deliver("message", {"text": SAID})
        async with running_service(bot_api, database_url, Failing()):
            bot_api.person(1, SAID).send(f"{SAID} bad")
            bot_api.person(1, SAID).send(SAID)
            await bot_api.wait_for_message(1, f"{SAID}?")
            bot_api.blocked_by.add(1)
            bot_api.person(1, SAID).send(SAID)
            await bot_api.wait_until(lambda: any(refusal.status == 403 for refusal in bot_api.refusals))
            await asyncio.sleep(0.1)
    events = lines(logged)
    assert {"telegram_retry", "reply_failed", "update_undeliverable", "updates_not_received"} <= {
        event["event"] for event in events
    }
    written = json.dumps(events, ensure_ascii=False)
    assert SAID not in written
    assert "TEST-token" not in written
