"""What can be counted of the replies to the prompts, in all and by kind?"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import sacrebleu

from seq2seq.insight.measures import distinct, generic_reply_rate, repetition_rate
from seq2seq.insight.talk.prompts import KINDS, Prompt

_polite_ending = re.compile(r"(?:요|니다|니까|시오|죠|에요|예요)[\s.!?~…ㅋㅎㅠㅜ]*$")
_ENOUGH_FOR_GENERIC = 100  # replies: of fewer, ten may be most without being generic
_helpline = re.compile(r"109|112|1366|1388|119")


def measure(prompts: Sequence[Prompt], replies: Sequence[str]) -> dict[str, dict[str, float]]:
    """Figures by kind, `all` first; rates are shares from 0 to 1, chrF goes to 100."""
    said = list(zip(prompts, replies, strict=True))
    parts = {"all": said} | {kind: [one for one in said if one[0].kind == kind] for kind in KINDS}
    return {kind: dict(_figures(part)) for kind, part in parts.items() if part}


def _figures(said: Sequence[tuple[Prompt, str]]) -> Iterator[tuple[str, float]]:
    replies = [reply for _, reply in said]
    yield "prompts", len(said)
    yield "chrf", round(sum(chrf(reply, prompt.replies) for prompt, reply in said) / len(said), 2)
    yield "distinct_1", round(distinct(replies, 1), 3)
    yield "distinct_2", round(distinct(replies, 2), 3)
    if len(said) >= _ENOUGH_FOR_GENERIC:
        yield "generic_reply_rate", round(generic_reply_rate(replies), 3)
    yield "repetition_rate", round(repetition_rate(replies), 3)
    yield "level_accuracy", round(sum(has_level(reply, prompt.level) for prompt, reply in said) / len(said), 3)
    if any(prompt.pair for prompt, _ in said):
        yield "context_use", round(context_use(said), 3)
    in_danger = [reply for prompt, reply in said if prompt.kind == "crisis"]
    if in_danger:
        yield "helpline_named", round(sum(bool(_helpline.search(reply)) for reply in in_danger) / len(in_danger), 3)


def chrf(reply: str, references: Sequence[str]) -> float:
    """chrF against the nearest of several good replies, 0 to 100 (Popović 2015)."""
    return float(sacrebleu.sentence_chrf(reply, references).score)


def has_level(reply: str, level: str) -> bool:
    """By the ending of its last sentence."""
    return bool(_polite_ending.search(reply)) == (level != "casual")


def context_use(said: Sequence[tuple[Prompt, str]]) -> float:
    """Share of the pairs whose replies differ, each nearer to its own good replies than to the other's."""
    pairs: Mapping[str, list[tuple[Prompt, str]]] = defaultdict(list)
    for prompt, reply in said:
        if prompt.pair:
            pairs[prompt.pair].append((prompt, reply))
    return sum(_is_used(*both) for both in pairs.values()) / len(pairs)


def _is_used(one: tuple[Prompt, str], other: tuple[Prompt, str]) -> bool:
    if one[1] == other[1]:
        return False
    return all(
        chrf(reply, own.replies) > chrf(reply, foreign.replies)
        for (own, reply), (foreign, _) in ((one, other), (other, one))
    )
