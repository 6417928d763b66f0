"""Several models answer as one: what do they find likeliest on average?

Sutskever et al. 2014, section 3.6, and Luong et al. 2015, section 4.1: at every step the probabilities are averaged.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from seq2seq.batching import Batch
from seq2seq.networks.memory import Memory
from seq2seq.networks.model import Seq2Seq, State


class Memories(NamedTuple):
    """What each member remembers of the questions."""

    members: tuple[Memory, ...]

    @property
    def is_padding(self) -> Tensor:
        """(B, S), True at padding"""
        return self.members[0].is_padding

    def select(self, rows: Tensor) -> "Memories":
        return Memories(tuple(one.select(rows) for one in self.members))


class States(NamedTuple):
    """Where each member's decoder stands."""

    members: tuple[State, ...]

    @property
    def weights(self) -> Tensor:
        """(B * K, S), averaged over the members"""
        return torch.stack([one.weights for one in self.members]).mean(0)

    def select(self, rows: Tensor) -> "States":
        return States(tuple(one.select(rows) for one in self.members))


class Ensemble(nn.Module):
    """The interface of `Seq2Seq`; the logits are log-probabilities. All members must have the same vocabularies."""

    def __init__(self, members: Sequence[Seq2Seq]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)
        self.config = members[0].config

    def encode(self, source: Tensor, lengths: Tensor) -> Memories:
        return Memories(tuple(one.encode(source, lengths) for one in self))

    def start(self, memory: Memories) -> States:
        return States(tuple(one.start(own) for one, own in zip(self, memory.members, strict=True)))

    def decode(self, memory: Memories, state: States, previous: Tensor) -> tuple[Tensor, States]:
        stepped = [
            one.decode(own, where, previous)
            for one, own, where in zip(self, memory.members, state.members, strict=True)
        ]
        return _averaged([logits for logits, _ in stepped]), States(tuple(after for _, after in stepped))

    def force(self, memory: Memories, target: Tensor, positions: Tensor) -> Tensor:
        return _averaged([one.force(own, target, positions) for one, own in zip(self, memory.members, strict=True)])

    def forward(self, batch: Batch) -> Tensor:
        return _averaged([one(batch) for one in self])

    def __iter__(self) -> Iterator[Seq2Seq]:
        return iter(self.members)  # type: ignore[arg-type]


def _averaged(logits: Sequence[Tensor]) -> Tensor:
    """Natural log of the mean probability: each (N, V) -> (N, V)"""
    log_probs = torch.stack([one.log_softmax(-1) for one in logits])
    return log_probs.logsumexp(0) - math.log(len(logits))
