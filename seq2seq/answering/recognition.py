"""Which known question was meant? A linear classifier over n-grams of jamo and beginnings of words.

Joulin et al. 2017, "Bag of Tricks for Efficient Text Classification", sections 2 and 2.2: the mean of hashed n-grams'
vectors, and one product that tells the classes. It has learnt which n-grams tell known questions apart, where TF-IDF
knows only which are rare. `training.recognition` is where it learns.
"""

import re
import zlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from seq2seq.errors import ModelError
from seq2seq.text import letters

RECOGNISER_FILE = "recogniser.safetensors"
BUCKETS = 1 << 15
CONTEXT_SHARE = 0.6  # of the question's vector, which has the length 1
_JAMO_NGRAMS, _BEGINNINGS = (2, 3, 4), (1, 2, 3)
_word = re.compile(r"\w+|\?")

Floats = NDArray[np.float32]
Buckets = NDArray[np.int64]


class Features(NamedTuple):
    """The buckets of the n-grams that were found in what was said and in what was said before it."""

    question: Buckets
    context: Buckets


class Rounded(NamedTuple):
    """A matrix (rows, columns) in 8-bit integers, with a scale for each row."""

    values: NDArray[np.int8]
    scales: Floats

    @classmethod
    def of(cls, matrix: Floats) -> "Rounded":
        scales = np.maximum(np.abs(matrix).max(1), 1e-12).astype(np.float32) / 127
        return cls(np.rint(matrix / scales[:, None]).astype(np.int8), scales)

    def rows(self, places: Buckets | slice) -> Floats:
        found: Floats = self.values[places].astype(np.float32) * self.scales[places, None]
        return found


class Recogniser:
    """vectors (BUCKETS, D) of the n-grams; weights (K, D) and biases (K,) of the known questions."""

    def __init__(self, vectors: Rounded, weights: Rounded, biases: Floats) -> None:
        self._stored = (vectors, weights, biases)
        self._vectors, self._weights, self._biases = vectors, weights.rows(slice(None)), biases

    def __len__(self) -> int:
        return len(self._biases)

    def probabilities(self, question: str, context: Sequence[str]) -> Floats:
        """(K,) of each of the known to be what was meant; of the context the last two turns count."""
        asked, before = features_of(question, context)
        vector = self._mean(asked) + CONTEXT_SHARE * self._mean(before)
        logits = self._weights @ vector + self._biases
        odds = np.exp(logits - logits.max(initial=0.0))
        shares: Floats = odds / odds.sum()
        return shares

    def save(self, path: Path) -> None:
        vectors, weights, biases = self._stored
        tensors: dict[str, NDArray[Any]] = {"vectors": vectors.values, "vector_scales": vectors.scales}
        tensors |= {"weights": weights.values, "weight_scales": weights.scales, "biases": biases}
        path.write_bytes(safetensors.numpy.save(tensors))

    def _mean(self, buckets: Buckets) -> Floats:
        """The direction of the mean of the vectors, of length 1; zeros for none."""
        total: Floats = self._vectors.rows(buckets).sum(0)
        total /= max(float(np.linalg.norm(total)), 1e-12)
        return total


def load_recogniser(path: Path, known: int) -> Recogniser:
    """known: of so many sets of questions; raises ModelError for another file than that of these."""
    try:
        tensors: dict[str, NDArray[Any]] = safetensors.numpy.load_file(path)
        vectors = Rounded(tensors["vectors"], tensors["vector_scales"])
        weights = Rounded(tensors["weights"], tensors["weight_scales"])
        found = Recogniser(vectors, weights, tensors["biases"])
    except (OSError, SafetensorError, KeyError, ValueError, IndexError) as error:
        raise ModelError(f"{path}: not a recogniser of known questions ({error!r})") from None
    if (len(vectors.values), len(found)) != (BUCKETS, known):
        raise ModelError(
            f"{path}: has {len(vectors.values)} n-grams and {len(found)} known questions, expected {BUCKETS} and "
            f"{known}; both files must come from one training"
        )
    return found


def features_of(question: str, context: Sequence[str] = ()) -> Features:
    """Those of the last two turns are told apart by who said them."""
    before = [_buckets(turn, whose) for turn, whose in zip(context[-1:-3:-1], ("companion:", "person:"), strict=False)]
    return Features(_buckets(question, ""), np.concatenate(before) if before else np.zeros(0, np.int64))


@lru_cache(4096)
def _buckets(text: str, prefix: str) -> Buckets:
    return np.array([zlib.crc32(f"{prefix}{one}".encode()) % BUCKETS for one in sorted({*_ngrams(text)})], np.int64)


def _ngrams(text: str) -> Iterable[str]:
    jamo = letters(text)
    for size in _JAMO_NGRAMS:
        yield from (jamo[start : start + size] for start in range(len(jamo) - size + 1))
    for word in _word.findall(text):
        yield f" {word} "
        yield from (f" {word[:size]}" for size in _BEGINNINGS)
