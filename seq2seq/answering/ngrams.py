"""What a linear model sees of a message: n-grams of its jamo, which a slip changes little, and of its syllables."""

import unicodedata
import zlib

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 16  # n-grams are counted by a hash
_JAMO_NGRAMS, _SYLLABLE_NGRAMS = (3, 4, 5, 6), (1, 2, 3)


def buckets_of(text: str) -> NDArray[np.int64]:
    """Of its different n-grams; each counts 1 / sqrt(their number)."""
    syllables = f"^{text}$"
    jamo = unicodedata.normalize("NFD", syllables)
    found = {one for size in _JAMO_NGRAMS for one in _ngrams(jamo, size)}
    found |= {f"+{one}" for size in _SYLLABLE_NGRAMS for one in _ngrams(syllables, size)}
    return np.array(sorted({zlib.crc32(one.encode()) % BUCKETS for one in found}), dtype=np.int64)


def _ngrams(text: str, size: int) -> list[str]:
    return [text[start : start + size] for start in range(len(text) - size + 1)]
