"""How do exchanges lie in a file, one JSON object a line?"""

import json
import math
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from dialogue_data.corpus_files import CorpusFile, as_corpus_file
from dialogue_data.errors import CorpusError, corpus_file
from dialogue_data.exchange import SPEECH_LEVELS, TASKS, Exchange, normalise
from dialogue_data.report import Report

OPTIONAL_KEYS = ("task",)  # written for what is no chat
KEYS = tuple(field.name for field in fields(Exchange) if field.name not in OPTIONAL_KEYS)


def read_exchanges(path: Path) -> Iterator[Exchange]:
    return read_own(as_corpus_file(path), Report())


def read_own(file: CorpusFile, report: Report) -> Iterator[Exchange]:
    is_empty = True
    with corpus_file(file.path), file.path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                is_empty = False
                try:
                    exchange = _exchange(line, f"{file.place}:{number}")
                except CorpusError as error:
                    report.bad(error)
                else:
                    yield exchange
    if is_empty:
        raise CorpusError(f"{file.place}: no exchanges, expected one JSON object a line.")


def write_exchanges(path: Path, exchanges: Iterable[Exchange]) -> int:
    """Writes all or nothing and returns how many; what stood at `path` stays until the new file is whole."""
    if path.exists() and not path.is_file():
        raise CorpusError(f"{path}: is not a regular file, cannot write exchanges there.")
    with corpus_file(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        with corpus_file(path), Path(name).open("w", encoding="utf-8", newline="\n") as file:
            count = 0
            for exchange in exchanges:
                file.write(json.dumps(row_of_exchange(exchange), ensure_ascii=False) + "\n")
                count += 1
            file.flush()
            os.fsync(file.fileno())
        if not count:
            raise CorpusError(f"{path}: no exchanges to write.")
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return count


def row_of_exchange(exchange: Exchange) -> dict[str, Any]:
    row = asdict(exchange)
    if exchange.task == "chat":
        del row["task"]
    return row


def _exchange(line: bytes, where: str) -> Exchange:
    row = _json_object(line, where)
    if set(row) - set(OPTIONAL_KEYS) != set(KEYS):
        unknown = ", ".join(sorted(set(row) - set(KEYS) - set(OPTIONAL_KEYS)))
        missing = ", ".join(key for key in KEYS if key not in row)
        found = "; ".join([f"unknown key {unknown}"] * bool(unknown) + [f"missing {missing}"] * bool(missing))
        expected = f"exactly the keys {', '.join(KEYS)}, and {', '.join(OPTIONAL_KEYS)} at will"
        raise CorpusError(f"{where}: {found}. Expected {expected}.")
    if not isinstance(row["context"], list):
        raise CorpusError(f"{where}: context is {row['context']!r:.80}, expected a list of texts.")
    if row["speech_level"] not in (None, *SPEECH_LEVELS):
        expected = f"{', '.join(SPEECH_LEVELS)} or null"
        raise CorpusError(f"{where}: speech_level is {row['speech_level']!r:.80}, expected {expected}.")
    if (task := row.get("task", "chat")) not in TASKS:
        raise CorpusError(f"{where}: task is {task!r:.80}, expected {', '.join(TASKS)}.")
    return Exchange(
        id=_text(row["id"], f"{where}: id"),
        context=tuple(_text(turn, f"{where}: context[{n}]") for n, turn in enumerate(row["context"])),
        question=_text(row["question"], f"{where}: question"),
        answer=_text(row["answer"], f"{where}: answer"),
        speech_level=row["speech_level"],
        source=_text(row["source"], f"{where}: source"),
        weight=_weight(row["weight"], f"{where}: weight"),
        task=task,
    )


def _json_object(line: bytes, where: str) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CorpusError(f"{where}: byte {error.start + 1} is not UTF-8, expected JSON in UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise CorpusError(f"{where}: not JSON ({error}), expected one JSON object a line.") from error
    if not isinstance(row, dict):
        raise CorpusError(f"{where}: found {row!r:.80}, expected a JSON object with {', '.join(KEYS)}.")
    return row


def _text(value: object, where: str) -> str:
    text = normalise(value) if isinstance(value, str) else ""
    if not text:
        raise CorpusError(f"{where} is {value!r:.80}, expected text.")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise CorpusError(f"{where} holds half a surrogate pair ({value!r:.80}), expected whole characters.")
    return text


def _weight(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CorpusError(f"{where} is {value!r:.80}, expected a number above 0.")
    try:
        weight = float(value)
    except OverflowError:
        weight = math.inf
    if not 0 < weight < math.inf:
        raise CorpusError(f"{where} is {value!r:.80}, expected a finite number above 0.")
    return weight
