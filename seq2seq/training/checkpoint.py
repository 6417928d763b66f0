"""Where did a training stop? Everything that continuing it exactly needs, in one file without pickle."""

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import safetensors.torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from seq2seq.config import TrainingConfig
from seq2seq.errors import ModelError
from seq2seq.training.optimisation import rate_scale_after


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingState:
    """The default is a training that has not begun."""

    epoch: int = 0  # whole epochs done
    step: int = 0  # of the whole training
    steps_of_epoch: int = 0  # done of the epoch under way
    perplexity: float = float("inf")  # on the validation set, after the last epoch
    best_perplexity: float = float("inf")
    epochs_without_gain: int = 0
    rate_scale: float = 1.0  # of the learning rate; the schedule plateau lowers it
    tensors: dict[str, Tensor] = field(default_factory=dict)  # Learner's; empty while it has them itself

    def after_step(self) -> "TrainingState":
        return replace(self, step=self.step + 1, steps_of_epoch=self.steps_of_epoch + 1)

    def after_epoch(self, perplexity: float, config: TrainingConfig) -> "TrainingState":
        is_better = perplexity < self.best_perplexity
        return replace(
            self,
            epoch=self.epoch + 1,
            steps_of_epoch=0,
            perplexity=perplexity,
            best_perplexity=min(perplexity, self.best_perplexity),
            epochs_without_gain=0 if is_better else self.epochs_without_gain + 1,
            rate_scale=rate_scale_after(self.rate_scale, is_better, config),
        )

    def has_ended(self, config: TrainingConfig) -> bool:
        is_patience_over = 0 < config.patience_epochs <= self.epochs_without_gain
        return self.epoch >= config.epochs or is_patience_over


def save(path: Path, state: TrainingState, fingerprint: str) -> None:
    """Write atomically; `fingerprint` names data, config and seed, so that no other training continues from here."""
    counters = json.dumps(asdict(replace(state, tensors={})))
    temporary = path.with_name(f"{path.name}.writing")
    safetensors.torch.save_file(state.tensors, temporary, {"fingerprint": fingerprint, "counters": counters})
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
    return TrainingState(**json.loads(metadata["counters"]) | {"tensors": tensors})
