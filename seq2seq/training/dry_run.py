"""What would a training take? Its sizes counted, its memory and speed measured on a few real steps."""

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor

from seq2seq.batching import Example, target_tokens
from seq2seq.networks.model import Seq2Seq
from seq2seq.training.fit import plan_epoch
from seq2seq.training.learner import Learner, Step
from seq2seq.training.run import Training

_SECONDS_MEASURED = 10.0
_STATUS = Path("/proc/self/status")

Line = tuple[str, str]  # what, how much


def describe_training(training: Training) -> str:
    """Lines for a person. Writes nothing; the steps that it measures have a learning rate of 0."""
    config = training.config.training
    steps = plan_epoch(training.encoder(), config, config.epochs - 1, training.seed)  # beyond any curriculum
    learner = Learner(training.model, config, training.seed)
    learner.model.train()
    lines = [
        *_parameters(training.model),
        *_batches(steps, config.epochs),
        *_memory(learner, steps),
        *_speed(learner, steps, config.epochs),
    ]
    return "\n".join(f"{what:20} {how_much}" for what, how_much in lines)


def _parameters(model: Seq2Seq) -> Iterator[Line]:
    counts = Counter[str]()
    for name, parameter in model.named_parameters():
        counts[name.partition(".")[0]] += parameter.numel()
    yield "parameters", f"{counts.total():,}"
    for part, count in counts.items():
        yield f"  {part}", f"{count:,}"
    if frozen := sum(one.numel() for one in model.parameters() if not one.requires_grad):
        yield "  of these frozen", f"{frozen:,}"


def _batches(steps: Sequence[Step], epochs: int) -> Iterator[Line]:
    batches = [group for groups in steps for group in groups]
    tokens = sum(map(target_tokens, batches))
    yield "epochs", f"{epochs}"
    yield "steps an epoch", f"{len(steps):,} of {len(batches):,} batches"
    yield "examples a batch", f"{sum(map(len, batches)) / len(batches):,.1f}"
    yield "target tokens", f"{tokens:,} an epoch, {tokens / len(batches):,.1f} a batch"
    yield "source padding", f"{_padding_share([[len(one.source) for one in batch] for batch in batches]):.1%}"
    yield "target padding", f"{_padding_share([[len(one.target) for one in batch] for batch in batches]):.1%}"


def _padding_share(lengths: Sequence[Sequence[int]]) -> float:
    return 1 - sum(map(sum, lengths)) / sum(len(batch) * max(batch) for batch in lengths)


def _memory(learner: Learner, steps: Sequence[Step]) -> Iterator[Line]:
    """Of the largest batch: what stays after its step, and what it takes beside that."""
    largest = max((group for groups in steps for group in groups), key=_padded_tokens)
    before = _used_bytes(learner.device)
    learner.step([largest], 0, 0.0, 0.0)
    learner.read(last_step=1)
    most = _most_used_bytes(learner.device)
    tensors = learner.tensors()
    kept = {
        kind: _bytes_of(tensor for name, tensor in tensors.items() if name.startswith(kind))
        for kind in ("weights", "average", "optimizer")
    }
    kept["gradients"] = _bytes_of(one.grad for one in learner.model.parameters() if one.grad is not None)
    for kind, size in kept.items():
        yield kind, _megabytes(size)
    if most:
        size = max(0, most - before - kept["optimizer"] - kept["gradients"])
        yield (
            "activations",
            f"{_megabytes(size)}, measured with {len(largest)} examples of {_padded_tokens(largest)} tokens",
        )
        yield "at most in all", f"{_megabytes(most)}, measured"


def _speed(learner: Learner, steps: Sequence[Step], epochs: int) -> Iterator[Line]:
    """Of steps all over an epoch, for some seconds."""
    started, tokens = time.monotonic(), 0
    for number, groups in enumerate(steps[:: max(1, len(steps) // 50)], start=1):
        learner.step(groups, number, 0.0, 0.0)
        learner.read(last_step=number)
        tokens += sum(map(target_tokens, groups))
        if time.monotonic() - started > _SECONDS_MEASURED:
            break
    rate = tokens / (time.monotonic() - started)
    minutes = round(epochs * sum(target_tokens(group) for groups in steps for group in groups) / rate / 60)
    yield "target tokens/s", f"{rate:,.0f}, measured"
    yield "time", f"{minutes // 60}:{minutes % 60:02d} h without validation"


def _padded_tokens(batch: Sequence[Example]) -> int:
    return len(batch) * (max(len(one.source) for one in batch) + max(len(one.target) for one in batch))


def _bytes_of(tensors: Iterable[Tensor]) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def _megabytes(size: int) -> str:
    return f"{size / 2**20:,.0f} MB"


def _used_bytes(device: torch.device) -> int:
    """Now; from here on the most is counted anew."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
        return torch.cuda.memory_allocated()
    if _STATUS.exists():
        Path("/proc/self/clear_refs").write_text("5")
    return _resident_bytes("VmRSS")


def _most_used_bytes(device: torch.device) -> int:
    return torch.cuda.max_memory_allocated() if device.type == "cuda" else _resident_bytes("VmHWM")


def _resident_bytes(key: str) -> int:
    """0 where it cannot be told: Linux alone says it."""
    found = re.search(rf"{key}:\s*(\d+) kB", _STATUS.read_text()) if _STATUS.exists() else None
    return int(found[1]) * 1024 if found else 0
