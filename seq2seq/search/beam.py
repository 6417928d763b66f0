"""Which of all continuations go on? The beam of one question, and the best of K * V continuations.

Wu et al. 2016, "Google's Neural Machine Translation System", section 7, for the scores; Vijayakumar et al. 2016,
"Diverse Beam Search", for groups.
"""

import math
from bisect import insort
from collections.abc import Sequence

import torch
from torch import Tensor

from seq2seq.config import SearchConfig
from seq2seq.search.scoring import Hypothesis, end_hypothesis, length_penalty
from seq2seq.tokenizer import END_ID

_COLUMNS = 256  # a multiple of any vector register


class Beam:
    """The hypotheses of one question, or of one of its groups: the open ones, and those that have ended.

    It is done when K hypotheses have ended and the best open one, ending next at no cost, would not be among the best
    K of them; a beam of one, which is greedy, when its hypothesis has ended.
    """

    def __init__(self, question: int, config: SearchConfig) -> None:
        at_first = config.beam_size if config.method == "sample" else 1  # a beam spreads from one, draws do not
        self.question = question
        self.said = [""] * at_first  # of each open hypothesis its tokens, one character chr(id) a token
        self.log_probs = [0.0] * at_first  # natural log, of each open hypothesis
        self.origins = list(range(at_first))  # which open hypothesis of the step before each of them continues
        self.ended: list[Hypothesis] = []  # the best K, best first
        self._config = config
        self._size = config.beam_size // config.beam_groups  # K

    def grow(self, continuations: Sequence[tuple[float, float, float]], vocabulary_size: int) -> None:
        """Take the best continuations, each a log-probability, a place k * V + token and a coverage penalty.

        Those that end, if among the first K, have ended; the first K of the others are the open ones from now on. A
        log-probability of -inf means that there is none.
        """
        before = self.said
        self.said, self.log_probs, self.origins = [], [], []
        for rank, (log_prob, place, coverage_part) in enumerate(continuations):
            if len(self.said) == self._size:
                break
            if log_prob == -math.inf:
                continue
            origin, token = divmod(int(place), vocabulary_size)
            if token != END_ID:
                self.said.append(before[origin] + chr(token))
                self.log_probs.append(log_prob)
                self.origins.append(origin)
            elif rank < self._size:
                one = end_hypothesis(before[origin], log_prob, coverage_part, self._config)
                insort(self.ended, one, key=lambda hypothesis: -hypothesis.score)
                del self.ended[self._size :]
        if self.said and self._is_done():
            self.said, self.log_probs, self.origins = [], [], []

    def _is_done(self) -> bool:
        if len(self.ended) < self._size:
            return False
        length = len(self.said[0]) + 1  # with </s>
        hope = max(self.log_probs) / length_penalty(length, self._config.length_penalty)
        return self._size == 1 or hope <= self.ended[self._size - 1].score


def best_continuations(
    step: Tensor, log_probs: Tensor, said: Sequence[Sequence[int]], config: SearchConfig
) -> tuple[Tensor, Tensor]:
    """The best 2K continuations of each question, best first: log-probabilities and places k * V + token, (B, 2K) each.

    step (B, K, V): log-probability of each token; log_probs (B, K): of the hypotheses so far; said: for each question
    the tokens that other groups have chosen at this step, each of which costs `diversity` (Hamming diversity).
    """
    count = 2 * config.beam_size // config.beam_groups
    if not any(said):
        return _largest(step, log_probs, count)
    questions = [index for index, tokens in enumerate(said) for _ in tokens]
    chosen = [token for tokens in said for token in tokens]
    costs = step.new_zeros(len(step), step.shape[-1])
    where = torch.tensor([questions, chosen], device=step.device).unbind()
    costs.index_put_(where, costs.new_tensor(config.diversity), accumulate=True)
    best, places = _largest(step - costs.unsqueeze(1), log_probs, count)
    return best + costs.gather(1, places % step.shape[-1]), places


def _largest(step: Tensor, log_probs: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The largest sums of step (B, K, V) and log_probs (B, K) and their places k * V + token, each (B, count).

    The tokens of a hypothesis are folded into columns: the best `count` lie in the `count` columns with the highest
    maxima, so that only those are looked through, and the few tokens that are left over. Cheaper than a top-k over V.
    """
    questions, hypotheses, size = step.shape
    if size < 4 * _COLUMNS:
        totals = (step + log_probs.unsqueeze(-1)).flatten(1)
        best, places = totals.topk(min(count, totals.shape[-1]), dim=-1)
        return best, places
    folded = size // _COLUMNS * _COLUMNS
    maxima = step[:, :, :folded].view(questions, hypotheses, -1, _COLUMNS).amax(2) + log_probs.unsqueeze(
        -1
    )  # (B, K, 256)
    columns = maxima.flatten(1).topk(count, dim=-1, sorted=False).indices
    firsts = columns + columns // _COLUMNS * (size - _COLUMNS)  # (B, count) the place of each column's first token
    places = (firsts.unsqueeze(-1) + torch.arange(0, folded, _COLUMNS, device=step.device)).flatten(1)
    if folded < size:
        rest = torch.arange(hypotheses * size, device=step.device).view(hypotheses, size)[:, folded:].flatten()
        places = torch.cat([places, rest.expand(questions, -1)], dim=1)
    totals = step.flatten(1).gather(1, places) + log_probs.gather(1, places // size)
    best, which = totals.topk(count, dim=-1)
    return best, places.gather(1, which)
