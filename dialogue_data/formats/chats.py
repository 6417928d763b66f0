"""OpenAI's chat lines and ShareGPT: what other trainers learn from. They hold the talk, and no decisions."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dialogue_data.curated import Curated

SPEECH_LEVEL_PROMPTS = {
    "formal": "합쇼체로 대답하세요.",
    "polite": "해요체로 대답하세요.",
    "casual": "반말로 대답하세요.",
}


def write_openai(path: Path, rows: Iterable[Curated]) -> None:
    """A line an exchange: `{"messages": [{"role", "content"}, …]}`; the speech level is the system's message.

    Of the bot's turns only the answer is to be learnt: those before it have OpenAI's `"weight": 0`.
    """

    def line(one: Curated) -> dict[str, Any]:
        level = one.exchange.speech_level
        system = [{"role": "system", "content": SPEECH_LEVEL_PROMPTS[level]}] if level else []
        turns: list[dict[str, Any]] = [*_turns(one, "role", "content", ("user", "assistant"))]
        for earlier in turns[:-1]:
            if earlier["role"] == "assistant":
                earlier["weight"] = 0
        return {"messages": system + turns}

    _write_lines(path, map(line, rows))


def write_sharegpt(path: Path, rows: Iterable[Curated]) -> None:
    """A line an exchange: `{"id", "conversations": [{"from", "value"}, …]}`, and `system` with the speech level."""

    def line(one: Curated) -> dict[str, Any]:
        level = one.exchange.speech_level
        system = {"system": SPEECH_LEVEL_PROMPTS[level]} if level else {}
        return {"id": one.exchange.id, **system, "conversations": _turns(one, "from", "value", ("human", "gpt"))}

    _write_lines(path, map(line, rows))


def _turns(one: Curated, who: str, what: str, names: tuple[str, str]) -> list[dict[str, str]]:
    """The person's turns and the bot's, one after the other; the last is the answer."""
    texts = [*one.exchange.context, one.exchange.question, one.exchange.answer]
    if len(texts) % 2:  # the talk begins with an answer, whose question is not known
        texts = texts[1:]
    return [{who: names[place % 2], what: text} for place, text in enumerate(texts)]


def _write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
