"""How likely does a sign follow on others in Korean? N-grams of syllables of known texts, with Dirichlet smoothing.

MacKay and Peto 1995, "A hierarchical Dirichlet language model": p(w | h) = (c(hw) + k p(w | h')) / (c(h) + k), where h'
is the history h without its oldest sign, c counts, and k is a constant for each length of the history.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

HISTORY = 3  # signs
EDGE = "\n" * HISTORY  # before and after a text
_PRIORS = (200.0, 100.0, 60.0)  # k of histories of one, two and three signs
_MULTIPLIER = np.uint64(
    0x9E3779B97F4A7C15
)  # odd and large: different n-grams are different numbers, but for great chance
_DIFFERENT_SIGNS = 3_000.0

Codes = NDArray[np.uint64]
Floats = NDArray[np.float64]


class SyllableModel:
    """Of texts in memory; a space is a sign like others."""

    def __init__(self, texts: Iterable[str]) -> None:
        codes = codes_of(EDGE + EDGE.join(dict.fromkeys(texts)) + EDGE)
        self._signs = len(codes)
        self._counted = []  # by length: all n-grams, in order, and how often each was found
        keys = np.zeros(len(codes), np.uint64)
        for size in range(1, HISTORY + 2):
            keys = keys[: len(codes) - size + 1] * _MULTIPLIER + codes[size - 1 :]
            self._counted.append(np.unique(keys, return_counts=True))

    def log_probs(self, histories: Codes, signs: Codes) -> Floats:
        """ln p of signs (...) after histories (..., HISTORY), oldest sign first."""
        found: Floats = (self._count(signs[..., None]) + 1) / (self._signs + _DIFFERENT_SIGNS)
        for size, prior in enumerate(_PRIORS, start=1):
            history = histories[..., HISTORY - size :]
            both = np.concatenate([history, signs[..., None]], -1)
            found = (self._count(both) + prior * found) / (self._count(history) + prior)
        return np.log(found)

    def _count(self, ngrams: Codes) -> NDArray[np.int64]:
        """Of n-grams (..., n)."""
        keys = np.zeros(ngrams.shape[:-1], np.uint64)
        for place in range(ngrams.shape[-1]):
            keys = keys * _MULTIPLIER + ngrams[..., place]
        known, counts = self._counted[ngrams.shape[-1] - 1]
        places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        found: NDArray[np.int64] = np.where(known[places] == keys, counts[places], 0)
        return found


def codes_of(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
