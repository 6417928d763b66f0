"""How large a step, and in which direction? The optimisers, and the learning rate over a training."""

import math
from collections.abc import Sequence

from torch import nn
from torch.optim import SGD, Adam, AdamW, Optimizer

from seq2seq.config import TrainingConfig
from seq2seq.errors import ModelError

ADAM_BETAS = (0.9, 0.999)
SGD_MOMENTUM = 0.9  # Nesterov's


def build_optimizer(parameters: Sequence[nn.Parameter], config: TrainingConfig) -> Optimizer:
    """All fused: one kernel for all parameters. SGD and Adam take the weight decay as L2, AdamW decoupled from it."""
    rate, decay = config.learning_rate, config.weight_decay
    if config.optimizer == "sgd":
        return SGD(parameters, rate, momentum=SGD_MOMENTUM, weight_decay=decay, nesterov=True, fused=True)
    kind = AdamW if config.optimizer == "adamw" else Adam
    return kind(parameters, rate, betas=ADAM_BETAS, weight_decay=decay, fused=True)


def learning_rate_at(step: int, share_done: float, config: TrainingConfig, rate_scale: float = 1.0) -> float:
    """Linear warm-up over steps, then the schedule; step counts from 0, share_done is 0 to 1 of the whole training.

    cosine: down to the final share at the end. inverse_sqrt: Vaswani et al. 2017, equation 3, with learning_rate as its
    peak. plateau: `rate_scale`, which `rate_scale_after` lowers.
    """
    peak = config.learning_rate * rate_scale
    if step < config.warmup_steps:
        return peak * (step + 1) / config.warmup_steps
    if config.schedule == "cosine":
        floor = config.final_learning_rate_share
        return peak * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(share_done, 1.0))))
    if config.schedule == "inverse_sqrt":
        return peak * math.sqrt(max(config.warmup_steps, 1) / (step + 1))
    return peak


def rate_scale_after(rate_scale: float, is_better: bool, config: TrainingConfig) -> float:
    """Of plateau: half as much from each validation on that was no better than the best before."""
    return rate_scale * 0.5 if config.schedule == "plateau" and not is_better else rate_scale


def learnt_parameters(model: nn.Module, frozen: Sequence[str]) -> list[nn.Parameter]:
    """Those that no beginning in `frozen` names; the others are frozen. Raises ModelError for a name that is none."""
    parameters = dict(model.named_parameters(remove_duplicate=False))  # a tied output layer has two names
    for beginning in frozen:
        named = [parameter for name, parameter in parameters.items() if name.startswith(beginning)]
        if not named:
            known = ", ".join(dict.fromkeys(name.rpartition(".")[0] for name in parameters))
            raise ModelError(f"training.frozen {beginning!r}: no parameter begins so; the parameters are of {known}")
        for parameter in named:
            parameter.requires_grad_(False)
    learnt = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if not learnt:
        raise ModelError(f"training.frozen {', '.join(frozen)}: leaves nothing to learn")
    return learnt
