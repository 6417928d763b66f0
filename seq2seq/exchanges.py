"""What stands in a training file? JSON Lines of exchanges, or question⇥answer."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from seq2seq.config import TextConfig
from seq2seq.errors import ModelError
from seq2seq.text import SPEECH_LEVEL_SYMBOLS, TASK_SYMBOLS, normalise


class Exchange(NamedTuple):
    question: str
    answer: str
    context: tuple[str, ...] = ()  # earlier turns, oldest first
    speech_level: str | None = None  # of the answer
    weight: float = 1.0  # times the answer's loss
    task: str = "chat"

    def directed(self, text: TextConfig) -> "Exchange":
        """With what the model learns to say as the answer: a backward model says the question of an answer.

        There the context goes, since Li et al. 2016 (section 4.3) ask for p(message | response) alone.
        """
        if text.direction != "backward":
            return self
        return self._replace(question=self.answer, answer=self.question, context=())


def texts_by_vocabulary(exchanges: Iterable[Exchange], text: TextConfig) -> tuple[list[str], list[str]]:
    """Each text once: those of the source vocabulary, and those of the target's, none where both share one."""
    directed = [one.directed(text) for one in exchanges]
    if text.target is None:
        return list(dict.fromkeys(said for one in directed for said in (one.question, one.answer, *one.context))), []
    questions = dict.fromkeys(said for one in directed for said in (one.question, *one.context))
    return list(questions), list(dict.fromkeys(one.answer for one in directed))


def load_exchanges(path: Path) -> list[Exchange]:
    """All exchanges of a `.jsonl` or `.tsv` file; raises ModelError with file and line, also for an empty file."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            parse = _from_tsv if path.suffix == ".tsv" else _from_json
            found = list(_parsed(lines, path, parse))
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); expected exchanges as .jsonl or .tsv") from None
    except UnicodeDecodeError as error:
        raise ModelError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from None
    if not found:
        raise ModelError(f"{path}: no exchange in it; expected one a line (.jsonl, or .tsv question⇥answer)")
    return found


def _parsed(lines: Any, path: Path, parse: Any) -> Iterator[Exchange]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield parse(line)
            except ValueError as error:
                raise ModelError(f"{path}:{number}: {error}") from None


def _from_tsv(line: str) -> Exchange:
    cells = line.rstrip("\r\n").split("\t")
    if len(cells) != 2 or not all(map(normalise, cells)):
        raise ValueError(f"expected question⇥answer, found {len(cells)} cells: {line.strip()[:80]!r}")
    return Exchange(question=cells[0].strip(), answer=cells[1].strip())


def _from_json(line: str) -> Exchange:
    row = parse_row(line)
    question, context, level, task = question_of(row)
    weight = row.get("weight", 1.0)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 1e-3 <= weight <= 1e3:
        raise ValueError(f"weight {weight!r}; expected a number from 0.001 to 1000")
    return Exchange(question, _text(row, "answer"), context, level, float(weight), task)


def parse_row(line: str) -> dict[str, Any]:
    """One line of JSON Lines as an object; raises ValueError."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON ({error.msg}, column {error.colno}); expected one exchange a line") from None
    if not isinstance(row, dict):
        raise ValueError(f"expected an object with question and answer, found {type(row).__name__}")
    return row


def question_of(row: dict[str, Any]) -> tuple[str, tuple[str, ...], str | None, str]:
    """Question, context, speech level and task of an exchange; raises ValueError naming the key that is wrong."""
    level, context, task = row.get("speech_level"), row.get("context", []), row.get("task", "chat")
    if level is not None and level not in list(SPEECH_LEVEL_SYMBOLS):
        raise ValueError(f"speech_level {level!r}; expected {', '.join(SPEECH_LEVEL_SYMBOLS)} or null")
    if task not in list(TASK_SYMBOLS):
        raise ValueError(f"task {task!r}; expected {', '.join(TASK_SYMBOLS)}")
    if not isinstance(context, list) or not all(isinstance(turn, str) for turn in context):
        raise ValueError("context: expected a list of texts, oldest first")
    return _text(row, "question"), tuple(context), level, task


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not normalise(value):
        found = ", ".join(row)
        raise ValueError(f"{key}: expected a text that is not empty, found {value!r}; the keys here are {found}")
    return value
