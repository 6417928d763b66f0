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

_BLOCK = 160  # numbers; a multiple of any vector register that divides vocabularies of 4,000 and 8,000


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

    def grow(
        self,
        vocabulary_size: int,
        log_probs: Sequence[float],
        places: Sequence[int],
        coverage_parts: Sequence[float] = (),
    ) -> None:
        """Take the best continuations, best first: place = k * V + token; a log-probability of -inf means none.

        Those that end, if among the first K, have ended; the first K of the others are the open ones from now on.
        coverage_parts: the coverage penalty of each open hypothesis with the attention of this step, where it counts.
        """
        before = self.said
        self.said, self.log_probs, self.origins = [], [], []
        for rank, (log_prob, place) in enumerate(zip(log_probs, places, strict=True)):
            if len(self.said) == self._size:
                break
            if log_prob == -math.inf:
                continue
            origin, token = divmod(place, vocabulary_size)
            if token != END_ID:
                self.said.append(before[origin] + chr(token))
                self.log_probs.append(log_prob)
                self.origins.append(origin)
            elif rank < self._size:
                coverage_part = coverage_parts[origin] if coverage_parts else 0.0
                self._end(end_hypothesis(before[origin], log_prob, coverage_part, self._config))
        if self.said and self._is_done():
            self.said, self.log_probs, self.origins = [], [], []

    def _end(self, one: Hypothesis) -> None:
        insort(self.ended, one, key=lambda hypothesis: -hypothesis.score)
        del self.ended[self._size :]

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

    step (B, K, V): log-probability of each token, which is used up; log_probs (B, K): of the hypotheses so far; said:
    for each question the tokens that other groups have chosen at this step, each of which costs `diversity` (Hamming
    diversity).
    """
    count = 2 * config.beam_size // config.beam_groups
    totals = step.add_(log_probs.unsqueeze(-1))
    if not any(said):
        return _largest(totals.flatten(1), count)
    questions = [index for index, tokens in enumerate(said) for _ in tokens]
    chosen = [token for tokens in said for token in tokens]
    costs = totals.new_zeros(len(totals), totals.shape[-1])
    where = torch.tensor([questions, chosen], device=totals.device).unbind()
    costs.index_put_(where, costs.new_tensor(config.diversity), accumulate=True)
    best, places = _largest((totals - costs.unsqueeze(1)).flatten(1), count)
    return best + costs.gather(1, places % totals.shape[-1]), places


def _largest(totals: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The `count` largest of each row and their places, largest first: totals (B, N) -> (B, count) each.

    They lie in the `count` blocks with the largest maxima, so that only these are looked through, and the few numbers
    left over at the end: several times faster than a top-k over all.
    """
    rows, size = totals.shape
    if size < 4 * count * _BLOCK:
        best, places = totals.topk(min(count, size))
        return best, places
    whole = size // _BLOCK * _BLOCK
    blocks = totals[:, :whole].view(rows, -1, _BLOCK).amax(2).topk(count, sorted=False).indices  # (B, count)
    places = (blocks.unsqueeze(-1) * _BLOCK + torch.arange(_BLOCK, device=totals.device)).flatten(1)
    if whole < size:
        left_over = torch.arange(whole, size, device=totals.device).expand(rows, -1)
        places = torch.cat([places, left_over], dim=1)
    best, which = totals.gather(1, places).topk(count)
    return best, places.gather(1, which)
