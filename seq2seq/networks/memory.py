"""What may the decoder look at? The encoded question, projected once and reused at every step."""

from typing import NamedTuple

from torch import Tensor


class Memory(NamedTuple):
    states: Tensor  # (B, S, M)
    keys: Tensor  # (B, S, ...), what the decoder's attention makes of the states
    is_padding: Tensor  # (B, S), True at padding
    last: tuple[Tensor, ...]  # recurrent encoders: the last hidden (and cell) states of the layers, each (B, layers, M)

    def select(self, rows: Tensor) -> "Memory":
        """The memory of some questions only; rows: (B',) indices."""
        states, keys, is_padding = (part.index_select(0, rows) for part in self[:3])
        return Memory(states, keys, is_padding, tuple(part.index_select(0, rows) for part in self.last))
