"""Should a person read this, or a model learn to say it?"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from dialogue_data.toxicity.classifier import Classifier
from dialogue_data.toxicity.normalising import normalise
from dialogue_data.toxicity.words import find_words, without_allowed

WEIGHTS = Path(__file__).with_name("weights.npz")
CRISIS = "crisis"  # somebody may be in danger: to be answered with care, and no reason to call a text toxic
TONE = "tone"  # no listed word, but it reads like what people marked as hateful or offensive


@dataclass(frozen=True, slots=True)
class Judgement:
    score: float  # 0..1, from 0.5 on the text is toxic
    categories: frozenset[str]  # insult, hate, politics, sexual, minors, drugs, crisis, tone
    found: tuple[str, ...]  # the listed words as they stand in the normalised text


def judge(text: str) -> Judgement:
    normalised = normalise(text)
    found = find_words(normalised)
    categories = {word.category for word in found}
    score = 1.0 if categories - {CRISIS} else _classifier().score(without_allowed(normalised))
    if score >= 0.5 and not categories - {CRISIS}:
        categories.add(TONE)
    return Judgement(score, frozenset(categories), tuple(dict.fromkeys(word.text for word in found)))


def is_toxic(text: str) -> bool:
    return judge(text).score >= 0.5


@lru_cache(maxsize=1)
def _classifier() -> Classifier:
    return Classifier.load(WEIGHTS)
