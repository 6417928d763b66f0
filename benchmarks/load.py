"""How many messages a second are answered, how soon, and does the memory stay as it is?

People write at random moments to a `maldongmu serve` with the starter model, so many a second as asked for; others ask
for /help meanwhile, which needs no model. Time to reply runs from the moment a message is at the Bot API to the moment
its reply arrives there.

    python -m benchmarks.load --rate 20 --messages 10000
"""

import argparse
import asyncio
import json
import random
import signal
import sys
import tempfile
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.chatting_process import ECHO, STARTER, ServeProcess, postgres_or_none, resident_megabytes
from bot.conversation import BUSY, NO_REPLY
from bot.database.engine import open_engine
from bot.database.migrating import upgrade
from tests.bot.waiting import wait_until
from tests.fake_bot_api import FakeBotApi, running_bot_api

SAYINGS = Path(__file__).parents[1] / "docs" / "starter_sayings.txt"
TALKERS, HELPED = range(1, 501), range(10_001, 10_201)
HELP_EVERY_SECONDS = 0.25
WARM_UP_MESSAGES = 20


@dataclass
class TimedBotApi(FakeBotApi):
    """Notes when each message of a person was there and how long its reply took; keeps nothing else."""

    asked_at: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    talk_seconds: list[float] = field(default_factory=list)
    help_seconds: list[float] = field(default_factory=list)
    fallbacks: int = 0
    sent_twice: int = 0

    def ask(self, user_id: int, text: str) -> None:
        self.person(user_id).send(text)
        self.asked_at[user_id].append(time.monotonic())

    def call_send_message(self, chat_id: int, text: str, **rest: Any) -> Any:
        if self.asked_at[chat_id]:
            seconds = time.monotonic() - self.asked_at[chat_id].popleft()
            (self.help_seconds if chat_id in HELPED else self.talk_seconds).append(seconds)
        else:
            self.sent_twice += 1
        self.fallbacks += text in (BUSY, NO_REPLY)
        message = super().call_send_message(chat_id, text, **rest)
        for kept in (self.sent, self.calls, self.history):
            kept.clear()
        return message


async def measure(api: TimedBotApi, process: ServeProcess, *, rate: float, messages: int, seed: int) -> dict[str, Any]:
    chance, sayings = random.Random(seed), SAYINGS.read_text(encoding="utf-8").splitlines()
    for user_id in TALKERS[:WARM_UP_MESSAGES]:
        api.ask(user_id, chance.choice(sayings))
    await wait_until(lambda: len(api.talk_seconds) == WARM_UP_MESSAGES)
    api.talk_seconds.clear()
    megabytes = [(0, resident_megabytes(process.process.pid))]
    helping = asyncio.create_task(ask_for_help(api))
    started = due = time.monotonic()
    for number in range(messages):
        due += chance.expovariate(rate)
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        api.ask(TALKERS[number % len(TALKERS)], chance.choice(sayings))
        if (number + 1) % max(1, messages // 10) == 0:
            megabytes.append((number + 1, resident_megabytes(process.process.pid)))
    await wait_until(lambda: len(api.talk_seconds) == messages)
    seconds = time.monotonic() - started
    helping.cancel()
    return {
        "asked_a_second": rate,
        "messages": messages,
        "answered_a_second": round(messages / seconds, 2),
        "reply_seconds": percentiles(api.talk_seconds),
        "help_seconds": percentiles(api.help_seconds) | {"asked": len(api.help_seconds)},
        "fallbacks": api.fallbacks,
        "sent_twice": api.sent_twice,
        "resident_megabytes_after_messages": {count: round(size, 1) for count, size in megabytes},
    }


async def ask_for_help(api: TimedBotApi) -> None:
    """Each time somebody else, so that nobody's pace counts."""
    while True:
        for user_id in HELPED:
            await asyncio.sleep(HELP_EVERY_SECONDS)
            api.ask(user_id, "/help")


def percentiles(seconds: list[float]) -> dict[str, float]:
    ranked = sorted(seconds)
    return {f"p{share}": round(ranked[min(len(ranked) - 1, len(ranked) * share // 100)], 3) for share in (50, 95, 99)}


async def run(database_url: str, folder: Path, command: tuple[str, ...], **wanted: Any) -> dict[str, Any]:
    engine = open_engine(database_url)
    await upgrade(engine)
    await engine.dispose()
    async with running_bot_api(TimedBotApi()) as api:
        assert isinstance(api, TimedBotApi)
        named = {"telegram_token": api.token, "telegram_api_url": api.url, "database_url": database_url}
        process = ServeProcess(folder / "serve.log", command, **named, models_dir=str(folder / "models"))
        await process.start()
        try:
            return await measure(api, process, **wanted)
        finally:
            await process.end(signal.SIGTERM)
            print(process.log.read_text(encoding="utf-8")[-2000:], file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=20.0, help="messages a second; Telegram takes 30 replies")
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--model", choices=["starter", "echo"], default="starter")
    parser.add_argument("--seed", type=int, default=1)
    chosen = vars(parser.parse_args())
    database, command = chosen.pop("database"), STARTER if chosen.pop("model") == "starter" else ECHO
    with tempfile.TemporaryDirectory() as folder, postgres_or_none(database) as postgres:
        url = postgres.make_database("talk") if postgres else f"sqlite+aiosqlite:///{folder}/talk.db"
        figures = asyncio.run(run(url, Path(folder), command, **chosen))
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
