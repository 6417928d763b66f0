"""Is a message lost, stored twice or answered out of order, whatever fails?

Many people talk over HTTP through a Bot API that refuses, breaks off and repeats itself, to a `maldongmu serve` that is
killed again and again, on a database that is restarted. Every message must be stored and answered once, in its chat's
order. An answer may go out twice only where Telegram had taken it and the service could not write that down; each
such case is told with its cause, and one without a cause is an error.

    python -m benchmarks.faults --database postgresql
"""

import argparse
import asyncio
import json
import random
import signal
import tempfile
import time
from collections import Counter, defaultdict
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks.chatting_process import ECHO, STARTER, ServeProcess, postgres_or_none
from bot.database.engine import build_sessions, open_engine
from bot.database.migrating import upgrade
from bot.database.tables import Chat, IncomingUpdate, Turn
from bot.telegram import texts
from tests.bot.waiting import wait_until
from tests.bot_api_server import Fault
from tests.fake_bot_api import FakeBotApi, Message, running_bot_api
from tests.postgres_server import PostgresServer

IS_RECEIPT_LOST: ContextVar[bool] = ContextVar("is_receipt_lost", default=False)  # of the request in hand
FAULTS: tuple[tuple[float, str, dict[str, Any]], ...] = (  # share of requests, name, fault
    (0.02, "429", {"status": 429, "retry_after": 1}),
    (0.02, "500", {"status": 500}),
    (0.02, "connection broken", {"is_dropped": True}),
    (0.01, "timeout", {"is_dropped": True, "delay_seconds": 2.0}),
    (0.01, "receipt lost", {"is_dropped": True, "is_carried_out": True}),
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    chats: int = 50
    messages_a_chat: int = 20
    kills: int = 20
    database_restarts: int = 4  # PostgreSQL only
    duplicates: int = 100
    seed: int = 20261121


@dataclass
class FaultyBotApi(FakeBotApi):
    """Fails by chance, and remembers under which process and which life of the database it was told each message."""

    chance: random.Random = field(default_factory=random.Random)
    met: Counter[str] = field(default_factory=Counter)
    told_in: dict[tuple[int, int], tuple[int, int, bool]] = field(default_factory=dict)
    process_life: int = 0
    database_life: int = 0

    def _next_fault(self, method: str) -> Fault:
        if method in ("sendMessage", "getUpdates"):
            rolled = self.chance.random()
            for share, name, fault in FAULTS:
                if (rolled := rolled - share) < 0:
                    self.met[name] += 1
                    IS_RECEIPT_LOST.set(name == "receipt lost")
                    return Fault(method, 1, **fault)
        return super()._next_fault(method)

    def call_send_message(self, chat_id: int, text: str, **rest: Any) -> Any:
        message = super().call_send_message(chat_id, text, **rest)
        key = chat_id, message["message_id"]
        self.told_in[key] = self.process_life, self.database_life, IS_RECEIPT_LOST.get()
        return message


class FaultRun:
    def __init__(
        self, plan: Plan, api: FaultyBotApi, process: ServeProcess, postgres: PostgresServer | None, database_url: str
    ) -> None:
        self.plan, self.api, self.process, self.postgres, self.database_url = plan, api, process, postgres, database_url
        self.chance = random.Random(plan.seed)
        self.people = [api.person(user_id) for user_id in range(1, plan.chats + 1)]
        self.said: dict[int, list[str]] = defaultdict(list)
        self.updates: list[dict[str, Any]] = []

    async def run(self) -> dict[str, Any]:
        started = time.monotonic()
        engine = open_engine(self.database_url)
        await upgrade(engine)
        await engine.dispose()
        await self.process.start()
        left = [person.id for person in self.people for _ in range(self.plan.messages_a_chat)]
        self.chance.shuffle(left)
        kill_after = sorted(self.chance.sample(range(1, len(left)), self.plan.kills))
        restarts = self.plan.database_restarts if self.postgres else 0
        restart_after = set(self.chance.sample(range(1, len(left)), restarts))
        repeat_after = set(self.chance.sample(range(1, len(left)), self.plan.duplicates))
        for number, user_id in enumerate(left):
            self.say(user_id)
            if number in repeat_after:
                self.api.redeliver(self.chance.choice(self.updates))
            if number in kill_after:
                await self.kill()
            if number in restart_after:
                await self.restart_database()
        for person in self.people:
            person.send("/help")  # in order: whoever has this has all the answers before it
        await wait_until(self.has_everyone_help)
        exit_code = await self.process.end(signal.SIGTERM)
        return await self.judge() | {"exit_code": exit_code, "seconds": round(time.monotonic() - started, 1)}

    def say(self, user_id: int) -> None:
        text = f"{user_id}번의 {len(self.said[user_id]) + 1}번째 이야기"
        self.said[user_id].append(text)
        self.api.person(user_id).send(text)
        self.updates.append(self.api.queue[-1])

    async def kill(self) -> None:
        """At some moment of its life: while it starts, or while it answers."""
        if self.chance.random() < 0.8:
            polls, sent, enough = self.api.poll, len(self.api.sent), self.chance.randint(0, 2 * self.plan.chats // 5)
            await wait_until(lambda: self.api.poll > polls or len(self.api.sent) > sent)
            is_idle = asyncio.create_task(asyncio.sleep(3))  # nothing more may be left to answer
            await wait_until(lambda: len(self.api.sent) >= sent + enough or is_idle.done())
        await asyncio.sleep(self.chance.random() * 0.2)
        ended = await self.process.end(signal.SIGKILL)
        assert ended == -signal.SIGKILL, f"it had ended by itself with {ended}: {self.process.log.read_text()[-2000:]}"
        self.api.process_life += 1
        await self.process.start()

    async def restart_database(self) -> None:
        assert self.postgres is not None
        await asyncio.to_thread(self.postgres.kill)
        self.api.database_life += 1
        await asyncio.sleep(self.chance.random() * 2)
        await asyncio.to_thread(self.postgres.start)

    def has_everyone_help(self) -> bool:
        assert self.process.process.returncode is None, self.process.log.read_text()[-2000:]
        return all(
            any(texts.HELP in message["text"] for message in self.api.messages_to(person.id)) for person in self.people
        )

    async def judge(self) -> dict[str, Any]:
        engine = open_engine(self.database_url)
        sessions = build_sessions(engine)
        async with sessions() as session:
            states = Counter(await session.scalars(select(IncomingUpdate.state)))
            rows = (await session.execute(select(Turn, Chat).join(Chat).order_by(Turn.id))).all()
        await engine.dispose()
        turns: dict[int, list[Turn]] = defaultdict(list)
        for turn, chat in rows:
            turns[int(chat.platform_chat_id)].append(turn)
        asked = {user_id: [turn.question for turn in turns[user_id]] for user_id in self.said}
        twice = Counter(cause for user_id in self.said for cause in self.said_twice(user_id, turns[user_id]))
        wanted = [text for said in self.said.values() for text in said]
        stored = [text for said in asked.values() for text in said]
        return {
            "messages": len(wanted),
            "chats": len(self.said),
            "kills": self.api.process_life,
            "database_restarts": self.api.database_life,
            "faults_of_the_bot_api": dict(self.api.met),
            "duplicate_updates": self.plan.duplicates,
            "lost": len(set(wanted) - set(stored)) + sum(turn.sent_at is None for turn, _ in rows),
            "stored_twice": len(stored) - len(set(stored)),
            "updates_not_done": sum(states.values()) - states["done"],
            "chats_stored_out_of_order": sum(asked[user_id] != said for user_id, said in self.said.items()),
            "chats_answered_out_of_order": sum(
                not is_in_order(turns[user_id], self.api.messages_to(user_id)) for user_id in self.said
            ),
            "sent_twice": dict(twice),
        }

    def said_twice(self, user_id: int, turns: list[Turn]) -> list[str]:
        """The causes of all messages to this person that no turn knows."""
        known = {turn.answer_message_id for turn in turns}
        messages = [each for each in self.api.messages_to(user_id) if texts.HELP not in each["text"]]
        return [
            self.cause(user_id, message["message_id"]) for message in messages if message["message_id"] not in known
        ]

    def cause(self, user_id: int, message_id: int) -> str:
        process_life, database_life, is_receipt_lost = self.api.told_in[user_id, message_id]
        if is_receipt_lost:
            return "the connection broke between Telegram's acceptance and its receipt"
        following = min(number for chat, number in self.api.told_in if chat == user_id and number > message_id)
        next_process, next_database, _ = self.api.told_in[user_id, following]
        if next_process > process_life:
            return "killed between Telegram's acceptance and our record"
        return "the database went away before our record" if next_database > database_life else "UNEXPLAINED"


def is_in_order(turns: list[Turn], messages: list[Message]) -> bool:
    """What no turn knows was sent once more right after, so the order of what was first said counts."""
    recorded = [turn.answer_message_id for turn in turns]
    is_recorded_in_order = recorded == sorted(recorded)
    answers = [each for each in messages if texts.HELP not in each["text"]]
    by_id = {each["message_id"]: each["text"] for each in answers}
    following = [next((known for known in recorded if known > number), None) for number in by_id]
    repeats_what_follows = all(
        known is None or by_id[known] == text
        for (number, text), known in zip(by_id.items(), following, strict=True)
        if number not in recorded
    )
    return (
        is_recorded_in_order
        and repeats_what_follows
        and all(turn.answer in by_id[number] for number, turn in zip(recorded, turns, strict=True))
    )


async def run_faults(
    plan: Plan, folder: Path, command: tuple[str, ...], database_url: str, postgres: PostgresServer | None
) -> dict[str, Any]:
    api = FaultyBotApi(chance=random.Random(plan.seed + 1))
    async with running_bot_api(api):
        process = ServeProcess(
            folder / "serve.log",
            command,
            telegram_token=api.token,
            telegram_api_url=api.url,
            database_url=database_url,
            models_dir=str(folder / "models"),
        )
        try:
            return await FaultRun(plan, api, process, postgres, database_url).run()
        finally:
            await process.end(signal.SIGKILL)


def is_flawless(figures: dict[str, Any]) -> bool:
    flaws = ("lost", "stored_twice", "updates_not_done", "chats_stored_out_of_order", "chats_answered_out_of_order")
    return not any(figures[flaw] for flaw in flaws) and not figures["sent_twice"].get("UNEXPLAINED")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--model", choices=["starter", "echo"], default="starter")
    for name in ("chats", "messages_a_chat", "kills", "seed"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=getattr(Plan, name))
    chosen = vars(parser.parse_args())
    database, model = chosen.pop("database"), chosen.pop("model")
    with tempfile.TemporaryDirectory() as folder, postgres_or_none(database) as postgres:
        url = postgres.make_database("talk") if postgres else f"sqlite+aiosqlite:///{folder}/talk.db"
        command = STARTER if model == "starter" else ECHO
        figures = asyncio.run(run_faults(Plan(**chosen), Path(folder), command, url, postgres))
    print(json.dumps(figures, indent=2, ensure_ascii=False))
    raise SystemExit(not is_flawless(figures))


if __name__ == "__main__":
    main()
