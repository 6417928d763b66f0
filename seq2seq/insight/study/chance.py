"""Could it be chance? How large a difference must be before it counts."""

from collections.abc import Sequence
from math import sqrt
from statistics import mean, stdev


def margin_of_shares(tests: int) -> float:
    """Two standard errors of the difference of two shares, of so many questions each: at most this."""
    return 2 * sqrt(2 * 0.25 / tests)


def paired_gain(before: Sequence[float], after: Sequence[float]) -> tuple[float, float]:
    """The mean gain over the same questions, and two standard errors of it."""
    gains = [new - old for old, new in zip(before, after, strict=True)]
    return mean(gains), 2 * stdev(gains) / sqrt(len(gains))
