"""Which exchanges does the project's own starter corpus hold?"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from dialogue_data.errors import CorpusError, corpus_file
from dialogue_data.exchange import Exchange, normalise

STARTER_DIR = Path(__file__).with_name("starter")
LEVELS = ("polite", "casual")
CONTEXTS_PER_SAYING = 2  # how many different beginnings of a talk lead to one follow-up saying

_LISTS = ("says", *LEVELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Ways to say one thing and the replies that fit each of them; a follow-up is an intent of its own."""

    name: str
    says: tuple[str, ...]
    replies: dict[str, tuple[str, ...]]  # by speech level
    then: tuple["Intent", ...] = ()  # what the person says next, whichever reply came


def read_starter(directory: Path = STARTER_DIR) -> Iterator[Exchange]:
    for intent in load_intents(directory):
        yield from expand(intent)


def load_intents(directory: Path = STARTER_DIR) -> list[Intent]:
    intents = [intent for path in sorted(directory.glob("*.yaml")) for intent in load_intent_file(path)]
    if not intents:
        raise CorpusError(f"{directory}: no intents, expected *.yaml files with lists of them.")
    return intents


def load_intent_file(path: Path) -> list[Intent]:
    try:
        with corpus_file(path):
            entries = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise CorpusError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(entries, list):
        raise CorpusError(f"{path}: found {type(entries).__name__}, expected a list of intents.")
    return [_intent(entry, f"{path}: intent {number}") for number, entry in enumerate(entries, start=1)]


def expand(intent: Intent) -> Iterator[Exchange]:
    """Every saying with every reply; for a follow-up, after each of the saying's contexts."""
    for level in LEVELS:
        yield from _pair(intent, level, [[()]] * len(intent.says))
        for follow_up in intent.then:
            yield from _pair(follow_up, level, _contexts(intent, level, len(follow_up.says)))


def _contexts(parent: Intent, level: str, saying_count: int) -> list[list[tuple[str, ...]]]:
    """The contexts of each follow-up saying: a walk through the parent's sayings and replies.

    All of them are used in turn, and the corpus does not grow by their product.
    """
    says, replies = parent.says, parent.replies[level]
    steps = range(saying_count * CONTEXTS_PER_SAYING)
    walk = [(says[step % len(says)], replies[step % len(replies)]) for step in steps]
    return [list(walk[start : start + CONTEXTS_PER_SAYING]) for start in steps[::CONTEXTS_PER_SAYING]]


def _pair(intent: Intent, level: str, contexts: list[list[tuple[str, ...]]]) -> Iterator[Exchange]:
    for s, saying in enumerate(intent.says):
        for (r, reply), (c, context) in product(enumerate(intent.replies[level]), enumerate(contexts[s])):
            yield Exchange(
                id=f"{intent.name}:{level}:{s}:{r}" + (f":{c}" if context else ""),
                context=context,
                question=saying,
                answer=reply,
                speech_level=level,
                source="starter",
            )


def _intent(entry: Any, where: str) -> Intent:
    if not isinstance(entry, dict) or not isinstance(entry.get("intent"), str):
        raise CorpusError(f"{where}: found {entry!r:.80}, expected a mapping with the key intent.")
    name = entry["intent"]
    where = f"{where} ({name})"
    says, replies = _turn(entry, where, ("intent", *_LISTS, "then"))
    follow_ups = entry.get("then", [])
    if not isinstance(follow_ups, list):
        raise CorpusError(f"{where}: then is {follow_ups!r:.80}, expected a list of follow-ups.")
    then = []
    for number, follow_up in enumerate(follow_ups):
        next_says, next_replies = _turn(follow_up, f"{where}.then[{number}]", _LISTS)
        then.append(Intent(name=f"{name}.then{number}", says=next_says, replies=next_replies))
    return Intent(name=name, says=says, replies=replies, then=tuple(then))


def _turn(entry: Any, where: str, known: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    if not isinstance(entry, dict):
        raise CorpusError(f"{where}: found {entry!r:.80}, expected a mapping with {', '.join(_LISTS)}.")
    if unknown := [str(key) for key in entry if key not in known]:
        raise CorpusError(f"{where}: unknown key {', '.join(unknown)}; known are {', '.join(known)}.")
    says, *replies = (_texts(entry, key, where) for key in _LISTS)
    return says, dict(zip(LEVELS, replies, strict=True))


def _texts(entry: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    texts = entry.get(key)
    if not isinstance(texts, list) or not texts:
        raise CorpusError(f"{where}: {key} is {texts!r:.80}, expected a list of texts.")
    for text in texts:
        if not isinstance(text, str) or not text.strip():
            raise CorpusError(f"{where}: {key} holds {text!r:.80}, expected text. Are quotes missing?")
    return tuple(normalise(text) for text in texts)
