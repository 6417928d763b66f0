"""How far is a model from the true answers? What is learnt from, and what is measured."""

import math
from collections.abc import Sequence
from random import Random

import torch
from torch import Tensor

from seq2seq.batching import Example, collate, group_by_length
from seq2seq.networks.ensemble import Ensemble
from seq2seq.networks.model import Seq2Seq, log_probs_of_labels
from seq2seq.training.cross_entropy import WeightedCrossEntropy
from seq2seq.training.distributed import Workers


def summed_loss(logits: Tensor, labels: Tensor, weights: Tensor, label_smoothing: float) -> Tensor:
    """Cross-entropy in nats of labels (N,) with weights (N,), over all tokens of the batch. logits: (N, V)."""
    loss: Tensor = WeightedCrossEntropy.apply(logits, labels, weights, label_smoothing)  # type: ignore[no-untyped-call]
    return loss


@torch.inference_mode()
def measure_perplexity(model: Seq2Seq | Ensemble, examples: Sequence[Example], batch_tokens: int = 4096) -> float:
    """exp of the mean negative log-likelihood a target token, </s> counted; float32, no dropout, no smoothing.

    Several processes share the examples and come to the same number.
    """
    device, workers = next(model.parameters()).device, Workers.current()
    was_training = model.training
    model.eval()
    found = torch.zeros(2, dtype=torch.float64, device=device)  # nats, tokens
    for group in workers.share_of(group_by_length(examples, batch_tokens, Random(0))):
        batch = collate(group).to(device)
        log_probs = log_probs_of_labels(model(batch), batch)
        found[0] -= log_probs.sum(dtype=torch.float64)
        found[1] += len(log_probs)
    model.train(was_training)
    nats, tokens = workers.add_up(found).tolist()
    return math.exp(min(nats / tokens, 700.0))
