from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot import doctor
from bot.database.migrating import open_database
from bot.replier import LoadReplier, Replier
from bot.settings import Settings
from seq2seq.errors import ModelError
from tests.bot.repliers import Echo
from tests.fake_bot_api import running_bot_api


def load_echo(path: Path | None) -> Replier:
    return Echo()


async def findings(settings: Settings, load_replier: LoadReplier = load_echo) -> dict[str, tuple[str, str]]:
    return {one.what: (one.state, one.detail) async for one in doctor.examine(settings, load_replier)}


async def test_all_is_well(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    async with open_database(database_url), running_bot_api() as bot_api:
        settings = Settings(database_url=database_url, telegram_token=bot_api.token, telegram_api_url=bot_api.url)
        found = await findings(settings)
        assert await doctor.show(doctor.examine(settings, load_echo))
    assert {what: state for what, (state, _) in found.items() if what != "GPU"} == {
        "database": "ok",
        "model": "ok",
        "font": "ok",
        "disk": "ok",
        "Telegram": "ok",
    }
    assert "starter model, version echo" in found["model"][1]
    assert bot_api.token not in capsys.readouterr().out


async def test_what_is_broken_is_named(empty_database_url: str) -> None:
    def load_nothing(path: Path | None) -> Replier:
        raise ModelError("models/x: no config.json")

    async with running_bot_api() as bot_api:
        settings = Settings(database_url=empty_database_url, telegram_token="1:wrong", telegram_api_url=bot_api.url)
        found = await findings(settings, load_nothing)
        assert not await doctor.show(doctor.examine(settings, load_nothing))
    shown = make_url(empty_database_url).render_as_string(hide_password=True)
    assert found["database"] == (
        "broken",
        f"{shown}: its tables are not up to date; run: maldongmu db upgrade",
    )
    assert found["model"] == ("broken", "models/x: no config.json")
    assert found["Telegram"] == ("broken", "TelegramUnauthorizedError: Telegram server says - Unauthorized")


async def test_the_terminal_needs_no_telegram(database_url: str) -> None:
    assert (await findings(Settings(database_url=database_url)))["Telegram"][0] == "absent"
