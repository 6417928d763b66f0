"""Which talks lie in the JSON that chat models are trained on: OpenAI's messages, ShareGPT, turns, personas?"""

from collections.abc import Iterator
from typing import Any

from dialogue_data.corpus_files import CorpusFile
from dialogue_data.errors import CorpusError
from dialogue_data.readers.json_files import reach, read_records, text_of
from dialogue_data.report import Report
from dialogue_data.talk import Talk, Utterance

PERSON, ASSISTANT = "user", "assistant"

_ROLES = {
    **dict.fromkeys(("user", "human", "prompter", "usr"), PERSON),
    **dict.fromkeys(("assistant", "gpt", "chatgpt", "bot", "model", "bing", "bard", "sys", "ai"), ASSISTANT),
}
_NO_TURNS = frozenset({"system", "developer", "tool", "function", "function_call", "observation", "tool_call"})
_NOT_LEARNT = f"{ASSISTANT}, not to be learnt"  # a speaker of its own, so that it is context and never an answer


def read_openai(file: CorpusFile, report: Report) -> Iterator[Talk]:
    """`{"messages": [{"role", "content"}]}`; an assistant's message of weight 0 is context and not to be learnt."""
    return _talks(file, report, "messages", _openai_message)


def read_sharegpt(file: CorpusFile, report: Report) -> Iterator[Talk]:
    """`{"conversations": [{"from", "value"}]}`."""
    return _talks(file, report, "conversations", lambda turn, where: [(_field(turn, "from", where), turn.get("value"))])


def read_turns(file: CorpusFile, report: Report) -> Iterator[Talk]:
    """`{"turns": [{"role", "utterance"}]}` or `{"turns": [{"user_message", "system_message"}]}`."""
    return _talks(file, report, "turns", _turn)


def read_persona(file: CorpusFile, report: Report) -> Iterator[Talk]:
    """`{"persona": …, "dialogue": [[what the person says, what the bot answers]]}`."""
    return _talks(file, report, "dialogue", _persona_turn)


def _talks(file: CorpusFile, report: Report, key: str, said_in: Any) -> Iterator[Talk]:
    for number, (where, record) in enumerate(read_records(file, report), start=1):
        try:
            said = [
                one
                for place, turn in enumerate(reach(record, key, list, where), start=1)
                for one in said_in(turn, f"{where}: {key}[{place - 1}]")
            ]
            utterances = list(_utterances(said, where, report))
        except CorpusError as error:
            report.bad(error)
            continue
        identity = text_of(record.get("id")) or f"{number}"
        yield Talk(id=identity, source=file.stem, utterances=utterances, answerer=ASSISTANT)


def _utterances(said: list[tuple[str, object]], where: str, report: Report) -> Iterator[Utterance]:
    for place, (role, content) in enumerate(said, start=1):
        if role in _NO_TURNS:
            report.left_out["instruction or tool message"] += 1
            continue
        speaker = role if role == _NOT_LEARNT else _ROLES.get(role.casefold())
        if speaker is None:
            raise CorpusError(f"{where}: role is {role!r:.80}, expected {', '.join(_ROLES)}, {', '.join(_NO_TURNS)}.")
        text = _content(content)
        if not text:
            report.left_out["message without text"] += 1
        yield Utterance(speaker, text, None, str(place))


def _openai_message(message: Any, where: str) -> list[tuple[str, object]]:
    role = _field(message, "role", where)
    return [(_NOT_LEARNT if role == ASSISTANT and message.get("weight") == 0 else role, message.get("content"))]


def _turn(turn: Any, where: str) -> list[tuple[str, object]]:
    if isinstance(turn, dict) and "user_message" in turn:
        return [(PERSON, turn["user_message"]), (ASSISTANT, turn.get("system_message"))]
    return [(_field(turn, "role", where), turn.get("utterance"))]


def _persona_turn(turn: Any, where: str) -> list[tuple[str, object]]:
    if not isinstance(turn, list) or len(turn) != 2:
        raise CorpusError(f"{where} is {type(turn).__name__}, expected a question and its answer in a list.")
    return [(PERSON, turn[0]), (ASSISTANT, turn[1])]


def _field(turn: Any, key: str, where: str) -> str:
    return reach(turn, key, str, where)


def _content(content: object) -> str:
    """A text, or parts of which some are texts."""
    if isinstance(content, list):
        parts = (part.get("text") if isinstance(part, dict) else part for part in content)
        return "\n".join(filter(None, map(text_of, parts)))
    return text_of(content)
