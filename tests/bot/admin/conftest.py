"""The service with one admin from the settings and one curator whom that admin made, over HTTP."""

from collections.abc import AsyncIterator

import pytest

from bot.database import people
from bot.database.engine import Sessions
from bot.database.tables import Role
from bot.roles import account
from bot.telegram.admin import status
from tests.bot.admin.team import ADMIN, CURATOR
from tests.bot.repliers import Echo
from tests.bot.running_service import running_service
from tests.fake_bot_api import FakeBotApi, running_bot_api


@pytest.fixture
async def served(
    database_url: str, sessions: Sessions, echo: Echo, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[FakeBotApi]:
    monkeypatch.setattr(status, "EDIT_SECONDS", 0.05)
    async with sessions.begin() as session:
        curator = await people.person_of(session, account(str(CURATOR)))
        session.add(Role(person_id=curator.id, name="curator"))
    async with (
        running_bot_api() as api,
        running_service(api, database_url, echo, admin_ids=frozenset({ADMIN})),
    ):
        yield api
