"""Which examples are computed together? Those of like lengths, so that little is padding."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq.exchanges import Exchange
from seq2seq.tokenizer import PADDING_ID, Tokenizer


class Example(NamedTuple):
    source: list[int]
    target: list[int]  # from <s> to </s>
    weight: float


class Batch(NamedTuple):
    source: Tensor  # (B, S)
    lengths: Tensor  # (B,) source lengths, always on the CPU
    target: Tensor  # (B, T)
    positions: Tensor  # (N,) of the real target tokens after <s>, in the flattened (B, T - 1)
    labels: Tensor  # (N,) these tokens
    weights: Tensor  # (N,) of their exchanges

    def to(self, device: torch.device) -> "Batch":
        """On a GPU without waiting for it."""
        if device.type == "cpu":
            return self
        parts = self._asdict()
        lengths = parts.pop("lengths")
        moved = {name: part.pin_memory().to(device, non_blocking=True) for name, part in parts.items()}
        return Batch(lengths=lengths, **moved)


def encode_exchanges(exchanges: Sequence[Exchange], tokenizer: Tokenizer) -> list[Example]:
    """Each exchange as it stands, in the tokenizer's direction, with the likeliest segmentation."""
    encode = tokenizer.encode
    return [
        Example(
            tokenizer.source(encode(one.question), [*map(encode, one.context)], one.speech_level, one.task),
            tokenizer.target(tokenizer.encode_target(one.answer)),
            one.weight,
        )
        for one in (exchange.directed(tokenizer.config) for exchange in exchanges)
    ]


def group_by_length(examples: Sequence[Example], batch_tokens: int, draw: Random) -> list[list[Example]]:
    """Shuffled batches of like lengths, each within `batch_tokens` padded target tokens.

    A batch that is at least a quarter full ends where the source length changes: without padding the encoder needs no
    packing, which is several times faster.
    """
    order = list(range(len(examples)))
    draw.shuffle(order)
    order.sort(key=lambda index: (len(examples[index].source), len(examples[index].target)))
    groups: list[list[Example]] = []
    longest = 0  # target in the last group
    for example in (examples[index] for index in order):
        longest = max(longest, len(example.target))
        if not groups or _is_full(groups[-1], example, longest, batch_tokens):
            groups.append([])
            longest = len(example.target)
        groups[-1].append(example)
    draw.shuffle(groups)
    return groups


def _is_full(group: Sequence[Example], example: Example, longest: int, batch_tokens: int) -> bool:
    same_length = len(group[-1].source) == len(example.source)
    return longest * (len(group) + 1) > (batch_tokens if same_length else batch_tokens / 4)


def collate(examples: Sequence[Example]) -> Batch:
    target = pad([example.target for example in examples])
    positions, labels = labels_of(target)
    weights = torch.tensor([example.weight for example in examples])
    return Batch(
        pad([example.source for example in examples]),
        torch.tensor([len(example.source) for example in examples]),
        target,
        positions,
        labels,
        weights[positions // (target.shape[1] - 1)],
    )


def labels_of(target: Tensor) -> tuple[Tensor, Tensor]:
    """target (B, T) -> positions (N,) of the real tokens after <s>, in the flattened (B, T - 1), and these tokens."""
    following = target[:, 1:].flatten()
    positions = (following != PADDING_ID).nonzero().squeeze(1)
    return positions, following[positions]


def target_tokens(examples: Sequence[Example]) -> int:
    """Those that are learnt: all after <s>."""
    return sum(len(example.target) - 1 for example in examples)


def pad(sequences: Sequence[Sequence[int]]) -> Tensor:
    """(B, longest), filled up with padding."""
    longest = max(map(len, sequences))
    return torch.tensor([[*sequence, *[PADDING_ID] * (longest - len(sequence))] for sequence in sequences])


def read_batches(examples: Sequence[Example], batch_tokens: int) -> Iterator[Batch]:
    """All examples once, in an order of their own, for measuring."""
    for group in group_by_length(examples, batch_tokens, Random(0)):
        yield collate(group)
