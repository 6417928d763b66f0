"""Does a text read like those that people marked as hateful or offensive?"""

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BUCKETS = 1 << 18
MIN_SYLLABLES = 10  # of fewer it knows next to nothing
_HANGUL = re.compile("[가-힣]")
_SIGNS = re.compile(r"(.)\1{2,}")
_BASE, _FINAL_COUNT = 0xAC00, 28


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """Logistic regression on hashed n-grams of letters: 0.5 is where the threshold was put."""

    weights: NDArray[np.float32]  # (BUCKETS,)
    bias: float  # the threshold taken off

    @classmethod
    def load(cls, path: Path) -> "Classifier":
        with np.load(path, allow_pickle=False) as file:
            weights = file["weights"].astype(np.float32) * float(file["scale"])
            return cls(weights, float(file["bias"]))

    def save(self, path: Path, **notes: str) -> None:
        scale = float(np.abs(self.weights).max()) / 127 or 1.0
        rounded = np.round(self.weights / scale).astype(np.int8)  # a quarter of the size, and no other judgement
        np.savez_compressed(
            path,
            weights=rounded,
            scale=np.float32(scale),
            bias=np.float32(self.bias),
            notes=np.array(json.dumps(notes)),
        )

    def score(self, normalised: str) -> float:
        """0..1"""
        if len(_HANGUL.findall(normalised)) < MIN_SYLLABLES:
            return 0.0
        features = features_of(normalised)
        logit = float(self.weights[features].sum()) / float(np.sqrt(len(features))) + self.bias
        return float(1 / (1 + np.exp(-np.clip(logit, -30, 30))))


def features_of(normalised: str) -> NDArray[np.int64]:
    """The buckets of a text's n-grams, each once."""
    text = " " + " ".join(_SIGNS.sub(r"\1\1", normalised).split()) + " "
    if not text.strip():
        return np.empty(0, dtype=np.int64)
    return np.fromiter({zlib.crc32(gram) % BUCKETS for gram in _grams(text)}, dtype=np.int64)


def _grams(text: str) -> Iterator[bytes]:
    """One to four syllables, and two or three without their final consonants: 했다 and 하다 share one."""
    for size in (1, 2, 3, 4):
        for start in range(len(text) - size + 1):
            yield text[start : start + size].encode("utf-8", "replace")
    opened = "".join(_opened(character) for character in text)
    for size in (2, 3):
        for start in range(len(opened) - size + 1):
            yield b"~" + opened[start : start + size].encode("utf-8", "replace")


def _opened(character: str) -> str:
    if not "가" <= character <= "힣":
        return character
    code = ord(character) - _BASE
    return chr(_BASE + code - code % _FINAL_COUNT)
