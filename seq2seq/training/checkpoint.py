"""Where did a training stop? Everything that continuing it exactly needs, in one file without pickle."""

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from seq2seq.errors import ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingState:
    """Counters and tensors after a whole epoch; the default is a training that has not begun."""

    epoch: int = 0  # whole epochs done
    step: int = 0
    perplexity: float = float("inf")  # on the validation set, after the last epoch
    best_perplexity: float = float("inf")
    epochs_without_gain: int = 0
    tensors: dict[str, Tensor] = field(default_factory=dict)  # "weights.NAME", "optimizer.INDEX.KEY"

    def captured_from(self, model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> "TrainingState":
        tensors = {f"weights.{name}": value.detach().cpu().clone() for name, value in model.named_parameters()}
        for index, values in optimizer.state_dict()["state"].items():
            for key, value in values.items():
                tensors[f"optimizer.{index}.{key}"] = value.detach().cpu().clone()
        return replace(self, tensors=tensors)

    def restore_into(self, model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> None:
        if not self.tensors:
            return
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                parameter.copy_(self.tensors[f"weights.{name}"])
        loaded = optimizer.state_dict()
        for name, value in self.tensors.items():
            if name.startswith("optimizer."):
                _, index, key = name.split(".")
                loaded["state"].setdefault(int(index), {})[key] = value
        optimizer.load_state_dict(loaded)


def save(path: Path, state: TrainingState, fingerprint: str) -> None:
    """Write atomically; `fingerprint` names data, config and seed, so that no other training continues from here."""
    counters = {name: getattr(state, name) for name in _COUNTERS}
    temporary = path.with_name(f"{path.name}.writing")
    safetensors.torch.save_file(
        state.tensors, temporary, {"fingerprint": fingerprint, "counters": json.dumps(counters)}
    )
    with temporary.open("rb") as written:
        os.fsync(written.fileno())
    temporary.replace(path)


def load(path: Path, fingerprint: str) -> TrainingState:
    try:
        with safe_open(path, framework="pt") as stored:
            metadata = stored.metadata() or {}
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path}: not a training state ({error}); delete it to start anew") from None
    if metadata.get("fingerprint") != fingerprint:
        raise ModelError(
            f"{path}: belongs to a training with other data, config or seed; delete it to start anew, "
            "or use another --output"
        )
    return TrainingState(**json.loads(metadata["counters"]), tensors=tensors)


_COUNTERS = ("epoch", "step", "perplexity", "best_perplexity", "epochs_without_gain")
