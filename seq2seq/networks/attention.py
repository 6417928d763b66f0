"""Luong attention: which words of the question matter for the next word of the answer?

Luong, Pham and Manning 2015, "Effective Approaches to Attention-based Neural Machine Translation", section 3.1 (global
attention), equations 7 and 8. Each score function gets keys projected once per question and reused at every step.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from seq2seq.errors import ModelError


class Memory(NamedTuple):
    """What the decoder may look at: the encoded question, projected once and reused at every step."""

    states: Tensor  # (B, S, M)
    keys: Tensor  # (B, S, H)
    is_padding: Tensor  # (B, S), True at padding
    summary: Tensor  # (B, M), the encoder's last states: where the decoder starts from

    def select(self, rows: Tensor) -> "Memory":
        """The memory of some questions only; rows: (B',) indices."""
        return Memory(*(part.index_select(0, rows) for part in self))


class DotScore(nn.Module):
    """score(h, m) = h·m; needs M = H."""

    def __init__(self, hidden_size: int, memory_size: int) -> None:
        super().__init__()
        if hidden_size != memory_size:
            raise ModelError(
                f"architecture.attention dot: decoder_hidden_size {hidden_size} must equal the memory size "
                f"{memory_size} (twice encoder_hidden_size); use general, or equal sizes"
            )

    def keys(self, states: Tensor) -> Tensor:
        return states

    def forward(self, query: Tensor, keys: Tensor) -> Tensor:
        """query (B, K, H), keys (B, S, H) -> scores (B, K, S)"""
        return query @ keys.transpose(1, 2)


class GeneralScore(nn.Module):
    """score(h, m) = h·(W m)"""

    def __init__(self, hidden_size: int, memory_size: int) -> None:
        super().__init__()
        self.project = nn.Linear(memory_size, hidden_size, bias=False)

    def keys(self, states: Tensor) -> Tensor:
        projected: Tensor = self.project(states)
        return projected

    def forward(self, query: Tensor, keys: Tensor) -> Tensor:
        """query (B, K, H), keys (B, S, H) -> scores (B, K, S)"""
        return query @ keys.transpose(1, 2)


class ConcatScore(nn.Module):
    """score(h, m) = v·tanh(W[h; m]); W is kept as its two halves, so that the memory's half is computed once."""

    def __init__(self, hidden_size: int, memory_size: int) -> None:
        super().__init__()
        self.project = nn.Linear(memory_size, hidden_size, bias=False)
        self.from_query = nn.Linear(hidden_size, hidden_size, bias=False)
        self.vector = nn.Linear(hidden_size, 1, bias=False)

    def keys(self, states: Tensor) -> Tensor:
        projected: Tensor = self.project(states)
        return projected

    def forward(self, query: Tensor, keys: Tensor) -> Tensor:
        """query (B, K, H), keys (B, S, H) -> scores (B, K, S)"""
        both = self.from_query(query).unsqueeze(2) + keys.unsqueeze(1)  # (B, K, S, H)
        scores: Tensor = self.vector(both.tanh()).squeeze(-1)
        return scores


SCORES: dict[str, type[DotScore] | type[GeneralScore] | type[ConcatScore]] = {
    "dot": DotScore,
    "general": GeneralScore,
    "concat": ConcatScore,
}


def attend(score: nn.Module, query: Tensor, memory: Memory) -> tuple[Tensor, Tensor]:
    """The context vectors and the weights they were averaged with.

    query: (B * K, H), the K hypotheses of one question side by side, so that its memory is never copied per hypothesis.
    Returns contexts (B * K, M) and weights (B * K, S), which are 0 at padding and sum to 1.
    """
    questions, length, _ = memory.states.shape
    scores = score(query.view(questions, -1, query.shape[-1]), memory.keys)  # (B, K, S)
    scores = scores.masked_fill(memory.is_padding.unsqueeze(1), torch.finfo(scores.dtype).min)
    weights = scores.softmax(dim=-1)
    contexts = weights.to(memory.states.dtype) @ memory.states  # (B, K, M)
    return contexts.flatten(0, 1), weights.reshape(-1, length)
