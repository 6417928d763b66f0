"""Does someone write as people in danger do, who name nothing? A linear model over n-grams of jamo and of syllables."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seq2seq.answering.crisis.signs import without_harmless
from seq2seq.answering.ngrams import buckets_of

_MANY = 500  # n-grams; a longer message is weighed by their mean: it has learnt short ones
WEIGHTS = Path(__file__).with_name("weights.npz")
MESSAGES = Path(__file__).with_name("messages.tsv")  # what they were learnt from


def reads_like_danger(text: str) -> bool:
    """Above the threshold that one in a thousand everyday messages passes (crisis.training)."""
    weights, bias = _model()
    buckets = buckets_of(without_harmless(text))
    length = np.sqrt(len(buckets)) * max(1.0, len(buckets) / _MANY)
    return float(weights[buckets].sum() / length + bias) > 0


@cache
def _model() -> tuple[NDArray[Any], float]:
    with np.load(WEIGHTS, allow_pickle=False) as stored:
        return stored["weights"].astype(np.float32), float(stored["bias"])
