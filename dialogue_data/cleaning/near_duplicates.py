"""Was nearly the same asked and answered before? Found among millions, one after the other.

MinHash over jamo trigrams (Broder 1997) in bands (Leskovec, Rajaraman and Ullman 2014, section 3.4): exchanges that
agree in all numbers of a band are compared in full. Time is linear in the number of exchanges; of pairs exactly at the
similarity 0.8, one in sixty is missed.
"""

import numpy as np
from numpy.typing import NDArray

from dialogue_data.exchange import Exchange
from dialogue_data.near_identical import jaccard, skeleton

_SIMILARITY = 0.8  # of question and of answer, from which two exchanges count as one
_BANDS, _ROWS = 8, 4

_draw = np.random.default_rng(0)
_GRAM_FACTORS = _draw.integers(1, 2**63, size=3, dtype=np.uint64) | np.uint64(1)
_FACTORS = _draw.integers(1, 2**63, size=_BANDS * _ROWS, dtype=np.uint64) | np.uint64(1)
_TERMS = _draw.integers(1, 2**63, size=_BANDS * _ROWS, dtype=np.uint64)
_BAND_FACTORS = _draw.integers(1, 2**63, size=(_BANDS, _ROWS), dtype=np.uint64) | np.uint64(1)
_OF_THE_ANSWER = np.uint64(0x9E3779B97F4A7C15)  # tells an answer's trigrams from the same ones of a question


class NearDuplicates:
    """Two exchanges count as one where question and answer, each with what was said before, are alike enough.

    Alike: by the share of common jamo trigrams (Jaccard), without spaces, signs and laughter.
    """

    def __init__(self) -> None:
        self._kept: list[Exchange] = []
        self._first_of_band: dict[int, int] = {}  # place among the kept of the first exchange with that band

    def find_or_add(self, one: Exchange) -> Exchange | None:
        """The earlier exchange that it repeats; without one it is kept itself, for those to come."""
        bands = _bands(_asked(one), skeleton(one.answer))
        for place in dict.fromkeys(self._first_of_band[band] for band in bands if band in self._first_of_band):
            if _is_repeated(self._kept[place], one):
                return self._kept[place]
        for band in bands:
            self._first_of_band.setdefault(band, len(self._kept))
        self._kept.append(one)
        return None


def _is_repeated(earlier: Exchange, one: Exchange) -> bool:
    return (
        earlier.speech_level == one.speech_level
        and jaccard(_asked(earlier), _asked(one)) >= _SIMILARITY
        and jaccard(skeleton(earlier.answer), skeleton(one.answer)) >= _SIMILARITY
    )


def _asked(one: Exchange) -> str:
    return "\n".join(skeleton(turn) for turn in (*one.context, one.question))


def _bands(asked: str, answered: str) -> list[int]:
    grams = np.concatenate([_grams(asked), _grams(answered) ^ _OF_THE_ANSWER])
    smallest = ((grams[:, np.newaxis] * _FACTORS + _TERMS) >> np.uint64(16)).min(axis=0)
    found: list[int] = (smallest.reshape(_BANDS, _ROWS) * _BAND_FACTORS).sum(axis=1).tolist()
    return found


def _grams(letters: str) -> NDArray[np.uint64]:
    """A number for each trigram; sums wrap round at 2^64, as they may."""
    codes = np.frombuffer(f"^{letters}$$".encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    first, second, third = _GRAM_FACTORS
    numbers: NDArray[np.uint64] = codes[:-2] * first ^ codes[1:-1] * second ^ codes[2:] * third
    return numbers
