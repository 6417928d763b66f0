"""Cross-entropy over a large vocabulary: what do the loss and its gradient cost? One pass over the logits for both.

The usual way writes the logits once more in float32, then their log-softmax, then its gradient: on a CPU, where memory
is slow, that is a tenth of a training step. Here a few rows at a time, which stay in the cache, become their gradient.
"""

from typing import Any

import torch
from torch import Tensor

from seq2seq.devices import at_least_float32

_LOGITS_AT_ONCE = 2**17  # half a megabyte in float32


class WeightedCrossEntropy(torch.autograd.Function):
    """Σ weight · ((1 - ε) · -log p(label) + ε · mean over V of -log p), ε the label smoothing (Szegedy et al. 2016)."""

    @staticmethod
    def forward(ctx: Any, logits: Tensor, labels: Tensor, weights: Tensor, label_smoothing: float) -> Tensor:
        """logits (N, V) in any precision, labels (N,), weights (N,) -> the sum in nats, at least float32."""
        size = logits.shape[1]
        rows = max(1, _LOGITS_AT_ONCE // size) if logits.device.type == "cpu" else len(logits)
        total, gradient = weights.new_zeros(()), torch.empty_like(logits)
        for start in range(0, len(logits), rows):
            some = slice(start, start + rows)
            own_labels, own_weights = labels[some].unsqueeze(1), weights[some].unsqueeze(1)
            log_probs = at_least_float32(logits[some]).log_softmax(-1)
            losses = log_probs.gather(1, own_labels).mul_(label_smoothing - 1.0)
            if label_smoothing:
                losses -= label_smoothing * log_probs.mean(-1, keepdim=True)
            total += (losses * own_weights).sum()
            by_logit = log_probs.exp_().sub_(label_smoothing / size)
            by_logit.scatter_add_(1, own_labels, losses.new_full(own_labels.shape, label_smoothing - 1.0))
            gradient[some] = by_logit.mul_(own_weights)
        ctx.save_for_backward(gradient)
        return total

    @staticmethod
    def backward(ctx: Any, of_sum: Tensor) -> tuple[Tensor, None, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * of_sum, None, None, None
