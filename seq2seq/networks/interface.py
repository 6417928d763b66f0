"""What do search and scoring know of a model? Three verbs, whatever network stands behind them.

`encode(question) -> memory`, `start(memory) -> state`, `decode(memory, state, previous) -> logits, state`. A memory has
`is_padding` (B, S) and a row a question, a state has `weights` (B * K, S) and a row a hypothesis; both have `select`.
"""

from typing import Any, Protocol

from torch import Tensor


class Network(Protocol):
    def encode(self, source: Tensor, lengths: Tensor) -> Any:
        """source (B, S) token ids, padded; lengths (B,) on the CPU."""

    def start(self, memory: Any) -> Any:
        """The state before the first word, a row a question."""

    def decode(self, memory: Any, state: Any, previous: Tensor) -> tuple[Tensor, Any]:
        """previous (B * K,) token ids -> logits (B * K, V) of the next token, the next state."""
