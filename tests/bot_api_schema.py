"""Is a request one that Telegram would accept? Names, types and documented limits, from Telegram's own description."""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

SCHEMA_FILE = Path(__file__).with_name("bot_api_10_1.json")
SCALARS: dict[str, tuple[type, ...]] = {
    "Integer": (int,),
    "Float": (int, float),
    "String": (str,),
    "Boolean": (bool,),
}
BOOLEAN_WORDS = {"true": True, "false": False, "1": True, "0": False}
MAX_CHARS = {  # UTF-16 units, smallest and largest, by the path of the value
    "sendMessage.text": (1, 4096),
    "editMessageText.text": (1, 4096),
    "sendDocument.caption": (0, 1024),
    "sendPhoto.caption": (0, 1024),
    "answerCallbackQuery.text": (0, 200),
    "BotCommand.command": (1, 32),
    "BotCommand.description": (1, 256),
    "InlineKeyboardButton.text": (1, 4096),
}
NUMBER_RANGES = {"getUpdates.limit": (1, 100), "getUpdates.timeout": (0, 50)}
CHAT_ACTIONS = {"typing", "upload_document", "upload_photo", "record_voice", "upload_voice", "choose_sticker"}


@cache
def schema() -> dict[str, Any]:
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


class RequestCheck:
    """Reads the parameters of one request and collects everything that is wrong with them."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.problems: list[str] = []

    def read(self, method: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        return self._record(method, schema()["methods"][method], {**fields, **self._lone_files(fields)})

    def _lone_files(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """A file may be sent under its parameter's name, or under any name with attach://name as the value."""
        texts = json.dumps(dict(fields), ensure_ascii=False)
        return {name: f"attach://{name}" for name in self.files if f"attach://{name}" not in texts}

    def _record(self, name: str, known: Mapping[str, str], found: Mapping[str, Any]) -> dict[str, Any]:
        optional = {key.removesuffix("?"): types for key, types in known.items()}
        self.problems += [f"{name} knows no {key!r}" for key in found if key not in optional]
        required = [key for key in known if not key.endswith("?")]
        self.problems += [f"{name} needs {key!r}" for key in required if found.get(key) is None]
        return {
            key: self._value(f"{name}.{key}", optional[key].split(" or "), value)
            for key, value in found.items()
            if key in optional and value is not None
        }

    def _value(self, path: str, types: list[str], value: Any) -> Any:
        """The value as one of the types, text of a form read as what it should be."""
        if "InputFile" in types and str(value).startswith("attach://"):
            types = ["InputFile"]
        failures = []
        for type_name in types:
            attempt = RequestCheck(self.files)
            read = attempt._as_type(path, type_name, value)
            if not attempt.problems:
                return read
            failures.append(attempt.problems)
        self.problems += min(failures, key=len)
        return value

    def _as_type(self, path: str, type_name: str, value: Any) -> Any:
        if type_name in SCALARS:
            return self._scalar(path, type_name, value)
        if type_name == "InputFile":
            return self._file(path, value)
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                self.problems.append(f"{path} is {value!r}, no JSON of {type_name}")
                return value
        if type_name.startswith("Array of "):
            if not isinstance(value, list):
                self.problems.append(f"{path} is {value!r}, not an array")
                return value
            return [self._value(path, [type_name.removeprefix("Array of ")], item) for item in value]
        if union := schema()["unions"].get(type_name):
            return self._value(path, union, value)
        if not isinstance(value, dict):
            self.problems.append(f"{path} is {value!r}, no {type_name}")
            return value
        return self._record(type_name, schema()["types"][type_name], value)

    def _scalar(self, path: str, type_name: str, value: Any) -> Any:
        if isinstance(value, str) and type_name == "Boolean":
            value = BOOLEAN_WORDS.get(value.lower(), value)
        elif isinstance(value, str) and type_name != "String" and re.fullmatch(r"-?\d+(\.\d+)?", value):
            value = json.loads(value)
        if not isinstance(value, SCALARS[type_name]) or (isinstance(value, bool) and type_name != "Boolean"):
            self.problems.append(f"{path} is {value!r}, no {type_name}")
        else:
            self._limits(path, value)
        return value

    def _file(self, path: str, value: Any) -> Any:
        name = value.removeprefix("attach://") if isinstance(value, str) else ""
        if not isinstance(value, str) or not value.startswith("attach://") or name not in self.files:
            self.problems.append(f"{path} is {value!r}, and no file of that name was sent")
        elif not self.files[name]:
            self.problems.append(f"{path}: the file is empty")
        return value

    def _limits(self, path: str, value: Any) -> None:
        if path in MAX_CHARS:
            smallest, largest = MAX_CHARS[path]
            if not smallest <= (found := utf16_units(value.strip())) <= largest:
                self.problems.append(f"{path} has {found} UTF-16 units, allowed are {smallest} to {largest}")
        if path in NUMBER_RANGES:
            smallest, largest = NUMBER_RANGES[path]
            if not smallest <= value <= largest:
                self.problems.append(f"{path} is {value}, allowed are {smallest} to {largest}")
        if path == "InlineKeyboardButton.callback_data" and not 1 <= len(value.encode()) <= 64:
            self.problems.append(f"{path} has {len(value.encode())} bytes, allowed are 1 to 64")
        if path == "BotCommand.command" and not re.fullmatch(r"[a-z0-9_]+", value):
            self.problems.append(f"{path} is {value!r}, allowed are a-z, 0-9 and _")
        if path == "sendChatAction.action" and value not in CHAT_ACTIONS:
            self.problems.append(f"{path} is {value!r}, no chat action")
        if path.endswith(".parse_mode"):
            self.problems.append(f"{path}: this double cannot count the length of formatted text")
