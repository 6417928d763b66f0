"""How does a model learn to answer? Epoch by epoch, step by step; after each epoch it is measured and kept."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Protocol

from seq2seq.batching import Example, group_by_length
from seq2seq.config import TrainingConfig
from seq2seq.errors import ModelError
from seq2seq.networks.model import Seq2Seq
from seq2seq.training.checkpoint import TrainingState
from seq2seq.training.curriculum import parts_of_epoch
from seq2seq.training.interruption import TrainingStoppedError, never
from seq2seq.training.learner import Learner, Step
from seq2seq.training.objective import measure_perplexity
from seq2seq.training.optimisation import learning_rate_at
from seq2seq.training.progress import Meter, Progress, Report

_STEPS_BETWEEN_READINGS = 50  # on a GPU, which would otherwise wait for us; a CPU has nothing to wait for
_SECONDS_BETWEEN_SAVINGS = 900.0

Save = Callable[[TrainingState, bool], None]


class Examples(Protocol):
    """What is learnt from; drawn anew for each epoch."""

    def encode(self, draw: Random) -> list[Example]: ...


def fit(
    model: Seq2Seq,
    train: Examples,
    valid: Sequence[Example],
    config: TrainingConfig,
    *,
    state: TrainingState,
    seed: int,
    report: Report,
    save: Save,
    is_stopping: Callable[[], bool] = never,
) -> TrainingState:
    """Train until `config.epochs` or until patience ends.

    `save(state, is_kept)` is called after every epoch, and within one now and then; `is_kept` says that the model then
    has the weights to serve, the averaged ones where an average is kept. What is drawn depends on seed, epoch and step
    only, so a training continued from a state equals one that never stopped. Raises TrainingStoppedError, the state
    saved, once `is_stopping`.
    """
    learner = Learner(model, config, seed)
    learner.restore(state.tensors)
    state = replace(state, tensors={})
    while not state.has_ended(config):
        steps = plan_epoch(train, config, state.epoch, seed)
        state, progress = train_epoch(learner, steps, config, state, report=report, save=save, is_stopping=is_stopping)
        tensors = learner.tensors()
        with learner.averaged():
            perplexity = measure_perplexity(model, valid, config.batch_tokens)
            if not math.isfinite(perplexity):
                raise ModelError(f"epoch {state.epoch + 1}: validation perplexity {perplexity}; lower learning_rate")
            state = state.after_epoch(perplexity, config)
            is_kept = state.epochs_without_gain == 0 if config.keep == "best" else state.has_ended(config)
            save(replace(state, tensors=tensors), is_kept)
        report(replace(progress, valid_perplexity=perplexity))
    return state


def train_epoch(
    learner: Learner,
    steps: Sequence[Step],
    config: TrainingConfig,
    state: TrainingState,
    *,
    report: Report,
    save: Save,
    is_stopping: Callable[[], bool],
) -> tuple[TrainingState, Progress]:
    """What is left of one pass over the steps; returns the state after it and the progress reported last."""
    learner.model.train()
    meter, saved_at = Meter(config, steps, state), time.monotonic()
    for groups in steps[state.steps_of_epoch :]:
        share_done = (state.epoch + (state.steps_of_epoch + 1) / len(steps)) / config.epochs
        learning_rate = learning_rate_at(state.step, share_done, config, state.rate_scale)
        learner.step(groups, state.step, share_done, learning_rate)
        state = state.after_step()
        is_last = state.steps_of_epoch == len(steps)
        if learner.device.type == "cpu" or state.step % _STEPS_BETWEEN_READINGS == 0 or is_last:
            progress = meter.progress(state, learner.read(state.step), share_done, learning_rate)
            report(progress)
            has_to_stop = learner.workers.is_any(is_stopping(), learner.device)
            if not is_last and (has_to_stop or time.monotonic() - saved_at > _SECONDS_BETWEEN_SAVINGS):
                saved_at = time.monotonic()
                save(replace(state, tensors=learner.tensors()), False)
                if has_to_stop:
                    raise TrainingStoppedError(state.epoch + 1, state.step)
    return state, progress


def plan_epoch(train: Examples, config: TrainingConfig, epoch: int, seed: int) -> list[Step]:
    """The batches of an epoch, in order, and which of them make a step together."""
    draw = Random(f"{seed}-{epoch}")
    parts = parts_of_epoch(train.encode(draw), epoch, config, draw)
    groups = [group for part in parts for group in group_by_length(part, config.batch_tokens, draw)]
    return [groups[start : start + config.accumulation] for start in range(0, len(groups), config.accumulation)]
