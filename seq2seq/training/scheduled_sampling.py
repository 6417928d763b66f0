"""What does the decoder see of the answer so far: the true word, or its own? Scheduled sampling.

Bengio et al. 2015, "Scheduled Sampling for Sequence Prediction with Recurrent Neural Networks".
"""

import torch
from torch import Tensor

from seq2seq.batching import Batch
from seq2seq.config import TrainingConfig
from seq2seq.networks.model import Seq2Seq

_SIGMOID_START = 100.0  # k: the inverse sigmoid begins at k / (k + 1)


def teacher_share_at(share_done: float, config: TrainingConfig) -> float:
    """The probability that a previous token is the true one; reaches final_teacher_share where share_done is 1.

    Section 2.4's three falls, with their constants such that they end there.
    """
    final = config.final_teacher_share
    if config.teacher_forcing == "linear":
        return 1.0 - (1.0 - final) * share_done
    if config.teacher_forcing == "exponential":
        return float(final**share_done)
    if config.teacher_forcing == "inverse_sigmoid":
        ending = _SIGMOID_START * (1.0 - final) / final
        return float(_SIGMOID_START / (_SIGMOID_START + ending**share_done))
    return 1.0


def sampled_logits(model: Seq2Seq, batch: Batch, teacher_share: float) -> Tensor:
    """As `model(...)`, logits (N, V), but each previous token is true only with the probability `teacher_share`.

    Otherwise it is the likeliest token of the model's own step before; no gradient flows through that choice. The coin
    is thrown for each token (section 2.4), not for each answer.
    """
    memory = model.encode(batch.source, batch.lengths)
    state, previous, steps = model.start(memory), batch.target[:, 0], []
    for truth in batch.target[:, 1:].unbind(1):
        logits, state = model.decode(memory, state, previous)
        steps.append(logits)
        is_true = torch.rand(truth.shape, device=truth.device) < teacher_share
        previous = torch.where(is_true, truth, logits.detach().argmax(dim=-1))
    return torch.stack(steps, dim=1).flatten(0, 1).index_select(0, batch.positions)
