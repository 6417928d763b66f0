"""Updates that nobody would send: any fields that the types allow, with values from the edges of what is possible."""

import json
import re
import types
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from aiogram.types import TelegramObject, Update

TEXTS = (
    *("안녕", "오늘 뭐 먹지", "/start", "/help", "/reset", "/privacy", "/status", "/retrain", "/export", "/fix 좋아요"),
    *(
        "/approve",
        "/undelivered retry",
        "/undelivered retry 99999999999999999999",
        "/teach 가 => 나",
        "/forget",
        "/why",
    ),
    *("", " ", "\n", "\0", "\x1b[31m", "\ud800", "\u202e뒤집힘", "e\u0301" * 50, "ㅋ" * 300, "😊" * 4096, "가" * 5000),
    *(
        "'; DROP TABLE turn; --",
        "<b>굵게</b>",
        "*[x](y)_`",
        "{0}{speaker.__class__}",
        "%s%n",
        "../../etc/passwd",
        "null",
    ),
    *("consent:1:1", "consent:1:0", "consent:999:1", "consent:", ":::", "rate:1:1", "@maldongmu_bot 안녕", "private"),
    *("group", "supergroup", "channel", "sender", "member", "left", "mention", "bot_command", "ko", "en-US", "xx"),
)
NUMBERS = (0, 1, 2, 3, 7, 77, -1, -1001, 2**31 - 1, 2**31, 2**52 - 1, -(2**52), 1795219200)
CHATS = (1, 2, 3, 77, -1001, -1002, 2**52 - 1)
CHAT_TYPES = (*["private"] * 12, *["group", "supergroup", "channel"] * 2, "sender", "nonsense")
MAX_DEPTH, MAX_RECORDS = 4, 60  # Telegram nests no deeper, and pydantic's time doubles with each union in a union


class Field(NamedTuple):
    kinds: tuple[str, ...]  # Integer, Array of Message, ...
    is_required: bool
    values: tuple[str, ...] = ()  # where only these words may stand


Types = Mapping[str, Mapping[str, Field] | tuple[str, ...]]  # fields, or what a union may be


class RandomUpdates:
    def __init__(self, known: Types, chance: Random) -> None:
        self._types, self._chance = known, chance
        self._records_left = 0

    def update(self, update_id: int) -> dict[str, Any]:
        """One kind in each, mostly a message."""
        self._records_left = MAX_RECORDS
        fields = self._types["Update"]
        assert isinstance(fields, Mapping)
        kinds = sorted(fields.keys() - {"update_id"})
        kind = self._chance.choice((*["message"] * len(kinds), *["callback_query"] * 4, *kinds))
        return {"update_id": update_id, kind: self._value(self._chance.choice(fields[kind].kinds), kind, 1)}

    def _value(self, kind: str, name: str, depth: int) -> Any:
        chance = self._chance
        if kind.startswith("Array of "):
            of = kind.removeprefix("Array of ")
            return [self._value(of, name, depth + 1) for _ in range(chance.choice((0, 1, 1, 2)))]
        if kind == "Integer" and name.endswith("date"):
            return chance.choice((1, 1795219200, 2**31 - 1))
        if kind == "Integer":
            return chance.choice(CHATS if name in ("id", "user_id", "chat_id") else NUMBERS)
        if kind == "String":
            return chance.choice(TEXTS)
        if kind == "Boolean":
            return (name == "is_bot" and chance.random() < 0.1) or (name != "is_bot" and chance.random() < 0.5)
        if kind == "Float":
            return chance.choice((0.0, -1.5, 1e308))
        known = self._types.get(kind, {})
        if isinstance(known, tuple):
            return self._value(chance.choice(known), name, depth)
        return self._record(kind, known, depth)

    def _word(self, field: Field) -> str | None:
        return self._chance.choice(field.values) if field.values and self._chance.random() < 0.98 else None

    def _record(self, kind: str, fields: Mapping[str, Field], depth: int) -> dict[str, Any]:
        self._records_left -= 1
        is_deep = depth >= MAX_DEPTH or self._records_left < 0
        share = 0.0 if is_deep else min(1.0, 4 / (len(fields) or 1))
        record = {
            name: self._word(field) or self._value(self._chance.choice(field.kinds), name, depth + 1)
            for name, field in fields.items()
            if (field.is_required and depth < MAX_DEPTH + 3) or self._chance.random() < share
        }
        if kind == "Chat":
            record["type"] = self._chance.choice(CHAT_TYPES)
            if record["type"] == "private":
                record["id"] = abs(record["id"])
        if kind == "CallbackQuery":
            record["id"] = f"{self._chance.randint(1, 9)}"
        if kind == "Message" and self._chance.random() < 0.7:
            record["text"] = self._chance.choice(TEXTS)
            if not is_deep:
                record["from"] = self._value("User", "from", depth + 1)
        return record


def types_of_the_documentation(file: Path) -> Types:
    """Of Telegram's Bot API as data (https://github.com/PaulSonOfLars/telegram-bot-api-spec)."""
    described = json.loads(file.read_text(encoding="utf-8"))["types"]
    return {
        name: tuple(one["subtypes"])
        if one.get("subtypes")
        else {
            field["name"]: Field(
                tuple(field["types"]),
                field.get("required", False),
                tuple(re.findall(r"(?:always|must be) [“\"](\w+)[”\"]", field["description"])),
            )
            for field in one.get("fields", [])
        }
        for name, one in described.items()
    }


@cache
def types_of_aiogram() -> Types:
    """Of the classes that aiogram reads updates into."""
    known: dict[str, Mapping[str, Field]] = {}
    waiting: list[type[TelegramObject]] = [Update]
    while waiting:
        kind = waiting.pop()
        if kind.__name__ in known:
            continue
        fields = {}
        for name, field in kind.model_fields.items():
            found: list[type[TelegramObject]] = []
            kinds = tuple(dict.fromkeys(_kinds(field.annotation, found)))
            values = get_args(field.annotation) if get_origin(field.annotation) is Literal else ()
            words = tuple(str(getattr(value, "value", value)) for value in values)
            fields[field.alias or name] = Field(kinds or ("String",), field.is_required() or bool(words), words)
            waiting += found
        known[kind.__name__] = fields
    return known


def _kinds(annotation: Any, found: list[type[TelegramObject]]) -> list[str]:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return [kind for one in get_args(annotation) for kind in _kinds(one, found)]
    if origin is list:
        return [f"Array of {kind}" for kind in _kinds(get_args(annotation)[0], found)]
    if origin is Literal or annotation is str:
        return ["String"]
    if origin is not None and get_args(annotation):  # Annotated
        return _kinds(get_args(annotation)[0], found)
    if isinstance(annotation, type) and issubclass(annotation, TelegramObject):
        found.append(annotation)
        return [annotation.__name__]
    simple = {bool: "Boolean", int: "Integer", float: "Float", datetime: "Integer", timedelta: "Integer"}
    return [simple[annotation]] if annotation in simple else []
