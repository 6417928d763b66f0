"""How good is an answer? The parts of its score, which add up to it."""

import math
from typing import NamedTuple

from torch import Tensor

from seq2seq.config import SearchConfig

_UNSEEN = 1e-6  # coverage of a position that was never looked at: its logarithm stays finite


class Hypothesis(NamedTuple):
    """An answer that has ended: score = log_prob + length_part + coverage_part."""

    tokens: tuple[int, ...]  # without <s> and </s>
    log_prob: float  # natural log of the probability of the tokens and </s>
    length_part: float = 0.0  # what dividing log_prob by the length penalty adds
    coverage_part: float = 0.0  # the coverage penalty, at most 0

    @property
    def score(self) -> float:
        return self.log_prob + self.length_part + self.coverage_part

    @property
    def token_confidence(self) -> float:
        """Geometric mean of the probabilities of its tokens and </s>, 0 to 1."""
        return math.exp(self.log_prob / (len(self.tokens) + 1))


class Candidate(NamedTuple):
    """An answer as text: score is log_prob and the four parts added up; the candidates are ranked by it."""

    text: str
    score: float
    log_prob: float  # natural log of the answer's probability, given the question
    length_part: float  # what dividing log_prob by the length penalty adds; 0 where another part ranks
    coverage_part: float  # the coverage penalty, at most 0; 0 where another part ranks
    mmi_part: float  # what the second model adds; 0 without one
    known_part: float  # what nearness to known questions and answers adds; 0 without known answers
    confidence: float  # geometric mean of its tokens' probabilities, 0 to 1; not calibrated


def length_penalty(length: int, alpha: float) -> float:
    """((5 + length) / 6)^alpha, lp(Y) of Wu et al. 2016, equation 14; length counts </s>."""
    return math.pow((5 + length) / 6, alpha)


def coverage_penalty(coverage: Tensor, is_padding: Tensor, beta: float) -> Tensor:
    """beta times the sum of log min(coverage, 1) over the source, cp(X; Y) of Wu et al. 2016, equation 14.

    coverage (B * K, S): the attention weights of all steps, </s> included, added up; is_padding (B, S) -> (B * K,)
    """
    logs = coverage.clamp(_UNSEEN, 1.0).log().view(len(is_padding), -1, coverage.shape[-1])  # (B, K, S)
    return beta * logs.masked_fill(is_padding.unsqueeze(1), 0.0).sum(-1).flatten()


def end_hypothesis(tokens: str, log_prob: float, coverage_part: float, config: SearchConfig) -> Hypothesis:
    """tokens: one character chr(id) a token."""
    penalty = length_penalty(len(tokens) + 1, config.length_penalty)
    return Hypothesis(tuple(map(ord, tokens)), log_prob, log_prob / penalty - log_prob, coverage_part)
