"""What do search and scoring know of a model? Four verbs, whatever network stands behind them.

`encode(question) -> memory`, `start(memory) -> state`, `decode(memory, state, previous) -> logits, state`, and of known
answers `force(memory, answers) -> logits`. A memory has `is_padding` (B, S) and a row a question, a state has `weights`
(B * K, S) and a row a hypothesis; both have `select`.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor

from seq2seq.batching import pad


class Network(Protocol):
    def encode(self, source: Tensor, lengths: Tensor) -> Any:
        """source (B, S) token ids, padded; lengths (B,) on the CPU."""

    def start(self, memory: Any) -> Any:
        """The state before the first word, a row a question."""

    def decode(self, memory: Any, state: Any, previous: Tensor) -> tuple[Tensor, Any]:
        """previous (B * K,) token ids -> logits (B * K, V) of the next token, the next state."""

    def force(self, memory: Any, target: Tensor, positions: Tensor) -> Tensor:
        """target (B, T), a row of each of the memory's -> logits (N, V) at `positions` of (B, T - 1), flattened."""


@torch.inference_mode()
def encode_all(model: Network, sources: Sequence[Sequence[int]], device: torch.device | None = None) -> Any:
    """The memory of questions given as token ids."""
    return model.encode(pad(sources).to(device), torch.tensor([*map(len, sources)]))
