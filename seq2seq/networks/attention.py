"""Luong attention: which words of the question matter for the next word of the answer?

Luong, Pham and Manning 2015, "Effective Approaches to Attention-based Neural Machine Translation", section 3.1 (global
attention), equations 7 and 8, and 3.2 (local attention). Queries are (B, Q, H): the Q hypotheses of one question, or
the Q steps of one answer, side by side, so that the question's memory is never copied.
"""

import math

import torch
from torch import Tensor, nn

from seq2seq.devices import at_least_float32
from seq2seq.errors import ModelError
from seq2seq.networks.memory import Memory
from seq2seq.networks.stepped_linear import SteppedLinear


class DotScore(nn.Module):
    """score(h, m) = h·m; needs M = H."""

    def __init__(self, hidden_size: int, memory_size: int) -> None:
        super().__init__()
        if hidden_size != memory_size:
            raise ModelError(
                f"architecture.attention dot and scaled_dot: decoder_hidden_size {hidden_size} must equal the memory "
                f"size {memory_size} (encoder_hidden_size, twice if bidirectional); use general, or equal sizes"
            )

    def keys(self, states: Tensor) -> Tensor:
        return states

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        """queries (B, Q, H), keys (B, S, H) -> scores (B, Q, S)"""
        return queries @ keys.transpose(1, 2)


class ScaledDotScore(DotScore):
    """score(h, m) = h·m / √H (Vaswani et al. 2017, equation 1); needs M = H."""

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        return super().forward(queries, keys) / math.sqrt(queries.shape[-1])


class GeneralScore(nn.Module):
    """score(h, m) = h·(W m)"""

    def __init__(self, hidden_size: int, memory_size: int) -> None:
        super().__init__()
        self.project = nn.Linear(memory_size, hidden_size, bias=False)

    def keys(self, states: Tensor) -> Tensor:
        projected: Tensor = self.project(states)
        return projected

    def forward(self, queries: Tensor, keys: Tensor) -> Tensor:
        """queries (B, Q, H), keys (B, S, H) -> scores (B, Q, S)"""
        return queries @ keys.transpose(1, 2)


class ConcatScore(nn.Module):
    """score(h, m) = v·tanh(W[h; m]); W is kept as its two halves, so that the memory's half is computed once.

    Bahdanau et al. 2015 use the same function of the decoder's state *before* the step: `decoder.BahdanauDecoder`.
    With coverage c, what was attended to before: v·tanh(W[h; m] + w c) (See et al. 2017, equation 11).
    """

    def __init__(self, hidden_size: int, memory_size: int, coverage: bool = False) -> None:
        super().__init__()
        self.project = nn.Linear(memory_size, hidden_size, bias=False)
        self.from_query = SteppedLinear(hidden_size, hidden_size, bias=False)
        self.vector = nn.Linear(hidden_size, 1, bias=False)
        self.from_coverage = nn.Linear(1, hidden_size, bias=False) if coverage else None

    def keys(self, states: Tensor) -> Tensor:
        projected: Tensor = self.project(states)
        return projected

    def forward(self, queries: Tensor, keys: Tensor, coverage: Tensor | None = None) -> Tensor:
        """queries (B, Q, H), keys (B, S, H), coverage (B, Q, S) -> scores (B, Q, S)"""
        both = self.from_query(queries).unsqueeze(2) + keys.unsqueeze(1)  # (B, Q, S, H)
        if self.from_coverage is not None and coverage is not None:
            both = both + self.from_coverage(coverage.unsqueeze(-1))
        scores: Tensor = self.vector(both.tanh()).squeeze(-1)
        return scores


SCORES: dict[str, type[DotScore] | type[GeneralScore] | type[ConcatScore]] = {
    "dot": DotScore,
    "scaled_dot": ScaledDotScore,
    "general": GeneralScore,
    "concat": ConcatScore,
    "additive": ConcatScore,
}


class Attention(nn.Module):
    """Global attention: every position of the question is looked at."""

    def __init__(self, score: nn.Module) -> None:
        super().__init__()
        self.score = score

    def keys(self, states: Tensor) -> Tensor:
        """states (B, S, M) -> keys (B, S, H)"""
        keys: Tensor = self.score.keys(states)  # type: ignore[operator]
        return keys

    def forward(
        self, queries: Tensor, memory: Memory, steps: range, coverage: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """The context vectors and the weights they were averaged with.

        queries (B, Q, H); steps: of the answer, from 0, one for all queries or one each; coverage (B, Q, S) where the
        score knows it. Returns contexts (B, Q, M) and weights (B, Q, S), 0 at padding, of sum 1.
        """
        weights = self._scores(queries, memory, coverage).softmax(dim=-1)
        return weights.to(memory.states.dtype) @ memory.states, weights

    def _scores(self, queries: Tensor, memory: Memory, coverage: Tensor | None) -> Tensor:
        scores: Tensor = self.score(*(queries, memory.keys) if coverage is None else (queries, memory.keys, coverage))
        return scores.masked_fill(memory.is_padding.unsqueeze(1), torch.finfo(scores.dtype).min)


class LocalAttention(Attention):
    """Only positions within `window` of an aligned position p are looked at (section 3.2).

    local-m: p = t, the step of the answer, at most the question's last position. local-p: p = S·sigmoid(v·tanh(W h)), S
    the question's length (equation 9), and the weights fall off around it as a Gaussian with σ = window / 2
    (equation 10), so that their sum is below 1.
    """

    def __init__(self, score: nn.Module, hidden_size: int, window: int, is_predictive: bool) -> None:
        super().__init__(score)
        self.window = window
        self.predict = (
            nn.Sequential(
                nn.Linear(hidden_size, hidden_size, bias=False), nn.Tanh(), nn.Linear(hidden_size, 1, bias=False)
            )
            if is_predictive
            else None
        )

    def aligned_positions(self, queries: Tensor, memory: Memory, steps: range) -> Tensor:
        """p for each query: queries (B, Q, H) -> (B, Q), 0 to S."""
        lengths = (~memory.is_padding).sum(1, keepdim=True)  # (B, 1)
        if self.predict is not None:
            predicted: Tensor = lengths * at_least_float32(self.predict(queries).squeeze(-1)).sigmoid()
            return predicted
        of_answer = torch.arange(steps.start, steps.stop, device=queries.device)
        return torch.minimum(of_answer.unsqueeze(0), lengths - 1).expand(-1, queries.shape[1])

    def forward(
        self, queries: Tensor, memory: Memory, steps: range, coverage: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        positions = torch.arange(memory.keys.shape[1], device=queries.device)
        aligned = self.aligned_positions(queries, memory, steps)
        distances = (positions - aligned.unsqueeze(-1)).to(aligned.dtype)  # (B, Q, S)
        scores = self._scores(queries, memory, coverage)
        weights = scores.masked_fill(distances.abs() > self.window, torch.finfo(scores.dtype).min).softmax(dim=-1)
        if self.predict is not None:
            weights = weights * torch.exp(-(distances**2) / (2 * (self.window / 2) ** 2))
        return weights.to(memory.states.dtype) @ memory.states, weights


class FixedContext(nn.Module):
    """No attention: the context is the encoder's last state at every step (Cho et al. 2014)."""

    def keys(self, states: Tensor) -> Tensor:
        return states[:, :, :0]

    def forward(
        self, queries: Tensor, memory: Memory, steps: range, coverage: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        context = memory.last[0][:, -1].unsqueeze(1).expand(-1, queries.shape[1], -1)  # (B, Q, M)
        return context, memory.states.new_zeros(*queries.shape[:2], memory.states.shape[1])


def build_attention(
    name: str, alignment: str, *, hidden_size: int, memory_size: int, window: int, coverage: bool
) -> Attention | FixedContext:
    """Attention as the architecture asks for it; raises ModelError for parts that do not go together."""
    if coverage and name not in ("concat", "additive"):
        raise ModelError(f"architecture.coverage: attention {name} cannot use it; expected concat or additive")
    if name == "none":
        if alignment != "global":
            raise ModelError(f"architecture.alignment {alignment}: there is no attention to align; set attention")
        return FixedContext()
    score = (
        ConcatScore(hidden_size, memory_size, coverage)
        if SCORES[name] is ConcatScore
        else SCORES[name](hidden_size, memory_size)
    )
    if alignment == "global":
        return Attention(score)
    return LocalAttention(score, hidden_size, window, is_predictive=alignment == "local_p")
