"""Which exchanges may be learnt already? The easy ones first, more as competence grows.

Platanios et al. 2019, "Competence-based Curriculum Learning for Neural Machine Translation".
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

from seq2seq.batching import Example
from seq2seq.config import TrainingConfig

_FIRST_COMPETENCE = 0.01  # c0: of all exchanges, the easiest, at the beginning
_PARTS_AN_EPOCH = 10  # so often is competence looked at


def competence_at(share_done: float, config: TrainingConfig) -> float:
    """The share of exchanges, easiest first, to draw from: c_sqrt (equation 8), 1 after curriculum_share."""
    grown = min(share_done / config.curriculum_share, 1.0)
    return math.sqrt(grown * (1 - _FIRST_COMPETENCE**2) + _FIRST_COMPETENCE**2)


def difficulties(examples: Sequence[Example], kind: str) -> list[float]:
    """length: tokens of question and answer. rarity: the sum of their -log unigram probability (equation 2)."""
    if kind == "length":
        return [float(len(one.source) + len(one.target)) for one in examples]
    counts = Counter(token for one in examples for token in (*one.source, *one.target))
    total = counts.total()
    surprise = {token: math.log(total / count) for token, count in counts.items()}
    return [sum(surprise[token] for token in (*one.source, *one.target)) for one in examples]


def parts_of_epoch(
    examples: Sequence[Example], epoch: int, config: TrainingConfig, draw: Random
) -> Iterator[Sequence[Example]]:
    """All examples once; while competence is below 1, as many, drawn from those that are easy enough, in parts."""
    if config.curriculum == "none" or epoch / config.epochs >= config.curriculum_share:
        yield examples
        return
    difficulty = difficulties(examples, config.curriculum)
    easiest_first = sorted(range(len(examples)), key=difficulty.__getitem__)
    for part in range(_PARTS_AN_EPOCH):
        competence = competence_at((epoch + part / _PARTS_AN_EPOCH) / config.epochs, config)
        known = easiest_first[: max(1, math.floor(competence * len(examples)))]
        size = math.ceil(len(examples) / _PARTS_AN_EPOCH)
        yield [examples[index] for index in draw.choices(known, k=size)]
