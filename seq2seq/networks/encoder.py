"""A recurrent encoder: what does each word of the question mean between its neighbours?"""

from contextlib import nullcontext

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from seq2seq.devices import at_least_float32, products_in
from seq2seq.networks.cells import CELLS


class RecurrentEncoder(nn.Module):
    def __init__(
        self, cell: str, *, embedding_size: int, hidden_size: int, layers: int, bidirectional: bool, dropout: float
    ) -> None:
        super().__init__()
        self.layers = CELLS[cell].fused(
            input_size=embedding_size,
            hidden_size=hidden_size,
            num_layers=layers,
            bidirectional=bidirectional,
            batch_first=True,
            dropout=dropout if layers > 1 else 0.0,
        )
        self.memory_size = (1 + bidirectional) * hidden_size  # M

    def forward(self, embedded: Tensor, lengths: Tensor, is_padding: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """embedded (B, S, E), lengths (B,) on the CPU -> states (B, S, M); the last hidden (and cell) states of all
        layers, each (B, layers, M), forward and backward side by side.

        Packing keeps the backward direction from starting in the padding; a batch without padding needs none. On a GPU
        the layers run in float32: autocast would give cuDNN's layers float16, whatever precision was asked for.
        """
        with products_in(torch.float32, embedded.device) if embedded.is_cuda else nullcontext():
            if bool((lengths == embedded.shape[1]).all()):
                states, last = self.layers(embedded)
            else:
                packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
                packed_states, last = self.layers(packed)
                states, _ = pad_packed_sequence(packed_states, batch_first=True, total_length=embedded.shape[1])
        parts = last if isinstance(last, tuple) else (last,)  # each (directions * layers, B, M / directions)
        return states, tuple(
            at_least_float32(part.transpose(0, 1).reshape(len(embedded), -1, self.memory_size)) for part in parts
        )
