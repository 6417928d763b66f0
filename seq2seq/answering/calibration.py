"""How often is the companion right when it is so sure? Confidence, fitted to held-out questions (Platt 1999)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from seq2seq.answering.candidates import CandidateSearch
from seq2seq.answering.request import Request
from seq2seq.artifact import Artifact
from seq2seq.config import AnsweringConfig
from seq2seq.errors import ModelError
from seq2seq.exchanges import Exchange
from seq2seq.text import normalise

_BINS = 10
_ROUNDS = 50  # of Newton's method, which needs about ten
_RIDGE = 1e-3

Floats = NDArray[np.float64]


class Calibration(NamedTuple):
    answering: AnsweringConfig  # with bias and slopes
    questions: int
    right: float  # share of the questions whose first candidate is an answer that they have
    error: float  # expected calibration error (Guo et al. 2017, equation 3), each half told by the other half's fit


def calibrate(artifact: Artifact, exchanges: Sequence[Exchange]) -> Calibration:
    """A first candidate is right where it is one of the answers that its question has in these exchanges."""
    truths: dict[Request, set[str]] = defaultdict(set)
    for one in exchanges:
        if one.task == "chat" and one.speech_level:
            truths[Request(one.question, one.context, one.speech_level)].add(normalise(one.answer))
    if artifact.known is None or len(truths) < 2 * _BINS:
        raise ModelError(
            f"{artifact.version}: found {len(truths)} questions with a speech level; calibration needs {2 * _BINS} "
            "or more, and a model with known answers (answering.recognised)"
        )
    search = CandidateSearch(artifact, None, seed=0, reranker=None, is_exact=False)
    features, is_right = [], []
    asked = list(truths)
    for start in range(0, len(asked), 32):
        batch = asked[start : start + 32]
        for request, found in zip(batch, search.find(batch), strict=True):
            features.append((1.0, found.candidates[0].score if found.candidates else 0.0, found.lead))
            is_right.append(found.candidates[0].text in truths[request] if found.candidates else False)
    x, y = np.array(features), np.array(is_right, np.float64)
    even = np.arange(len(y)) % 2 == 0
    told = np.where(even, _probabilities(x, _fit(x[~even], y[~even])), _probabilities(x, _fit(x[even], y[even])))
    bias, fitness_slope, lead_slope = (round(float(weight), 4) for weight in _fit(x, y))
    fitted = {"bias": bias, "fitness_slope": fitness_slope, "lead_slope": lead_slope}
    return Calibration(
        artifact.answering.model_copy(update=fitted), len(y), float(y.mean()), expected_calibration_error(told, y)
    )


def expected_calibration_error(told: Floats, is_right: Floats) -> float:
    """Mean distance of confidence and share right in ten bins of confidence, weighted by their sizes."""
    bins = np.minimum((told * _BINS).astype(int), _BINS - 1)
    return float(
        sum(abs((told[bins == one] - is_right[bins == one]).sum()) for one in range(_BINS)) / max(len(told), 1)
    )


def _fit(x: Floats, y: Floats) -> Floats:
    """Logistic regression by Newton's method, with a small ridge, so that it ends where the two kinds are separable."""
    weights = np.zeros(x.shape[1])
    for _ in range(_ROUNDS):
        p = _probabilities(x, weights)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + _RIDGE * np.eye(len(weights))
        weights += np.linalg.solve(hessian, x.T @ (y - p) - _RIDGE * weights)
    return weights


def _probabilities(x: Floats, weights: Floats) -> Floats:
    probabilities: Floats = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
    return probabilities
