"""How does a corpus in one speech level teach the other too?"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from dialogue_data.exchange import SPEECH_LEVELS, Exchange
from dialogue_data.speech_level.conversion import ConvertibleLevel, convert
from dialogue_data.speech_level.judging import speech_level


def label(exchanges: Iterable[Exchange], counts: Counter[str]) -> Iterator[Exchange]:
    """Gives the chats without a speech level the level of their answer; what each became is counted."""
    for exchange in exchanges:
        if exchange.speech_level is not None or exchange.task != "chat":
            counts["left as they are"] += 1
            yield exchange
            continue
        level = speech_level(exchange.answer)
        counts[level or "none"] += 1
        yield replace(exchange, speech_level=level) if level in SPEECH_LEVELS else exchange


def converted(exchanges: Iterable[Exchange], to: ConvertibleLevel, left_out: Counter[str]) -> Iterator[Exchange]:
    """A copy of each exchange whose answer can be said in the level; the others are counted by reason.

    Question and context stay: whoever asked keeps their own level.
    """
    for exchange in exchanges:
        answer, reason = _converted_answer(exchange, to)
        if answer is None:
            left_out[reason] += 1
        else:
            yield replace(exchange, id=f"{exchange.id}:{to}", answer=answer, speech_level=to)


def _converted_answer(exchange: Exchange, to: ConvertibleLevel) -> tuple[str | None, str]:
    if exchange.task != "chat":
        return None, "no chat"
    level = speech_level(exchange.answer)
    if level is None:
        return None, "answer without a level"
    if level == to:
        return None, f"already {to}"
    return convert(exchange.answer, to=to), "no sure conversion"
