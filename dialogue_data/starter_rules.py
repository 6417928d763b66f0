"""Does the starter corpus keep its own rules (dialogue_data/starter/README.md)?"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from dialogue_data.errors import corpus_file
from dialogue_data.speech_level import speech_level
from dialogue_data.starter import STARTER_DIR, Intent, load_intent_file

_NAME = re.compile(r"[a-z_]+\.[a-z0-9_]+")
_LEVELS_OF = {"polite": ("polite", "formal"), "casual": ("casual", None)}  # None: a riddle and its answer, 콩닥콩닥!
_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
_FEWEST_SAYS, _FEWEST_REPLIES = 4, 2
_SAYING_CHARS = range(1, 46)
_REPLY_CHARS = range(3, 61)


def check_starter(directory: Path = STARTER_DIR) -> list[str]:
    """Every breach of the rules in words; an empty list is a sound corpus."""
    problems = []
    intent_of_saying: dict[str, str] = {}
    names: set[str] = set()
    for path in sorted(directory.glob("*.yaml")):
        with corpus_file(path):
            written = path.read_text(encoding="utf-8")
        if not unicodedata.is_normalized("NFC", written):
            problems.append(f"{path.name}: is not in Unicode NFC")
        for intent in load_intent_file(path):
            for own in (intent, *intent.then):
                problems += _check_intent(own)
            if intent.name in names or not _NAME.fullmatch(intent.name):
                problems.append(f"{intent.name}: expected a topic.name of its own in snake_case")
            names.add(intent.name)
            for saying in intent.says:
                if (other := intent_of_saying.setdefault(saying, intent.name)) != intent.name:
                    problems.append(f"{intent.name}: '{saying}' also stands under {other}")
    return problems


def _check_intent(intent: Intent) -> Iterator[str]:
    if len(intent.says) < _FEWEST_SAYS:
        yield f"{intent.name}: {len(intent.says)} sayings, expected {_FEWEST_SAYS} or more"
    if len(set(intent.says)) < len(intent.says):
        yield f"{intent.name}: a saying stands there twice"
    for saying in intent.says:
        yield from _check_text(intent.name, saying, _SAYING_CHARS)
    for level, replies in intent.replies.items():
        if len(replies) < _FEWEST_REPLIES:
            yield f"{intent.name}: {len(replies)} {level} replies, expected {_FEWEST_REPLIES} or more"
        for reply in replies:
            yield from _check_text(intent.name, reply, _REPLY_CHARS)
            if speech_level(reply) not in _LEVELS_OF[level]:
                yield f"{intent.name}: '{reply}' does not end as a {level} reply does"


def _check_text(name: str, text: str, chars: range) -> Iterator[str]:
    if len(text) not in chars:
        yield f"{name}: '{text}' has {len(text)} characters, expected {chars[0]} to {chars[-1]}"
    if _EMOJI.search(text):
        yield f"{name}: '{text}' holds an emoji"
    if re.search(r"\s\s|[\n\t]", text):
        yield f"{name}: '{text}' holds more than single spaces"
