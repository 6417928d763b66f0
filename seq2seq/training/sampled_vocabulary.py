"""Must every word of the vocabulary be told from the right one at every step? A sample of them will do.

Jean et al. 2015, "On Using Very Large Target Vocabulary for Neural Machine Translation", section 3.1: the sum over the
vocabulary in the softmax is estimated from the batch's own words and others that are drawn. Here these are drawn
uniformly and without replacement, and each stands for as many of the others as were drawn from, so that the estimated
sum is right on average (importance weights as in Bengio and Senécal 2008).
"""

from typing import NamedTuple

import torch
from torch import Tensor

from seq2seq.config import TrainingConfig
from seq2seq.errors import ModelError


class VocabularySample(NamedTuple):
    words: Tensor  # (C,) token ids, each once
    log_weights: Tensor  # (C,) natural log of how many words each stands for: 0 for the batch's own
    labels: Tensor  # (N,) the places of the batch's labels among the words


def check(config: TrainingConfig) -> None:
    """Raises ModelError where a sample would not estimate what is asked for."""
    if config.sampled_vocabulary and config.label_smoothing:
        raise ModelError(
            f"training.sampled_vocabulary {config.sampled_vocabulary}: label_smoothing {config.label_smoothing} needs "
            "all words; set one of them to 0"
        )
    if config.sampled_vocabulary and config.teacher_forcing != "always":
        raise ModelError(
            f"training.sampled_vocabulary {config.sampled_vocabulary}: teacher_forcing {config.teacher_forcing} lets "
            "the model choose among all words at every step; set sampled_vocabulary 0, or teacher_forcing always"
        )


def draw_vocabulary(labels: Tensor, vocabulary_size: int, size: int) -> VocabularySample:
    """The words of labels (N,) and others drawn, together `size` (C) of them, or N where that is more.

    The device is not waited for: how many words are the labels' own is known to it alone.
    """
    size = min(max(size, len(labels)), vocabulary_size)
    priorities = torch.rand(vocabulary_size, device=labels.device)
    priorities[labels] = 2.0
    chosen, words = priorities.topk(size)
    is_own = chosen == 2.0
    own = is_own.sum()
    stands_for = (vocabulary_size - own) / (size - own).clamp(min=1)
    places = torch.empty_like(priorities, dtype=torch.long)
    places[words] = torch.arange(size, device=labels.device)
    return VocabularySample(words, torch.where(is_own, 0.0, stands_for.log()), places[labels])
