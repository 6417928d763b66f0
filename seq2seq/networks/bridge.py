"""Where does the decoder start from? From nothing, from the encoder's last states, or from a projection of them."""

from typing import Protocol

import torch
from torch import nn

from seq2seq.devices import at_least_float32
from seq2seq.errors import ModelError
from seq2seq.networks.cells import Cell, State
from seq2seq.networks.memory import Memory


class Bridge(Protocol):
    def __call__(self, memory: Memory) -> tuple[State, ...]:
        """The first state of each of the decoder's layers."""


class ZeroBridge(nn.Module):
    def __init__(self, cell: Cell, hidden_size: int, layers: int) -> None:
        super().__init__()
        self._size = (1 + cell.has_cell_state, hidden_size)
        self._layers = layers

    def forward(self, memory: Memory) -> tuple[State, ...]:
        parts, hidden_size = self._size
        zeros = memory.states.new_zeros(len(memory.states), hidden_size)
        return ((zeros,) * parts,) * self._layers


class LastBridge(nn.Module):
    """Each layer goes on from the encoder layer as far from the top (Sutskever et al. 2014); needs M = H."""

    def __init__(self, memory_size: int, hidden_size: int, encoder_layers: int, layers: int) -> None:
        super().__init__()
        if memory_size != hidden_size:
            raise ModelError(
                f"architecture.bridge last: decoder_hidden_size {hidden_size} must equal the memory size {memory_size} "
                "(encoder_hidden_size, twice if bidirectional); use linear, or equal sizes"
            )
        self._sources = [max(0, depth + encoder_layers - layers) for depth in range(layers)]

    def forward(self, memory: Memory) -> tuple[State, ...]:
        return tuple(tuple(part[:, source] for part in memory.last) for source in self._sources)


class LinearBridge(nn.Module):
    """Hidden states tanh(W m), m the last hidden state of the encoder's top layer; cell states zero.

    Bahdanau et al. 2015, appendix A.2.2, for each layer of the decoder.
    """

    def __init__(self, cell: Cell, memory_size: int, hidden_size: int, layers: int) -> None:
        super().__init__()
        self.project = nn.Linear(memory_size, layers * hidden_size)
        self._has_cell_state = cell.has_cell_state
        self._layers = layers

    def forward(self, memory: Memory) -> tuple[State, ...]:
        hidden = at_least_float32(self.project(memory.last[0][:, -1]).tanh()).chunk(self._layers, dim=-1)
        return tuple((part, torch.zeros_like(part)) if self._has_cell_state else (part,) for part in hidden)


def build_bridge(
    name: str, cell: Cell, memory_size: int, hidden_size: int, encoder_layers: int, layers: int
) -> ZeroBridge | LastBridge | LinearBridge:
    if name == "zero":
        return ZeroBridge(cell, hidden_size, layers)
    if name == "last":
        return LastBridge(memory_size, hidden_size, encoder_layers, layers)
    return LinearBridge(cell, memory_size, hidden_size, layers)
