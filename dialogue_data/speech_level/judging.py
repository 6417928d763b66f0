"""In which speech level does this text speak to its hearer?

Each sentence is judged by the ending of its last word; quotations and subordinate clauses do not count. Only polite
words are also heard before the end, for nobody says 해 주세요 to a friend, and talk is typed without full stops.

- 합쇼체 with 해요체 is polite: both stand in one polite talk. Formal is what holds nothing but 합쇼체 (or 하오체).
- 반말 beside either of them is mixed. 반말 is also the plain style (한다, 이다), for it is what a friend is told.
- None: noun phrases, 음/함/듯/셈 endings, exclamations to oneself (귀여워라), clauses that break off (술만 마시면).
- 네, 응, 안녕 and other words that stand alone count only where nothing else gives a level.
"""

from functools import lru_cache
from typing import Literal

from dialogue_data.speech_level import endings
from dialogue_data.speech_level.sentences import split_sentences, without_quotes

SpeechLevel = Literal["formal", "polite", "casual", "mixed"]


def speech_level(text: str) -> SpeechLevel | None:
    sentences = split_sentences(without_quotes(text))
    levels = {level for words in sentences for level in _sentence_levels(words)}
    if not levels:
        levels = {level for words in sentences if (level := interjection_level(words[0]))}
    if "casual" in levels:
        return "mixed" if len(levels) > 1 else "casual"
    return "polite" if "polite" in levels else "formal" if levels else None


def _sentence_levels(words: list[str]) -> set[SpeechLevel]:
    levels = {
        level
        for word, following in zip(words, [*words[1:], ""], strict=True)
        if (level := polite_level(word)) and not endings.QUOTING.match(following)
    }
    if final := _final_level(words):
        levels.add(final)
    return levels


def _final_level(words: list[str]) -> SpeechLevel | None:
    if len(words) == 1 and interjection_level(words[0]):
        return None
    last = final_index(words)
    if level := word_level(words[last], words[last - 1] if last else ""):
        return level
    goes_on = any(endings.STRONG_CASUAL.search(word) and is_casual(word, "") for word in words[:last])
    return "casual" if goes_on else None


def final_index(words: list[str]) -> int:
    """Where the word stands that ends the sentence, before words like 진짜 or 엄마 that may come after it."""
    for last in range(len(words) - 1, -1, -1):
        if word_level(words[last], words[last - 1] if last else "") or not endings.TRAILING.fullmatch(words[last]):
            return last
    return 0


@lru_cache(maxsize=1 << 16)
def interjection_level(word: str) -> SpeechLevel | None:
    if word in endings.INTERJECTIONS["polite"]:
        return "polite"
    return "casual" if word in endings.INTERJECTIONS["casual"] else None


@lru_cache(maxsize=1 << 16)
def polite_level(word: str) -> SpeechLevel | None:
    """Formal or polite, for a word anywhere in a sentence."""
    if endings.FORMAL.search(word):
        return "formal"
    return "polite" if endings.POLITE.search(word) and not endings.NOT_POLITE.fullmatch(word) else None


def word_level(word: str, before: str) -> SpeechLevel | None:
    """The level of a sentence's last word; `before` is the word in front of it, or empty."""
    return polite_level(word) or ("casual" if is_casual(word, before) else None)


@lru_cache(maxsize=1 << 16)
def is_casual(word: str, before: str) -> bool:
    if word == "마":
        return endings.PROHIBITED.fullmatch(before) is not None
    if word == "보다":
        return endings.WONDERED.fullmatch(before) is not None
    if word == "하나":
        return before.endswith(("야", "나", "려", "떻게", "뭐", "왜"))
    if word == "가지":
        return bool(before) and endings.COUNTED.fullmatch(before) is None
    if word == "피해":
        return endings.TARGETED.fullmatch(before) is not None
    if word == "하니" and before:
        return True
    if word == "돼지":
        return before == "안"
    if word.endswith("야") and endings.NOUNS.fullmatch(word[:-1]):
        return True
    if before and word in endings.SPLIT_OFF:
        return is_casual(before + word, "")
    if before and word in endings.SHORT_VERBS:
        return True
    if endings.VERBS.search(word):
        return True
    if word in endings.NOUN_WORDS or endings.EXCLAMATION.fullmatch(word) or endings.NOUNS.fullmatch(word):
        return False
    return endings.CASUAL.search(word) is not None
