"""What is put right in an exchange, and for what is it left out? Named rules, each of which sees one exchange."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import emoji

from dialogue_data.cleaning.limits import Limits, Named, Rule
from dialogue_data.cleaning.near_duplicates import NearDuplicates
from dialogue_data.exchange import Exchange, normalise
from dialogue_data.masking import mask
from dialogue_data.near_identical import skeleton
from dialogue_data.toxicity import is_toxic

_URL = re.compile(r"(?:https?://|www\.)[^\s<>가-힣]+", re.IGNORECASE)
_LONG_RUN = re.compile(r"([ㅋㅎㅠㅜ!?~^])\1{2,}|(\.)\2{3,}")
_HANGUL_SHARE = 0.5  # of the letters of a question and of an answer, at least
_JOINERS = frozenset("\u200d\ufe0f")  # hold emoji together


def build_rules(limits: Limits) -> list[Named]:
    """In their order: what is put right first can make two exchanges equal, or one empty."""
    return [
        Named("NFC and spaces", _on_texts(lambda text: " ".join(normalise(text).split()))),
        Named("invisible characters", _on_texts(_visible)),
        Named("links", _on_texts(lambda text: " ".join(_URL.sub(" ", text).split()))),
        *([] if limits.has_emoji else [Named("emoji", _on_texts(_without_emoji))]),
        Named("runs of ㅋ ㅎ ㅠ ㅜ . ! ? ~", _on_texts(_fold_runs)),
        Named("empty question or answer", lambda one: one if one.question and one.answer else None),
        Named(f"longer than {limits.max_chars} characters", _within(limits.max_chars)),
        Named("not Korean", _in_korean),
        Named("answer copies the question", _no_copy),
        Named("toxic answer", lambda one: None if is_toxic(one.answer) else one),
        Named("personal data in question or context", _masked),
        Named("personal data in the answer", lambda one: None if mask(one.answer).counts else one),
        Named(f"answer given {limits.max_answer_repeats} times before", _rarer_than(limits.max_answer_repeats)),
        Named("near-duplicate", _seen_once()),
    ]


def _on_texts(change: Callable[[str], str]) -> Rule:
    """Question, answer and context; a turn of the context that is emptied goes, with all that was said before it."""

    def rule(one: Exchange) -> Exchange:
        context = [change(turn) for turn in one.context]
        while "" in context:
            del context[: context.index("") + 1]
        return replace(one, context=tuple(context), question=change(one.question), answer=change(one.answer))

    return rule


def _visible(text: str) -> str:
    """Without controls and formats (categories Cc, Cf, Co, Cs) but those that hold an emoji together."""
    if text.isprintable():
        return text
    kept = (c for c in text if c in _JOINERS or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs"))
    return " ".join("".join(kept).split())


def _without_emoji(text: str) -> str:
    return " ".join(emoji.replace_emoji(text, " ").split())


def _fold_runs(text: str) -> str:
    """As the models read them: ㅋㅋㅋㅋ is ㅋㅋ, and ..... is ..."""
    return _LONG_RUN.sub(lambda run: run[1] * 2 if run[1] else "...", text)


def _within(max_chars: int) -> Rule:
    return lambda one: one if max(len(one.question), len(one.answer)) <= max_chars else None


def _in_korean(one: Exchange) -> Exchange | None:
    """Translations are in two languages; a text without letters (1004, ^^) is in none."""
    return one if one.task != "chat" or (_is_korean(one.question) and _is_korean(one.answer)) else None


def _is_korean(text: str) -> bool:
    letters = [c for c in unicodedata.normalize("NFD", text) if c.isalpha()]  # jamo
    return sum("ᄀ" <= c <= "ᇿ" or "ㄱ" <= c <= "ㆎ" for c in letters) >= _HANGUL_SHARE * len(letters)


def _no_copy(one: Exchange) -> Exchange | None:
    return one if skeleton(one.question) != skeleton(one.answer) else None


def _masked(one: Exchange) -> Exchange:
    context = tuple(mask(turn).text for turn in one.context)
    return replace(one, context=context, question=mask(one.question).text)


def _rarer_than(times: int) -> Rule:
    seen: Counter[int] = Counter()

    def rule(one: Exchange) -> Exchange | None:
        key = hash((one.speech_level, skeleton(one.answer)))
        seen[key] += 1
        return one if seen[key] <= times else None

    return rule


def _seen_once() -> Rule:
    known = NearDuplicates()
    return lambda one: None if known.find_or_add(one) else one
