"""A bidirectional recurrent encoder: what does each word of the question mean between its neighbours?"""

from contextlib import nullcontext

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from seq2seq.devices import products_in

LAYERS: dict[str, type[nn.LSTM] | type[nn.GRU]] = {"lstm": nn.LSTM, "gru": nn.GRU}


class RecurrentEncoder(nn.Module):
    def __init__(self, cell: str, embedding_size: int, hidden_size: int, layers: int, dropout: float) -> None:
        super().__init__()
        self.layers = LAYERS[cell](
            embedding_size,
            hidden_size,
            num_layers=layers,
            bidirectional=True,
            batch_first=True,
            dropout=dropout if layers > 1 else 0.0,
        )
        self.memory_size = 2 * hidden_size  # M

    def forward(self, embedded: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """embedded (B, S, E), lengths (B,) on the CPU -> states (B, S, M), summary (B, M).

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
        hidden = last[0] if isinstance(last, tuple) else last  # (2 * layers, B, M / 2)
        return states, torch.cat([hidden[-2], hidden[-1]], dim=-1)
