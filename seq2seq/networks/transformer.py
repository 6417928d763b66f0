"""Attention is all: an encoder–decoder without recurrence (Vaswani et al. 2017, "Attention Is All You Need")."""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn

from seq2seq.networks.memory import Memory


class MultiHeadAttention(nn.Module):
    """Section 3.2.2. Keys and values of a sequence are projected once, side by side, so that they can be kept."""

    def __init__(self, size: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.from_query = nn.Linear(size, size)
        self.to_keys = nn.Linear(size, 2 * size)
        self.combine = nn.Linear(size, size)
        self.dropout = nn.Dropout(dropout)
        self._heads = heads

    def keys(self, states: Tensor) -> Tensor:
        """states (B, S, E) -> keys and values (B, S, 2E)"""
        projected: Tensor = self.to_keys(states)
        return projected

    def forward(self, queries: Tensor, keys: Tensor, is_hidden: Tensor) -> tuple[Tensor, Tensor]:
        """queries (B, Q, E), keys (B, S, 2E), is_hidden: True where not to look, broadcast to (B, heads, Q, S).

        Returns (B, Q, E) and the weights, averaged over the heads, (B, Q, S).
        """
        query = self._by_head(self.from_query(queries))  # (B, heads, Q, E / heads)
        key, value = map(self._by_head, keys.chunk(2, dim=-1))
        scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
        weights = scores.masked_fill(is_hidden, torch.finfo(scores.dtype).min).softmax(dim=-1)
        seen = self.dropout(weights).to(value.dtype) @ value
        return self.combine(seen.transpose(1, 2).flatten(2)), weights.mean(dim=1)

    def _by_head(self, vectors: Tensor) -> Tensor:
        """(B, S, E) -> (B, heads, S, E / heads)"""
        return vectors.view(*vectors.shape[:2], self._heads, -1).transpose(1, 2)


class Residual(nn.Module):
    """A sub-layer beside which its input passes; normalised before (Xiong et al. 2020) or after it (section 3.1)."""

    def __init__(self, size: int, norm: str, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(size)
        self.dropout = nn.Dropout(dropout)
        self._is_before = norm == "pre"

    def enter(self, below: Tensor) -> Tensor:
        """What the sub-layer reads."""
        read: Tensor = self.norm(below) if self._is_before else below
        return read

    def leave(self, below: Tensor, result: Tensor) -> Tensor:
        """What goes up, given what came from below and what the sub-layer made of it."""
        above: Tensor = below + self.dropout(result)
        return above if self._is_before else self.norm(above)


class FeedForward(nn.Sequential):
    """Equation 2."""

    def __init__(self, size: int, inner_size: int, dropout: float) -> None:
        super().__init__(nn.Linear(size, inner_size), nn.ReLU(), nn.Dropout(dropout), nn.Linear(inner_size, size))


class EncoderLayer(nn.Module):
    def __init__(self, size: int, heads: int, inner_size: int, norm: str, dropout: float) -> None:
        super().__init__()
        self.attention = MultiHeadAttention(size, heads, dropout)
        self.feed_forward = FeedForward(size, inner_size, dropout)
        self.around_attention = Residual(size, norm, dropout)
        self.around_feeding = Residual(size, norm, dropout)

    def forward(self, below: Tensor, is_hidden: Tensor) -> Tensor:
        read = self.around_attention.enter(below)
        between = self.around_attention.leave(below, self.attention(read, self.attention.keys(read), is_hidden)[0])
        return self.around_feeding.leave(between, self.feed_forward(self.around_feeding.enter(between)))


class DecoderLayer(nn.Module):
    def __init__(self, size: int, heads: int, inner_size: int, norm: str, dropout: float) -> None:
        super().__init__()
        self.self_attention = MultiHeadAttention(size, heads, dropout)
        self.attention = MultiHeadAttention(size, heads, dropout)
        self.feed_forward = FeedForward(size, inner_size, dropout)
        self.around_self_attention = Residual(size, norm, dropout)
        self.around_attention = Residual(size, norm, dropout)
        self.around_feeding = Residual(size, norm, dropout)

    def forward(
        self, below: Tensor, own_keys: Tensor, memory_keys: Tensor, is_padding: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """below (B * K, T, E), own_keys (B * K, T before, 2E), memory_keys (B, S, 2E), is_padding (B, S).

        Returns what goes up (B * K, T, E), own_keys with those of below, attention weights (B * K, T, S).
        """
        read = self.around_self_attention.enter(below)
        own_keys = torch.cat([own_keys, self.self_attention.keys(read)], dim=1)
        is_later = _is_later(read.shape[1], own_keys.shape[1], read.device)
        above = self.around_self_attention.leave(below, self.self_attention(read, own_keys, is_later)[0])

        side_by_side = self.around_attention.enter(above).reshape(len(memory_keys), -1, above.shape[-1])  # (B, K*T, E)
        seen, weights = self.attention(side_by_side, memory_keys, is_padding[:, None, None, :])
        above = self.around_attention.leave(above, seen.view_as(above))

        above = self.around_feeding.leave(above, self.feed_forward(self.around_feeding.enter(above)))
        return above, own_keys, weights.view(*above.shape[:2], -1)


class TransformerEncoder(nn.Module):
    def __init__(self, size: int, heads: int, inner_size: int, layers: int, norm: str, dropout: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList(EncoderLayer(size, heads, inner_size, norm, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(size) if norm == "pre" else nn.Identity()
        self.dropout = nn.Dropout(dropout)
        self.memory_size = size

    def forward(self, embedded: Tensor, lengths: Tensor, is_padding: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """embedded (B, S, E) -> states (B, S, E); there is no last state."""
        states = self.dropout(with_positions(embedded, 0))
        for layer in self.layers:
            states = layer(states, is_padding[:, None, None, :])
        return self.norm(states), ()


class TransformerState(NamedTuple):
    """What was said so far, as the keys and values of each layer; the hypotheses in the first dimension."""

    own_keys: tuple[Tensor, ...]  # a layer: (B, T so far, 2E)
    weights: Tensor  # (B, S), of the step before: the last layer's, averaged over its heads

    def select(self, rows: Tensor) -> "TransformerState":
        """The states of some hypotheses, in a new order; rows: (B',) indices."""
        own_keys = tuple(keys.index_select(0, rows) for keys in self.own_keys)
        return TransformerState(own_keys, self.weights.index_select(0, rows))


class TransformerDecoder(nn.Module):
    def __init__(self, size: int, heads: int, inner_size: int, layers: int, norm: str, dropout: float) -> None:
        super().__init__()
        self.layers = nn.ModuleList(DecoderLayer(size, heads, inner_size, norm, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(size) if norm == "pre" else nn.Identity()
        self.dropout = nn.Dropout(dropout)

    def remember(self, states: Tensor, is_padding: Tensor, last: tuple[Tensor, ...]) -> Memory:
        """The keys and values of all layers side by side: (B, S, layers * 2E)."""
        return Memory(states, torch.cat([layer.attention.keys(states) for layer in self.layers], -1), is_padding, last)  # type: ignore[operator, union-attr]

    def start(self, memory: Memory) -> TransformerState:
        nothing = memory.states.new_zeros(len(memory.states), 0, 2 * memory.states.shape[-1])
        return TransformerState((nothing,) * len(self.layers), memory.states.new_zeros(memory.is_padding.shape))

    def step(self, memory: Memory, state: TransformerState, embedded: Tensor) -> tuple[Tensor, TransformerState]:
        """One word of each hypothesis: embedded (B * K, E) -> (B * K, E), the next state."""
        above, state = self._pass(memory, state, embedded.unsqueeze(1))
        return above.squeeze(1), state

    def unroll(self, memory: Memory, embedded: Tensor) -> Tensor:
        """A whole answer of each question: embedded (B, T, E) -> (B, T, E)."""
        return self._pass(memory, self.start(memory), embedded)[0]

    def _pass(self, memory: Memory, state: TransformerState, embedded: Tensor) -> tuple[Tensor, TransformerState]:
        above = self.dropout(with_positions(embedded, state.own_keys[0].shape[1]))
        own_keys: list[Tensor] = []
        for layer, before, keys in zip(
            self.layers, state.own_keys, memory.keys.chunk(len(self.layers), dim=-1), strict=True
        ):
            above, kept, weights = layer(above, before, keys, memory.is_padding)
            own_keys.append(kept)
        return self.norm(above), TransformerState(tuple(own_keys), weights[:, -1])


def with_positions(embedded: Tensor, first: int) -> Tensor:
    """Embeddings times √E plus sinusoidal positions (sections 3.4 and 3.5); embedded (B, T, E), its first position."""
    length, size = embedded.shape[1:]
    positions = torch.arange(first, first + length, device=embedded.device, dtype=torch.float64).unsqueeze(1)
    dimensions = torch.arange(0, size, 2, device=embedded.device, dtype=torch.float64)
    angles = positions * torch.exp(dimensions * (-math.log(10_000.0) / size))  # (T, E / 2)
    waves = torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)  # (T, E)
    return embedded * math.sqrt(size) + waves.to(embedded.dtype)


def _is_later(queries: int, keys: int, device: torch.device) -> Tensor:
    """(Q, S), True where a key belongs to a later position than its query; the queries are the last of the keys."""
    steps = torch.arange(keys - queries, keys, device=device).unsqueeze(1)
    return torch.arange(keys, device=device) > steps
