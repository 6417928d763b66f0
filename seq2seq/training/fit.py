"""How does a model learn to answer? Teacher forcing: the next true word, given the true words before."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from random import Random

import torch
import torch.nn.functional as F
from torch import Tensor

from seq2seq.batching import Batch, EpochEncoder, Example, collate, group_by_length, read_batches
from seq2seq.config import TrainingConfig
from seq2seq.devices import choose_precision, products_in
from seq2seq.errors import ModelError
from seq2seq.networks.model import Seq2Seq, sequence_log_probs
from seq2seq.tokenizer import PADDING_ID
from seq2seq.training.checkpoint import TrainingState


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a training stands; reported after every step and after every epoch."""

    epoch: int  # 1-based, the one under way
    epochs: int
    step: int  # batches learnt since the beginning
    share_done: float  # 0 to 1, of the whole training
    loss: float  # nats a target token, label smoothing included, averaged over about 50 steps
    valid_perplexity: float | None  # of the last finished epoch
    tokens_per_second: float  # target tokens learnt
    seconds_left: float  # estimate


Report = Callable[[Progress], None]


def fit(
    model: Seq2Seq,
    train: EpochEncoder,
    valid: Sequence[Example],
    config: TrainingConfig,
    *,
    state: TrainingState,
    seed: int,
    report: Report,
    save: Callable[[TrainingState, bool], None],
) -> TrainingState:
    """Train until `config.epochs` or until patience ends.

    `save(state, is_kept)` is called after every epoch; `is_kept` says that these weights are the ones to serve so far.
    What is drawn in an epoch depends on seed and epoch only, so a run continued from a state equals one
    that never stopped.
    """
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=config.learning_rate,
        weight_decay=config.weight_decay,
        betas=(0.9, 0.98),
        fused=True,
    )
    state.restore_into(model, optimizer)
    while state.epoch < config.epochs and not _is_patience_over(state, config):
        draw = Random(f"{seed}-{state.epoch}")
        torch.manual_seed(draw.getrandbits(63))
        groups = group_by_length(train.encode(draw), config.batch_tokens, draw)
        progress = train_epoch(model, optimizer, groups, config, state=state, report=report)
        perplexity = measure_perplexity(model, valid, config.batch_tokens)
        if not math.isfinite(perplexity):
            raise ModelError(
                f"epoch {state.epoch + 1}: validation perplexity is {perplexity}; lower training.learning_rate"
            )
        is_better = perplexity < state.best_perplexity
        state = TrainingState(
            epoch=state.epoch + 1,
            step=progress.step,
            perplexity=perplexity,
            best_perplexity=min(perplexity, state.best_perplexity),
            epochs_without_gain=0 if is_better else state.epochs_without_gain + 1,
        ).captured_from(model, optimizer)
        has_ended = state.epoch == config.epochs or _is_patience_over(state, config)
        save(state, is_better if config.keep == "best" else has_ended)
        report(replace(progress, valid_perplexity=perplexity))
    return state


def train_epoch(
    model: Seq2Seq,
    optimizer: torch.optim.Optimizer,
    groups: Sequence[Sequence[Example]],
    config: TrainingConfig,
    *,
    state: TrainingState,
    report: Report,
) -> Progress:
    """One pass over the batches; returns the progress reported last."""
    device = next(model.parameters()).device
    precision = choose_precision(config.precision, device)
    model.train()
    started, tokens, mean_loss, step = time.monotonic(), 0, math.nan, state.step
    for done, group in enumerate(groups, start=1):
        batch = collate(group).to(device)
        share = (state.epoch + done / len(groups)) / config.epochs
        for parameters in optimizer.param_groups:
            parameters["lr"] = learning_rate_at(step, share, config)
        with products_in(precision, device):
            logits = model(batch.source, batch.lengths, batch.target)
        loss = teacher_forced_loss(logits, batch, config.label_smoothing)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(model.parameters(), config.max_gradient_norm)
        optimizer.step()
        step += 1
        tokens += batch.token_count
        value = float(loss.detach())
        if not math.isfinite(value):
            raise ModelError(f"step {step}: the loss is {value}; lower training.learning_rate or max_gradient_norm")
        mean_loss = value if math.isnan(mean_loss) else 0.98 * mean_loss + 0.02 * value
        seconds = time.monotonic() - started
        progress = Progress(
            epoch=state.epoch + 1,
            epochs=config.epochs,
            step=step,
            share_done=share,
            loss=mean_loss,
            valid_perplexity=state.perplexity if state.epoch else None,
            tokens_per_second=tokens / seconds,
            seconds_left=seconds * len(groups) / done * config.epochs * (1 - share),
        )
        report(progress)
    return progress


def teacher_forced_loss(logits: Tensor, batch: Batch, label_smoothing: float) -> Tensor:
    """Cross-entropy in nats a target token, times the weight of its exchange. logits: (N, V)."""
    is_token = batch.target[:, 1:] != PADDING_ID  # (B, T - 1)
    weights = batch.weights.unsqueeze(1).expand_as(is_token)[is_token]  # (N,)
    labels = batch.target[:, 1:][is_token]
    losses = F.cross_entropy(logits.float(), labels, reduction="none", label_smoothing=label_smoothing)
    return (losses * weights).mean()


def learning_rate_at(step: int, share_done: float, config: TrainingConfig) -> float:
    """Linear warm-up over steps, then a cosine over the whole training down to the final share."""
    if step < config.warmup_steps:
        return config.learning_rate * (step + 1) / config.warmup_steps
    floor = config.final_learning_rate_share
    return config.learning_rate * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(share_done, 1.0))))


@torch.inference_mode()
def measure_perplexity(model: Seq2Seq, examples: Sequence[Example], batch_tokens: int = 4096) -> float:
    """exp of the mean negative log-likelihood a target token, </s> counted; float32, no dropout, no smoothing."""
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    total, tokens = 0.0, 0
    for plain in read_batches(examples, batch_tokens):
        batch = plain.to(device)
        log_probs = sequence_log_probs(model(batch.source, batch.lengths, batch.target), batch.target)
        total -= float(log_probs.double().sum())
        tokens += len(log_probs)
    model.train(was_training)
    return math.exp(min(total / tokens, 700.0))


def _is_patience_over(state: TrainingState, config: TrainingConfig) -> bool:
    return 0 < config.patience_epochs <= state.epochs_without_gain
