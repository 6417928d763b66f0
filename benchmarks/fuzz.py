"""Does any update stop the service or stick in its inbox?

Random updates, built from the types of Telegram's own description, go over HTTP through the whole service with a model
that echoes. Each must end as answered, or as one that can never be; an exception in a handler is an error.

    python -m benchmarks.fuzz --api api.json
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select

from benchmarks.chatting_process import postgres_or_none
from bot.database import inbox
from bot.database.engine import build_sessions, open_engine
from bot.database.migrating import upgrade
from bot.database.tables import IncomingUpdate
from bot.logs import described
from bot.telegram import pacing
from tests.bot.repliers import Echo
from tests.bot.running_service import running_service
from tests.bot.waiting import wait_for
from tests.fake_bot_api import FakeBotApi, running_bot_api
from tests.random_updates import RandomUpdates, types_of_the_documentation

ADMIN = 77


@dataclass
class CredulousBotApi(FakeBotApi):
    """Knows every chat, and lets every message be edited that somebody says they pressed a button of."""

    def _chat(self, chat_id: int) -> dict[str, Any]:
        return self.chats.setdefault(chat_id, {"id": chat_id, "type": "private", "first_name": "?"})

    def _edit(self, chat_id: int, message_id: int, changes: dict[str, Any]) -> dict[str, Any]:
        content = {name: value for name, value in changes.items() if value is not None}
        return self.new_message(self._chat(chat_id), self.account, content)


async def fuzz(updates: list[dict[str, Any]], database_url: str) -> dict[str, Any]:
    broken: Counter[str] = Counter()

    def note_exceptions(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
        if event.pop("exc_info", None):
            error = sys.exc_info()[1]
            broken[f"{event['event']}: {described(error) if error else ''}"] += 1
        raise structlog.DropEvent

    structlog.configure(processors=[note_exceptions])
    for limit in ("IN_ALL", "IN_A_CHAT", "IN_A_GROUP"):
        setattr(pacing, limit, pacing.Limit(1, 0.0))
    inbox.MAX_ATTEMPTS = 1  # what breaks once is told at once
    engine = open_engine(database_url)
    await upgrade(engine)
    sessions = build_sessions(engine)
    api = CredulousBotApi()
    async with running_bot_api(api):
        api.queue = list(updates)
        async with running_service(api, database_url, Echo(), admin_ids=frozenset({ADMIN})) as service:

            async def are_all_settled() -> bool:
                assert not service.done(), service
                async with sessions() as session:
                    counts = await inbox.count_updates(session)
                return not api.queue and counts.get("pending", 0) == 0

            await wait_for(are_all_settled)
        refused, api.violations = Counter(api.violations), []
    async with sessions() as session:
        rows = (await session.execute(select(IncomingUpdate.state, IncomingUpdate.error))).all()
    await engine.dispose()
    return {
        "updates": len(updates),
        "states": dict(Counter(state for state, _ in rows)),
        "said": len(api.sent),
        "given_up": dict(Counter((error or "").split(", ")[0][:90] for state, error in rows if state == "dead")),
        "exceptions": dict(broken),
        "requests_that_telegram_would_refuse": dict(refused),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--api", type=Path, required=True, help="Telegram's Bot API as JSON, types with their fields")
    parser.add_argument("--updates", type=int, default=10_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=20261121)
    chosen = parser.parse_args()
    generator = RandomUpdates(types_of_the_documentation(chosen.api), random.Random(chosen.seed))
    updates = [generator.update(1000 + number) for number in range(chosen.updates)]
    with tempfile.TemporaryDirectory() as folder, postgres_or_none(chosen.database) as postgres:
        url = postgres.make_database("talk") if postgres else f"sqlite+aiosqlite:///{folder}/talk.db"
        figures = asyncio.run(fuzz(updates, url))
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    raise SystemExit(bool(figures["exceptions"] or figures["requests_that_telegram_would_refuse"]))


if __name__ == "__main__":
    main()
