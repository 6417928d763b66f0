"""How fast could this machine be at best? The operations and bytes that a model needs, over what the machine does.

A product and an addition count as two operations. Counted are the products with weight matrices, and of the bytes
what has to cross main memory however large the caches are; activations but the logits are left out, so the bounds are
a little too kind to the machine.
"""

import re
from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple

import torch
from torch import Tensor, nn

BYTES_OF_ADAM = 32  # a parameter in float32: weight, gradient and both moments read, and all four written
_ATTEMPTS = 5
_OF_SOURCE = re.compile(r"\.bridge\.|\battention\.(score|to_keys)\.")  # in the decoder, and not of each target token


class Machine(NamedTuple):
    operations_per_second: float  # of large matrix products
    bytes_per_second: float  # of reading and writing main memory


class Work(NamedTuple):
    operations: float
    bytes: float


class Sizes(NamedTuple):
    """Numbers of weights: those applied to each source token, to each target token, and all that are learnt."""

    encoder: int
    decoder: int  # the output layer included
    parameters: int
    vocabulary: int  # V

    @classmethod
    def of(cls, model: nn.Module) -> "Sizes":
        matrices = {name: one.numel() for name, one in model.named_parameters() if one.dim() > 1}
        decoder = {name: count for name, count in matrices.items() if name.startswith("decoder.")}
        of_source = sum(count for name, count in decoder.items() if _OF_SOURCE.search(name))
        output = model.get_parameter("output.weight")
        return cls(
            encoder=sum(count for name, count in matrices.items() if name.startswith("encoder.")) + of_source,
            decoder=sum(decoder.values()) - of_source + output.numel(),
            parameters=sum(one.numel() for one in model.parameters()),
            vocabulary=len(output),
        )


def training_work(sizes: Sizes, source_tokens: float, target_tokens: float, bytes_of_product: int) -> Work:
    """One step: forward, and backward twice as much. The logits are written and read, and so is their gradient."""
    forward = 2 * (sizes.encoder * source_tokens + sizes.decoder * target_tokens)
    logits = 4 * bytes_of_product * sizes.vocabulary * target_tokens
    return Work(3 * forward, BYTES_OF_ADAM * sizes.parameters + logits)


def replying_work(sizes: Sizes, rows: int, bytes_of_weight: int) -> Work:
    """One token for each of `rows` hypotheses; every weight of the decoder is read once."""
    return Work(2 * sizes.decoder * rows, bytes_of_weight * sizes.decoder)


def measure_machine(device: torch.device, precision: torch.dtype) -> Machine:
    """What a product of large matrices and a copy of a large vector reach here."""
    is_gpu = device.type == "cuda"
    size = 8192 if is_gpu else 2048
    left, right = (torch.randn(size, size, device=device, dtype=precision) for _ in range(2))
    vector = torch.empty(2**30 if is_gpu else 2**27, dtype=torch.uint8, device=device)
    copy = torch.empty_like(vector)
    product = _shortest_seconds(device, lambda: left @ right)
    copying = _shortest_seconds(device, lambda: copy.copy_(vector))
    return Machine(2 * size**3 / product, 2 * len(vector) / copying)


def _shortest_seconds(device: torch.device, work: Callable[[], Tensor]) -> float:
    seconds = []
    for _ in range(_ATTEMPTS):
        synchronise(device)
        started = perf_counter()
        work()
        synchronise(device)
        seconds.append(perf_counter() - started)
    return min(seconds)


def synchronise(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
