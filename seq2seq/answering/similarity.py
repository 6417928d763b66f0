"""Which of many texts are most like this one? TF-IDF over n-grams of jamo and the cosine (Salton and Buckley 1988).

A dropped 받침, ㅐ for ㅔ or a missing space changes few n-grams of a text that is taken apart into jamo.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from seq2seq.text import letters

_NGRAM_SIZES = (2, 3)
_BUCKETS = 1 << 20  # n-grams are counted by a hash: about 30,000 different ones hardly ever meet in a million
_PRIMES = (1_000_003, 998_244_353, 754_974_721, 167_772_161, 469_762_049)

Floats = NDArray[np.float32]


class SimilarityIndex:
    """Texts in memory, ready to be compared with others."""

    def __init__(self, texts: Sequence[str]) -> None:
        rows, buckets, counts = _ngrams(texts)
        frequencies = np.bincount(buckets, minlength=_BUCKETS)  # texts that hold the n-gram
        self._size = len(texts)
        self._rarity = (np.log((1 + self._size) / (1 + frequencies)) + 1).astype(np.float32)
        weights = counts * self._rarity[buckets]
        lengths = np.sqrt(np.bincount(rows, weights**2, minlength=self._size))
        order = np.argsort(buckets, kind="stable")
        self._rows = rows[order]
        self._weights: Floats = (weights / lengths[rows]).astype(np.float32)[order]
        self._starts = np.concatenate([[0], np.cumsum(frequencies)])  # where a bucket's texts begin in the two above

    def similarities(self, text: str) -> Floats:
        """Of each text with this one, 0 to 1."""
        found = np.zeros(self._size, np.float32)
        _, buckets, counts = _ngrams([text])
        weights = counts * self._rarity[buckets]
        weights /= np.sqrt((weights**2).sum()) or 1.0
        for bucket, weight in zip(buckets, weights, strict=True):
            postings = slice(self._starts[bucket], self._starts[bucket + 1])
            found[self._rows[postings]] += weight * self._weights[postings]
        return found


def _ngrams(texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Text, bucket and 1 + ln(how often) of each different n-gram of each text."""
    framed = [letters(text) for text in texts]
    codes = np.frombuffer("".join(framed).encode("utf-32-le"), np.uint32).astype(np.uint64)
    rows = np.repeat(np.arange(len(framed)), [len(one) for one in framed])
    keys = []
    hashes = np.zeros(len(codes), np.uint64)
    for size in range(1, min(max(_NGRAM_SIZES), len(codes)) + 1):
        ends = len(codes) - size + 1
        hashes = hashes[:ends] + codes[size - 1 :] * np.uint64(_PRIMES[size - 1])
        if size in _NGRAM_SIZES:
            is_within = rows[:ends] == rows[size - 1 :]
            mixed = (hashes * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(44)  # the upper 20 bits
            keys.append(rows[:ends][is_within] * _BUCKETS + mixed[is_within].astype(np.int64))
    unique, counts = np.unique(np.concatenate(keys), return_counts=True) if keys else (np.zeros(0, np.int64),) * 2
    return unique // _BUCKETS, unique % _BUCKETS, (1 + np.log(counts)).astype(np.float32)
