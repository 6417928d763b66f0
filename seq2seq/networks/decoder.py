"""The input-feeding decoder: given the question and the answer so far, what comes next?

Luong et al. 2015: the attentional vector h̃ = tanh(W[c; h]) (equation 5) predicts the next word and is fed, beside its
embedding, into the next step (section 3.3).
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn

from seq2seq.networks.attention import SCORES, Memory, attend
from seq2seq.networks.cells import CELLS, State


class DecoderState(NamedTuple):
    """What one step hands to the next; every tensor has the hypotheses in its first dimension."""

    layers: tuple[State, ...]  # each tensor (B, H)
    fed: Tensor  # (B, A), the attentional vector of the step before

    def select(self, rows: Tensor) -> "DecoderState":
        """The states of some hypotheses, in a new order; rows: (B',) indices."""
        layers = tuple(tuple(part.index_select(0, rows) for part in layer) for layer in self.layers)
        return DecoderState(layers, self.fed.index_select(0, rows))


class InputFeedingDecoder(nn.Module):
    def __init__(
        self,
        cell: str,
        attention: str,
        *,
        embedding_size: int,
        hidden_size: int,
        memory_size: int,
        attentional_size: int,
        layers: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.cells = nn.ModuleList(CELLS[cell](hidden_size) for _ in range(layers))
        gates = CELLS[cell].gates * hidden_size  # G
        self.from_embedding = nn.Linear(embedding_size, gates, bias=False)
        self.from_fed = nn.Linear(attentional_size, gates, bias=False)
        self.between = nn.ModuleList(nn.Linear(hidden_size, gates, bias=False) for _ in range(layers - 1))
        self.score = SCORES[attention](hidden_size, memory_size)
        self.combine = nn.Linear(memory_size + hidden_size, attentional_size, bias=False)
        self.bridge = nn.Linear(memory_size, layers * hidden_size)
        self.dropout = nn.Dropout(dropout)

    def start(self, memory: Memory) -> DecoderState:
        """The state before the first word: the encoder's summary through a linear bridge, nothing fed yet."""
        hidden = self.bridge(memory.summary).tanh().to(self.bridge.weight.dtype).chunk(len(self.cells), dim=-1)
        layers = tuple(cell.start(part) for cell, part in zip(self.cells, hidden, strict=True))  # type: ignore[operator]
        return DecoderState(layers, hidden[0].new_zeros(len(memory.summary), self.combine.out_features))

    def step(self, memory: Memory, state: DecoderState, embedding_gates: Tensor) -> tuple[Tensor, DecoderState, Tensor]:
        """One word: embedding_gates (B, G) -> attentional vector (B, A), the next state, attention weights (B, S)."""
        gates = embedding_gates + self.from_fed(state.fed)
        layers: list[State] = []
        for depth, cell in enumerate(self.cells):
            if depth > 0:
                gates = self.between[depth - 1](self.dropout(layers[-1][0]))
            layers.append(cell(gates, state.layers[depth]))
        output = layers[-1][0]  # (B, H)
        context, weights = attend(self.score, output, memory)
        attentional = self.dropout(self.combine(torch.cat([context, output], dim=-1)).tanh())
        return attentional, DecoderState(tuple(layers), attentional), weights
