"""Does someone write as people in danger do, who name nothing? A linear model over n-grams of jamo and of syllables."""

import unicodedata
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seq2seq.answering.crisis.signs import without_harmless

WEIGHTS = Path(__file__).with_name("weights.npz")
BUCKETS = 1 << 16
_JAMO_NGRAMS, _SYLLABLE_NGRAMS = (3, 4, 5, 6), (1, 2, 3)


def reads_like_danger(text: str) -> bool:
    """Above the threshold that one in a thousand everyday messages passes (crisis.training)."""
    weights, bias = _model()
    buckets = features_of(text)
    return bool(len(buckets)) and float(weights[buckets].sum() / np.sqrt(len(buckets)) + bias) > 0


def features_of(text: str) -> NDArray[np.int64]:
    """The buckets of its different n-grams; each counts 1 / sqrt(their number)."""
    syllables = f"^{without_harmless(text)}$"
    jamo = unicodedata.normalize("NFD", syllables)
    found = {one for size in _JAMO_NGRAMS for one in _ngrams(jamo, size)}
    found |= {f"+{one}" for size in _SYLLABLE_NGRAMS for one in _ngrams(syllables, size)}
    return np.array(sorted({zlib.crc32(one.encode()) % BUCKETS for one in found}), dtype=np.int64)


def _ngrams(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(len(text) - size + 1)]


@cache
def _model() -> tuple[NDArray[Any], float]:
    with np.load(WEIGHTS, allow_pickle=False) as stored:
        return stored["weights"].astype(np.float32), float(stored["bias"])
