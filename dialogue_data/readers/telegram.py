"""Which talks does a result.json of Telegram Desktop hold, of a single chat or of all of them?"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dialogue_data.corpus_files import CorpusFile
from dialogue_data.errors import CorpusError
from dialogue_data.readers.json_files import BROKEN_JSON, broken_off, open_json, text_of, values_at
from dialogue_data.report import Report
from dialogue_data.speaker_names import PLACEHOLDER
from dialogue_data.talk import Talk, Utterance, one_line

SOURCE = "telegram"

_CHATS = ("", "chats.list.item", "left_chats.list.item")  # whatever else an export holds stays unread
_MESSAGES = frozenset(f"{chat}.messages.item".removeprefix(".") for chat in _CHATS)
_OTHERS_WORDS = {"forwarded_from": "forwarded message", "via_bot": "message by way of a bot"}
_SHOWN_KEYS = ("id", "type", "date")  # a complaint shows no words that people wrote

Chat = list[tuple[str, Utterance]]  # with the id of who speaks


def read_telegram(file: CorpusFile, report: Report) -> Iterator[Talk]:
    chats: list[Chat] = []
    count = 0
    try:
        for count, (is_new_chat, message) in enumerate(_read_messages(file, report), start=1):
            if is_new_chat:
                chats.append([])
            chats[-1].extend(_utterances(message, f"{file.place}: message {count}", report))
    except BROKEN_JSON as error:
        damage = broken_off(file, error, f"message {count}")
        if not count:
            raise damage from error
        report.bad(damage)
    names = _names(chats)
    for number, chat in enumerate(chats, start=1):
        utterances = [replace(said, speaker=names[identity]) for identity, said in chat]
        if utterances:
            yield Talk(id=f"{file.place}:{number}", source=SOURCE, utterances=utterances, is_private=True)


def _read_messages(file: CorpusFile, report: Report) -> Iterator[tuple[bool, dict[str, Any]]]:
    """Each message, and whether it opens a chat; one at a time, for an export may be larger than the memory."""
    is_new_chat = True
    with open_json(file, report) as content:
        for _, message in values_at(content, _MESSAGES, opening=_CHATS):
            if message is None:
                is_new_chat = True
            elif isinstance(message, dict):
                yield is_new_chat, message
                is_new_chat = False


def _utterances(message: dict[str, Any], where: str, report: Report) -> Iterator[tuple[str, Utterance]]:
    """One, or none where nobody speaks."""
    if message.get("type") != "message":
        known = {"service": "system line", "unsupported": "unsupported message"}
        if reason := known.get(str(message.get("type"))):
            report.left_out[reason] += 1
        else:
            report.bad(CorpusError(f"{where}: type is {message.get('type')!r:.80}, expected message or service."))
        return
    name = one_line(text_of(message.get("from")))
    identity = text_of(message.get("from_id")) or name or "unknown"
    text = _text(message)
    if reason := next((reason for key, reason in _OTHERS_WORDS.items() if message.get(key)), None):
        text = ""  # it parts what stands round it
    elif not text:
        reason = "media placeholder"
    if reason:
        report.left_out[reason] += 1
    try:
        time = _time(message)
    except (ValueError, TypeError, OverflowError, OSError):
        shown = {key: message.get(key) for key in _SHOWN_KEYS}
        report.bad(CorpusError(f"{where}: found {shown!r:.120}, expected a date such as 2024-01-01T10:01:00."))
        time, text = None, ""
    yield identity, Utterance(name or identity, text, time, str(message.get("id")))


def _text(message: dict[str, Any]) -> str:
    """From `text_entities`; older exports have `text` alone, a string or a list of strings and entities."""
    parts = message.get("text_entities") or message.get("text")
    if not isinstance(parts, list):
        parts = [parts]
    return one_line(text_of("".join(_part(part) for part in parts)))


def _part(part: object) -> str:
    if isinstance(part, dict):
        return PLACEHOLDER if part.get("type") == "mention_name" else _raw(part.get("text"))
    return _raw(part)


def _raw(text: object) -> str:
    """Spaces at the ends stay: they part it from its neighbours."""
    return text if isinstance(text, str) else ""


def _time(message: dict[str, Any]) -> datetime:
    if (seconds := message.get("date_unixtime")) is not None:
        return datetime.fromtimestamp(int(seconds), UTC).replace(tzinfo=None)
    return datetime.fromisoformat(str(message.get("date"))).replace(tzinfo=None)


def _names(chats: list[Chat]) -> dict[str, str]:
    """By id; two people of one name are told apart, for one may have agreed and the other not."""
    names: dict[str, str] = {}
    for chat in chats:
        for identity, said in chat:
            if names.get(identity, identity) == identity:
                names[identity] = said.speaker
    sharing: defaultdict[str, set[str]] = defaultdict(set)
    for identity, name in names.items():
        sharing[name].add(identity)
    return {identity: f"{name} ({identity})" if len(sharing[name]) > 1 else name for identity, name in names.items()}
