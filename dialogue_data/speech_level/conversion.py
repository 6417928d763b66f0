"""How would this text sound in 반말, or in 해요체?

Rules for common endings. Whatever they are not sure of makes the whole text None, so that nothing half-converted is
learnt.
"""

import re
from itertools import pairwise
from typing import Literal

from dialogue_data.speech_level import casual, persons, polite
from dialogue_data.speech_level.endings import QUOTING
from dialogue_data.speech_level.honorifics import is_honoured, without_honour
from dialogue_data.speech_level.judging import final_index, interjection_level, is_casual, polite_level, speech_level
from dialogue_data.speech_level.sentences import split_keeping_breaks, without_quotes

ConvertibleLevel = Literal["polite", "casual"]

_WORD = re.compile(r"[가-힣]+|[ㄱ-ㅎ]+")
_GOES_ON = re.compile(
    "(?:데|니까|서|고|라|면|며|(?<!구)나|거나|든지|지만|어야|아야|해야|게|도록|으니|니|려고|까|대|래)$"
)  # before a comma


def convert(text: str, *, to: ConvertibleLevel) -> str | None:
    """The text in the level asked for, unchanged where it is in it already; None where the rules are not sure."""
    level = speech_level(text)
    if level == to:
        return text
    if level is None or without_quotes(text) != text:
        return None
    parts = split_keeping_breaks(text)
    converted = [_sentence(part, mark, to) for part, mark in parts]
    if None in converted:
        return None
    result = "".join((sentence or "") + mark for sentence, (_, mark) in zip(converted, parts, strict=True))
    return result if speech_level(result) == to else None


def _sentence(part: str, mark: str, to: ConvertibleLevel) -> str | None:
    matches = list(_WORD.finditer(part))
    if not matches:
        return part
    words = [match.group() for match in matches]
    gaps = [part[one.end() : other.start()] for one, other in pairwise(matches)]
    ask = "?" in mark
    new = _to_casual(words, gaps, ask) if to == "casual" else _to_polite(words, gaps, ask)
    if new is None:
        return None
    between = [part[: matches[0].start()], *gaps]
    result = "".join(gap + word for gap, word in zip(between, new, strict=True)) + part[matches[-1].end() :]
    for pattern, replacement in _PHRASES[to]:
        result = pattern.sub(replacement, result)
    return result


_PHRASES = {
    "casual": (
        (re.compile("식사했"), "밥 먹었"),
        (re.compile("식사는 했"), "밥은 먹었"),
        (re.compile("처음 (?:볼게|보겠어)"), "만나서 반가워"),
        (re.compile("식사도 했"), "밥도 먹었"),
    ),
    "polite": (
        (re.compile("별말을 다 (?:해요|하네요)"), "별말씀을요"),
        (re.compile("줘서 (?=(?:정말 |진짜 |너무 |참 )?고)"), "주셔서 "),
    ),
}


def _to_casual(words: list[str], gaps: list[str], is_question: bool) -> list[str] | None:
    new: list[str] = []
    for number, word in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) else ""
        is_apart = number < len(gaps) and gaps[number].strip() != ""
        changed = _casual(word, following, is_apart, words[:number], words, is_question)
        if changed is None:
            return None
        new.append(changed)
    return new


def _casual(
    word: str, following: str, is_apart: bool, earlier: list[str], words: list[str], is_question: bool
) -> str | None:
    if word == "네" and following and not is_apart:
        return None  # yes, or yours
    if word in casual.WHOLE:
        return casual.WHOLE[word]
    has_elder = any(persons.AN_ELDER.fullmatch(each) for each in words)
    if is_honoured(word) and any(persons.AN_ELDER_DOES.fullmatch(each) for each in words):
        return None
    if polite_level(word):
        if QUOTING.match(following):
            return None
        return casual.casual_word(word, earlier, is_question=is_question, keeps_humble=has_elder)
    if word == "저" and persons.MYSELF_BEFORE.fullmatch(following):
        return "나"
    if word in ("저", "절"):
        return None
    if word == "제" and persons.NOT_MINE_BEFORE.fullmatch(following):
        return word
    if word == "전" and (earlier or persons.NOT_ME_BEFORE.fullmatch(following) or not following):
        return word
    if (plain := persons.plain(word)) != word:
        return plain
    if word.endswith("께") and not word.endswith("함께") and not has_elder:
        return None
    return without_honour(word, earlier, keeps_humble=has_elder)


def _to_polite(words: list[str], gaps: list[str], is_question: bool) -> list[str] | None:
    says_yes = words[0] == "네" and (len(words) == 1 or polite_level(words[1]) is not None)
    if any(persons.HEARER.fullmatch(word) for word in words[says_yes:]):
        return None
    last = final_index(words)
    new: list[str] = []
    for number, word in enumerate(words):
        before = words[number - 1] if number else ""
        closes_clause = number < len(words) - 1 and gaps[number].lstrip().startswith((",", "，"))
        is_final = number == last or (closes_clause and _is_finite(word, before))
        opens_clause = not number or gaps[number - 1].strip() != ""
        if word == "나" and not opens_clause and not is_final:
            return None  # the speaker, or 나다 and 나가다 typed apart
        changed = _polite(word, before, words, number, is_final, is_question)
        if changed is None:
            return None
        new.append(changed)
    return new


def _is_finite(word: str, before: str) -> bool:
    if interjection_level(word):
        return not before
    return is_casual(word, before) and not _GOES_ON.search(word)


def _polite(word: str, before: str, words: list[str], number: int, is_final: bool, is_question: bool) -> str | None:
    if level := polite_level(word):
        is_formal = level == "formal"
        return polite.polite_from_formal(word, before, is_question=is_question) if is_formal else word
    if is_final and (is_casual(word, before) or interjection_level(word)):
        return polite.polite_word(word, before, words[: number + 1], is_question=is_question)
    if word == "날" and number + 1 < len(words):
        return None if not number else word
    if persons.ARISES.fullmatch(word) and persons.WHAT_ARISES.fullmatch(before):
        return word
    return persons.humble(word)
