"""Recurrent decoders: given the question and the answer so far, what comes next?

Luong et al. 2015: the attentional vector h̃ = tanh(W[c; h]) of context c and hidden state h (equation 5) predicts the
next word. The decoders differ in what a step knows of the step before.
"""

from collections.abc import Callable
from contextlib import nullcontext
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from seq2seq.devices import products_in
from seq2seq.networks.attention import Attention, FixedContext
from seq2seq.networks.bridge import Bridge
from seq2seq.networks.cells import Cell, State
from seq2seq.networks.memory import Memory
from seq2seq.networks.stepped_linear import SteppedLinear, learnt_at_once


class DecoderState(NamedTuple):
    """What one step hands to the next; every tensor has the hypotheses in its first dimension."""

    layers: tuple[State, ...]  # each tensor (B, H)
    fed: Tensor  # (B, A), the attentional vector of the step before
    weights: Tensor  # (B, S), of the step before
    coverage: Tensor | None  # (B, S), the sum of all weights so far, where attention knows it
    step: int  # of the answer, from 0

    def select(self, rows: Tensor) -> "DecoderState":
        """The states of some hypotheses, in a new order; rows: (B',) indices."""
        layers = tuple(tuple(part.index_select(0, rows) for part in layer) for layer in self.layers)
        coverage = None if self.coverage is None else self.coverage.index_select(0, rows)
        fed, weights = self.fed.index_select(0, rows), self.weights.index_select(0, rows)
        return DecoderState(layers, fed, weights, coverage, self.step)

    def after(self, layers: tuple[State, ...], attentional: Tensor, weights: Tensor) -> "DecoderState":
        """The state of the next step."""
        coverage = None if self.coverage is None else self.coverage + weights
        return DecoderState(layers, attentional, weights, coverage, self.step + 1)


class AttentionalLayer(nn.Module):
    """Attention and what is made of it: h̃ = tanh(W[c; h]) (Luong et al. 2015, equation 5)."""

    def __init__(
        self,
        attention: Attention | FixedContext,
        *,
        memory_size: int,
        hidden_size: int,
        attentional_size: int,
        has_coverage: bool,
        dropout: float,
    ) -> None:
        super().__init__()
        self.attention = attention
        self.combine = SteppedLinear(memory_size + hidden_size, attentional_size, bias=False)
        self.dropout = nn.Dropout(dropout)
        self.has_coverage = has_coverage

    def remember(self, states: Tensor, is_padding: Tensor, last: tuple[Tensor, ...]) -> Memory:
        """states (B, S, M), is_padding (B, S), the encoder's last states"""
        return Memory(states, self.attention.keys(states), is_padding, last)

    def start(self, memory: Memory, layers: tuple[State, ...]) -> DecoderState:
        """The state before the first word: nothing fed, nothing attended to."""
        fed = memory.states.new_zeros(len(memory.states), self.combine.out_features)
        weights = memory.states.new_zeros(memory.is_padding.shape)
        return DecoderState(layers, fed, weights, weights if self.has_coverage else None, 0)

    def attend(self, hidden: Tensor, memory: Memory, state: DecoderState) -> tuple[Tensor, Tensor]:
        """hidden (B * K, H) -> context (B * K, M), weights (B * K, S)"""
        questions, length = memory.is_padding.shape
        coverage = None if state.coverage is None else state.coverage.view(questions, -1, length)
        context, weights = self.attention(
            hidden.view(questions, -1, hidden.shape[-1]), memory, range(state.step, state.step + 1), coverage
        )
        return context.flatten(0, 1), weights.flatten(0, 1)

    def forward(self, context: Tensor, hidden: Tensor) -> Tensor:
        """contexts (..., M), hidden states (..., H) -> (..., A)"""
        attentional: Tensor = self.dropout(self.combine(torch.cat([context, hidden.to(context.dtype)], dim=-1)).tanh())
        return attentional


class SteppedLayers(nn.Module):
    """Layers of cells that read the word's embedding beside a vector from the step before."""

    def __init__(
        self, cell: Cell, *, embedding_size: int, fed_size: int, hidden_size: int, layers: int, dropout: float
    ) -> None:
        super().__init__()
        gates = cell.gates * hidden_size  # G
        self.from_embedding = nn.Linear(embedding_size, gates, bias=False)
        self.from_fed = SteppedLinear(fed_size, gates, bias=False)
        self.from_hidden = nn.ModuleList(SteppedLinear(hidden_size, gates) for _ in range(layers))
        self.between = nn.ModuleList(SteppedLinear(hidden_size, gates, bias=False) for _ in range(layers - 1))
        self.dropout = nn.Dropout(dropout)
        self.cell = cell

    def forward(self, embedding_gates: Tensor, fed: Tensor, layers: tuple[State, ...]) -> tuple[State, ...]:
        """embedding_gates (B, G): the words through `from_embedding`, which the caller does for all steps at once."""
        gates = embedding_gates + self.from_fed(fed)
        after: list[State] = []
        for depth, (from_hidden, state) in enumerate(zip(self.from_hidden, layers, strict=True)):
            if depth > 0:
                gates = self.between[depth - 1](self.dropout(after[-1][0]))
            after.append(self.cell.step(gates, from_hidden(state[0]), state))
        return tuple(after)


class InputFeedingDecoder(nn.Module):
    """Luong et al. 2015, section 3.3: the attentional vector is fed, beside the word, into the next step."""

    def __init__(self, layers: SteppedLayers, attentional: AttentionalLayer, bridge: Bridge) -> None:
        super().__init__()
        self.layers, self.attentional, self.bridge = layers, attentional, bridge

    def remember(self, states: Tensor, is_padding: Tensor, last: tuple[Tensor, ...]) -> Memory:
        return self.attentional.remember(states, is_padding, last)

    def start(self, memory: Memory) -> DecoderState:
        return self.attentional.start(memory, self.bridge(memory))

    def step(self, memory: Memory, state: DecoderState, embedded: Tensor) -> tuple[Tensor, DecoderState]:
        """One word of each hypothesis: embedded (B * K, E) -> attentional vector (B * K, A), the next state."""
        return self._step(memory, state, self.layers.from_embedding(embedded))

    def unroll(self, memory: Memory, embedded: Tensor) -> Tensor:
        """A whole answer of each question: embedded (B, T, E) -> attentional vectors (B, T, A)."""
        state, outputs = self.start(memory), []
        with learnt_at_once(self):
            for embedding_gates in self.layers.from_embedding(embedded).unbind(1):
                attentional, state = self._step(memory, state, embedding_gates)
                outputs.append(attentional)
        return torch.stack(outputs, dim=1)

    def _step(self, memory: Memory, state: DecoderState, embedding_gates: Tensor) -> tuple[Tensor, DecoderState]:
        layers = self.layers(embedding_gates, state.fed, state.layers)
        hidden = layers[-1][0]
        context, weights = self.attentional.attend(hidden, memory, state)
        attentional = self.attentional(context, hidden)
        return attentional, state.after(layers, attentional, weights)


class BahdanauDecoder(InputFeedingDecoder):
    """Bahdanau et al. 2015, appendix A: attention asks with the state before the step, which its context enters.

    The word is then predicted from h̃ = tanh(W[c; h]), in place of their maxout layer.
    """

    def _step(self, memory: Memory, state: DecoderState, embedding_gates: Tensor) -> tuple[Tensor, DecoderState]:
        context, weights = self.attentional.attend(state.layers[-1][0], memory, state)
        layers = self.layers(embedding_gates, context, state.layers)
        attentional = self.attentional(context, layers[-1][0])
        return attentional, state.after(layers, attentional, weights)


class StepOfWhole:
    """One step of torch's fused layers: embedded (B, E) and the states of the layers -> their next states."""

    def __init__(self, layers: nn.RNNBase, cell: Cell) -> None:
        self.layers, self.cell = layers, cell

    def __call__(self, embedded: Tensor, layers: tuple[State, ...]) -> tuple[State, ...]:
        below, after = embedded, []
        for (input_weight, hidden_weight, input_bias, hidden_bias), before in zip(
            self.layers.all_weights, layers, strict=True
        ):
            from_input = F.linear(below, input_weight, input_bias)
            after.append(self.cell.step(from_input, F.linear(before[0], hidden_weight, hidden_bias), before))
            below = after[-1][0]
        return tuple(after)


class UnfedDecoder(nn.Module):
    """Luong et al. 2015 without input feeding: no step waits for the attention of the one before.

    So all steps of a known answer go through torch's fused layers, and through attention, at once.
    """

    def __init__(self, layers: nn.RNNBase, cell: Cell, attentional: AttentionalLayer, bridge: Bridge) -> None:
        super().__init__()
        self.layers, self.attentional, self.bridge = layers, attentional, bridge
        self.stepped: Callable[[Tensor, tuple[State, ...]], tuple[State, ...]] = StepOfWhole(layers, cell)

    def remember(self, states: Tensor, is_padding: Tensor, last: tuple[Tensor, ...]) -> Memory:
        return self.attentional.remember(states, is_padding, last)

    def start(self, memory: Memory) -> DecoderState:
        return self.attentional.start(memory, self.bridge(memory))

    def step(self, memory: Memory, state: DecoderState, embedded: Tensor) -> tuple[Tensor, DecoderState]:
        """One word of each hypothesis: embedded (B * K, E) -> attentional vector (B * K, A), the next state."""
        layers = self.stepped(embedded, state.layers)
        context, weights = self.attentional.attend(layers[-1][0], memory, state)
        attentional = self.attentional(context, layers[-1][0])
        return attentional, state.after(layers, attentional, weights)

    def unroll(self, memory: Memory, embedded: Tensor) -> Tensor:
        """A whole answer of each question: embedded (B, T, E) -> attentional vectors (B, T, A)."""
        start = [torch.stack(part) for part in zip(*self.bridge(memory), strict=True)]  # each (layers, B, H)
        with products_in(torch.float32, embedded.device) if embedded.is_cuda else nullcontext():  # as in the encoder
            hidden, _ = self.layers(embedded, tuple(start) if len(start) > 1 else start[0])
        context, _ = self.attentional.attention(hidden, memory, range(hidden.shape[1]))
        attentional: Tensor = self.attentional(context, hidden)
        return attentional
