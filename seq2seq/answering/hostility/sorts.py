"""Which sort of hostility is this? A linear model over n-grams of jamo and of syllables."""

from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from seq2seq.answering.ngrams import buckets_of
from seq2seq.text import normalise

Sort = Literal[
    "stupid",
    "useless",
    "machine",
    "repeats",
    "boring",
    "go_away",
    "liar",
    "worse",
    "swear",
    "makers",
    "groups",
    "world",
]
_IN_TALK = 1.0  # so much more must tell it there: short answers look like anything
SORTS: tuple[Sort, ...] = get_args(Sort)
WEIGHTS = Path(__file__).with_name("weights.npz")
MESSAGES = Path(__file__).with_name("messages.tsv")  # what they were learnt from


def hostility_of(text: str, *, is_in_talk: bool = False) -> Sort | None:
    """The likeliest sort where hostility is above the threshold (hostility.training); in a talk it is less likely."""
    weights, scales, biases = _model()
    buckets = buckets_of(normalise(text))
    logits = weights[buckets].sum(0, dtype=np.int64) * scales / np.sqrt(len(buckets)) + biases
    return SORTS[int(logits[1:].argmax())] if hostility(logits) > (_IN_TALK if is_in_talk else 0.0) else None


def hostility(logits: NDArray[Any]) -> Any:
    """ln of the odds of any sort (..., 1 + sorts) against harmlessness, which stands first."""
    return np.logaddexp.reduce(logits[..., 1:], axis=-1) - logits[..., 0]


@cache
def _model() -> tuple[NDArray[np.int8], NDArray[np.float32], NDArray[np.float32]]:
    with np.load(WEIGHTS, allow_pickle=False) as stored:
        return stored["weights"], stored["scales"], stored["biases"]
